"""Checkpoints, consistency and proofs, for people who were there and people who were not."""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access.actions import create_token
from reciproca.compacts.signing.tables import Signature
from reciproca.core.identity import console, system
from reciproca.core.ledger.consistency import read_consistency
from reciproca.core.ledger.note import open_checkpoint
from reciproca.core.ledger.proof import read_proof
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.scheduler.ticks import tick
from tests.building import signing as build
from tests.building.ceremony import Site, a_site


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; the first has."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        yield made


def test_anybody_can_follow_the_ledger(site: Site) -> None:
    """Without an account: a checkpoint today, one tomorrow, and the proof that the second only added to the first."""
    stranger, signer = site.app.test_client(), site.hospital.installation.keys.ledger_signer
    today = stranger.get("/api/v1/ledger/checkpoint")
    kept = open_checkpoint(today.text, signer.public_key, signer.origin)
    build.signed(site.hospital, "P2")
    proof = stranger.get(f"/api/v1/ledger/consistency?from={kept.size}")
    assert (today.mimetype, proof.mimetype) == ("text/plain", "text/plain")
    newer = read_consistency(proof.text).check(kept, signer.public_key)
    assert newer.size > kept.size
    between = stranger.get(f"/api/v1/ledger/consistency?from={kept.size}&to={newer.size}")
    assert between.text == proof.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 422),
        ("?from=0", 422),
        ("?from=x", 422),
        ("?from=999999", 404),
        ("?from=1&to=99999", 404),
        ("?form=1", 422),
    ],
)
def test_what_was_never_issued_is_not_compared(site: Site, asked: str, status: int) -> None:
    """Other sizes, other words: a problem, not a crash."""
    answer = site.app.test_client().get(f"/api/v1/ledger/consistency{asked}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_signers_have_the_proof_of_their_signature(site: Site) -> None:
    """The .tlog-proof leads from the evidence's leaf to a signed checkpoint; nobody else of the staff gets it."""
    uid, evidence = _signature(site)
    signer = site.hospital.installation.keys.ledger_signer
    answer = _client(site, "p1", uid)
    proof = read_proof(answer.text)
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        entry = work.session.get_one(LedgerLeaf, proof.index).entry
    assert json.loads(entry)["uid"] == evidence
    proof.check(entry, signer.public_key, signer.origin)
    assert _client(site, "p2", uid).status_code == 404
    assert site.app.test_client().get(f"/api/v1/signatures/{uid}/proof").status_code == 401


def test_receipts_carry_the_checkpoint_to_both_sides(site: Site) -> None:
    """Signer and organisation each have in their mailbox what the ledger was when the receipt was sent."""
    installation = site.hospital.installation
    tick(installation, build.HANDLERS)
    with site.hospital.installation.work(console(), site.hospital.place, write=False):
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(installation.settings.mail_folder.glob("*.eml"))
        ]
    signer, newest = (
        installation.keys.ledger_signer,
        site.app.test_client().get("/api/v1/ledger/checkpoint").text,
    )
    receipts = [one for one in mails if "recorded" in str(one["Subject"]) or "come in" in str(one["Subject"])]
    assert len(receipts) == 2
    for mail in receipts:
        text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]  # there is one
        note = text[text.index(signer.origin) :].partition("\n\n--")[0].rstrip("\n") + "\n"
        assert (note, "keep this mail" in text) == (newest, True)
    assert all("keep this mail" not in one.as_string() for one in mails if one not in receipts)


def _client(site: Site, staff_id: str, uid: str) -> TestResponse:
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        made = create_token(work, email=f"{staff_id}@riverbend.example", scopes=["*"])
    asked = {"Authorization": f"Bearer {made.secret}"}
    return site.app.test_client().get(f"/api/v1/signatures/{uid}/proof", headers=asked)


def _signature(site: Site) -> tuple[str, str]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        row = work.session.scalars(select(Signature).filter_by(role="physician")).one()
        return row.uid, row.evidence_uid
