"""Which passwords are good enough, how long a session lives, where one may be sent, what a code is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.access import passwords, rules
from reciproca.core.errors import Invalid

WORDS = ("Riverbend Hospital", "anna.roy@riverbend.example")
AT = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "quiet river lantern",
        "soleil-neige-tramway-7",
        "x" * 3 + "seventy-seven kites" + "é" * 40,
        "日本語の長い合言葉はとても安全です",
        "🙂🙃🐸🌲🛶🎻🧭🦉🍁🥁🚲📚🧵🪁🧊",
        "g w b q z o k f t",
        "1q2w3e!R%T6y7U8i9",
    ],
)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    """Anything that can be typed or pasted will do: words, signs, other scripts; no rules of composition."""
    rules.check_password(password, words=WORDS)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "correct horse battery staple",
        "passwordpassword",
        "Riverbend Hospital 2026",
        "annaroyannaroyanna",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "motdepasse123456",
        "ANNA.ROY@riverbend.example",
        "Hôpital-Riverbend!",
        "!!!!!!!!!!!!!!!!!!!",
        "y" * 257,
    ],
)
def test_what_others_would_try_first_is_refused(password: str) -> None:
    """Short, over-long, common, repeated, run along the keyboard, or made of the hospital's and one's own name."""
    with pytest.raises(Invalid) as refused:
        rules.check_password(password, words=WORDS)
    assert [fault.field for fault in refused.value.faults] == ["password"]


@given(st.text(min_size=15, max_size=60, alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_a_password_is_right_in_any_unicode_form(password: str) -> None:
    """What was typed on one keyboard is recognised when another composes its accents differently."""
    assert passwords._bytes(password) == passwords._bytes(rules.unicodedata.normalize("NFD", password))


def test_a_password_is_kept_as_an_argon2id_hash() -> None:
    """The hash says how it was made, and neither nobody nor a wrong password matches it."""
    stored = passwords.hashed("quiet river lantern")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert [
        passwords.is_right(stored, text) for text in ("quiet river lantern", "Quiet river lantern", "")
    ] == [
        True,
        False,
        False,
    ]
    assert not passwords.is_right(None, "quiet river lantern")


def test_what_was_weighed_counts_for_that_password_and_that_hash_once() -> None:
    """A comparison made ahead says nothing of another password, nor of the one that was set meanwhile."""
    earlier, now = passwords.hashed("quiet river lantern"), passwords.hashed("another long lantern")
    passwords.weigh(earlier, "quiet river lantern")
    assert not passwords.is_right(earlier, "another long lantern")
    assert not passwords.is_right(now, "quiet river lantern")
    passwords.weigh(now, "quiet river lantern")
    assert not passwords.is_right(now, "quiet river lantern")
    assert passwords.is_right(now, "another long lantern")
    passwords.weigh(None, None)


def test_nobodys_hash_takes_as_long_as_somebodys() -> None:
    """The hash that unknown people are compared with has today's parameters: else the time would tell."""
    assert not passwords.is_outdated(passwords._NOBODY)


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_session_lives_within_both_limits(since_beginning: int, since_change: int) -> None:
    """Eight hours after the last change and a week after the beginning are the ends, whichever comes first."""
    alive = rules.is_alive(
        created_at=AT - timedelta(minutes=since_beginning),
        last_seen_at=AT - timedelta(minutes=since_change),
        now=AT,
    )
    assert alive == (since_beginning < 7 * 24 * 60 and since_change < 8 * 60)


@given(st.text(max_size=40))
def test_one_is_only_ever_sent_to_a_path_of_ours(text: str) -> None:
    """No text makes a redirect that a browser would take for another site's address."""
    path = rules.safe_path(text)
    assert path.startswith("/")
    assert path[1:2] not in {"/", "\\"}
    assert not any(ord(char) <= 0x20 for char in path)


def test_a_path_of_ours_is_kept_with_its_query() -> None:
    """Who was going somewhere here arrives there."""
    assert rules.safe_path("/sign/0199?lang=fr&x=1") == "/sign/0199?lang=fr&x=1"


def test_a_code_is_its_rows_and_this_installations() -> None:
    """Another row, or another installation's secret, has another code."""
    codes = {rules.code_of(secret, uid, length=52) for secret in (b"a" * 32, b"b" * 32) for uid in ("1", "2")}
    assert len(codes) == 4
    assert {len(code) for code in codes} == {52}


@given(st.lists(st.sampled_from("-  \t"), max_size=6))
def test_a_code_may_be_typed_with_what_helps_the_eye(blanks: list[str]) -> None:
    """Dashes, blanks and small letters don't make a code wrong."""
    code = rules.code_of(b"a" * 32, "1", length=20)
    assert rules.typed_code("".join([*blanks, code[:7].lower(), *blanks, code[7:]])) == code
