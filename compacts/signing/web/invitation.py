"""An invitation: read it, open the signing page, sign, or answer otherwise. Reading leaves no trace."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.signing import actions, queries, rules, schemas
from reciproca.compacts.signing.tables import RequestState
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.text import in_words, themes
from reciproca.compacts.signing.wording import words_for
from reciproca.core.errors import Conflict, Fault, NotFound
from reciproca.core.http import current_work
from reciproca.templates.shell import Link
from reciproca.templates.web import page, translator


@pages.get("/sign/<uid>")
def invitation(uid: str) -> ResponseReturnValue:
    """Who asks and why, what it is and is not, the whole text, and the way to sign. Changes nothing."""
    if queries.find_request(current_work(), uid=uid).state is RequestState.SIGNED:
        return redirect(_done(uid), 303)
    return _invitation(uid, {}, ())


@pages.post("/sign/<uid>/open")
def open_page(uid: str) -> ResponseReturnValue:
    """Open the signing form; from now on the request counts as seen."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        try:
            opened = actions.open_ceremony(
                work,
                request_uid=uid,
                locale=asked["locale"] or translator().locale,
                read=asked["read"],
            )
        except Conflict as refusal:
            return _done_or_refused(uid, refusal)
        return f"/sign/{uid}?lang={opened.locale}#sign"

    return submit(
        work, schemas.RequestOpeningForm(), act, lambda typed, faults: _invitation(uid, typed, faults)
    )


@pages.post("/sign/<uid>")
def sign(uid: str) -> ResponseReturnValue:
    """Sign. Sent twice, from two tabs or by a double click, it is one signature, and both end on its page."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        asked.pop("locale")
        try:
            actions.sign(work, request_uid=uid, **asked)
        except Conflict as refusal:
            return _done_or_refused(uid, refusal)
        return _done(uid)

    return submit(work, schemas.SignatureForm(), act, lambda typed, faults: _invitation(uid, typed, faults))


@pages.get("/sign/<uid>/done")
def done(uid: str) -> ResponseReturnValue:
    """What one has answered, one's own copy, and what happens next."""
    sheet = queries.show_request(current_work(), uid=uid, locale=chosen_locale(current_work()))
    if sheet.request.state in rules.OPEN and sheet.request.state is not RequestState.DISCUSSION_REQUESTED:
        return redirect(f"/sign/{uid}", 303)
    return page("signing/done.html", **context(sheet))


@pages.get("/sign/<uid>/other")
def other(uid: str) -> ResponseReturnValue:
    """The other answers: to talk first, to decline, to be reminded no more; what was answered, once it was."""
    if queries.find_request(current_work(), uid=uid).state not in rules.OPEN:
        return redirect(_done(uid), 303)
    return _other(uid, {}, ())


@pages.post("/sign/<uid>/talk")
def talk(uid: str) -> ResponseReturnValue:
    """Ask for a conversation."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.ask_to_talk(work, request_uid=uid, **asked)
        return _done(uid)

    return submit(work, schemas.TalkIn(), act, lambda typed, faults: _other(uid, typed, faults, form="talk"))


@pages.post("/sign/<uid>/decline")
def decline(uid: str) -> ResponseReturnValue:
    """Say no."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.decline(work, request_uid=uid, **asked)
        return _done(uid)

    return submit(
        work, schemas.DeclineIn(), act, lambda typed, faults: _other(uid, typed, faults, form="decline")
    )


@pages.post("/sign/<uid>/quiet")
def quiet(uid: str) -> ResponseReturnValue:
    """Be reminded no more."""
    work = current_work()

    def act(_asked: dict[str, Any]) -> str:
        actions.stop_reminders(work, request_uid=uid)
        return f"/sign/{uid}/other?quiet=1#quiet"

    return submit(work, NothingIn(), act, lambda typed, faults: _other(uid, typed, faults))


@pages.post("/sign/<uid>/not-me")
def not_me(uid: str) -> ResponseReturnValue:
    """Say that it is meant for somebody else."""
    work = current_work()

    def act(_asked: dict[str, Any]) -> str:
        actions.not_me(work, request_uid=uid)
        return f"/sign/{uid}/other?not_me=1#not-me"

    return submit(work, NothingIn(), act, lambda typed, faults: _other(uid, typed, faults))


@pages.post("/talks/<uid>/called")
def called(uid: str) -> ResponseReturnValue:
    """Keep that one has spoken with somebody, or that one hasn't."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.mark_called(work, request_uid=uid, **asked)
        return "/talks"

    return submit(work, schemas.CalledIn(), act, lambda _typed, _faults: talks())


@pages.get("/talks")
def talks() -> str:
    """What others have confided in this co-sponsor."""
    work = current_work()
    return page(
        "signing/talks.html",
        confided=queries.confided(work),
        language=translator().locale,
        zone=work.organisation.zone,
    )


def _done(uid: str) -> str:
    return f"/sign/{uid}/done"


def _done_or_refused(uid: str, refusal: Conflict) -> str:
    """Where to go when the act was refused because it is done already; else it stays refused."""
    if not is_signed(uid):
        raise refusal
    return _done(uid)


def is_signed(uid: str) -> bool:
    """Whether the actor's own request is signed; not before their turn, when there is nothing to be shown yet."""
    try:
        return queries.find_request(current_work(), uid=uid).state is RequestState.SIGNED
    except NotFound:
        return False


def _invitation(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    sheet = queries.show_request(work, uid=uid, locale=chosen_locale(work))
    shown = words_for(work, sheet.rendition.locale)
    said = in_words(faults)
    has_consented = queries.has_consented(work, person_id=sheet.person.id, disclosure=shown.consent)
    return page(
        "signing/invitation.html",
        shown=shown,
        has_consented=has_consented,
        typed=typed,
        faults=said,
        errors=errors_of(said),
        **context(sheet),
    )


def _other(uid: str, typed: Typed, faults: Sequence[Fault], form: str = "") -> str:
    work = current_work()
    sheet = queries.show_request(work, uid=uid, locale=chosen_locale(work))
    said = in_words(faults)
    return page(
        "signing/other.html",
        typed=typed,
        faults=said,
        errors=errors_of(said),
        form=form,
        is_quiet=request.args.get("quiet") == "1",
        is_put_aside=sheet.request.state is RequestState.DELIVERY_FAILED,
        **context(sheet),
    )


def context(sheet: queries.Sheet) -> dict[str, Any]:
    """What every page about one invitation needs."""
    work, name = current_work(), translator().language_name
    locale = sheet.rendition.locale
    known = work.organisation.locales
    return {
        "sheet": sheet,
        "asked": sheet.request,
        "version": sheet.version,
        "text": sheet.text,
        "locale": locale,
        "themes": themes(sheet.text),
        "zone": work.organisation.zone,
        "organisation": work.organisation.name,
        "is_paused": sheet.request.state in rules.OPEN and sheet.campaign.state == rules.PAUSED,
        "is_open": sheet.request.state in rules.OPEN and sheet.campaign.state == "open",
        "languages": [
            Link(name(one), f"/sign/{sheet.request.uid}?lang={one}", one == locale, lang=one) for one in known
        ],
        "due_day": date.fromisoformat(sheet.campaign.due_local[:10]),
        "drop": "" if work.settings.smtp_url else work.settings.mail_folder.name,
    }
