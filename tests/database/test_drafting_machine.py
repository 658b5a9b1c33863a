"""Whatever people do, in whatever order, a version keeps its law: a random walk through real transactions."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.rules import COMING, FROZEN, MOVES
from reciproca.compacts.drafting.tables import Compact, Rendition, Version, VersionState
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import system
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, Side
from tests.building import consulting as rounds
from tests.building import drafting as build
from tests.building.house import BEGINNING, an_installation

REFUSED = (Conflict, Invalid, Forbidden)


class VersionMachine(RuleBasedStateMachine):
    """One hospital with up to two agreements, and everybody who may do something to them."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.clock = FixedClock(BEGINNING)
        self.installation = an_installation(self.home / "h", f"sqlite:///{self.home / 'db'}", self.clock)
        self.place = build.a_place(self.installation)
        self.states: dict[str, VersionState] = {}
        self.frozen: dict[tuple[str, str], bytes] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.installation.database.dispose()
        shutil.rmtree(self.home)

    def _do(self, act: object) -> None:
        """Let `act` happen, or be refused with nothing changed."""
        before = self._read()
        try:
            with self.installation.work(build.STEWARD, self.place) as work:
                act(work)  # type: ignore[operator]  # a lambda over the work
        except REFUSED:
            assert self._read() == before

    def _read(self) -> dict[str, VersionState]:
        with self.installation.work(build.STEWARD, self.place, write=False) as work:
            return {row.uid: row.state for row in work.session.scalars(select(Version))}

    def _any(self, work: Work, pick: int) -> Version:
        rows = list(work.session.scalars(select(Version).order_by(Version.id)))
        return rows[pick % len(rows)]

    @initialize()
    def begin(self) -> None:
        self._do(build.a_draft)

    @rule()
    def another_agreement(self) -> None:
        def act(work: Work) -> None:
            if len(queries.compacts(work)) < 2:
                build.a_draft(work)

        self._do(act)

    @rule(pick=st.integers(0, 9), words=st.sampled_from(["We answer.", "We listen.", ""]))
    def edit(self, pick: int, words: str) -> None:
        def act(work: Work) -> None:
            text = queries.version_texts(work, version=self._any(work, pick))["en"]
            actions.edit_commitment(
                work, commitment_uid=text.clauses[0].uid, locale="en", words={"text": words}
            )

        self._do(act)

    @rule(pick=st.integers(0, 9))
    def open_round(self, pick: int) -> None:
        self._do(lambda work: rounds.open_round(work, self._any(work, pick)))

    @rule(pick=st.integers(0, 9))
    def close_round(self, pick: int) -> None:
        self._do(lambda work: rounds.close_round(work, self._any(work, pick)))

    @rule(pick=st.integers(0, 9))
    def revise(self, pick: int) -> None:
        self._do(lambda work: actions.revise(work, version_uid=self._any(work, pick).uid))

    @rule(pick=st.integers(0, 9))
    def propose(self, pick: int) -> None:
        self._do(lambda work: actions.propose(work, version_uid=self._any(work, pick).uid))

    @rule(pick=st.integers(0, 9))
    def consult_and_propose(self, pick: int) -> None:
        self._do(lambda work: build.proposed(work, self._any(work, pick)))

    @rule(
        pick=st.integers(0, 9),
        side=st.sampled_from(Side),
        is_ratified=st.sampled_from([True, True, True, False]),
    )
    def decide(self, pick: int, side: Side, is_ratified: bool) -> None:
        self._do(lambda work: build.decide(work, self._any(work, pick), side, is_ratified=is_ratified))

    @rule(pick=st.integers(0, 9), days=st.integers(-1, 3))
    def schedule(self, pick: int, days: int) -> None:
        def act(work: Work) -> None:
            day = work.today() + timedelta(days=days)
            actions.schedule(work, version_uid=self._any(work, pick).uid, effective_from=day)

        self._do(act)

    @rule(pick=st.integers(0, 9))
    def withdraw(self, pick: int) -> None:
        self._do(lambda work: actions.withdraw(work, version_uid=self._any(work, pick).uid, reason="r"))

    @rule(pick=st.integers(0, 9))
    def go_all_the_way(self, pick: int) -> None:
        self._do(lambda work: build.in_force(work, self._any(work, pick)))

    @rule(pick=st.integers(0, 9), change=st.sampled_from(ChangeClass))
    def start(self, pick: int, change: ChangeClass) -> None:
        self._do(lambda work: build.next_version(work, self._any(work, pick), change))

    @rule(pick=st.integers(0, 9))
    def renew(self, pick: int) -> None:
        self._do(lambda work: build.in_force(work, build.next_version(work, self._any(work, pick))))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        with self.installation.work(system("scheduler"), self.place) as work:
            actions.put_in_force(work)

    @invariant()
    def every_move_is_in_the_table(self) -> None:
        """A state changes only along listed moves (several may lie in one transaction)."""
        now = self._read()
        for uid, state in now.items():
            before = self.states.get(uid, VersionState.DRAFT)
            assert state in _reachable(before)
        self.states = now

    @invariant()
    def one_in_force_and_one_on_its_way(self) -> None:
        """Never two versions in force for the same members of a unit, nor two next versions of one agreement."""
        with self.installation.work(build.STEWARD, self.place, write=False) as work:
            rows = list(
                work.session.execute(select(Version, Compact).join(Compact, Compact.id == Version.compact_id))
            )
        units = [row.Compact.unit_id for row in rows if row.Version.state is VersionState.IN_FORCE]
        assert len(units) == len(set(units))
        coming = [row.Compact.id for row in rows if row.Version.state in COMING]
        assert len(coming) == len(set(coming))

    @invariant()
    def frozen_texts_stay(self) -> None:
        """What was frozen once is there for ever, byte for byte, for every frozen version in both languages."""
        with self.installation.work(build.STEWARD, self.place, write=False) as work:
            states = {row.id: row.state for row in work.session.scalars(select(Version))}
            now = {
                (row.version_id, row.locale): row.canonical for row in work.session.scalars(select(Rendition))
            }
            assert list(queries.check_frozen_texts(work.session)) == []
        assert {key for key, state in states.items() if state in FROZEN} == {key for key, _locale in now}
        stored = {(str(key), locale): data for (key, locale), data in now.items()}
        assert self.frozen.items() <= stored.items()
        self.frozen = stored


def _reachable(state: VersionState) -> set[VersionState]:
    found, todo = {state}, [state]
    while todo:
        here = todo.pop()
        steps = {after for (before, _event), after in MOVES.items() if before is here} - found
        found |= steps
        todo += steps
    return found


TestVersionMachine = VersionMachine.TestCase
TestVersionMachine.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
