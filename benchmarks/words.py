"""What people say in a consultation, made up from a seed."""

from collections.abc import Sequence
from random import Random
from typing import Any

_WORDS = """
rota clinic triage round shift bed pager theatre intake biopsy handover leave parking budget nurse referral transfer
ward dictation crash trolley scanner registry inbox consent teaching locum fellow meeting agenda
"""


def a_remark(random: Random, promises: Sequence[str]) -> dict[str, Any]:
    """One comment on one promise; every fifth proposes other words for it."""
    remark = {"text": _some(random, 24), "locale": "en", "identity": random.choice(promises)}
    return {**remark, "wording": _some(random, 20)} if random.random() < 0.2 else remark


def _some(random: Random, number: int) -> str:
    return " ".join(random.choices(_WORDS.split(), k=number)).capitalize() + "."
