"""How a text stands on paper: themes, and under each the topics that both sides answer."""

from collections.abc import Mapping
from typing import Any


def printed_themes(text: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The commitments of a canonical text grouped by theme, then by the topic that both sides answer, in its order:
    {"label", "pairs": [{"number", "topic", "theme", "organisation": [words], "physicians": [words]}]}."""
    topics: dict[str, dict[str, Any]] = {}
    for clause in text["commitments"]:
        key = clause["pair"] or clause["identity"]
        empty = {"topic": clause["topic"], "theme": clause["theme"], "organisation": [], "physicians": []}
        topic = topics.setdefault(key, {"number": len(topics) + 1, **empty})
        topic[clause["side"]].append(clause["text"])
    return [
        {
            "label": theme["label"],
            "pairs": [topic for topic in topics.values() if topic["theme"] == theme["key"]],
        }
        for theme in text["themes"]
    ]
