"""Canonical JSON and digests: the exact bytes that a signature covers."""

import hashlib
import unicodedata
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of `value`. Floats are refused (no number here is measured); text is expected in NFC with LF."""
    _refuse_floats(value)
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256(data: bytes) -> str:
    """SHA-256 of `data`, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def clean_text(text: str) -> str:
    """`text` as it is stored: NFC, newlines as LF, outer blanks removed. RFC 8785 does not normalise, so we do."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON here holds no floats")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
