"""The list of packages in setup.cfg, made from the folders. `python -m tests.architecture.packages` writes it."""

import re
from pathlib import Path

from tests.architecture.sources import FLOORS, ROOT, files

SETUP = ROOT / "setup.cfg"
_LIST = re.compile(r"(?<=^packages =\n)(?:    .*\n)+", re.MULTILINE)


def expected() -> list[str]:
    """Every folder of the floors that has an `__init__.py`, by the name it is imported under."""
    folders = sorted(Path(name).parent for name in files() if Path(name).name == "__init__.py")
    return [
        "reciproca",
        *(
            ".".join(folder.parts)
            for folder in folders
            if folder.parts[0] == "reciproca" and len(folder.parts) > 1
        ),
        *(".".join(("reciproca", *folder.parts)) for folder in folders if folder.parts[0] in FLOORS),
    ]


def listed() -> list[str]:
    """What setup.cfg says now."""
    found = _LIST.search(SETUP.read_text())
    return found[0].split() if found else []


def main() -> None:
    """Write the list as it should be."""
    lines = "".join(f"    {name}\n" for name in expected())
    SETUP.write_text(_LIST.sub(lines, SETUP.read_text()))


if __name__ == "__main__":
    main()
