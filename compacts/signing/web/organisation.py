"""The page on which the organisation signs: the version once, or the list of physicians' records."""

import json
from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.access.queries import own_grant
from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import actions, queries, schemas
from reciproca.compacts.signing.rules import ORGANISATION
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.text import in_words, themes
from reciproca.compacts.signing.wording import organisation_intent
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page


@pages.get("/versions/<uid>/organisation-signature")
def organisation_signature(uid: str) -> str:
    """What the organisation signs, and for whom; changes nothing."""
    return _page(uid, {}, ())


@pages.post("/versions/<uid>/organisation-signature/open")
def open_organisation(uid: str) -> ResponseReturnValue:
    """Open the form."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        locale = asked["locale"] or chosen_locale(work)
        opened = actions.open_organisation_ceremony(work, version_uid=uid, locale=locale)
        return f"/versions/{uid}/organisation-signature?lang={opened.locale}#sign"

    return submit(work, schemas.OpeningIn(), act, lambda typed, faults: _page(uid, typed, faults))


@pages.post("/versions/<uid>/organisation-signature")
def sign_for_organisation(uid: str) -> ResponseReturnValue:
    """Sign for the organisation."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        asked.pop("locale")
        actions.sign_for_organisation(work, version_uid=uid, **asked)
        return f"/versions/{uid}/organisation-signature#done"

    return submit(
        work, schemas.OrganisationSignatureForm(), act, lambda typed, faults: _page(uid, typed, faults)
    )


def _page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.ORGANISATION_SIGN)
    version = drafts.find_version(work, uid=uid)
    compact = drafts.compact_of(work, version=version)
    rendition = queries.rendition_of(work, version=version, locale=chosen_locale(work))
    text, said = json.loads(rendition.canonical), in_words(faults)
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    return page(
        "signing/organisation.html",
        version=version,
        compact=compact,
        rendition=rendition,
        text=text,
        locale=rendition.locale,
        themes=themes(text),
        person=person,
        typed=typed,
        faults=said,
        errors=errors_of(said),
        each=compact.organisation_signs == "each",
        zone=work.organisation.zone,
        waiting=queries.to_countersign(work, version=version),
        given=queries.organisation_signature(work, version=version),
        seats=queries.seats(work, version=version),
        partial=queries.partial_signatures(work, version=version),
        intent=organisation_intent(rendition.locale),
        organisation=work.organisation.name,
        grant=own_grant(work, role=Role.SIGNATORY),
        posts=queries.post_titles(work, person_id=person.id) if person else (),
        ceremony=queries.living_ceremony(work, version=version, rendition=rendition, role=ORGANISATION),
    )
