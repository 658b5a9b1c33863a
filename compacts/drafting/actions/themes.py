"""Themes: under which heading a topic stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.edits import Values, key_of, place, record, topic_keys
from reciproca.compacts.drafting.actions.locking import locked_commitment
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, EditKind, Version
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A theme's key, and what it is called by language."""

    key: str
    labels: Mapping[str, str]


def theme_for(work: Work, *, version: Version, theme: str, labels: Mapping[str, str]) -> Theme:
    """The theme of a version that has the key `theme`, else one of these `labels`, else a new one."""
    authorize(work, Action.DRAFT_EDIT)
    known = _themes(work, version)
    if theme in known:
        return known[theme]
    alike = (
        each for each in known.values() if any(each.labels.get(at) == said for at, said in labels.items())
    )
    key = theme or (ids.time_ordered(work.clock) if labels else "")
    return next(alike, Theme(key=key, labels=labels))


def change_theme(
    work: Work, *, commitment_uid: str, theme: str = "", label: str = "", locale: str, why: str = ""
) -> Version:
    """Let a topic stand under another theme, after the last topic there: under the one with the key `theme`, else the
    one called `label` in `locale`, which may be new. Conflict when the version isn't a draft; Invalid."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    rules.require_open(version.state)
    label = clean_text(label)
    if not label and theme not in _themes(work, version):
        raise Invalid(
            detail=_("There is no such theme here. Nothing was changed."),
            faults=[Fault(field="theme", reason=_("Choose a theme, or write what a new one is called."))],
        )
    chosen = theme_for(
        work, version=version, theme="" if label else theme, labels={locale: label} if label else {}
    )
    key, before = key_of(commitment), under(work, version=version, key=key_of(commitment))
    if before["theme"] == chosen.key:
        return version
    last = _last_of(work, version, chosen.key)
    put_under(work, version=version, key=key, theme=chosen)
    if last:
        place(work, version=version, key=key, to=last + (last < before["place"]))
    version.revision += 1
    after = under(work, version=version, key=key)
    record(
        work,
        version=version,
        identity=commitment.identity,
        kind=EditKind.MOVED,
        before=before,
        after=after,
        why=why,
    )
    return version


def under(work: Work, *, version: Version, key: str) -> Values:
    """Where a topic stands: its place, its theme's key, and what the theme is called by language."""
    authorize(work, Action.DRAFT_EDIT)
    row = next(row for row in _rows(work, version) if key_of(row) == key)
    texts = work.session.scalars(select(CommitmentText).filter_by(commitment_id=row.id))
    labels = {text.locale: text.theme for text in texts}
    return {
        "place": topic_keys(work, version_id=version.id).index(key) + 1,
        "theme": row.theme,
        "labels": labels,
    }


def put_under(work: Work, *, version: Version, key: str, theme: Theme) -> None:
    """Write `theme` on both promises of a topic."""
    authorize(work, Action.DRAFT_EDIT)
    for row in [row for row in _rows(work, version) if key_of(row) == key]:
        row.theme = theme.key
        for text in work.session.scalars(select(CommitmentText).filter_by(commitment_id=row.id)):
            text.theme = theme.labels.get(text.locale, "")
    work.session.flush()


def _rows(work: Work, version: Version) -> list[Commitment]:
    asked = select(Commitment).filter_by(version_id=version.id).order_by(Commitment.position, Commitment.id)
    return list(work.session.scalars(asked))


def _themes(work: Work, version: Version) -> dict[str, Theme]:
    rows = {row.id: row.theme for row in _rows(work, version)}
    found: dict[str, dict[str, str]] = {}
    for text in work.session.scalars(select(CommitmentText).where(CommitmentText.commitment_id.in_(rows))):
        found.setdefault(rows[text.commitment_id], {})[text.locale] = text.theme
    return {key: Theme(key=key, labels=labels) for key, labels in found.items() if key}


def _last_of(work: Work, version: Version, theme: str) -> int:
    """The place of the last topic under a theme; 0 when there is none."""
    return max((row.position for row in _rows(work, version) if row.theme == theme), default=0)
