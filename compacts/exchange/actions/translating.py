"""A translator's file comes back: the words of one language are taken in, and a machine's are marked as such."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Version
from reciproca.compacts.exchange.opening import refuse
from reciproca.compacts.exchange.rules import digest_of
from reciproca.compacts.exchange.steps import check_locale, for_steps
from reciproca.compacts.exchange.xliff import Translation, Unit, read_xliff, words_of
from reciproca.core.canonical import clean_text
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Translated:
    """What became of a translator's file: how many promises were `changed`; and what was left out, because the words
    that it was translated from (or those that it would replace) are others by now."""

    locale: str
    changed: int
    outdated: Sequence[Unit]


def take_translation(work: Work, *, version_uid: str, data: bytes, is_machine: bool = False) -> Translated:
    """Take the words of one language into a draft from XLIFF 1.2. `is_machine`: a machine translated all of it. What
    was translated from words that have changed since is left out and told. Invalid for a language that the
    organisation doesn't write in, or another version; Conflict when the text stands still."""
    authorize(work, Action.DRAFT_IMPORT)
    version = queries.find_version(work, uid=version_uid)
    file = read_xliff(data)
    _check(work, file, version)
    texts = queries.version_texts(work, version=version, locales=[file.source, file.target])
    sources = {clause.identity: clause for clause in texts[file.source].clauses}
    targets = {clause.identity: clause for clause in texts[file.target].clauses}
    outdated = [unit for unit in file.units if unit.target and _is_outdated(unit, sources, targets)]
    new = [
        unit
        for unit in file.units
        if unit.target and unit not in outdated and _differs(unit, targets[unit.identity])
    ]
    steps = for_steps(work)
    identities = dict.fromkeys(unit.identity for unit in new)
    for identity in identities:
        units = [unit for unit in new if unit.identity == identity]
        words = {unit.field: unit.target for unit in units}
        drafting.edit_commitment(
            steps, commitment_uid=targets[identity].uid, locale=file.target, words=words, why="XLIFF"
        )
    by_machine = {unit.identity for unit in file.units if unit.target and (unit.is_machine or is_machine)}
    _mark(work, version, file.target, by_machine & set(identities))
    return Translated(locale=file.target, changed=len(identities), outdated=outdated)


def _mark(work: Work, version: Version, locale: str, identities: Collection[str]) -> None:
    """Say that a machine wrote these words, and that nobody has checked them."""
    asked = (
        select(CommitmentText)
        .join(Commitment, Commitment.id == CommitmentText.commitment_id)
        .where(Commitment.version_id == version.id, Commitment.identity.in_(identities))
        .filter(CommitmentText.locale == locale)
    )
    for row in work.session.scalars(asked):
        row.is_machine = True
    work.session.flush()


def _differs(unit: Unit, clause: Clause) -> bool:
    return clean_text(unit.target) != words_of(clause, unit.field)


def _is_outdated(unit: Unit, sources: dict[str, Clause], targets: dict[str, Clause]) -> bool:
    if unit.identity not in sources:
        return True
    source, target = sources[unit.identity], targets[unit.identity]
    if digest_of(unit.source) != digest_of(words_of(source, unit.field)):
        return True
    was_changed = bool(unit.left) and unit.left != digest_of(words_of(target, unit.field))
    return was_changed and _differs(unit, target)


def _check(work: Work, file: Translation, version: Version) -> None:
    for locale in (file.source, file.target):
        check_locale(work, locale)
    if file.source == file.target:
        raise refuse(_("It is from one language into the same."), _("Take the file for translators again."))
    if file.version != version.uid:
        raise refuse(_("It is of another version."), _("Bring it back on the page of its own version."))
