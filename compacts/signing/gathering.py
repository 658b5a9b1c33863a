"""After the act: gather its evidence, make the document outside any transaction, keep the files, then say that they are
there. Each step can be repeated; whoever comes second with the same document throws its own away."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment
from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.tables import Rendition, Version
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation
from reciproca.compacts.signing.circumstances import adopted, scan_of, withdrawn
from reciproca.compacts.signing.proofs import STAMPED, DocumentParts, SignedAct
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN
from reciproca.compacts.signing.sealing import Made, make_document
from reciproca.compacts.signing.tables import SealedDocument, Signature, SignatureEvidence
from reciproca.compacts.signing.writing import SEAL, STAMP
from reciproca.core.i18n import Catalogues
from reciproca.core.identity import Actor, OrganisationRef, system
from reciproca.core.leases import BACKOFF
from reciproca.core.ledger.health import require_sound
from reciproca.core.ledger.index import positions
from reciproca.core.ledger.proving import inclusions
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from reciproca.core.rights import Action, authorize
from reciproca.core.settings import Settings
from reciproca.core.work import Identify, Installation, Work
from reciproca.templates import loader

FOLDER = "documents"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Everything that one document is made of. `is_bound`: the organisation's act is among them; `again`: it is made
    for the time stamp that the one before lacks."""

    signature_id: int
    name: str
    parts: DocumentParts
    is_bound: bool
    again: bool = False


