"""What became of a notice is told in words that claim no more than is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reciproca.compacts.notices.fates import Became, Fate, as_others_see, became_of, in_words
from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import Delivery
from reciproca.core.i18n import Catalogues
from reciproca.templates.loader import TRANSLATIONS

NOW = datetime(2026, 9, 1, 14, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
SPEAKS = Catalogues.load(TRANSLATIONS)


def _delivery(**known: Any) -> Delivery:
    return Delivery(**({"state": "pending", "attempts": 0, "not_before": NOW} | known))


@pytest.mark.parametrize(
    ("delivery", "left_out", "became"),
    [
        (None, None, Became(fate=Fate.PAGE_ONLY)),
        (_delivery(), None, Became(fate=Fate.QUEUED)),
        (_delivery(state="gathering"), None, Became(fate=Fate.QUEUED)),
        (_delivery(not_before=LATER), None, Became(fate=Fate.WAITING, at=LATER)),
        (_delivery(state="leased", attempts=1), None, Became(fate=Fate.SENDING)),
        (_delivery(attempts=2, failure="451 later", not_before=LATER), None,
         Became(fate=Fate.RETRYING, said="451 later", at=LATER, tries=2)),
        (_delivery(state="done", outcome="handed_over", done_at=NOW), None, Became(fate=Fate.ACCEPTED, at=NOW)),
        (_delivery(state="done", outcome="written", done_at=NOW), None, Became(fate=Fate.WRITTEN, at=NOW)),
        (_delivery(state="done", outcome="handed_over", done_at=NOW), "newer", Became(fate=Fate.NOT_SENT, why="newer")),
        (_delivery(state="failed", outcome="refused", failure="550 no", attempts=1), None,
         Became(fate=Fate.REFUSED, said="550 no", tries=1)),
        (_delivery(state="failed", failure="451 later", attempts=6), None,
         Became(fate=Fate.FAILED, said="451 later", tries=6)),
        (_delivery(state="dropped", failure="no_address"), None, Became(fate=Fate.NOT_SENT, why="no_address")),
    ],
)  # fmt: skip
def test_each_state_has_its_fate(delivery: Delivery | None, left_out: str | None, became: Became) -> None:
    """Of a message that went without this notice, it is the notice that counts."""
    assert became_of(delivery, left_out, NOW) == became


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("fate", Fate)
def test_every_fate_and_reason_is_said(fate: Fate, locale: str) -> None:
    """In both languages, with nothing left open."""
    translator = SPEAKS.translator(locale)
    for why in (*Reason, "quiet") if fate is Fate.NOT_SENT else ("",):
        said = in_words(
            Became(fate=fate, why=why, said="550 no", at=NOW, tries=2), translator, "America/Toronto"
        )
        assert said[0].isupper()
        assert said.endswith((".", "550 no"))
        assert "%(" not in said
        assert not said.endswith(f" {why}")


def test_what_others_hear_of_an_invitation_is_one_sentence() -> None:
    """But for what has nothing to do with an answer; and what was sent is told as it is."""
    dropped = Became(fate=Fate.NOT_SENT)
    seen = {
        reason: as_others_see(replace(dropped, why=str(reason)), is_invitation=True).why for reason in Reason
    }
    told = {one: one.value for one in (Reason.NO_ADDRESS, Reason.CAME_BACK, Reason.LEFT)}
    assert seen == {reason: told.get(reason, "quiet") for reason in Reason}
    accepted = Became(fate=Fate.ACCEPTED, at=NOW)
    assert as_others_see(accepted, is_invitation=True) is accepted


def test_others_do_not_hear_who_wants_no_courtesy_mails() -> None:
    """News that is on the page alone by one's own wish looks like news that is there by the days for reminders."""
    unwanted, quiet = (
        Became(fate=Fate.NOT_SENT, why=str(one)) for one in (Reason.UNWANTED, Reason.NOT_BY_MAIL)
    )
    seen = as_others_see(unwanted, is_invitation=False)
    assert seen == as_others_see(quiet, is_invitation=False)
    assert seen.why == "on_page"
