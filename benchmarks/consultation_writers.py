"""A whole medical staff comments at once through the API: how long does one wait whose request comes last?"""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks.house import Client, served
from benchmarks.measuring import Benchmark, Goal, Side, Wrong, percentile
from benchmarks.words import a_remark
from reciproca.core.identity import Role

CLIENTS, RATE, SECONDS, WARM_UP = 200, 40, 60, 10
WHAT = "99th percentile of the time from the intended sending of a comment to its answer: 200 clients, 40 a second"


@dataclass(frozen=True)
class Answer:
    """What came back for one comment: `uid` is empty when it was not taken; `took` counts from the intended instant."""

    client: Client
    status: int
    uid: str
    took: float


@contextmanager
def _prepared(database: str, n: int) -> Iterator[dict[str, Side]]:
    with served(database) as house:
        clients = house.clients(CLIENTS, Role.PHYSICIAN)
        version, promises = house.a_round()
        random = Random(5)
        yield {"ours": lambda: _one_round(random, clients, version, promises, n)}


def _one_round(
    random: Random, clients: Sequence[Client], version: str, promises: Sequence[str], n: int
) -> float:
    """Send `n` comments after a warm-up of a sixth as many; nothing may be refused or lost."""
    warm_up = n * WARM_UP // SECONDS
    remarks = [a_remark(random, promises) for _number in range(warm_up + n)]
    instants = list(
        accumulate(random.expovariate(RATE) for _one in remarks)
    )  # people don't wait for each other
    begin = time.monotonic() + 0.5

    def talk(number: int) -> list[Answer]:
        turns = range(number, len(remarks), len(clients))
        return [_say(clients[number], version, remarks[turn], begin + instants[turn]) for turn in turns]

    with ThreadPoolExecutor(len(clients)) as crowd:
        by_client = list(crowd.map(talk, range(len(clients))))
    answers = [by_client[turn % len(clients)][turn // len(clients)] for turn in range(len(remarks))]
    _check(answers, version)
    return percentile([one.took for one in answers[warm_up:]], 0.99)


def _say(client: Client, version: str, remark: dict[str, Any], intended: float) -> Answer:
    """Send one comment when its instant has come, or as soon after it as the last one was answered."""
    time.sleep(max(0.0, intended - time.monotonic()))
    try:
        status, body = client.post(
            f"/api/v1/versions/{version}/comments", remark, key=f"{client.actor.uid}-{intended}"
        )
    except OSError:
        client.line.close()
        status, body = 0, b""
    took = time.monotonic() - intended
    return Answer(client, status, json.loads(body)["uid"] if status == 201 else "", took)


def _check(answers: Sequence[Answer], version: str) -> None:
    """Every comment was taken, and its author finds it."""
    refused = [one.status for one in answers if one.status != 201]
    if refused:
        raise Wrong(
            f"{len(refused)} of {len(answers)} comments were not taken: {sorted(set(refused))} (0: no answer)"
        )
    said: dict[str, set[str]] = {}
    for one in answers:
        said.setdefault(one.client.actor.uid, set()).add(one.uid)
    by_author = {one.client.actor.uid: one.client for one in answers}
    lost = sum(len(uids - _own(by_author[author], version)) for author, uids in said.items())
    if lost:
        raise Wrong(f"{lost} of {len(answers)} comments were answered with 201, and can't be read")


def _own(client: Client, version: str) -> set[str]:
    found: set[str] = set()
    after: str | None = ""
    while after is not None:
        place = f"&after={after}" if after else ""
        status, body = client.get(f"/api/v1/comments?version={version}&limit=100{place}")
        if status != 200:
            raise Wrong(f"an author's comments can't be read: {status}")
        page = json.loads(body)
        found |= {one["comment"]["uid"] for one in page["items"]}
        after = page["next"]
    return found


BENCHMARKS = tuple(
    Benchmark(
        name=f"consultation-writers-{database}",
        what=WHAT,
        n=RATE * SECONDS,
        prepare=partial(_prepared, database),
        goal=Goal(key="ours", op="<=", limit=limit),
    )
    for database, limit in (("postgres", 1.0), ("sqlite", 3.0))
)
