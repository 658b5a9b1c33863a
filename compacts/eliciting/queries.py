"""Reads of blind lists. Until a round is closed everybody reads their own lines and nobody else's, whoever they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reciproca.compacts.drafting.queries import version_texts, versions
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.eliciting import rules
from reciproca.compacts.eliciting.tables import Direction, Elicitation, Strand, Wish
from reciproca.compacts.people.queries import members
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class MyList:
    """What somebody gives and hopes to get, as they wrote it. `revision` is 0 while there is nothing."""

    gives: Sequence[str]
    gets: Sequence[str]
    locale: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a closed round: whose side said it, and nothing about who did. `strand` is a uid."""

    uid: str
    side: Side
    direction: Direction
    locale: str
    text: str
    strand: str | None


@dataclass(frozen=True, kw_only=True)
class StrandView:
    """A theme and the lines in it. `identity` is the commitment that answers it."""

    uid: str
    revision: int
    title: str
    identity: str | None
    lines: Sequence[Line]

    def of(self, side: Side, direction: Direction) -> list[Line]:
        """Its lines of one side and direction."""
        return [line for line in self.lines if (line.side, line.direction) == (side, direction)]


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Both sides' lists of a closed round: by theme, and what is in none."""

    strands: Sequence[StrandView]
    loose: Sequence[Line]
    counts: dict[Side, int]

    @property
    def unanswered(self) -> list[StrandView]:
        """Themes that no commitment answers yet."""
        return [strand for strand in self.strands if strand.identity is None]


def elicitations(work: Work, *, compact: Compact) -> list[Elicitation]:
    """The rounds of an agreement, newest first."""
    authorize(work, Action.ELICIT_READ)
    asked = select(Elicitation).filter_by(compact_id=compact.id).order_by(Elicitation.number.desc())
    return list(work.session.scalars(asked))


def find_elicitation(work: Work, *, uid: str) -> tuple[Elicitation, Compact]:
    """The round `uid` and its agreement. NotFound."""
    authorize(work, Action.ELICIT_READ)
    asked = select(Elicitation, Compact).join(Compact, Compact.id == Elicitation.compact_id)
    found = work.session.execute(asked.where(Elicitation.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such round here."), remedy=_("Look it up on the agreement's page.")
        )
    return found[0], found[1]


def round_of(work: Work, *, strand_uid: str) -> str:
    """The uid of the round that a theme belongs to. NotFound."""
    authorize(work, Action.ELICIT_READ)
    asked = select(Elicitation.uid).join(Strand, Strand.elicitation_id == Elicitation.id)
    found = work.session.scalar(asked.where(Strand.uid == strand_uid))
    if found is None:
        raise NotFound(detail=_("There is no such theme here."), remedy=_("Open the round again."))
    return found


def my_list(work: Work, *, elicitation: Elicitation) -> MyList:
    """The actor's own lines; none once the round is closed, because then nobody knows which they were."""
    authorize(work, Action.ELICIT_READ)
    asked = select(Wish).filter_by(elicitation_id=elicitation.id, person_id=work.actor.person_id)
    mine = work.session.scalars(asked.order_by(Wish.id)).all() if work.actor.person_id else []
    return MyList(
        gives=[wish.text for wish in mine if wish.direction is Direction.GIVE],
        gets=[wish.text for wish in mine if wish.direction is Direction.GET],
        locale=next((wish.locale for wish in mine), ""),
        revision=max((wish.revision for wish in mine), default=0),
    )


def writers(work: Work, *, elicitation: Elicitation) -> dict[Side, int | None]:
    """How many people of each side have written, for the steward of an open round; None for fewer than five, and for
    all once it is closed."""
    authorize(work, Action.ELICIT_RUN)
    asked = select(Wish.side, func.count(Wish.person_id.distinct()))
    theirs = asked.where(Wish.elicitation_id == elicitation.id).group_by(Wish.side)
    counted = {row[0]: row[1] for row in work.session.execute(theirs)}
    return {side: rules.shown(number) for side, number in rules.by_side(counted).items()}


def cautions(work: Work, *, wrote: Mapping[Side, int | None] | None = None) -> list[rules.Caution]:
    """What to be warned of before a round opens; with what `writers` told, before it is closed."""
    authorize(work, Action.ELICIT_RUN)
    asked = members(work, at=work.today(), include_on_leave=True)
    return rules.warnings(physicians_asked=len(asked), wrote=wrote)


def lists(work: Work, *, elicitation: Elicitation) -> Lists:
    """Both sides' lists. Conflict while the round is open, for everybody."""
    authorize(work, Action.ELICIT_READ)
    rules.require_closed(elicitation.closed_at)
    made = work.session.scalars(
        select(Strand).filter_by(elicitation_id=elicitation.id).order_by(Strand.position, Strand.id)
    ).all()
    names = {strand.id: strand.uid for strand in made}
    wishes = work.session.scalars(
        select(Wish).filter_by(elicitation_id=elicitation.id).order_by(Wish.id)
    ).all()
    lines = [_line(wish, names) for wish in wishes]
    strands = [
        StrandView(
            uid=strand.uid,
            revision=strand.revision,
            title=strand.title,
            identity=strand.identity,
            lines=[line for line in lines if line.strand == strand.uid],
        )
        for strand in made
    ]
    counted = {side: sum(line.side is side for line in lines) for side in Side}
    return Lists(strands=strands, loose=[line for line in lines if line.strand is None], counts=counted)


def promises(work: Work, *, compact: Compact, locale: str) -> tuple[Version, list[Clause]]:
    """The agreement's newest version and its commitments, which may answer themes."""
    authorize(work, Action.ELICIT_READ)
    newest = versions(work, compact_ids=[compact.id])[0]
    return newest, list(version_texts(work, version=newest, locales=[locale])[locale].clauses)


def answered_by(work: Work, *, compact: Compact) -> dict[str, list[str]]:
    """The titles of the themes that each commitment answers, by its identity."""
    authorize(work, Action.ELICIT_READ)
    rounds = select(Elicitation.id).filter_by(compact_id=compact.id)
    asked = select(Strand.identity, Strand.title).where(
        Strand.elicitation_id.in_(rounds), Strand.identity.is_not(None)
    )
    found: dict[str, list[str]] = {}
    for identity, title in work.session.execute(asked.order_by(Strand.elicitation_id, Strand.position)):
        found.setdefault(identity or "", []).append(title)
    return found


def _line(wish: Wish, names: dict[int, str]) -> Line:
    return Line(
        uid=wish.uid,
        side=wish.side,
        direction=wish.direction,
        locale=wish.locale,
        text=wish.text,
        strand=names.get(wish.strand_id or 0),
    )
