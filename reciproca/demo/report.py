"""What the story left behind, by the names of the contract: counts, digests and paths, never who declined."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from reciproca.compacts.access.tables import Account
from reciproca.compacts.drafting.tables import Commitment, Compact, CompactText, Rendition, Version
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.reviewing.tables import AgreedAction, Answer, Assessment, Review
from reciproca.compacts.signing.queries import bound
from reciproca.compacts.signing.tables import RequestState, SealedDocument, Signature, SignatureRequest
from reciproca.core.ledger.tables import LedgerCheckpoint
from reciproca.core.work import Work
from reciproca.demo.cast import LEADERS, PHYSICIAN_LEADERS, SAMPLE_PHYSICIANS, SHOWN
from reciproca.plugins.types import Side


def describe(work: Work) -> dict[str, Any]:
    """The content of `demo.json`."""
    compact = work.session.scalars(select(Compact)).one()
    versions = work.session.scalars(select(Version).order_by(Version.number))
    title = work.session.scalars(
        select(CompactText.title).filter_by(compact_id=compact.id, locale="en")
    ).one()
    return {
        "organisation": {"uid": work.organisation.uid, "name": work.organisation.name},
        "people": _count(work, Person),
        "appointments": _count(work, Appointment),
        "compact": {"uid": compact.uid, "title": title},
        "versions": [_version(work, version) for version in versions],
        "requests": _requests(work),
        "documents": _documents(work),
        "reviews": [_review(work, review) for review in work.session.scalars(select(Review).order_by(Review.number))],
        "notices": {
            "to_organisation": _notices(work, Side.ORGANISATION), "to_physicians": _notices(work, Side.PHYSICIANS),
        },
        "ledger": _ledger(work),
        "certificate": "keys/root.pem",
        "sign_in": _sign_in(work),
    }  # fmt: skip


def _count(work: Work, table: type[Any]) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def _version(work: Work, version: Version) -> dict[str, Any]:
    sides = Counter(work.session.scalars(select(Commitment.side).filter_by(version_id=version.id)))
    frozen = select(Rendition.locale, Rendition.sha256).filter_by(version_id=version.id)
    return {
        "uid": version.uid,
        "number": version.number,
        "state": version.state.value,
        "change_class": version.change_class.value,
        "renditions": {locale: {"sha256": digest} for locale, digest in work.session.execute(frozen)},
        "commitments": {side.value: sides[side] for side in Side},
    }


def _requests(work: Work) -> dict[str, int]:
    states = Counter(work.session.scalars(select(SignatureRequest.state)))
    signatures = work.session.scalars(select(Signature).filter_by(role="physician")).all()
    ended = {RequestState.SIGNED, RequestState.DECLINED, RequestState.DISCUSSION_REQUESTED}
    gone = {RequestState.CANCELLED, RequestState.EXPIRED, RequestState.SUPERSEDED, RequestState.WITHDRAWN}
    return {
        "signed": states[RequestState.SIGNED],
        "bound": len(bound(work, signatures=signatures)),
        "declined": states[RequestState.DECLINED],
        "asked_to_talk": states[RequestState.DISCUSSION_REQUESTED],
        "open": sum(count for state, count in states.items() if state not in ended | gone),
    }


def _documents(work: Work) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(SealedDocument, Signature, Version.number)
        .join(Signature, Signature.id == SealedDocument.signature_id)
        .join(Version, Version.id == Signature.version_id)
        .order_by(Signature.signed_at)
    ).all()
    return [
        {
            "person": signature.name_as_signed, "version": number, "locale": document.locale,
            "pdf": f"documents/{document.pdf}", "bundle": f"documents/{document.bundle}",
            "sha256": document.pdf_sha256,
        }
        for document, signature, number in rows
    ]  # fmt: skip


def _review(work: Work, review: Review) -> dict[str, Any]:
    looked = work.session.scalars(
        select(Commitment.side)
        .join(Assessment, Assessment.commitment_id == Commitment.id)
        .where(Assessment.review_id == review.id)
        .where(select(Answer.id).where(Answer.assessment_id == Assessment.id).exists())
    )
    sides = Counter(looked)
    actions = work.session.scalars(select(AgreedAction.id).filter_by(review_id=review.id)).all()
    return {
        "uid": review.uid,
        "state": review.state.value,
        "assessed": {side.value: sides[side] for side in Side},
        "actions": len(actions),
    }


def _notices(work: Work, side: Side) -> int:
    return work.session.scalar(select(func.count()).select_from(Notice).where(Notice.side == side)) or 0


def _ledger(work: Work) -> dict[str, Any]:
    newest = (
        select(LedgerCheckpoint.size, LedgerCheckpoint.root).order_by(LedgerCheckpoint.size.desc()).limit(1)
    )
    size, root = work.session.execute(newest).one()
    return {"size": size, "root": root.hex()}


def _sign_in(work: Work) -> list[dict[str, str]]:
    parts = {part.key: part for part in (*LEADERS, *PHYSICIAN_LEADERS, *SAMPLE_PHYSICIANS)}
    emails: Sequence[str] = [parts[key].email for key, _role in SHOWN]
    accounts = select(Account.email, Account.uid).where(Account.email.in_(emails))
    uids = {email: uid for email, uid in work.session.execute(accounts)}  # noqa: C416 -- rows are typed, dict() isn't
    return [
        {"role": role.value, "email": parts[key].email, "url": f"/auth/demo/{uids[parts[key].email]}"}
        for key, role in SHOWN
    ]
