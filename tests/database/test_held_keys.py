"""A hardware module holds the seal's key: it decides whether the server starts, and stops nobody from signing."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reciproca.app import create_app
from reciproca.command_line import command_line
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.queries.waiting import unsealed
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Misconfigured
from reciproca.core.work import Installation
from reciproca.doctor import examine
from reciproca.opening import open_installation
from tests.building import signing as build
from tests.building.house import BEGINNING, an_installation
from tests.building.hsm import a_token, pulled_out
from tests.building.signing import Hospital


@pytest.fixture
def installation(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation whose settings choose a module; its key isn't certified yet."""
    made = an_installation(tmp_path / "home", database_url, FixedClock(BEGINNING))
    yield replace(made, settings=replace(made.settings, **a_token(tmp_path / "module", monkeypatch)))
    made.database.dispose()


def typed(installation: Installation, *words: str) -> Result:
    """What an operator's command says."""
    chosen = {name: str(value) for name, value in asdict(installation.settings).items() if value}
    clock = installation.settings.home / "clock"  # a command has a clock of its own
    clock.write_text(installation.clock.now().isoformat())
    chosen |= {"testing": "1", "test_clock": str(clock)}
    environ = {f"RECIPROCA_{name.upper()}": value for name, value in chosen.items()}
    return CliRunner().invoke(command_line(environ), ["--home", chosen["home"], *words])


def certified(installation: Installation) -> Installation:
    """The same installation, opened anew after the operator had the key certified."""
    said = typed(installation, "keys", "certify")
    assert said.exit_code == 0, said.output
    return replace(installation, keys=reopened(installation).keys)


def reopened(installation: Installation) -> Installation:
    """What a new process would hold."""
    made = open_installation(installation.settings, clock=installation.clock)
    made.database.dispose()
    return made


def finding(installation: Installation) -> tuple[bool, str]:
    """What `doctor` says of the seal's key."""
    return next((one.ok, one.said) for one in examine(installation) if one.name == "seal")


def test_a_module_that_fails_stops_no_signature(installation: Installation, tmp_path: Path) -> None:
    """People sign while the module is away; the document waits, is listed with the reason, and is made afterwards."""
    opened = certified(installation)
    hospital: Hospital = build.a_hospital(opened, physicians=2)
    with pulled_out(tmp_path / "module"):
        build.signed(hospital, "P1")
        hospital.seal()
        build.signed(hospital, "P2")
        with opened.database.transaction(write=False) as session:
            assert ["NoSuchToken" in str(job.failure) for job in unsealed(session)] == [True]
        assert finding(opened)[0] is False
    assert isinstance(opened.clock, FixedClock)
    opened.clock.advance(timedelta(hours=2))
    hospital.seal()
    with opened.database.transaction(write=False) as session:
        assert list(unsealed(session)) == []
    root = (opened.settings.keys_folder / "root.pem").read_bytes()
    made = sorted((opened.settings.home / FOLDER).glob("*.*"))
    assert [verify_file(path, root, None, opened.clock.now()).verdict for path in made] == ["intact"] * 4
    assert finding(opened) == (True, "the key is held by pkcs11, which declares simple seals, and signs")


def test_one_that_can_not_sign_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator sees at once what is wrong, rather than weeks later in a list of documents that wait."""
    made = an_installation(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}")
    settings = replace(made.settings, **a_token(tmp_path / "module", monkeypatch))
    with pytest.raises(Misconfigured, match="no certificate yet") as refused:
        open_installation(settings)
    assert "keys certify" in refused.value.remedy
    with pytest.raises(Misconfigured, match="'vault', which no plugin offers"):
        open_installation(replace(settings, seal_provider="vault"))
    opened = certified(replace(made, settings=settings))
    create_app(settings, installation=opened)
    why = "(?s)nothing was started.*NoSuchToken"
    with pulled_out(tmp_path / "module"), pytest.raises(Misconfigured, match=why):
        create_app(settings, installation=opened)


def test_each_key_is_renewed_by_its_own_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`renew` doesn't pretend to make a key in a module, nor `certify` one for a file; both say what to do instead."""
    made = an_installation(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}")
    said = typed(made, "keys", "certify")
    assert (said.exit_code, "reciproca keys renew" in said.output) == (6, True)
    opened = certified(
        replace(made, settings=replace(made.settings, **a_token(tmp_path / "module", monkeypatch)))
    )
    before = sorted((one.name, one.read_bytes()) for one in opened.settings.keys_folder.iterdir())
    said = typed(opened, "keys", "renew")
    assert (said.exit_code, "held by pkcs11" in said.output, "keys certify" in said.output) == (6, True, True)
    assert sorted((one.name, one.read_bytes()) for one in opened.settings.keys_folder.iterdir()) == before
