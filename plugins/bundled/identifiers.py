"""Licence and register numbers: what their form can say. A good form never means that a licence is valid.

Sources: the published formats of each register, in docs of its own; the check digit of MINC is not published, so a
misfit only warns (Verhoeff agrees with the one published example).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reciproca import hookimpl
from reciproca.plugins.types import N_, IdentifierScheme, IdentifierVerdict, PluginInfo, Verdict

MISFIT = N_("The check digit does not fit: please compare with the register.")


def _passes(_: str) -> bool:
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _dihedral(a: int, b: int) -> int:
    """The product of `a` and `b` in the dihedral group of order ten, on which Verhoeff's scheme rests."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _turned(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _TURN[digit]
    return digit


def _verhoeff(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = _dihedral(total, _turned(int(digit), place % 8))
    return total == 0


@dataclass(frozen=True, kw_only=True)
class Check:
    """How one scheme is judged: `form` on the normalised value, then `digit`; each misfit has its own weight."""

    scheme: IdentifierScheme
    form: re.Pattern[str]
    reason: str
    misform: Verdict = Verdict.ERROR
    digit: Callable[[str], bool] = _passes
    misfit: Verdict = Verdict.ERROR

    def judge(self, value: str) -> IdentifierVerdict:
        """The verdict on `value` as entered."""
        plain = re.sub(r"[\s\-‐‑–.]", "", value).upper()
        if not self.form.fullmatch(plain):
            return IdentifierVerdict(verdict=self.misform, normalised=plain, reason=self.reason)
        if not self.digit(plain):
            return IdentifierVerdict(verdict=self.misfit, normalised=plain, reason=MISFIT)
        return IdentifierVerdict(verdict=Verdict.OK, normalised=plain)


def _scheme(key: str, label: str, hint: str, system: str = "") -> IdentifierScheme:
    return IdentifierScheme(key=key, label=label, hint=hint, system=system)


CHECKS: tuple[Check, ...] = (
    Check(
        scheme=_scheme("cpso", "CPSO", "5 or 6 digits"),
        form=re.compile(r"[0-9]{5,6}"),
        reason=N_("A CPSO number has 5 or 6 digits."),
        misform=Verdict.WARN,
    ),
    Check(
        scheme=_scheme("minc", "MINC / NIMC", "CAMD-1234-5679"),
        form=re.compile(r"CA[A-Z]{2}[0-9]{8}"),
        reason=N_("A MINC has the form CAMD-1234-5679."),
        digit=lambda value: _verhoeff(value[4:]),
        misfit=Verdict.WARN,
    ),
    Check(
        scheme=_scheme("cmq", "CMQ", "permit number"),
        form=re.compile(r"(?!)"),
        reason=N_("The form of this number is not known here: please compare with the register."),
        misform=Verdict.WARN,
    ),
    Check(
        scheme=_scheme("npi", "NPI", "10 digits, the first 1 or 2", "http://hl7.org/fhir/sid/us-npi"),
        form=re.compile(r"[12][0-9]{9}"),
        reason=N_("An NPI has 10 digits and begins with 1 or 2."),
        digit=lambda value: _luhn("80840" + value),
    ),
    Check(
        scheme=_scheme("gmc", "GMC", "7 digits", "https://fhir.hl7.org.uk/Id/gmc-number"),
        form=re.compile(r"[0-9]{7}"),
        reason=N_("A GMC reference number has 7 digits."),
    ),
    Check(
        scheme=_scheme("ahpra", "Ahpra", "MED0000932846", "http://hl7.org.au/id/ahpra-registration-number"),
        form=re.compile(r"[A-Z]{3}[0-9]{10}"),
        reason=N_("An Ahpra number has 3 letters and 10 digits, for example MED0000932846."),
    ),
    Check(
        scheme=_scheme("hpi", "HPI CPN", "99ZZZZ", "https://standards.digital.health.nz/ns/hpi-person-id"),
        form=re.compile(r"[0-9]{2}[A-Z]{4}"),
        reason=N_("An HPI person identifier has 2 digits and 4 letters, for example 99ZZZZ."),
        misform=Verdict.WARN,
    ),
    Check(
        scheme=_scheme("imc", "Irish Medical Council", "6 digits"),
        form=re.compile(r"[0-9]{6}"),
        reason=N_("An Irish Medical Council number usually has 6 digits."),
        misform=Verdict.WARN,
    ),
    Check(
        scheme=_scheme("rpps", "RPPS", "11 digits"),
        form=re.compile(r"[0-9]{11}"),
        reason=N_("An RPPS number has 11 digits."),
        digit=_luhn,
    ),
)
BY_KEY: Mapping[str, Check] = MappingProxyType({check.scheme.key: check for check in CHECKS})


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(
        name="identifiers", version="1.0", api_version="1.0", summary="Licence and register numbers"
    )


@hookimpl
def identifier_schemes() -> list[IdentifierScheme]:
    """Every scheme of the table."""
    return [check.scheme for check in CHECKS]


@hookimpl
def check_identifiers(scheme: str, values: Sequence[str]) -> list[IdentifierVerdict]:
    """Judge each value by its scheme's form and check digit."""
    return [BY_KEY[scheme].judge(value) for value in values]
