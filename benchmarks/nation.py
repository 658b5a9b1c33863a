"""A nation on one installation: how large it gets, and how long the morning of the annual review takes.

    python -m benchmarks.nation --people 20000

Each physician has five years behind them (an invitation to sign and one to answer in each, three messages about
either), and owes one answer whose reminder is due this morning. Both sides' fourteen promises are rows of the
agreement, not of a physician. What is measured at `--people` is told for a million besides, in proportion: every cost
here is linear in rows, and `./dev bench sweep-postgres --size …` shows for how far.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.sweep import World, a_world, sweep_once
from reciproca.scheduler.dispatch import dispatch

NATION, YEARS, ASKED, TOLD = 1_000_000, 5, 2, 3
"""People; years behind them; things asked of each in a year; messages about each of those."""
SENT = 2000
"""So many messages are really composed and handed over: enough for a rate."""
TABLES = ("person", "obligation", "reminder_step", "notice", "delivery")
PAST = f"""
INSERT INTO obligation (id, uid, organisation_id, revision, kind, subject_uid, side, family, holder, person_id,
    title, sentence, path, due_local, zone, due_at, state, has_own_policy)
SELECT :first + row_number() OVER (), gen_random_uuid()::text, p.organisation_id, 1, 'invitation',
    gen_random_uuid()::text, 'physicians', 'invitation', 'person:' || p.uid, p.id, '{{}}', '{{}}', '/',
    '2024-10-15T17:00', 'America/Toronto', TIMESTAMPTZ '2024-10-15 21:00Z', 'closed', false
FROM person p CROSS JOIN generate_series(1, {YEARS * ASKED}) AS asked;
"""  # noqa: S608 -- numbers of this file
STEPS = f"""
INSERT INTO reminder_step (id, uid, organisation_id, obligation_id, step, offset_days, at, by_mail)
SELECT :first + row_number() OVER (), gen_random_uuid()::text, o.organisation_id, o.id, step, -step, o.due_at, true
FROM obligation o CROSS JOIN generate_series(1, {TOLD}) AS step WHERE o.state = 'closed';
"""  # noqa: S608 -- the same
MESSAGES = """
INSERT INTO delivery (id, uid, organisation_id, person_id, channel, day, turn, key, state, attempts,
    not_before)
SELECT s.id, gen_random_uuid()::text, s.organisation_id, o.person_id, 'mail', DATE '2020-01-01', s.id, 'past:' || s.id,
    'done', 1, s.at
FROM reminder_step s JOIN obligation o ON o.id = s.obligation_id WHERE o.state = 'closed';
"""
NOTICES = """
INSERT INTO notice (id, uid, organisation_id, kind, person_id, obligation_id, step, data, written_at, delivery_id)
SELECT s.id, gen_random_uuid()::text, s.organisation_id, 'reminder', o.person_id, o.id, s.step, '{}', s.at, s.id
FROM reminder_step s JOIN obligation o ON o.id = s.obligation_id WHERE o.state = 'closed';
"""


@dataclass(frozen=True, kw_only=True)
class Morning:
    """What was seen: `rows` and `size` (bytes, with indexes) by table, seconds for each reminder `swept` and each
    message `sent` by one worker."""

    rows: dict[str, int]
    size: dict[str, int]
    swept: float
    sent: float


def live_through(people: int) -> Morning:
    """Five years and one morning of so many people."""
    with a_world("postgres", people) as world:
        _remember(world, people)
        swept = sweep_once(world, people)
        sent = _send(world)
        with world.database.engine.connect() as line:
            rows = {name: int(line.scalar(text(f"SELECT count(*) FROM {name}")) or 0) for name in TABLES}  # noqa: S608 -- names of this file
            size = {
                name: int(line.scalar(text("SELECT pg_total_relation_size(:name)"), {"name": name}) or 0)
                for name in TABLES
            }
    return Morning(rows=rows, size=size, swept=swept, sent=sent)


def _remember(world: World, people: int) -> None:
    """What was before this year: far from the ids that the world has given."""
    with world.database.transaction() as session:
        for statement in (PAST, STEPS, MESSAGES, NOTICES):
            session.execute(text(statement), {"first": 10 * people} if ":first" in statement else {})
        for name in TABLES[1:]:
            serial = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608 -- names of this file
            session.execute(text(serial))
    with world.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("VACUUM ANALYZE"))


def _send(world: World) -> float:
    """One worker composes messages and hands them over, into a folder; seconds for each."""
    sent, begin = 0, time.perf_counter()
    while sent < SENT and (counts := dispatch(world.installation, (world.place,))).pop("taken"):
        sent += counts.total()
    return (time.perf_counter() - begin) / max(sent, 1)


def told(morning: Morning, people: int) -> Iterator[str]:
    """The report, line by line: as measured, and for the nation."""
    times = NATION / people
    yield f"{'table':<16}{'rows':>14}{'MB':>10}{'rows, nation':>18}{'GB, nation':>12}"
    for name in TABLES:
        rows, size = morning.rows[name], morning.size[name]
        yield f"{name:<16}{rows:>14,}{size / 1e6:>10.0f}{rows * times:>18,.0f}{size * times / 1e9:>12.1f}"
    whole = sum(morning.size.values())
    yield f"{'together':<16}{'':>14}{whole / 1e6:>10.0f}{'':>18}{whole * times / 1e9:>12.1f}"
    yield f"sweep: {morning.swept * 1e6:.0f} µs a reminder; {morning.swept * NATION / 60:.1f} minutes for the nation"
    rate = 1 / morning.sent
    yield f"sending: {rate:.0f} messages a second by one worker"
    workers = NATION / 3600 / rate
    yield f"for the nation in one hour: {workers:.1f} workers, and a relay that takes {NATION / 60:,.0f} a minute"
    yield f"by a relay that takes 1,000 a minute: {NATION / 60_000:.0f} hours"


def main() -> None:
    """Print the report."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.nation")
    asked.add_argument("--people", type=int, default=20_000, help="how many are really there (20,000)")
    people = asked.parse_args().people
    sys.stdout.write("\n".join(told(live_through(people), people)) + "\n")


if __name__ == "__main__":
    main()
