"""What a notice is about: of a reminder, its obligation as it stands now; of any other, what was written with it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Facts, Kind, facts_of, stage_of
from reciproca.compacts.obligations.tables import Obligation
from reciproca.core.work import Work

_PATHS = {str(Kind.ESCALATED): "/overdue", str(Kind.PROPOSED): "/agenda"}
"""Who is told on the way up decides there, not on the page of what is owed."""


def obligations_of(work: Work, notices: Sequence[Notice]) -> dict[int, Obligation]:
    """By id, what the reminders among `notices` are about, in one read."""
    ids = {notice.obligation_id for notice in notices if notice.obligation_id is not None}
    if not ids:
        return {}
    return {row.id: row for row in work.session.scalars(select(Obligation).where(Obligation.id.in_(ids)))}


def facts_by_notice(notice: Notice, known: Mapping[int, Obligation]) -> Facts:
    """The facts of one notice; `known` holds its obligation, if it has one."""
    if notice.obligation_id is None:
        return facts_of(notice.kind, notice.data)
    owed = known[notice.obligation_id]
    stage = stage_of(owed.family, step=notice.step or 0, written_at=notice.written_at, due_at=owed.due_at)
    return Facts(
        kind=Kind(notice.kind),
        title=owed.title,
        stage=stage,
        due=date.fromisoformat(owed.due_local[:10]),
        path=_PATHS.get(notice.kind, owed.path),
        sentence=owed.sentence,
    )
