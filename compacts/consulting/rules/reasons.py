"""A reason that says something: a bare "noted" answers nobody."""

from reciproca.compacts.consulting.rules.alike import content_words
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _

_EMPTY_ANSWERS = """
accepted accept acknowledged agree agreed ack all already am been can cannot changed checked comment comments
considered consider consideration dealt decided declined decline did discussed do done duly etc fine feedback good great
i input kind kindly m many much n na no none note noted nothing ok okay please point reason received recorded reviewed
right s same see seen so suggestion sure t taken tbd thank thanks thx under understood very well x yes
accepte acceptee acceptes accord bien bon c commentaire commentaires compris considere d da entendu examine fait idem j
l lu merci mot notee notees notes oui non pris prise prises raison recu recue refuse remarque rien svp tres vu
"""
_SAYS_NOTHING = frozenset(_EMPTY_ANSWERS.split())


def says_nothing(reason: str) -> bool:
    """Whether `reason` holds no word of substance, in English or French: empty, "ok", "noted", "n/a", "merci"…"""
    return len(content_words(reason) - _SAYS_NOTHING) < 2


def require_reason(reason: str) -> None:
    """Invalid unless `reason` tells the commenters something."""
    if says_nothing(reason):
        raise Invalid(
            detail=_("An answer needs a reason that says something. Nothing was changed."),
            faults=[
                Fault(
                    field="reason",
                    reason=_("“Noted” answers nobody."),
                    remedy=_("Say what changes, or why the text stays as it is."),
                )
            ],
        )
