"""Running an installation: doctor finds what would fail later, the schema is told, the server stops politely."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from reciproca.compacts.access.actions import add_account, ask_link
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation
from reciproca.core import settings
from reciproca.core.identity import console
from reciproca.core.settings import Settings
from reciproca.doctor import examine
from reciproca.opening import open_installation
from tests.commands.running import HOSPITAL, RECIPROCA, environment, run, run_here


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation to copy."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run("init", *HOSPITAL, home=home).returncode == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """An installation of one's own."""
    copy = tmp_path / "home"
    subprocess.run(["cp", "-a", str(made), str(copy)], check=True)
    return copy


def _findings(home: Path, **more: str) -> tuple[int, dict[str, str]]:
    done = run_here("doctor", "--json", home=home, **more)
    return done.returncode, {row["name"]: row["remedy"] for row in json.loads(done.stdout) if not row["ok"]}


def _seen(home: Path, **environ: str) -> set[str]:
    """What isn't ok, looked at in this process: a new one takes a second each time."""
    installation = open_installation(settings.load(home, environ))
    found = {one.name for one in examine(installation) if not one.ok}
    installation.database.dispose()
    return found


def test_doctor_finds_nothing_wrong_in_a_new_home(home: Path) -> None:
    """A fresh installation needs no mending."""
    assert _findings(home) == (0, {})


def test_doctor_names_each_fault_and_its_remedy(home: Path) -> None:
    """Keys that others can read, a missing guard, work that failed for good, a relay that doesn't answer: each is 1."""
    (home / "keys" / "seal.key").chmod(0o644)
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        database.execute(f"DROP TRIGGER {names[0][0]}")
        database.execute("UPDATE outbox_item SET state = 'failed'")
        database.execute(
            "INSERT INTO outbox_item (uid, state, not_before, attempts, kind, payload, written_at)"
            " VALUES ('u', 'failed', '2026-01-01T00:00:00.000000Z', 6, 'seal', '{}', '2026-01-01T00:00:00.000000Z')"
        )
        database.commit()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        relay = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    code, found = _findings(home, RECIPROCA_SMTP_URL=relay)
    assert code == 1
    assert set(found) == {"keys", "guards", "outbox", "mail"}
    assert all(found.values())
    assert run_here("db", "upgrade", home=home).returncode == 0
    assert "guards" not in _findings(home)[1]


def test_doctor_sees_a_scheduler_that_rests_and_mail_that_is_turned_away(home: Path) -> None:
    """Work that is due and that nobody takes is found though nothing failed; so is an address that a relay refused
    today, and a relay's URL that is none. What was refused long ago is not told for ever."""
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        database.execute(
            "INSERT INTO outbox_item (uid, state, not_before, attempts, kind, payload, written_at)"
            " VALUES ('u', 'pending', '2026-01-01T00:00:00.000000Z', 0, 'seal', '{}', '2026-01-01T00:00:00.000000Z')"
        )
        database.executemany(
            "INSERT INTO delivery (uid, organisation_id, person_id, channel, key, state, outcome, attempts, not_before)"
            " VALUES (?, 1, 1, ?, 'k', 'failed', 'refused', 1, strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now', ?))",
            [("a", "mail", "-2 days"), ("b", "other", "-3 days")],
        )
        database.commit()
        assert _seen(home, RECIPROCA_SMTP_URL="http://relay") == {"mail", "scheduler"}
        database.execute("UPDATE delivery SET not_before = strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now')")
        database.commit()
    assert _seen(home) == {"scheduler", "deliveries"}


def test_doctor_sees_a_clock_that_is_behind(home: Path, tmp_path: Path) -> None:
    """Nothing can have happened later than now: then the clock is wrong, not the ledger."""
    (tmp_path / "clock").write_text("2026-01-01T00:00:00+00:00")
    late = {"RECIPROCA_TESTING": "1", "RECIPROCA_TEST_CLOCK": str(tmp_path / "clock")}
    assert _seen(home, **late) == {"clock", "certificates"}


def test_what_failed_is_tried_again_on_request(home: Path) -> None:
    """`tick --again` is the remedy that doctor names: afterwards nothing waits in vain, or it failed anew and waits."""
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        database.execute(
            "INSERT INTO outbox_item (uid, state, not_before, attempts, kind, payload, written_at)"
            " VALUES ('u', 'failed', '2026-01-01T00:00:00.000000Z', 6, 'event', '{}', '2026-01-01T00:00:00.000000Z')"
        )
        database.commit()
    assert "outbox" in _findings(home)[1]
    assert run_here("tick", "--again", home=home).returncode == 0
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        state, attempts = database.execute(
            "SELECT state, attempts FROM outbox_item WHERE uid = 'u'"
        ).fetchone()
    assert (state, attempts) == ("pending", 1)


