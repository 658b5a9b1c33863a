"""A page over ten times as many comments: does whoever reads it wait longer?"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from benchmarks.house import Client, House, served
from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from benchmarks.words import a_remark
from reciproca.compacts.consulting.actions import Remark, say_all
from reciproca.core.identity import Role

PEOPLE, TIMES, LESS = 100, 20, 10


@contextmanager
def _prepared(n: int) -> Iterator[dict[str, Side]]:
    with served("postgres") as house:
        people = house.clients(PEOPLE, Role.PHYSICIAN)
        (reader,) = house.clients(1, Role.DRAFTER)
        many, few = _a_talk(house, people, n), _a_talk(house, people, n // LESS)
        yield {"ours": lambda: _seconds(reader, many), "floor": lambda: _seconds(reader, few)}


def _a_talk(house: House, people: Sequence[Client], n: int) -> str:
    """The address of a round in which `people` made `n` comments together."""
    random = Random(3)
    version, promises = house.a_round()
    for number, one in enumerate(people):
        mine = range(number, n, len(people))
        with house.installation.work(one.actor, house.place) as work:
            say_all(
                work, version_uid=version, remarks=[Remark(**a_remark(random, promises)) for _one in mine]
            )
    return f"/versions/{version}/consultation"


def _seconds(reader: Client, path: str) -> float:
    begin = time.monotonic()
    for _time in range(TIMES):
        status, _body = reader.get(path)
        if status != 200:
            raise Wrong(f"{path} answers {status}")
    return (time.monotonic() - begin) / TIMES


BENCHMARKS = (
    Benchmark(
        name="consultation-page",
        what="The page of a round with 5,000 comments; floor: the same page with 500 (served process, PostgreSQL)",
        n=5000,
        prepare=_prepared,
        goal=Goal(key="ratio_to_floor", op="<=", limit=1.5),
    ),
)
