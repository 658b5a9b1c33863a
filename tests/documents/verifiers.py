"""Three verifiers over the same files, each in one process: the command, the single file, and the one in JavaScript.

    python -m tests.documents.verifiers FOLDER --trust ROOT.pem [--timestamp-root CLOCKS.pem]

prints what each says of every file in a folder, and exits with 1 where two of them disagree.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reciproca.compacts.signing import offline
from reciproca.templates import loader

HERE = Path(__file__).parent
SINGLE_FILE = Path(offline.__file__).with_name("verify.py")
JAVASCRIPT = loader.STATIC / "verify.mjs"
PROGRAM = Path(sys.executable).with_name("reciproca")


def verdicts(files: Sequence[Path], root: Path, clocks: Path | None = None) -> Mapping[Path, dict[str, str]]:
    """What each verifier says of each file, in a word and what it says of a time stamp, trusting the certificate `root`
    and the time-stamp authority of the certificates `clocks`."""
    trust: list[str | Path] = ["--json", "--trust", root, *(["--timestamp-root", clocks] if clocks else [])]
    commands: Mapping[str, list[str | Path]] = {
        "command": [PROGRAM, "verify", *trust, *files],
        "single file": [sys.executable, "-I", SINGLE_FILE, *trust, *files],
        "javascript": ["node", HERE / "verify_all.mjs", JAVASCRIPT, root, clocks or "-", *files],
    }
    said = {name: _answers(command) for name, command in commands.items()}
    return {file: {name: words[str(file)] for name, words in said.items()} for file in files}


def agree(said: Mapping[str, str]) -> bool:
    """Whether all of them say the same of a file, to the word."""
    return len(set(said.values())) == 1


def _answers(command: Sequence[str | Path]) -> dict[str, str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return {one["file"]: one["verdict"] + _stamp(one["stamp"]) for one in json.loads(done.stdout)}


def _stamp(said: dict[str, object] | None) -> str:
    if not said:
        return ""
    kept = f", archived {said['renewed_at']}" if said["renewed_at"] else ""
    whose = ", by whom one trusts" if said["trusted"] else ""
    until = f"{'ended' if said['lapsed'] else 'until'} {said['until']}"
    return f", {said['level']} stamped {said['at']}{kept}, {until}{whose}"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trust", type=Path, required=True)
    parser.add_argument("--timestamp-root", type=Path)
    asked = parser.parse_args()
    files = sorted(file for file in asked.folder.rglob("*") if file.is_file())
    found = verdicts(files, asked.trust, asked.timestamp_root)
    for file, said in found.items():
        mark = "" if agree(said) else "  DISAGREE"
        words = ", ".join(f"{name} {word}" for name, word in said.items())
        sys.stdout.write(f"{file}: {words}{mark}\n")
    return int(not all(map(agree, found.values())))


if __name__ == "__main__":
    sys.exit(main())