def test_a_home_that_is_none(tmp_path: Path) -> None:
    """Every command that needs an installation says how to make one, with exit code 4."""
    for words in (("doctor",), ("tick",), ("compact", "list"), ("db", "current")):
        done = run_here(*words, home=tmp_path / "nothing")
        assert (done.returncode, "reciproca init" in done.stderr) == (4, True)


def test_the_schema_is_told_and_brought_forward(home: Path) -> None:
    """`current` prints what is there, `check` agrees, `upgrade` may be repeated."""
    before = run_here("db", "current", home=home).stdout
    assert re.fullmatch(r"\d{4}\n", before)
    assert run_here("db", "upgrade", home=home).returncode == 0
    assert run_here("db", "current", home=home).stdout == before
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        database.execute("ALTER TABLE unit ADD COLUMN extra TEXT")
        database.commit()
    assert run_here("db", "check", home=home).returncode == 1


def test_a_wrong_setting_is_named(home: Path) -> None:
    """A mistyped name in the file is refused by that name, before anything starts."""
    (home / "reciproca.toml").write_text('smpt_url = "x"\n')
    done = run_here("doctor", home=home)
    assert done.returncode == 1
    assert "smpt_url" in done.stderr


@contextmanager
def _served(home: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*RECIPROCA, "serve", *words, "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(PYTHONUNBUFFERED="1", **more),
    )
    assert process.stdout is not None
    lines, found = [], None
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    assert found, "".join(lines)
    try:
        yield process, found.group()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", [(), ("--no-scheduler",)])
def test_the_server_is_ready_and_stops_when_asked(home: Path, asked: int, words: tuple[str, ...]) -> None:
    """Ready by the time that it names its address, and gone at Ctrl-C or a polite kill, in either mode."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _served(home, "--port", str(port), *words) as (process, url):
        assert url.endswith(f":{port}")
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:  # noqa: S310 -- our own server
            assert json.load(answer) == {"ready": True, "missing": []}
        process.send_signal(asked)
        assert process.wait(timeout=30) == 0


@contextmanager
def _slow_relay() -> Iterator[tuple[str, Event]]:
    """A mail server that takes half a second to break off each call; its address, and whether anybody has called."""
    called = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    line, _caller = server.accept()
                    called.set()
                    time.sleep(0.5)
                    line.close()

        Thread(target=answer, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}", called
        server.shutdown(socket.SHUT_RDWR)


def test_the_server_does_not_work_off_a_backlog_before_it_stops(home: Path) -> None:
    """An operator who restarts a busy server waits for what it has in hand, not for all that is due."""
    installation = open_installation(Settings(home=home))
    with installation.work(console()) as work:
        place = reference(work.session.scalars(select(Organisation)).one())
    with installation.work(console(), place) as work:
        for number in range(60):
            account = add_account(work, email=f"staff-{number}@riverbend.example", roles=())
            ask_link(work, email=account.email, address=f"10.0.0.{number}")
    installation.database.dispose()
    with _slow_relay() as (relay, called), _served(home, RECIPROCA_SMTP_URL=relay) as (process, _url):
        assert called.wait(timeout=20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    with closing(sqlite3.connect(home / "reciproca.sqlite3")) as database:
        left = database.execute(
            "SELECT state, attempts FROM outbox_item WHERE kind = 'sign_in_link'"
        ).fetchall()
    assert len(left) == 60
    assert left.count(("pending", 0)) >= 40
    assert "leased" not in {state for state, _attempts in left}


def test_a_full_house_keeps_nobody_out(home: Path) -> None:
    """Browsers hold their connection between two pages; whoever comes as the two hundredth is served all the same."""
    with _served(home, "--no-scheduler") as (_process, url), ExitStack() as house:
        for _person in range(200):
            line = house.enter_context(closing(HTTPConnection(url.removeprefix("http://"), timeout=20)))
            line.request("GET", "/healthz")
            answer = line.getresponse()
            assert (answer.status, answer.read()) == (200, b"alive\n")


def test_a_taken_port_is_stepped_over(home: Path) -> None:
    """The next free port is used, and that is said."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _served(home, "--port", str(port), "--no-scheduler") as (_process, url):
            assert not url.endswith(f":{port}")
