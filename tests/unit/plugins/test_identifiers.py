"""Licence and register numbers: what their form says, and no more."""

import pytest

from reciproca.plugins.bundled.identifiers import MISFIT, check_identifiers
from reciproca.plugins.types import IdentifierVerdict, Verdict


@pytest.mark.parametrize(
    ("scheme", "value", "verdict", "normalised"),
    [
        ("npi", "1234567893", Verdict.OK, "1234567893"),
        ("npi", "123 456-7893", Verdict.OK, "1234567893"),
        ("npi", "1234567898", Verdict.ERROR, "1234567898"),
        ("npi", "3234567893", Verdict.ERROR, "3234567893"),
        ("npi", "١٢٣٤٥٦٧٨٩٣", Verdict.ERROR, "١٢٣٤٥٦٧٨٩٣"),
        ("gmc", "7012345", Verdict.OK, "7012345"),
        ("gmc", "C7012345", Verdict.ERROR, "C7012345"),
        ("ahpra", "med0000932846", Verdict.OK, "MED0000932846"),
        ("ahpra", "MED932846", Verdict.ERROR, "MED932846"),
        ("minc", "CAMD-1234-5679", Verdict.OK, "CAMD12345679"),
        ("minc", "CAMD\u20111234\u20115679", Verdict.OK, "CAMD12345679"),
        ("minc", "CAMD-1234-5670", Verdict.WARN, "CAMD12345670"),
        ("minc", "CAMD-1234-567", Verdict.ERROR, "CAMD1234567"),
        ("cpso", "72449", Verdict.OK, "72449"),
        ("cpso", "123", Verdict.WARN, "123"),
        ("cmq", "anything", Verdict.WARN, "ANYTHING"),
        ("hpi", "99ZZZZ", Verdict.OK, "99ZZZZ"),
        ("imc", "12345", Verdict.WARN, "12345"),
        ("rpps", "10003456781", Verdict.ERROR, "10003456781"),
        ("rpps", "10003456786", Verdict.OK, "10003456786"),
        ("rpps", "", Verdict.ERROR, ""),
    ],
)
def test_a_number_is_judged_by_its_form_alone(
    scheme: str, value: str, verdict: Verdict, normalised: str
) -> None:
    """Each register's published form, and only where a check digit is certain does a misfit refuse."""
    (found,) = check_identifiers(scheme, [value])
    assert (found.verdict, found.normalised) == (verdict, normalised)
    assert (found.reason == "") == (verdict is Verdict.OK)


def test_a_batch_is_answered_in_order_and_a_misfit_says_so() -> None:
    """One verdict for each value, in the order in which they were asked, each with its own reason."""
    assert check_identifiers("minc", ["CAMD-1234-5670", "CAMD-1234-5679"]) == [
        IdentifierVerdict(verdict=Verdict.WARN, normalised="CAMD12345670", reason=MISFIT),
        IdentifierVerdict(verdict=Verdict.OK, normalised="CAMD12345679"),
    ]


@pytest.mark.parametrize(
    ("scheme", "value"), [("npi", "1234567893"), ("minc", "CAMD-1234-5679"), ("rpps", "10003456786")]
)
def test_any_one_wrong_digit_is_noticed(scheme: str, value: str) -> None:
    """A slip of one finger never passes for a good number."""
    for at, old in enumerate(value):
        wrong = [value[:at] + new + value[at + 1 :] for new in "0123456789" if old.isdigit() and new != old]
        assert all(found.verdict is not Verdict.OK for found in check_identifiers(scheme, wrong))
