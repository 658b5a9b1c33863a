"""A round as everybody sees it: what it is for, the text in two columns, and a place to speak at each promise."""

from collections.abc import Sequence
from typing import Any

from flask import request

from reciproca.compacts.consulting import queries, rules
from reciproca.compacts.consulting.queries import ClauseCount
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.drafting import rules as drafting
from reciproca.compacts.drafting.queries import VersionFacts
from reciproca.compacts.drafting.tables import Attribution, Consultation
from reciproca.compacts.drafting.web.forms import Typed, errors_of
from reciproca.compacts.drafting.web.reading import by_theme, context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.templates.web import page


@pages.get("/versions/<uid>/consultation")
def consultation(uid: str) -> str:
    """The page of a round (the newest, or the one that `round` names)."""
    return round_page(uid, {}, ())


def round_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    """The same, with what was typed and what is wrong after a refused form."""
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    facts = facts_of(work, uid)
    found = queries.find_round(work, version=facts.version, number=asked_number() or None)
    counts = queries.clause_counts(work, version=facts.version, round_id=found.id if found else None)
    rows = drafting.topics(facts.text.clauses)
    return page(
        "consulting/round.html",
        round=found,
        groups=by_theme(rows),
        topics=rows,
        counts={one.identity: one for one in counts},
        gone=[one for one in counts if one.is_removed],
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        said=request.args.get("said", ""),
        voices=queries.voices(work, round_id=found.id) if found else {},
        **surroundings(work, facts),
    )


def surroundings(work: Work, facts: VersionFacts) -> dict[str, Any]:
    """What every page about comments needs: the version, its rounds, and what the person may do there."""
    newest = facts.consultations[-1] if facts.consultations else None
    talking, listens = facts.version.state in rules.TALKING, facts.version.state in rules.LISTENING
    return {
        **context(work, facts),
        "rounds": facts.consultations,
        "newest": newest,
        "is_open": is_open(work, newest),
        "is_talking": talking,
        "is_for_next": listens and not talking,
        "attribution": newest.attribution if newest else Attribution.NAMED,
        "may_write": listens and is_allowed(work, Action.COMMENT_WRITE) and work.actor.person_id is not None,
        "may_answer": is_allowed(work, Action.COMMENT_ANSWER),
        "may_run": is_allowed(work, Action.CONSULTATION_RUN),
        "has_person": work.actor.person_id is not None,
        "topic_of": topic_names(facts),
    }


def is_open(work: Work, found: Consultation | None) -> bool:
    """Whether what is said today belongs to this round."""
    return found is not None and found.closed_at is None and work.today() <= found.closes_on


def topic_names(facts: VersionFacts) -> dict[str, dict[str, Any]]:
    """By promise: the number and name of its topic, its side, and its words in the page's language."""
    return {
        clause.identity: {
            "number": row.number,
            "title": row.title,
            "side": clause.side.value,
            "text": clause.text,
        }
        for row in drafting.topics(facts.text.clauses)
        for clause in row.clauses
    }


def asked_number() -> int | None:
    """The round that the address (or the form) names; 0: what waits for the next one."""
    text = request.values.get("round", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def with_waiting(counts: Sequence[ClauseCount]) -> list[ClauseCount]:
    """Promises on which something waits for an answer."""
    return [one for one in counts if one.waiting]
