"""Loading and calling: admitted whole or not at all, in a fixed order, and nobody suffers for another."""

from datetime import date
from typing import Any

import pytest

from reciproca import hookimpl
from reciproca.core.errors import Misconfigured, NotFound, PluginFailed
from reciproca.plugins.events import Event, ReviewClosed
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import (
    CycleAnchor,
    DeliveryChannel,
    Draft,
    DraftCommitment,
    IdentifierScheme,
    IdentifierVerdict,
    LegalEffect,
    Outcome,
    OutgoingMessage,
    Problem,
    Receipt,
    Severity,
    Side,
    Theme,
    Verdict,
)
from tests.plugins.samples import a_plugin, a_point, a_scheme, nothing, raises

EVENT = ReviewClosed(organisation="o", at="2026-09-01T14:00:00Z", compact="c", review="r", agreed=True)
NO_DATA: Any = object()


def load(*names: str, **options: Any) -> Registry:
    """A registry of the sample plugins `names` alone."""
    return Registry.load(bundled=(), points=[a_point(name) for name in names], **options)


def states(registry: Registry) -> list[tuple[str, str]]:
    return [(record.name, record.state) for record in registry.records]


def test_bundled_plugins_come_first_and_third_parties_by_name() -> None:
    """What is offered and who is told doesn't depend on the order in which a machine lists its packages."""
    told: list[str] = []
    for name in ("zeta", "alpha", "mid"):
        a_plugin(name, event_recorded=lambda name=name: told.append(name), identifier_schemes=a_scheme(name))
    last = a_plugin("own", event_recorded=lambda: told.append("own"))
    points = [a_point("zeta"), a_point("alpha"), a_point("mid")]
    for order in (points, points[::-1]):
        told.clear()
        registry = Registry.load(bundled=(("own", last),), points=order)
        assert registry.announce(EVENT) == ()
        assert told == ["own", "alpha", "mid", "zeta"]
        assert list(registry.identifier_schemes) == ["alpha", "mid", "zeta"]


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3)])
def test_a_plugin_that_raises_when_told_stops_nobody(error: BaseException) -> None:
    """A broken plugin is named, and every other one is still told."""
    told: list[Event] = []
    a_plugin("bad", event_recorded=raises(error))
    a_plugin("good", event_recorded=lambda event: told.extend([event]))
    (failure,) = load("bad", "good").announce(EVENT)
    assert (failure.plugin, failure.hook, failure.cause) == ("bad", "event_recorded", type(error).__name__)
    assert told == [EVENT]


def test_a_plugin_that_cannot_be_imported_is_recorded_and_the_others_are_loaded() -> None:
    """A stranger's broken package never keeps the product from starting."""
    a_plugin("good", identifier_schemes=a_scheme("fine"))
    registry = Registry.load(bundled=(), points=[a_point("absent", "no_such_module"), a_point("good")])
    assert states(registry) == [("absent", "failed"), ("good", "loaded")]
    assert "ModuleNotFoundError" in registry.records[0].reason
    assert list(registry.identifier_schemes) == ["fine"]


