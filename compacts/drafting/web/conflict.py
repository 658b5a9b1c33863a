"""Two people changed the same words: both are shown, and somebody decides, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reciproca.compacts.drafting import queries, rules
from reciproca.compacts.drafting.rules import Topic
from reciproca.compacts.drafting.web.forms import Typed, errors_of
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.compacts.people.reading import post_names
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Fault
from reciproca.core.i18n import _
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.templates.web import page, translator

FIELDS = (*(f"{side.value}_{name}" for side in Side for name in rules.OWN), *rules.SHARED)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A field that says neither what was seen nor what is wished: `theirs` is stored now, `mine` was sent. `choice` and
    `third` are what the person has decided so far."""

    field: str
    side: str
    name: str
    theirs: str
    mine: str
    choice: str
    third: str


def chosen(form: Typed) -> dict[str, dict[str, str]]:
    """What a form wishes, after the choices made in it, and what it has seen."""
    wished = {name: _decided(form, name) for name in FIELDS if name in form}
    return {
        "wished": wished,
        "seen": {name: form[f"seen_{name}"] for name in wished if f"seen_{name}" in form},
    }


def undecided(form: Typed) -> list[Fault]:
    """The choices that were offered and not made."""
    return [
        Fault(field=f"choice_{name}", reason=_("Choose which words stay."))
        for name in FIELDS
        if f"third_{name}" in form and f"choice_{name}" not in form
    ]


def conflict_page(work: Work, uid: str, key: str, form: Typed, faults: Sequence[Fault]) -> str:
    """Both texts of each clash, and the rest of what was typed, to be sent again."""
    facts = facts_of(work, uid)
    topic = next((row for row in rules.topics(facts.text.clauses) if row.key == key), None)
    kept = queries.kept_by(work, version=facts.version)
    now = rules.as_fields(stored(topic, kept)) if topic else {}
    sent = chosen(form)
    changes = {name: text for name, text in sent["wished"].items() if _differs(text, sent["seen"].get(name))}
    found = [name for name in changes if _clashes(name, now, sent)] or [
        name for name in FIELDS if f"third_{name}" in form
    ]
    names = post_names(work, translator().locale)
    return page(
        "drafting/conflict.html",
        topic=topic,
        topic_key=key,
        clashes=[_clash(name, now, form) for name in found if name in now],
        lost={name: form[name] for name in FIELDS if name in changes and name not in now},
        rest=[
            (name, text, sent["seen"].get(name, ""))
            for name, text in sent["wished"].items()
            if name not in found and name in now
        ],
        why=form.get("why", ""),
        posts={post.uid: names.get(post.title, post.title) for post in queries.posts(work)},
        by=_latest(work, facts, topic),
        faults=faults,
        errors=errors_of(faults),
        **context(work, facts),
    )


def stored(topic: Topic, kept: Mapping[str, str]) -> dict[Side, dict[str, str]]:
    """What both promises of a topic say now; `kept` names the posts that look after them."""
    return {
        clause.side: {
            **{name: getattr(clause, name) for name in ("text", "cadence", *rules.SHARED)},
            "post": kept.get(clause.uid, ""),
        }
        for clause in topic.clauses
    }


def _decided(form: Typed, name: str) -> str:
    choice = form.get(f"choice_{name}", "mine")
    return {"theirs": form.get(f"seen_{name}", ""), "third": form.get(f"third_{name}", "")}.get(
        choice, form[name]
    )


def _clashes(name: str, now: Mapping[str, str], sent: Mapping[str, Mapping[str, str]]) -> bool:
    return (
        name in now
        and _differs(now[name], sent["seen"].get(name))
        and _differs(now[name], sent["wished"][name])
    )


def _differs(one: str, other: str | None) -> bool:
    return other is None or clean_text(one) != clean_text(other)


def _clash(name: str, now: Mapping[str, str], form: Typed) -> Clash:
    side, _dash, own = name.partition("_")
    return Clash(
        field=name,
        side=side if own else "",
        name=own or name,
        theirs=now[name],
        mine=form[name],
        choice=form.get(f"choice_{name}", ""),
        third=form.get(f"third_{name}") or form[name],
    )


def _latest(work: Work, facts: Any, topic: Topic | None) -> queries.Logged | None:
    """Who changed the topic last."""
    keys = {clause.identity for clause in topic.clauses} if topic else set()
    found = queries.logged(work, version=facts.version, locale=facts.text.locale)
    return next((row for row in found if row.edit.identity in keys), None)
