"""The code by which a document can be looked up: the beginning of its record's SHA-256, which nobody can guess."""

CODE_LENGTH = 20
"""Hexadecimal digits: 80 bits."""


def code_of(record_sha256: str) -> str:
    """The code of a record, in groups of four."""
    digits = record_sha256[:CODE_LENGTH]
    return "-".join(digits[at : at + 4] for at in range(0, CODE_LENGTH, 4))
