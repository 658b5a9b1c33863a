"""Signing without an account: a personal link opens the invitation to read, a code lets one answer it. The link
stands in the mail and in the address of its own page alone; what follows goes by a cookie that ends with the visit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.signing import queries, rules, schemas
from reciproca.compacts.signing.actions import guests, sign
from reciproca.compacts.signing.queries.guests import Guest, guest_by_link, guest_by_visit, guest_page
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.documents import send_file
from reciproca.compacts.signing.web.invitation import context, is_signed
from reciproca.compacts.signing.web.text import in_words
from reciproca.compacts.signing.wording import words_for
from reciproca.core.errors import Conflict, Fault, Invalid, TooMany
from reciproca.core.http import current_work, go_on_as
from reciproca.core.i18n import _
from reciproca.core.settings import Settings
from reciproca.core.work import Work
from reciproca.templates.web import page, translator

_LINK = "/invited/<string(length=52):token>"
FORM, DONE, OTHER = "/invited/sign", "/invited/done", "/invited/other"


@pages.get(_LINK)
def invited(token: str) -> str:
    """The invitation, to read: who asks and why, what it is, the whole text. Opening it changes nothing."""
    return _letter(_by_link(token), token, ())


@pages.post(f"{_LINK}/code")
def ask_code(token: str) -> ResponseReturnValue:
    """Have a code sent to one's second contact, and go on to the form that asks for it."""
    guest = _by_link(token)
    return _code_sent(guest, lambda faults: _letter(guest, token, faults))


@pages.post(f"{_LINK}/quiet")
def invited_quiet(token: str) -> ResponseReturnValue:
    """Be reminded no more, by one tap."""
    guest = _by_link(token)
    guests.stop_reminders_as_guest(guest.work, guest=guest)
    return make_response(_letter(guest, token, (), is_quiet=True))


@pages.get(FORM)
def guest_form() -> ResponseReturnValue:
    """The signing form; where there is nothing left to sign, only the question for the code."""
    guest = by_visit()
    if guest.is_proved:
        return redirect(DONE, 303)
    return make_response(_form(guest, {}, ()))


@pages.post(FORM)
def guest_sign() -> ResponseReturnValue:
    """Sign, with the code. Sent twice it is one signature."""
    guest = by_visit()

    def act(asked: dict[str, Any]) -> str:
        try:
            sign(guest.work, request_uid=guest.request, **asked)
        except Conflict:
            if not is_signed(guest.request):  # else another click was quicker
                raise
        return DONE

    return submit(
        guest.work, schemas.GuestSignatureForm(), act, lambda typed, faults: _form(guest, typed, faults)
    )


@pages.post("/invited/enter")
def guest_enter() -> ResponseReturnValue:
    """Give the code, to have one's own copy again."""
    guest = by_visit()

    def act(asked: dict[str, Any]) -> str:
        guests.enter_by_code(guest.work, guest=guest, code=asked["code"])
        return DONE

    return submit(guest.work, schemas.GuestCodeIn(), act, lambda typed, faults: _form(guest, typed, faults))


@pages.post("/invited/code")
def guest_code_again() -> ResponseReturnValue:
    """Have another code sent."""
    guest = by_visit()
    return _code_sent(guest, lambda faults: _form(guest, {}, faults))


@pages.get(DONE)
def guest_done() -> ResponseReturnValue:
    """What one has answered, and one's own copy."""
    guest = by_visit()
    if not guest.is_proved:
        return redirect(FORM, 303)
    return make_response(page("signing/guest_done.html", **context(_sheet(guest))))


@pages.get("/invited/copy.pdf")
def guest_copy() -> Response:
    """One's own copy."""
    guest = by_visit()
    signature = _sheet(guest).signature
    return send_file(queries.find_document(guest.work, uid=signature.uid if signature else ""), "pdf")


@pages.get("/invited/copy.zip")
def guest_bundle() -> Response:
    """One's own evidence bundle."""
    guest = by_visit()
    signature = _sheet(guest).signature
    return send_file(queries.find_document(guest.work, uid=signature.uid if signature else ""), "zip")


@pages.get(OTHER)
def guest_other() -> ResponseReturnValue:
    """The other answers: to talk first, to decline."""
    guest = by_visit()
    return redirect(DONE, 303) if guest.is_proved else make_response(_other(guest, {}, ()))


@pages.post("/invited/talk")
def guest_talk() -> ResponseReturnValue:
    """Ask for a conversation."""
    guest = by_visit()

    def act(asked: dict[str, Any]) -> str:
        guests.ask_to_talk_as_guest(guest.work, guest=guest, **asked)
        return DONE

    again = lambda typed, faults: _other(guest, typed, faults, form="talk")  # noqa: E731 -- as short as its use
    return submit(guest.work, schemas.GuestTalkIn(), act, again)


