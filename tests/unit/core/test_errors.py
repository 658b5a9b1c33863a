"""One tree of errors: each knows its status, exit code and machine code, and says what to do."""

from reciproca.core import errors
from reciproca.core.errors import Fault, Invalid, ReciprocaError


def tree(kind: type[ReciprocaError] = ReciprocaError) -> set[type[ReciprocaError]]:
    """Every error of core.errors, its root included."""
    found = {kind}.union(*(tree(child) for child in kind.__subclasses__()))
    return {each for each in found if each.__module__ == errors.__name__}


def test_the_table_of_codes_is_as_promised() -> None:
    """Scripts and programs rely on these numbers."""
    assert {kind.code: (kind.status, kind.exit_code) for kind in tree()} == {
        "error": (500, 1),
        "invalid": (422, 2),
        "unreadable": (400, 2),
        "unauthenticated": (401, 5),
        "forbidden": (403, 5),
        "not_found": (404, 4),
        "conflict": (409, 6),
        "stale": (412, 6),
        "too_large": (413, 2),
        "too_many": (429, 1),
        "plugin_failed": (502, 7),
        "busy": (503, 1),
        "misconfigured": (500, 1),
    }


def test_an_error_without_words_has_those_of_its_kind() -> None:
    """There is never an empty page."""
    for kind in tree():
        made = kind()
        assert (made.detail, made.title, str(made)) == (kind.__doc__, kind.__doc__, kind.__doc__)


def test_an_error_says_what_happened_and_what_to_do() -> None:
    """Detail first, remedy next, field by field where there are fields."""
    fault = Fault(field="email", reason="Empty.", remedy="Fill it in.")
    made = Invalid(detail="It can't be used.", remedy="Mend it.", faults=(fault,))
    assert (str(made), made.faults, made.title) == (
        "It can't be used. Mend it.",
        (fault,),
        "What was sent can't be used. Nothing was changed.",
    )


def test_two_errors_of_one_kind_are_two_errors() -> None:
    """Errors are compared by identity, so that chains of causes are never taken for loops."""
    assert Invalid() != Invalid()
