"""What the README, the tutorial and the how-tos tell people to type is typed here, in order, in one place."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.building import story

HOW_TO = ROOT / "docs/how-to"
NOT_RUN = {
    "./dev setup": "installs packages from the network; tests/fresh does it on a bare machine",
    "./dev test": "runs this very suite",
    '.venv/bin/pip install "reciproca[cluster]"': "installs from the network; the suite has the extra",
    ".venv/bin/reciproca worker": "needs PostgreSQL, works until Ctrl-C; tests/faults/test_workers.py starts three",
    "./dev postgres": "serves until Ctrl-C; the suite starts the same server by tests/postgres.py",
}
"""Lines that aren't run, each with its reason."""

SERVED = {
    "./dev demo": ".venv/bin/reciproca demo --home var/demo",
    ".venv/bin/reciproca serve": ".venv/bin/reciproca serve",
    ".venv/bin/reciproca serve --port 8000": ".venv/bin/reciproca serve",
}
"""Lines that serve until Ctrl-C, and the command behind each: it runs, on a free port, until its page ends."""

_BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_SERVING = re.compile(r"Serving http://127\.0\.0\.1:(\d+) ")


@dataclass(frozen=True)
class Block:
    """One block of commands: its page, the line at which it begins, and its lines without indent and comments."""

    page: str
    line: int
    lines: tuple[str, ...]


def pages() -> list[Path]:
    """README, tutorial, how-tos in the order of their table of contents."""
    listed = re.findall(r"^[a-z]+$", (HOW_TO / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    tutorial = sorted((ROOT / "docs/tutorial").glob("*.md"))
    return [ROOT / "README.md", *tutorial, HOW_TO / "index.md", *(HOW_TO / f"{name}.md" for name in listed)]


def blocks(page: Path, text: str) -> list[Block]:
    """The `sh` blocks of a page."""
    found = []
    for match in _BLOCK.finditer(text):
        lines = (line.removeprefix(match[1]) for line in match[2].splitlines())
        bare = tuple(re.sub(r"\s+# .*", "", line).rstrip() for line in lines)
        found.append(Block(page.name, text.count("\n", 0, match.start()) + 1, bare))
    return found


class Reader:
    """Somebody who types what a page says, in the folder `place`; `failures` is what went wrong."""

    def __init__(self, place: Path) -> None:
        self.place, self.failures = place, list[str]()
        self._port = "8000"
        self._environment = {name: value for name, value in os.environ.items() if name not in story.FORGET}

    def read(self, page: Path, text: str) -> None:
        """Run every block of a page; what it serves is stopped at its end."""
        with ExitStack() as until_the_end:
            for block in blocks(page, text):
                self._block(block, until_the_end)

    def _block(self, block: Block, until_the_end: ExitStack) -> None:
        typed: list[str] = []
        for line in block.lines:
            if line in SERVED:
                self._type(block, typed)
                typed = []
                self._port = until_the_end.enter_context(self._serving(line))
            elif line not in NOT_RUN:
                typed.append(line)
        self._type(block, typed)

    def _type(self, block: Block, lines: list[str]) -> None:
        if not lines:
            return
        script = "\n".join(lines).replace(":8000", f":{self._port}")
        run = subprocess.run(["sh", "-eu", "-c", script], cwd=self.place, env=self._environment,
                             capture_output=True, text=True, check=False)  # fmt: skip
        if run.returncode:
            self.failures.append(f"{block.page}:{block.line}: {script}\n{run.stdout[-2000:]}{run.stderr}")

    @contextmanager
    def _serving(self, line: str) -> Iterator[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        command = [*SERVED[line].split(), "--port", str(free)]
        environment = {**self._environment, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, cwd=self.place, env=environment, stdout=subprocess.PIPE, text=True
        ) as run:
            try:
                assert run.stdout is not None
                said = next((found for each in run.stdout if (found := _SERVING.match(each))), None)
                assert said is not None, f"`{line}` ended without serving"
                with urllib.request.urlopen(f"http://127.0.0.1:{said[1]}/healthz") as answer:
                    assert answer.status == 200
                yield said[1]
            finally:
                run.send_signal(signal.SIGINT)


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Reader:
    """A reader with a clone that is set up, a told demo, a copy of an agreement, and a roster."""
    demo = story.the_home(tmp_path_factory)
    story.a_copy(demo, tmp_path / "var/demo")
    document = story.told(demo)["documents"][0]
    for name, source in {
        "agreement.pdf": demo / document["pdf"],
        "agreement.zip": demo / document["bundle"],
        "root.pem": demo / "keys/root.pem",
        "staff.csv": ROOT / "tests/data/roster-riverbend.csv",
    }.items():
        shutil.copy(source, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return Reader(tmp_path)


def test_every_command_of_the_pages_does_what_it_is_shown_for(reader: Reader) -> None:
    """Whoever types what the pages say, in their order, is never met by an error."""
    for page in pages():
        reader.read(page, page.read_text(encoding="utf-8"))
    assert reader.failures == []


def test_a_command_that_fails_is_found(tmp_path: Path) -> None:
    """A block is run line by line as it stands, indented or not, and the first error counts."""
    reader = Reader(tmp_path)
    text = "# Page\n\n1. So:\n\n   ```sh\n   ./dev test    # every test\n   false\n   touch later\n   ```\n"
    reader.read(tmp_path / "page.md", text)
    assert reader.failures == ["page.md:5: false\ntouch later\n"]
    assert not (tmp_path / "later").exists()


def test_no_how_to_is_left_out_and_no_exception_is_stale() -> None:
    """A page that isn't in the table of contents isn't walked; a line that no page shows needs no exception."""
    assert set(HOW_TO.glob("*.md")) <= set(pages())
    shown = {
        line for page in pages() for block in blocks(page, page.read_text("utf-8")) for line in block.lines
    }
    assert (NOT_RUN.keys() | SERVED.keys()) - shown == set()
