"""Certificates that end: which, how soon, and what to do, in the same words by mail, on pages and in `doctor`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from reciproca.core.i18n import Translator
from reciproca.core.keys import Keys
from reciproca.core.seal_key import FILE

STEPS = (90, 30, 7, 0)
"""Days before a certificate's end at which whoever runs the installation is told; 0: it has ended."""
SEAL, ROOT = "seal", "root"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A certificate that ends soon or has ended: `step` is the last of STEPS that it has passed. `fingerprint` is its
    SHA-256 in hexadecimal; `holder` says who has the seal's key."""

    what: str
    fingerprint: str
    holder: str
    ends: datetime
    step: int


def endings(keys: Keys, now: datetime) -> Sequence[Ending]:
    """The certificates of `keys` that have passed a step at the instant `now`."""
    return tuple(_endings(keys, now))


def words(ending: Ending, translator: Translator, zone: str) -> tuple[str, str]:
    """What ends when, in the time of `zone`, and what to do about it."""
    _ = translator.gettext
    at = {"at": translator.format_instant(ending.ends, zone)}
    if ending.what == ROOT:
        said = (
            _("The installation’s root certificate ended: %(at)s. Nothing can be sealed under it any more.")
            if ending.step == 0
            else _(
                "The installation’s root certificate ends: %(at)s. Then nothing can be sealed under it any more."
            )
        )
        return _kept(said % at, translator), _(
            "No command makes a new root yet. Update Reciproca to a release that has one."
        )
    said = (
        _("The seal’s certificate ended: %(at)s. Documents wait for their seal until there is a new one.")
        if ending.step == 0
        else _(
            "The seal’s certificate ends: %(at)s. Then documents wait for their seal until there is a new one."
        )
    )
    if ending.holder == FILE:
        return _kept(said % at, translator), _("Run `reciproca keys renew`, then restart the server.")
    return _kept(said % at, translator), _("Run `reciproca keys certify`, then restart the server.")


def _kept(said: str, translator: Translator) -> str:
    _ = translator.gettext
    return f"{said} " + _("People can sign all the same, and what was sealed before stays good.")


def _endings(keys: Keys, now: datetime) -> Iterator[Ending]:
    for what, certificate in ((SEAL, keys.seal), (ROOT, keys.root)):
        passed = [step for step in STEPS if now >= certificate.not_valid_after_utc - timedelta(days=step)]
        if passed:
            yield Ending(
                what=what,
                fingerprint=_fingerprint(certificate),
                holder=keys.holder,
                ends=certificate.not_valid_after_utc,
                step=min(passed),
            )


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
