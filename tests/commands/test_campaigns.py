"""Campaigns at the terminal: listed by the operator, held and moved in the name of who may; refused as on any page."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from reciproca.command_line import command_line
from reciproca.compacts.signing.tables import RequestState
from reciproca.core.clock import SystemClock, day_at
from tests.building import signing as build
from tests.building.ceremony import Site, a_site

STEWARD = ("--by", "s1@riverbend.example", "--json")


def run(site: Site, *words: str) -> Result:
    """Type a command."""
    settings = site.hospital.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    return CliRunner().invoke(command_line(environ), ["campaign", *words])


def test_a_campaign_is_held_and_goes_on(tmp_path: Path) -> None:
    """What the page's buttons do; who may not is refused with the exit code of its kind, and nothing changes."""
    with a_site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}") as site:
        uid, today = site.hospital.campaign, day_at(SystemClock().now(), "America/Toronto")
        first, second, third = (str(today + timedelta(days=days)) for days in (30, 31, 32))
        build.signed(site.hospital, "P1")
        (one,) = json.loads(run(site, "list", "--json").stdout)
        assert one == {"uid": uid, "state": "open", "due": "2026-10-01", "asked": 3, "signed": 1}
        assert run(site, "pause", uid, "--by", "p2@riverbend.example").exit_code == 5
        assert run(site, "resume", uid, "--until", first, *STEWARD).exit_code == 6
        assert json.loads(run(site, "pause", uid, *STEWARD).stdout)["state"] == "paused"
        assert run(site, "pause", uid, *STEWARD).exit_code == 6
        assert run(site, "extend", uid, "--until", first, *STEWARD).exit_code == 6
        assert run(site, "resume", uid, "--until", "2020-01-01", *STEWARD).exit_code == 2
        resumed = json.loads(run(site, "resume", uid, "--until", second, *STEWARD).stdout)
        assert (resumed["state"], resumed["due"]) == ("open", second)
        moved = json.loads(run(site, "extend", uid, "--until", third, *STEWARD).stdout)
        assert moved["due"] == third
        assert f"until {third}  1 of 3 signed" in run(site, "list").output
        assert site.state("P1") is RequestState.SIGNED