@pytest.mark.parametrize(
    ("hooks", "words"),
    [
        ({"event_recorderd": lambda: None}, "event_recorderd"),
        ({"event_recorded": lambda session: None}, "session"),
        ({"identifier_schemes": lambda: 1 / 0}, "ZeroDivisionError"),
        ({"identifier_schemes": lambda: (1 / 0 for _ in "x")}, "ZeroDivisionError"),
        ({"identifier_schemes": lambda: None}, "gave no answer"),
        ({"identifier_schemes": lambda: "npi"}, "several values"),
        ({"identifier_schemes": lambda: [Theme(key="a", label={})]}, "not IdentifierScheme"),
        ({"identifier_schemes": lambda: [IdentifierScheme(key="a", label=NO_DATA, hint="")]}, "not data"),
        ({"identifier_schemes": lambda: a_scheme("a")() + a_scheme("a")()}, "'a'"),
        ({"plugin_info": lambda: {"name": "bad"}}, "not PluginInfo"),
        ({"plugin_info": raises(SystemExit(1))}, "SystemExit"),
    ],
)
def test_a_plugin_with_anything_wrong_is_left_out_whole(hooks: dict[str, Any], words: str) -> None:
    """A misspelt hook, an unknown argument or a bad offer names itself; half a plugin is never loaded."""
    told: list[str] = []
    a_plugin("bad", **{"event_recorded": lambda: told.append("bad"), "review_cycles": nothing, **hooks})
    a_plugin("good", event_recorded=lambda: told.append("good"), identifier_schemes=a_scheme("fine"))
    registry = load("bad", "good")
    assert states(registry) == [("bad", "failed"), ("good", "loaded")]
    assert words in registry.records[0].reason
    assert registry.announce(EVENT) == ()
    assert (told, list(registry.identifier_schemes)) == (["good"], ["fine"])


def test_a_key_offered_twice_is_refused_with_both_names() -> None:
    """Which plugin answers for a key is never a matter of luck."""
    a_plugin("first", identifier_schemes=a_scheme("npi"))
    a_plugin("second", identifier_schemes=a_scheme("npi"), event_recorded=raises(RuntimeError()))
    registry = load("first", "second")
    assert states(registry) == [("first", "loaded"), ("second", "failed")]
    assert all(word in registry.records[1].reason for word in ("'npi'", "first", "second"))
    assert registry.announce(EVENT) == ()


def test_a_third_party_cannot_take_a_bundled_plugins_name_or_key() -> None:
    """Installing a package never replaces a bundled plugin."""
    a_plugin("mail")
    a_plugin("thief", identifier_schemes=a_scheme("npi"))
    registry = Registry.load(points=[a_point("mail"), a_point("thief")])
    assert [record.name for record in registry.records if record.state == "failed"] == ["mail", "thief"]
    assert registry.check_identifiers("npi", ["1234567893"])[0].verdict is Verdict.OK


def test_another_major_version_of_the_interface_is_not_loaded() -> None:
    """A plugin made for another interface says so at the start, not in the middle of a campaign."""
    a_plugin("old", api_version="0.9")
    a_plugin("newer", api_version="1.7")
    registry = load("old", "newer")
    assert states(registry) == [("newer", "loaded"), ("old", "failed")]
    assert "0.9" in registry.records[1].reason


def test_blocked_and_not_allowed_plugins_are_never_imported() -> None:
    """An administrator can keep a plugin out without uninstalling it; its code doesn't run at all."""
    points = [a_point("dangerous", "no_such_module")]
    assert states(Registry.load(bundled=(), points=points, blocked={"dangerous"})) == [
        ("dangerous", "blocked")
    ]
    assert states(Registry.load(bundled=(), points=points, allowed={"other"})) == [("dangerous", "blocked")]


def test_a_broken_bundled_plugin_stops_the_start() -> None:
    """Our own mistakes are found at once, not recorded and forgotten."""
    with pytest.raises(Misconfigured, match="own"):
        Registry.load(
            bundled=(("own", a_plugin("own", identifier_schemes=raises(RuntimeError("boom")))),), points=()
        )


def test_only_the_plugin_that_offered_a_key_is_asked_about_it() -> None:
    """No plugin answers for another's scheme, whatever it would like to say."""
    good = IdentifierVerdict(verdict=Verdict.OK, normalised="1")
    a_plugin(
        "owner", identifier_schemes=a_scheme("x"), check_identifiers=lambda values: [good for _ in values]
    )
    a_plugin("meddler", check_identifiers=raises(RuntimeError("not asked")))
    assert load("owner", "meddler").check_identifiers("x", ["1", "2"]) == (good, good)


