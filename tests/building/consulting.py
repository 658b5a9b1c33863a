"""Rounds of consultation, for tests."""

from datetime import date
from typing import Any

from reciproca.compacts.consulting import actions
from reciproca.compacts.drafting.tables import Attribution, Consultation, Version
from reciproca.core.work import Work

SAID: dict[str, str] = {
    "purpose": "Hear both sides",
    "constraints": "The number of topics is fixed",
    "decision_rule": "Consent",
    "decides": "A group of six physicians and three leaders",
    "measure": "Fewer promises rated as unclear at the next review",
}
"""What is said before a round opens."""
ROUND: dict[str, str] = {**SAID, "attribution": "named", "closes_on": "2026-09-20"}
"""The same as the doors take it."""


def open_round(
    work: Work,
    version: Version | str,
    closes_on: date | None = None,
    attribution: Attribution = Attribution.NAMED,
    **options: Any,
) -> Consultation:
    """Open a round by whoever works, until today unless told otherwise."""
    return actions.open_consultation(
        work,
        version_uid=version if isinstance(version, str) else version.uid,
        attribution=attribution,
        closes_on=closes_on or work.today(),
        **SAID,
        **options,
    )


def close_round(work: Work, version: Version | str, summary: str = "Nothing had to change.") -> Consultation:
    """Close the open round by whoever works."""
    uid = version if isinstance(version, str) else version.uid
    return actions.close_consultation(work, version_uid=uid, summary=summary)
