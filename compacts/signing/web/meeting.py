"""Signing at a meeting: the steward's page, which shows a code to be opened, and the page that it opens."""

from collections.abc import Sequence
from typing import Any

import segno
from flask import make_response, redirect
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.web.forms import Typed, errors_of, kinder, typed
from reciproca.compacts.signing.actions.meetings import enter_meeting, identify
from reciproca.compacts.signing.queries.guests import Guest, guest_at_meeting
from reciproca.compacts.signing.queries.on_paper import open_campaign_of
from reciproca.compacts.signing.schemas import in_person as schemas
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.guest import FORM, with_cookie
from reciproca.compacts.signing.web.text import in_words
from reciproca.core.errors import Fault, Invalid
from reciproca.core.http import current_work, faults_of, go_on_as
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page, translator

_HERE = "/invited/here/<string(length=52):token>"


@pages.get("/compacts/<uid>/meeting")
def meeting(uid: str) -> str:
    """Whom do you see before you? Nobody's answer is shown."""
    return _meeting(uid, {}, ())


@pages.post("/compacts/<uid>/meeting")
def see(uid: str) -> ResponseReturnValue:
    """The code that the person opens. This answer alone holds it, so the page isn't sent elsewhere."""
    work, form = current_work(), typed()
    try:
        asked = schemas.MeetingIn().load(form)
        with work.attempt():
            campaign = open_campaign_of(work, compact=drafts.find_compact(work, uid=uid))
            if campaign is None:
                raise Invalid(detail=_("Nobody is asked to sign this agreement now."))
            token, name = identify(work, campaign=campaign, **asked)
    except ValidationError as error:
        return make_response(_meeting(uid, form, [kinder(one) for one in faults_of(error.messages)]), 422)
    except Invalid as error:
        faults = error.faults or [Fault(field="", reason=error.detail, remedy=error.remedy)]
        return make_response(_meeting(uid, form, faults), 422)
    address = f"{work.settings.public_url.rstrip('/')}/invited/here/{token}"
    drawn = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4)
    return make_response(_meeting(uid, {}, (), whom=name, address=address, picture=drawn))


@pages.get(_HERE)
def here(token: str) -> str:
    """Who one is taken for, and one button. Opening it uses nothing up."""
    guest = _at_meeting(token)
    return page("signing/here.html", token=token, person=guest.person.name)


@pages.post(_HERE)
def go_on(token: str) -> ResponseReturnValue:
    """Go on on this device; the address is used up."""
    guest = _at_meeting(token)
    cookie = enter_meeting(guest.work, guest=guest, locale=translator().locale)
    return with_cookie(make_response(redirect(FORM, 303)), guest.work, cookie)


def _at_meeting(token: str) -> Guest:
    guest = guest_at_meeting(current_work(), token=token)
    go_on_as(guest.work)
    return guest


def _meeting(uid: str, form: Typed, faults: Sequence[Fault], **shown: Any) -> str:
    work, said = current_work(), in_words(faults)
    authorize(work, Action.MEETING_RUN)
    compact = drafts.find_compact(work, uid=uid)
    return page(
        "signing/meeting.html",
        compact=compact,
        title=drafts.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        campaign=open_campaign_of(work, compact=compact),
        typed=form,
        faults=said,
        errors=errors_of(said),
        **{"whom": "", "address": "", "picture": "", **shown},
    )
