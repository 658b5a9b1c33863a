"""What every act of exchange leans on: the right to the steps that it consists of, and the languages that there are."""

from dataclasses import replace

from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.work import Work


def check_locale(work: Work, locale: str) -> None:
    """Invalid unless the organisation writes in `locale`."""
    if locale not in work.organisation.locales:
        raise Invalid(
            detail=_("This agreement isn't written in that language. Nothing was changed."),
            faults=[Fault(field="locale", reason=_("Choose one of the organisation's languages."))],
        )


def for_steps(work: Work) -> Work:
    """The same work, allowed the steps that the whole consists of: asked for after the whole's own right."""
    roles = work.actor.roles | {Role.STEWARD, Role.DRAFTER}
    return replace(work, actor=replace(work.actor, roles=roles, scopes=None))
