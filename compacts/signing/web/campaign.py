"""A campaign for the steward: the form that opens it, and how far it is, in counts."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.rules import SIGNABLE
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.drafting.web.forms import Typed, errors_of, kinder, seen, submit, typed
from reciproca.compacts.people.reading import jurisdiction
from reciproca.compacts.signing import actions, queries, schemas
from reciproca.compacts.signing.queries.reminding import reminders_of, usual_reminders
from reciproca.compacts.signing.rules.audience import read_rule
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.text import in_words
from reciproca.core.errors import Fault, Invalid
from reciproca.core.http import current_work, faults_of
from reciproca.core.i18n import Translator
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass
from reciproca.templates.web import page, translator

_WEEKS = timedelta(days=28)


@pages.get("/compacts/<uid>/campaign")
def campaign(uid: str) -> str:
    """How far the signatures are; the form that asks for them where nobody was asked yet, with whom it would ask by
    what the address chooses."""
    return _campaign_page(uid, dict(request.args), ())


@pages.post("/compacts/<uid>/campaign")
def open_campaign(uid: str) -> ResponseReturnValue:
    """Ask everybody whom the agreement is for; with the button that shows what would be sent, nobody."""
    if request.form.get("show"):
        return _show(uid)
    work = current_work()
    version = _offered(uid)

    def act(asked: dict[str, Any]) -> str:
        actions.open_campaign(work, version_uid=version.uid if version else "", **asked)
        return f"/compacts/{uid}/campaign"

    return submit(work, schemas.CampaignForm(), act, lambda typed, faults: _campaign_page(uid, typed, faults))


@pages.post("/compacts/<uid>/campaign/close")
def close_campaign(uid: str) -> ResponseReturnValue:
    """End it before its day."""
    return _change(uid, NothingIn(), actions.close_campaign)


@pages.post("/compacts/<uid>/campaign/extend")
def extend_campaign(uid: str) -> ResponseReturnValue:
    """Move its last day."""
    return _change(uid, schemas.ExtensionIn(), actions.extend_campaign)


@pages.post("/compacts/<uid>/campaign/pause")
def pause_campaign(uid: str) -> ResponseReturnValue:
    """Hold it."""
    return _change(uid, NothingIn(), actions.pause_campaign)


@pages.post("/compacts/<uid>/campaign/resume")
def resume_campaign(uid: str) -> ResponseReturnValue:
    """Let it go on."""
    return _change(uid, schemas.ExtensionIn(), actions.resume_campaign)


def _change(uid: str, schema: Schema, act: Callable[..., object]) -> ResponseReturnValue:
    """Do something with the campaign of the version that is offered, at the revision that was seen."""
    work = current_work()

    def go(asked: dict[str, Any]) -> str:
        version = _offered(uid)
        found = queries.campaign_of(work, version=version) if version else None
        act(work, campaign_uid=found.uid if found else "", revision=seen(), **asked)
        return f"/compacts/{uid}/campaign"

    return submit(work, schema, go, lambda typed, faults: _campaign_page(uid, typed, faults))


def _offered(uid: str) -> Version | None:
    """The newest version that can be signed, or could."""
    work = current_work()
    compact = drafts.find_compact(work, uid=uid)
    versions = drafts.versions(work, compact_ids=[compact.id])
    return next((one for one in versions if one.state in SIGNABLE), None)


def _show(uid: str) -> ResponseReturnValue:
    """The page with what was typed, and what that would send; nothing is changed."""
    work = current_work()
    form = {name: value for name, value in typed().items() if name != "show"}
    preview, faults = _look(work, _offered(uid), form)
    shown = _campaign_page(uid, form, faults, preview)
    work.refuse()
    return make_response(shown, 422 if faults else 200)


def _look(work: Work, version: Version | None, form: Typed) -> tuple[actions.Preview | None, Sequence[Fault]]:
    """What a campaign by this form would send; or what is wrong with the form."""
    known = schemas.CampaignForm().fields
    said = {name: value for name, value in form.items() if name in known}
    usual = {"due": (work.today() + _WEEKS).isoformat()}
    try:
        asked = schemas.CampaignForm().load({**usual, **said})
        return actions.preview_campaign(work, version_uid=version.uid if version else "", **asked), ()
    except ValidationError as error:
        return None, [kinder(fault) for fault in faults_of(error.messages)]
    except Invalid as error:
        return None, error.faults or (Fault(field="", reason=error.detail, remedy=error.remedy),)


def _campaign_page(
    uid: str, typed: Typed, faults: Sequence[Fault], preview: actions.Preview | None = None
) -> str:
    work = current_work()
    authorize(work, Action.CAMPAIGN_READ)
    compact = drafts.find_compact(work, uid=uid)
    title = drafts.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id]
    version = _offered(uid)
    found = queries.campaign_of(work, version=version) if version else None
    said = in_words(faults)
    may_run = is_allowed(work, Action.CAMPAIGN_RUN)
    is_asking = may_run and version is not None and found is None
    return page(
        "signing/campaign.html",
        compact=compact,
        title=title,
        version=version,
        campaign=found,
        progress=queries.progress(work, campaign=found) if found else None,
        organisation_signature=queries.organisation_signature(work, version=version) if version else None,
        may_run=may_run,
        is_editorial=version is not None
        and version.parent_id is not None
        and version.change_class is ChangeClass.EDITORIAL,
        audience=_audience(work, compact, typed) if is_asking else None,
        preview=preview or (_look(work, version, typed)[0] if is_asking and not faults else None),
        rule_fields=list(schemas.RULE_FIELDS),
        choices=_choices(work, translator()) if is_asking else {},
        units=drafts.units(work) if is_asking else (),
        waves=queries.waves(work, campaign=found) if found else (),
        reminders=reminders_of(work, campaign=found) if found else usual_reminders(work, compact=compact),
        may_sign=is_allowed(work, Action.ORGANISATION_SIGN),
        default_day=work.today() + _WEEKS,
        zone=work.organisation.zone,
        leaders=schemas.LEADERS,
        typed=typed,
        faults=said,
        errors=errors_of(said),
    )


def _audience(work: Work, compact: Compact, typed: Typed) -> queries.Audience:
    chosen = {name: [typed[field]] for field, name in schemas.RULE_FIELDS.items() if typed.get(field)}
    return queries.audience(work, compact=compact, rule=read_rule(chosen))


def _choices(work: Work, reader: Translator) -> dict[str, list[tuple[str, str]]]:
    """What each field of the rule offers, in the reader's language."""
    pack, locale = jurisdiction(work), reader.locale
    return {
        "unit": [(unit.uid, unit.path) for unit in drafts.units(work) if unit.parent_id is not None],
        "category": [(one.key, one.label.get(locale) or one.label["en"]) for one in pack.categories],
        "post": [(one.key, one.label.get(locale) or one.label["en"]) for one in pack.posts],
        "language": [(one, reader.language_name(one)) for one in work.organisation.locales],
    }
