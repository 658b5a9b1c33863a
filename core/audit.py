"""What stays of an act that was refused: one line in the log, marked `stream=audit`, and nothing else.

It names the act, what it was about, who tried, by which proof and what came of it, by uids and codes. It holds no
words: what is said to the person can tell what they had answered before, and nobody else may learn that. The line is
written whatever the level of the log.
"""

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from reciproca.core.errors import ReciprocaError
from reciproca.core.work import Work

P = ParamSpec("P")
R = TypeVar("R")
UseCase = Callable[Concatenate[Work, P], R]
log = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG), stream="audit"
)


def audited(act: str, *, about: str) -> Callable[[UseCase[P, R]], UseCase[P, R]]:
    """Have refusals of a use case written down as `act`; `about` names the argument that says what it is about, empty
    when there is none. Every door passes here: pages, API, commands, plugins and the scheduler."""

    def decorate(use_case: UseCase[P, R]) -> UseCase[P, R]:
        @functools.wraps(use_case)
        def tried(work: Work, /, *args: P.args, **named: P.kwargs) -> R:
            try:
                return use_case(work, *args, **named)
            except ReciprocaError as error:
                write_refusal(work, act=act, about=str(named.get(about, "")), error=error)
                raise

        return tried

    return decorate


def write_refusal(work: Work, *, act: str, about: str, error: ReciprocaError) -> None:
    """Write the line of one refusal."""
    log.warning(
        "audit.refused",
        act=act,
        about=about,
        actor=work.actor.uid,
        proof=work.actor.proof.method,
        organisation=work.place.uid if work.place else "",
        code=error.code,
    )
