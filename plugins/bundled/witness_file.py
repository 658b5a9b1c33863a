"""A witness that is a file: each new checkpoint is added to `checkpoints.txt` in a folder of another host's.

The folder is `RECIPROCA_WITNESS_FOLDER`: a mounted share that the installation may add to and not rewrite, or a folder
that another machine fetches. Empty: nobody is witness. One who can rewrite that file can rewrite the witness.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from reciproca import hookimpl
from reciproca.plugins.types import Checkpoint, PluginInfo

FILE = "checkpoints.txt"
_SETTING, _BETWEEN = "witness_folder", "\n\n"


@hookimpl
def plugin_info() -> PluginInfo:
    """Who this is."""
    return PluginInfo(
        name="witness-file",
        version="1.0",
        api_version="1.0",
        summary="Adds each checkpoint to a file elsewhere",
    )


@hookimpl
def checkpoint_issued(checkpoint: Checkpoint, settings: Mapping[str, str]) -> list[Checkpoint]:
    """Add it at the end, on the disk before it counts as held."""
    folder = settings.get(_SETTING, "")
    if not folder:
        return []
    with (Path(folder) / FILE).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(f"{checkpoint.note}{_BETWEEN}")
        stream.flush()
        os.fsync(stream.fileno())
    return [checkpoint]


@hookimpl
def checkpoints_held(settings: Mapping[str, str]) -> list[Checkpoint]:
    """The first and the last of the file."""
    file = Path(settings.get(_SETTING, "")) / FILE
    if not settings.get(_SETTING) or not file.is_file():
        return []
    notes = [f"{note}\n" for note in file.read_text(encoding="utf-8").split(f"\n{_BETWEEN}") if note.strip()]
    return [Checkpoint(note=note) for note in dict.fromkeys([*notes[:1], *notes[-1:]])]