@pages.post("/invited/decline")
def guest_decline() -> ResponseReturnValue:
    """Say no."""
    guest = by_visit()

    def act(asked: dict[str, Any]) -> str:
        guests.decline_as_guest(guest.work, guest=guest, **asked)
        return DONE

    again = lambda typed, faults: _other(guest, typed, faults, form="decline")  # noqa: E731 -- as above
    return submit(guest.work, schemas.GuestDeclineIn(), act, again)


@pages.post("/invited/leave")
def guest_leave() -> ResponseReturnValue:
    """End the visit: nothing of it stays on this device."""
    guest = by_visit()
    guests.leave(guest.work, guest=guest)
    response = make_response(page("signing/guest_left.html"))
    settings = guest.work.settings
    response.delete_cookie(
        guest_cookie(settings), httponly=True, samesite="Strict", secure=settings.is_secure
    )
    return response


def _by_link(token: str) -> Guest:
    guest = guest_by_link(current_work(), token=token)
    go_on_as(guest.work)
    return guest


def by_visit(*, is_proved: bool = False) -> Guest:
    """The guest whose cookie this is, in whose name the request goes on; with `is_proved`, only after the code.
    NotFound, Invalid."""
    work = current_work()
    guest = guest_by_visit(work, token=request.cookies.get(guest_cookie(work.settings), ""))
    go_on_as(guest.work)
    if is_proved and not guest.is_proved:
        raise Invalid(detail=_("Give the code first. Nothing was changed."))
    return guest


def guest_cookie(settings: Settings) -> str:
    """The name of the cookie that carries a visit."""
    return "__Host-guest" if settings.is_secure else "guest"


def _code_sent(guest: Guest, again: Any) -> ResponseReturnValue:
    """The form, in a visit of its own; or the page once more where no code could be sent."""
    locale = request.form.get("locale", "")
    try:
        with guest.work.attempt():
            token = guests.send_code(guest.work, guest=guest, locale=locale or translator().locale)
    except (Conflict, TooMany) as refusal:
        faults = [Fault(field="", reason=refusal.detail, remedy=refusal.remedy)]
        return make_response(again(faults), refusal.status)
    return with_cookie(
        make_response(redirect(f"{FORM}?lang={locale}" if locale else FORM, 303)), guest.work, token
    )


def with_cookie(response: Response, work: Work, token: str) -> Response:
    """The answer with the cookie of a visit, which no other site's link sends and which ends with the browser."""
    is_secure = work.settings.is_secure
    response.set_cookie(
        guest_cookie(work.settings), token, httponly=True, samesite="Strict", secure=is_secure, path="/"
    )
    return response


def _sheet(guest: Guest) -> queries.Sheet:
    """The request in the language asked for; once the signing page was opened, in that one's."""
    opened = guest_page(guest.work, guest=guest)
    locale = opened.locale if opened else chosen_locale(guest.work)
    return queries.show_request(guest.work, uid=guest.request, locale=locale)


def _letter(guest: Guest, token: str, faults: Sequence[Fault], *, is_quiet: bool = False) -> str:
    base = f"/invited/{token}"
    shown = context(_sheet(guest))
    shown["languages"] = [replace(one, href=f"{base}?lang={one.lang}") for one in shown["languages"]]
    return page(
        "signing/guest.html",
        base=base,
        can_send=bool(guest.person.second_email),
        is_answered=shown["asked"].state not in rules.OPEN,
        is_quiet=is_quiet,
        faults=in_words(faults),
        **shown,
    )


def _form(guest: Guest, typed: Typed, faults: Sequence[Fault]) -> str:
    sheet = _sheet(guest)
    shown, said = words_for(guest.work, sheet.rendition.locale), in_words(faults)
    return page(
        "signing/guest_sign.html",
        shown=shown,
        has_consented=queries.has_consented(guest.work, person_id=guest.person.id, disclosure=shown.consent),
        opened=guest_page(guest.work, guest=guest),
        sent_to=guest.visit.sent_to if guest.visit else "",
        is_seen=bool(guest.visit and guest.visit.identified_by),
        typed=typed,
        faults=said,
        errors=errors_of(said),
        **context(sheet),
    )


def _other(guest: Guest, typed: Typed, faults: Sequence[Fault], form: str = "") -> str:
    said = in_words(faults)
    return page(
        "signing/guest_other.html",
        sent_to=guest.visit.sent_to if guest.visit else "",
        is_seen=bool(guest.visit and guest.visit.identified_by),
        typed=typed,
        faults=said,
        errors=errors_of(said),
        form=form,
        **context(_sheet(guest)),
    )
