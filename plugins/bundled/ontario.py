"""Ontario: titles, categories, clocks, sentences on legal effect, sources with the day they were checked."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from reciproca import hookimpl
from reciproca.plugins.types import (
    N_,
    Draft,
    DraftCommitment,
    JurisdictionPack,
    PluginInfo,
    Problem,
    Severity,
    WarnedTerm,
    WordingFinding,
)

REASON = N_("This word reads badly, or says too much, in an agreement here.")
FACTS = files("reciproca.plugins.bundled").joinpath("data", "ontario.toml")


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(
        name="ontario", version="1.0", api_version="1.0", summary="Jurisdiction pack for Ontario (CA-ON)"
    )


@hookimpl
def jurisdiction_packs() -> list[JurisdictionPack]:
    """One pack, read from the facts beside this file."""
    return [_pack()]


@hookimpl
def draft_problems(draft: Draft) -> list[Problem]:
    """Warn of words that read badly, or say too much, in an Ontario agreement; stop those that the pack blocks."""
    return [_problem(item, term) for item, term in _found(draft)]


@hookimpl
def wording_findings(draft: Draft) -> list[WordingFinding]:
    """The same words, beside the clause that says them."""
    return [
        WordingFinding(
            locale=term.locale,
            kind="local",
            reason=REASON,
            key=item.key,
            side=item.side,
            subject=term.term,
            instead=term.instead,
        )
        for item, term in _found(draft)
    ]


def _found(draft: Draft) -> list[tuple[DraftCommitment, WarnedTerm]]:
    if draft.jurisdiction != _pack().code:
        return []
    terms = [term for term in _pack().warned_terms if draft.legal_effect not in term.except_for]
    return [(item, term) for item in draft.commitments for term in terms if _says(item, term)]


@cache
def _pack() -> JurisdictionPack:
    return JurisdictionPack.from_json(tomllib.loads(FACTS.read_text(encoding="utf-8")))


def _says(commitment: DraftCommitment, term: WarnedTerm) -> bool:
    text = commitment.text.get(term.locale, "")
    return re.search(rf"\b{re.escape(term.term)}\b", text, re.IGNORECASE) is not None


def _problem(commitment: DraftCommitment, term: WarnedTerm) -> Problem:
    return Problem(
        severity=Severity.ERROR if term.blocks else Severity.WARNING,
        reason=REASON,
        remedy=term.instead,
        subject=term.term,
        field=f"commitments.{commitment.key}.{commitment.side}.{term.locale}",
    )