def seal_document(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `seal`: the document of the signature in the payload, made anew where the organisation has signed
    since the last time. Nothing is done where the right one is there already. One that still waits for its time stamp
    is made, kept, and asked for again later."""
    from reciproca.compacts.signing.authority import authority_of  # noqa: PLC0415 -- as pyHanko's, in sealing.py

    who, tries = sealer(item), int(item.payload.get("tries", 0))
    with installation.work(who, write=False) as work:
        gathered = gather(work, str(item.payload["signature"]), again=tries > 0)
    if gathered is None:
        return
    language = _catalogues().translator(gathered.parts.locale)
    made = make_document(
        gathered.parts,
        keys=installation.keys,
        environment=_environment(),
        translator=language,
        at=installation.clock.now(),
        authority=authority_of(installation.settings, installation.clock.now),
    )
    names = keep(installation.settings, gathered.name, made)
    with installation.work(who) as work:
        unwanted = record(work, gathered, made, names)
        if "pending" in made.seal:
            _ask_again(work, gathered.name, tries)
    for name in unwanted:
        with suppress(FileNotFoundError):
            (installation.settings.home / FOLDER / name).unlink()


def _ask_again(work: Work, signature_uid: str, tries: int) -> None:
    """Have the document sealed anew, with a time stamp, after a pause that grows; for ever, as nothing waits for it."""
    pause = timedelta(seconds=BACKOFF[min(tries, len(BACKOFF) - 1)])
    work.enqueue(STAMP, {"signature": signature_uid, "tries": tries + 1}, not_before=work.now + pause)


def seal_version(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `seal_version`: ask for every document of a version that the organisation has signed, once more."""
    with installation.work(sealer(item)) as work:
        mine = (
            select(Signature.uid)
            .join(Version, Version.id == Signature.version_id)
            .where(Version.uid == item.payload["version"], Signature.role == PHYSICIAN)
        )
        for uid in work.session.scalars(mine).all():
            work.enqueue(SEAL, {"signature": uid}, key=f"{SEAL}:{uid}:both")


def remove_documents(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `remove_documents`: take the files in the payload out of HOME/documents, where they still are; and
    whatever else there is of `signature`: a maker that died left files that no row knows of."""
    folder = installation.settings.home / FOLDER
    left = folder.glob(f"{item.payload['signature']}-*") if "signature" in item.payload else ()
    for path in [*(folder / Path(name).name for name in item.payload["names"]), *left]:
        path.unlink(missing_ok=True)


def gather(work: Work, signature_uid: str, *, again: bool = False) -> Gathered | None:
    """What the document of a physician's signature is made of; None when it is there already, with both sides' acts
    where both have signed, or when the evidence was erased by law. `again`: one without its time stamp doesn't count as
    there."""
    authorize(work, Action.DOCUMENT_SEAL)
    require_sound(work.session)
    signature = work.session.scalars(select(Signature).filter_by(uid=signature_uid)).one()
    others = _organisations(work.session, signature)
    acts = _acts(work.session, [signature, *others])
    there = work.session.scalars(select(SealedDocument).filter_by(signature_id=signature.id)).one_or_none()
    if acts is None or (there and _is_enough(work.settings, there, is_bound=bool(others), again=again)):
        return None
    text = work.session.scalars(
        select(Rendition.canonical).filter_by(version_id=signature.version_id, locale=signature.locale)
    ).one()
    parts = DocumentParts(
        text=text,
        locale=signature.locale,
        acts=acts,
        adopted=adopted(work.session, signature.version_id),
        withdrawn=withdrawn(work.session, signature),
        scan=scan_of(work.session, work.settings.home / FOLDER, signature),
    )
    return Gathered(
        signature_id=signature.id, name=signature.uid, parts=parts, is_bound=bool(others), again=again
    )


def keep(settings: Settings, name: str, made: Made) -> tuple[str, str]:
    """Put the files into HOME/documents, whole or not at all, under names that carry no person's but their content's.
    Returns the names of PDF and bundle."""
    folder = settings.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"{name}-{made.pdf_sha256[:16]}"
    for ending, data in (("pdf", made.pdf), ("zip", made.bundle)):
        write_file(folder / f"{stem}.{ending}", data)
    _sync(folder)
    return f"{stem}.pdf", f"{stem}.zip"


def record(work: Work, gathered: Gathered, made: Made, names: tuple[str, str]) -> tuple[str, ...]:
    """Say which files are the signature's document. Returns names that are no longer wanted: those that were replaced,
    or these, when another worker was quicker or the evidence was erased meanwhile."""
    authorize(work, Action.DOCUMENT_SEAL)
    signature = work.session.scalars(
        select(Signature).filter_by(id=gathered.signature_id).with_for_update()
    ).one()
    if signature.is_erased:
        return names
    asked = select(SealedDocument).filter_by(signature_id=gathered.signature_id)
    there = work.session.scalars(asked).one_or_none()
    if there and _is_enough(
        work.settings, there, is_bound=gathered.is_bound, again=_is_better(gathered, made)
    ):
        return names
    old = (there.pdf, there.bundle) if there else ()
    document = there or SealedDocument(signature_id=gathered.signature_id, locale=gathered.parts.locale)
    document.pdf, document.bundle = names
    document.pdf_sha256, document.is_bound, document.sealed_at = made.pdf_sha256, gathered.is_bound, work.now
    document.detail = dict(made.seal)
    document.archive_due_at = work.now if made.seal["level"] == STAMPED else None
    document.archive_until = document.archive_failure = None
    work.session.add(document)
    return old


def sealer(item: OutboxItem) -> Identify:
    """The sealer, in the organisation that the item belongs to."""

    def identify(session: Session) -> tuple[Actor, OrganisationRef | None]:
        return system("sealer"), reference(session.get_one(Organisation, item.organisation_id))

    return identify


def _organisations(session: Session, signature: Signature) -> list[Signature]:
    """The organisation's signatures that cover this one, the oldest first: none before the last that it takes."""
    asked = select(Signature).filter_by(version_id=signature.version_id, role=ORGANISATION, withdrawn_at=None)
    covering = asked.where((Signature.covers_id == signature.id) | Signature.covers_id.is_(None))
    found = list(session.scalars(covering.order_by(Signature.id)))
    is_complete = any(one.covers_id is not None or one.slot == ORGANISATION for one in found)
    return found if is_complete else []


def _acts(session: Session, signatures: list[Signature]) -> tuple[SignedAct, ...] | None:
    uids = [one.evidence_uid for one in signatures]
    places = positions(session, uids)
    rows = {
        row.uid: row
        for row in session.scalars(select(SignatureEvidence).where(SignatureEvidence.uid.in_(uids)))
    }
    proofs = inclusions(session, [places[uid] for uid in uids])
    acts = []
    for one, proof in zip(signatures, proofs, strict=True):
        row, leaf = rows[one.evidence_uid], session.get_one(LedgerLeaf, proof.index)
        if row.salt is None or row.record is None:
            return None
        acts.append(
            SignedAct(
                role=one.role,
                uid=row.uid,
                salt=row.salt,
                record=row.record.encode(),
                leaf=leaf.entry,
                proof=proof,
            )
        )
    return tuple(acts)


def _is_better(gathered: Gathered, made: Made) -> bool:
    """Whether what was made again has the time stamp that it was made for."""
    return gathered.again and "pending" not in made.seal


def _is_enough(settings: Settings, there: SealedDocument, *, is_bound: bool, again: bool) -> bool:
    """Whether a document is as good as the one to be made."""
    waits = again and "pending" in there.detail
    return there.is_bound >= is_bound and not waits and _stands(settings, there)


def _stands(settings: Settings, document: SealedDocument) -> bool:
    folder = settings.home / FOLDER
    return (folder / document.pdf).is_file() and (folder / document.bundle).is_file()


def write_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def _environment() -> Environment:
    return loader.environment(_catalogues())
