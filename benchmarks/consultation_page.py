"""Pages over ten times as many comments: does whoever opens one wait longer?"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import Random

from benchmarks.house import Client, House, served
from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from benchmarks.words import a_remark
from reciproca.compacts.consulting.actions import Remark, say_all
from reciproca.core.identity import Role

PEOPLE, TIMES, LESS = 100, 20, 10
PAGES = (
    ("consultation-page", "sqlite", "consultation", "The page of a round"),
    ("consultation-page-postgres", "postgres", "consultation", "The page of a round"),
    ("consultation-comments", "sqlite", "comments", "What was said in a round"),
    ("consultation-desk", "sqlite", "desk", "The drafters' desk, with groups of alike comments"),
)


@contextmanager
def _prepared(database: str, page: str, n: int) -> Iterator[dict[str, Side]]:
    with served(database) as house:
        people = house.clients(PEOPLE, Role.PHYSICIAN)
        (reader,) = house.clients(1, Role.DRAFTER)
        many, few = (f"/versions/{_talk(house, people, size)}/{page}" for size in (n, n // LESS))
        yield {"ours": lambda: _seconds(reader, many), "floor": lambda: _seconds(reader, few)}


def _talk(house: House, people: Sequence[Client], n: int) -> str:
    """A version in a round in which `people` made `n` comments together."""
    random = Random(3)
    version, promises = house.a_round()
    for number, one in enumerate(people):
        remarks = [Remark(**a_remark(random, promises)) for _mine in range(number, n, len(people))]
        with house.installation.work(one.actor, house.place) as work:
            say_all(work, version_uid=version, remarks=remarks)
    return version


def _seconds(reader: Client, path: str) -> float:
    begin = time.monotonic()
    for _time in range(TIMES):
        status, _body = reader.get(path)
        if status != 200:
            raise Wrong(f"{path} answers {status}")
    return (time.monotonic() - begin) / TIMES


BENCHMARKS = tuple(
    Benchmark(
        name=name,
        what=f"{what}, over 5,000 comments; floor: the same page over 500 ({database})",
        n=5000,
        prepare=partial(_prepared, database, page),
        goal=Goal(key="ratio_to_floor", op="<=", limit=1.5),
    )
    for name, database, page, what in PAGES
)