@pytest.mark.parametrize(
    "answer",
    [lambda: None, nothing, lambda values: ["ok" for _ in values], lambda: 7, raises(ValueError("x"))],
)
def test_a_wrong_answer_is_a_named_failure_and_not_a_verdict(answer: Any) -> None:
    """A rule that breaks refuses; it never lets something pass by silence."""
    a_plugin("owner", identifier_schemes=a_scheme("x"), check_identifiers=answer)
    with pytest.raises(PluginFailed, match="owner") as caught:
        load("owner").check_identifiers("x", ["1"])
    assert caught.value.remedy


def test_an_unknown_key_names_those_there_are() -> None:
    """A typing slip in a key is answered with the keys to choose from."""
    with pytest.raises(NotFound) as caught:
        Registry.load(points=()).next_openings("anual", [CycleAnchor(anchor=date(2026, 1, 1), number=1)])
    assert "annual" in caught.value.remedy


def test_a_draft_is_asked_about_of_every_plugin_and_one_that_raises_refuses() -> None:
    """Objections of all plugins are gathered with their names; a plugin that can't answer stops the proposal."""
    draft = Draft(jurisdiction="CA-ON", legal_effect=LegalEffect.NONE, locales=("en",), commitments=())
    problem = Problem(severity=Severity.ERROR, reason="No.")
    a_plugin("one", draft_problems=lambda: [problem])
    a_plugin("two", draft_problems=lambda draft: [problem] if draft.locales else [])
    assert load("one", "two").draft_problems(draft) == (("one", problem), ("two", problem))
    a_plugin("three", draft_problems=raises(RuntimeError("boom")))
    with pytest.raises(PluginFailed, match="three"):
        load("one", "three").draft_problems(draft)


def test_a_channel_sees_only_the_settings_that_it_declared() -> None:
    """A plugin that sends text messages never sees the mail server's password."""
    seen: dict[str, str] = {}

    def deliver(messages: Any, settings: Any) -> list[Receipt]:
        seen.update(settings)
        return [Receipt(key=message.key, outcome=Outcome.HANDED_OVER) for message in messages]

    channel = DeliveryChannel(key="text", label={"en": "Text"}, settings=("gateway", "absent"))
    a_plugin("texts", delivery_channels=lambda: [channel], deliver=deliver)
    message = OutgoingMessage(key="k", at="", to_address="", to_name="", locale="en", subject="", text="")
    receipts = tuple(load("texts").deliver("text", [message], {"gateway": "g", "smtp_url": "secret"}))
    assert receipts == (Receipt(key="k", outcome=Outcome.HANDED_OVER),)
    assert seen == {"gateway": "g"}


def test_plugins_may_be_objects_and_classes_as_well_as_modules() -> None:
    """A plugin that keeps state of its own can be an instance."""

    class Plugin:
        plugin_info = staticmethod(a_plugin("inner").plugin_info)

        @hookimpl
        def identifier_schemes(self) -> list[IdentifierScheme]:
            return a_scheme("mine")()

    assert list(Registry.load(bundled=(("object", Plugin()),), points=()).identifier_schemes) == ["mine"]


def test_what_ontario_warns_of_is_found_in_a_draft_and_only_there() -> None:
    """A word that turns an agreement into something else is pointed at before it is proposed."""
    said = {"en": "We ensure compliance by each Employee.", "fr": "Rien."}
    promise = DraftCommitment(key="a", side=Side.PHYSICIANS, theme="t", text=said)
    registry = Registry.load(points=())

    def found(jurisdiction: str) -> list[tuple[str, str, str]]:
        draft = Draft(
            jurisdiction=jurisdiction,
            legal_effect=LegalEffect.NONE,
            locales=("en", "fr"),
            commitments=(promise,),
        )
        return [(plugin, item.subject, item.field) for plugin, item in registry.draft_problems(draft)]

    where = "commitments.a.physicians.en"
    assert found("CA-ON") == [("ontario", "employee", where), ("ontario", "compliance", where)]
    assert found("CA-QC") == []
