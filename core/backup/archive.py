"""The file of a backup: a zip with `manifest.json`, the tables under `database/` and the home's files under `home/`.

A file of the home counts only where the manifest names it, with its digest: what people replaced while the backup was
being made lies in the zip and is left there.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any

from reciproca.core.errors import Unreadable

FORMAT = "reciproca-backup/1"
_MANIFEST, _TABLES, _FILES = "manifest.json", "database", "home"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds: rows by table, SHA-256 by file (a path in the home), the ledger's `size` and `root` (hex),
    and in words what it doesn't hold. `revision` is the database's schema, `made_at` ISO 8601."""

    made_at: str
    release: str
    revision: str
    ledger_size: int
    ledger_root: str
    tables: Mapping[str, int]
    files: Mapping[str, str]
    left_out: list[str]
    missing: list[str] = field(default_factory=list)
    format: str = FORMAT


class Writing:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile, home: Path) -> None:
        self._archive, self._home = archive, home
        self.files: dict[str, str] = {}

    def take(self, name: str) -> bool:
        """Copy the home's file `name`, once. Returns whether it is in the backup now: it may be gone from the home."""
        if name in self.files:
            return True
        try:
            stream = (self._home / name).open("rb")
        except FileNotFoundError:
            return False
        with stream, self._archive.open(f"{_FILES}/{name}", "w", force_zip64=True) as packed:
            self.files[name] = _copied(stream, packed)
        return True

    def table(self, name: str, lines: Iterable[str]) -> Iterator[int]:
        """Write a table; yields 1 for each row that is written."""
        with self._archive.open(f"{_TABLES}/{name}.jsonl", "w", force_zip64=True) as stream:
            for number, line in enumerate(lines):
                stream.write(f"{line}\n".encode())
                yield min(number, 1)  # the heading is no row

    def close(self, manifest: Manifest) -> None:
        """Say what counts of all this. Without it, the file is no backup."""
        self._archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


class Reading:
    """A backup that is read. Unreadable when it is none, or not whole."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.manifest = _manifest(archive)

    def lines(self, table: str) -> Iterator[str]:
        """The lines of a table."""
        with self._archive.open(f"{_TABLES}/{table}.jsonl") as stream:
            yield from TextIOWrapper(stream, encoding="utf-8")

    def unpack(self, home: Path) -> Iterator[int]:
        """Put the files into `home`, for their owner alone; yields 1 for each. Unreadable when one is another."""
        for name, digest in self.manifest.files.items():
            path = home / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=False)
            if f"{_FILES}/{name}" not in self._archive.namelist():
                raise damaged(f"the file {name} isn't there")
            with self._archive.open(f"{_FILES}/{name}") as packed, path.open("wb") as stream:
                if _copied(packed, stream) != digest:
                    raise damaged(f"the file {name} is not the one that was put in")
            yield 1


def damaged(how: str) -> Unreadable:
    """What is said of a file that can't be restored."""
    return Unreadable(
        detail=f"That is no whole backup of Reciproca: {how}. Nothing was changed.",
        remedy="Take another copy of it, or the backup before it.",
    )


def _copied(source: IO[bytes], to: IO[bytes]) -> str:
    """Copy all of `source`; its SHA-256 in hexadecimal."""
    digest = sha256()
    while block := source.read(1 << 20):
        digest.update(block)
        to.write(block)
    return digest.hexdigest()


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        said: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        if said["format"] != FORMAT:
            raise damaged(f"it says that it is {said['format']!r}, which this release doesn't know")
        found = Manifest(**{one.name: said[one.name] for one in fields(Manifest)})
    except (KeyError, TypeError, ValueError) as error:
        raise damaged("it has no table of contents that can be read") from error
    if strange := [name for name in [*found.files, *found.tables] if not _is_inside(name)]:
        raise damaged(f"it names a place outside the home, {strange[0]!r}")
    return found


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
