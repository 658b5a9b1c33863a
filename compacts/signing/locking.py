"""Rows that an act of signing stands on, locked until its transaction ends. The order is the same for everybody, so
that no two wait for each other: version, campaign, request."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Rendition, Version
from reciproca.compacts.signing.queries import no_request
from reciproca.compacts.signing.tables import Campaign, Ceremony, SignatureRequest
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.work import Work

_FRESH = {"populate_existing": True}


def locked_request(work: Work, uid: str) -> SignatureRequest:
    """The actor's own request, nobody else's to change until the end. NotFound, also for somebody else's."""
    mine = select(SignatureRequest).filter_by(uid=uid, person_id=work.actor.person_id).with_for_update()
    found = work.session.scalars(mine, execution_options=_FRESH).one_or_none()
    if found is None:
        raise no_request()
    return found


def standing_request(work: Work, uid: str) -> tuple[Version, Campaign, SignatureRequest]:
    """The actor's own request with the version and campaign that it stands in, all locked. NotFound."""
    mine = select(SignatureRequest.version_id, SignatureRequest.campaign_id).filter_by(
        uid=uid, person_id=work.actor.person_id
    )
    found = work.session.execute(mine).one_or_none()
    if found is None:
        raise no_request()
    version, campaign = standing_version(work, found.version_id), standing_campaign(work, found.campaign_id)
    return version, campaign, locked_request(work, uid)


def standing_version(work: Work, version_id: int) -> Version:
    """The version as it stands; nobody can bring another into force until the end, but many may sign at once."""
    asked = select(Version).filter_by(id=version_id).with_for_update(read=True)
    return work.session.scalars(asked, execution_options=_FRESH).one()


def standing_campaign(work: Work, campaign_id: int) -> Campaign:
    """The campaign as it stands; it can't be ended until this transaction is over."""
    asked = select(Campaign).filter_by(id=campaign_id).with_for_update(read=True)
    return work.session.scalars(asked, execution_options=_FRESH).one()


def used_ceremony(work: Work, nonce: str, *, version: Version, role: str) -> tuple[Ceremony, Rendition]:
    """The actor's opening of the signing page that `nonce` names, and the frozen text that it showed. Conflict."""
    asked = select(Ceremony).filter_by(
        nonce=nonce, version_id=version.id, person_id=work.actor.person_id, role=role
    )
    found = work.session.scalars(asked.with_for_update(), execution_options=_FRESH).one_or_none()
    if found is None:
        raise Conflict(
            detail=_("This form doesn't belong to a page that you opened. Nothing was changed."),
            remedy=_("Open the page again, look at the text that it shows, and sign there."),
        )
    frozen = select(Rendition).filter_by(version_id=version.id, locale=found.locale)
    return found, work.session.scalars(frozen).one()
