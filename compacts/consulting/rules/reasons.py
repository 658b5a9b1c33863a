"""A reason that says something: a bare "noted" answers nobody."""

from reciproca.compacts.consulting.rules.alike import content_words
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _

_SAYS_NOTHING = frozenset(
    "accepted accept acknowledged agree agreed ack all already changed checked comment comments considered consider "
    "dealt decided declined decline discussed do done etc fine feedback good great input kind kindly many much n na no none "
    "note noted nothing ok okay x point please reason received recorded reviewed right same see seen so sure suggestion "
    "taken tbd thank thanks thx understood very well yes been duly under "
    "accepte acceptee acceptes bien bon commentaire commentaires compris consideration considere d da entendu c dac "
    "d'accord accord examine fait idem j l lu merci mot note notee notees notes oui non pris prise prises raison recu "
    "recue refuse refuse remarque rien s suggestion svp tres vu i m t am can cannot did".split()
)  # fmt: skip


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
