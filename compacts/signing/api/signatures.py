"""Campaigns, one's own invitations, the organisation's signature, evidence, documents."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response
from marshmallow import RAISE
from sqlalchemy import select

from reciproca.compacts.drafting.queries import compact_of, find_version
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.signing import actions, queries, schemas
from reciproca.compacts.signing.api.blueprint import resources
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.queries.reminding import reminders_of
from reciproca.compacts.signing.rules.audience import Rule
from reciproca.compacts.signing.rules.waves import read_waves
from reciproca.compacts.signing.tables import Campaign, Ceremony, Signature, SignatureRequest
from reciproca.compacts.signing.wording import organisation_intent, words_for
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work, seen_revision
from reciproca.core.i18n import _
from reciproca.core.work import Work

Answer = tuple[dict[str, Any], int, dict[str, str]]


@resources.post("/versions/<uid>/campaigns")
@resources.arguments(schemas.CampaignIn)
@resources.response(201, schemas.CampaignOut)
def open_campaign(asked: dict[str, Any], uid: str) -> Answer:
    """Ask everybody whom the agreement is for to sign a version."""
    work = current_work()
    made = actions.open_campaign(
        work,
        version_uid=uid,
        due=asked["due"],
        exclude=asked["left_out"],
        waves=asked["waves"],
        rule=asked["among"],
        reminders=asked["reminders"],
    )
    return _campaign(work, made), 201, {"Location": f"/api/v1/campaigns/{made.uid}", **_etag(made)}


@resources.get("/campaigns/<uid>")
@resources.response(200, schemas.CampaignOut)
def read_campaign(uid: str) -> Answer:
    """How far a campaign is, in counts; null where too few to show."""
    work = current_work()
    found = queries.find_campaign(work, uid=uid)
    return _campaign(work, found), 200, _etag(found)


@resources.post("/campaigns/<uid>/closings")
@resources.arguments(NothingIn)
@resources.response(201, schemas.CampaignOut)
def close_campaign(_asked: dict[str, Any], uid: str) -> Answer:
    """End a campaign before its day. `If-Match`: the revision that you saw."""
    work = current_work()
    ended = actions.close_campaign(work, campaign_uid=uid, revision=seen_revision())
    return _campaign(work, ended), 201, _etag(ended)


@resources.post("/campaigns/<uid>/extensions")
@resources.arguments(schemas.ExtensionIn)
@resources.response(201, schemas.CampaignOut)
def extend_campaign(asked: dict[str, Any], uid: str) -> Answer:
    """Move the last day of a campaign; reminders move with it. `If-Match`: the revision that you saw."""
    work = current_work()
    moved = actions.extend_campaign(work, campaign_uid=uid, due=asked["due"], revision=seen_revision())
    return _campaign(work, moved), 201, _etag(moved)


@resources.post("/campaigns/<uid>/pauses")
@resources.arguments(NothingIn)
@resources.response(201, schemas.CampaignOut)
def pause_campaign(_asked: dict[str, Any], uid: str) -> Answer:
    """Hold a campaign: no reminders, no signatures, until it goes on. `If-Match`: the revision that you saw."""
    work = current_work()
    paused = actions.pause_campaign(work, campaign_uid=uid, revision=seen_revision())
    return _campaign(work, paused), 201, _etag(paused)


@resources.post("/campaigns/<uid>/resumptions")
@resources.arguments(schemas.ExtensionIn)
@resources.response(201, schemas.CampaignOut)
def resume_campaign(asked: dict[str, Any], uid: str) -> Answer:
    """Let a paused campaign go on until a day. `If-Match`: the revision that you saw."""
    work = current_work()
    resumed = actions.resume_campaign(work, campaign_uid=uid, due=asked["due"], revision=seen_revision())
    return _campaign(work, resumed), 201, _etag(resumed)


@resources.get("/versions/<uid>/audience")
@resources.arguments(schemas.RuleIn, location="query")
@resources.response(200, schemas.AudienceOut)
def read_audience(rule: Rule, uid: str) -> queries.Audience:
    """Whom a version would be offered to today, by a rule, and why each of the others on file isn't asked."""
    work = current_work()
    return queries.audience(work, compact=compact_of(work, version=find_version(work, uid=uid)), rule=rule)


@resources.get("/requests")
@resources.arguments(schemas.RequestsAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.RequestsOut)
def list_requests(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own invitations to sign, the oldest first."""
    work = current_work()
    found = queries.own_requests(work, after=asked["after"], limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return {"items": _requests(work, shown), "next": shown[-1].uid if len(found) > len(shown) else None}


@resources.get("/requests/<uid>")
@resources.response(200, schemas.RequestOut)
def read_request(uid: str) -> Answer:
    """One of one's own invitations. Reading it is not recorded."""
    work = current_work()
    return _one_request(work, queries.find_request(work, uid=uid))


@resources.post("/requests/<uid>/openings")
@resources.arguments(schemas.RequestOpeningIn)
@resources.response(201, schemas.CeremonyOut)
def open_ceremony(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Open the signing page: answers with the nonce and the words that the signature goes with."""
    work = current_work()
    locale = asked["locale"] or work.actor.locale or work.organisation.locales[0]
    opened = actions.open_ceremony(work, request_uid=uid, locale=locale, read=asked["read"])
    sheet = queries.show_request(work, uid=uid, locale=opened.locale)
    shown = words_for(work, opened.locale)
    return {
        **_opening(opened),
        "name": sheet.person.name,
        "intent": shown.intent.text,
        "consent": shown.consent.text,
        "what": sheet.text["legal_effect"]["what"],
        "if_nothing": sheet.text["legal_effect"]["if_nothing"],
    }


@resources.post("/requests/<uid>/signatures")
@resources.arguments(schemas.SignatureIn)
@resources.response(201, schemas.SignatureOut)
def sign(asked: dict[str, Any], uid: str) -> Answer:
    """Sign the text of an opened page. The password is the step-up: a token alone never signs."""
    work = current_work()
    made = actions.sign(work, request_uid=uid, **asked)
    return _signatures(work, [made])[0], 201, {"Location": f"/api/v1/signatures/{made.uid}"}


@resources.post("/requests/<uid>/withdrawals")
@resources.arguments(schemas.WithdrawalIn)
@resources.response(201, schemas.SignatureOut)
def withdraw_signature(asked: dict[str, Any], uid: str) -> Answer:
    """Withdraw one's own signature, from now on. The password is the step-up: a token alone never does."""
    work = current_work()
    made = actions.withdraw_signature(work, request_uid=uid, **asked)
    return _signatures(work, [made])[0], 201, {"Location": f"/api/v1/signatures/{made.uid}"}


@resources.post("/requests/<uid>/declines")
@resources.arguments(schemas.DeclineIn)
@resources.response(201, schemas.RequestOut)
def decline(asked: dict[str, Any], uid: str) -> Answer:
    """Say no. Nobody is told, but the co-sponsor whom one chooses."""
    work = current_work()
    body, _status, headers = _one_request(work, actions.decline(work, request_uid=uid, **asked))
    return body, 201, headers


@resources.post("/requests/<uid>/talks")
@resources.arguments(schemas.TalkIn)
@resources.response(201, schemas.RequestOut)
def ask_to_talk(asked: dict[str, Any], uid: str) -> Answer:
    """Ask the co-sponsor of one side for a conversation first."""
    work = current_work()
    body, _status, headers = _one_request(work, actions.ask_to_talk(work, request_uid=uid, **asked))
    return body, 201, headers


@resources.post("/requests/<uid>/misdirections")
@resources.arguments(NothingIn)
@resources.response(201, schemas.RequestOut)
def not_me(_asked: dict[str, Any], uid: str) -> Answer:
    """Say that the invitation is meant for somebody else: the steward is asked to look at the address."""
    work = current_work()
    body, _status, headers = _one_request(work, actions.not_me(work, request_uid=uid))
    return body, 201, headers


@resources.post("/requests/<uid>/calls")
@resources.arguments(schemas.CalledIn)
@resources.response(204)
def mark_called(asked: dict[str, Any], uid: str) -> None:
    """Keep on one's own list that one has spoken with somebody who asked for it."""
    actions.mark_called(current_work(), request_uid=uid, **asked)


@resources.post("/requests/<uid>/silences")
@resources.arguments(NothingIn)
@resources.response(204)
def stop_reminders(_asked: dict[str, Any], uid: str) -> None:
    """Be reminded no more."""
    actions.stop_reminders(current_work(), request_uid=uid)


@resources.post("/versions/<uid>/organisation-openings")
@resources.arguments(schemas.OpeningIn)
@resources.response(201, schemas.OrganisationCeremonyOut)
def open_organisation(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Open the page on which the organisation signs: answers with the nonce, and what waits."""
    work = current_work()
    locale = asked["locale"] or work.actor.locale or work.organisation.locales[0]
    opened = actions.open_organisation_ceremony(work, version_uid=uid, locale=locale)
    waiting = queries.to_countersign(work, version=find_version(work, uid=uid))
    return {
        **_opening(opened),
        "intent": organisation_intent(opened.locale).text,
        "signatures": [one.uid for one in waiting],
    }


@resources.post("/versions/<uid>/organisation-signatures")
@resources.arguments(schemas.OrganisationSignatureIn)
@resources.response(201, schemas.SignaturesOut)
def sign_for_organisation(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Sign for the organisation: the version once, or each of the records in `signatures`, with one password."""
    work = current_work()
    return {"items": _signatures(work, actions.sign_for_organisation(work, version_uid=uid, **asked))}


@resources.get("/signatures/<uid>")
@resources.response(200, schemas.EvidenceOut)
def read_evidence(uid: str) -> dict[str, Any]:
    """A signature with its evidence record, for its signer or an auditor."""
    work = current_work()
    found = queries.show_evidence(work, uid=uid)
    return {"signature": _signatures(work, [found.signature])[0], "record": found.record}


@resources.post("/signatures/<uid>/erasures")
@resources.arguments(schemas.ErasureIn)
@resources.response(201, schemas.SignatureOut)
def erase_evidence(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Erase what a signature's evidence says of a person, and its files, for good; the ledger says so ever after."""
    work = current_work()
    return _signatures(work, [actions.erase_evidence(work, signature_uid=uid, reason=asked["reason"])])[0]


@resources.get("/signatures/<uid>/document")
@resources.response(200, content_type="application/pdf", schema={"type": "string", "format": "binary"})
def read_document(uid: str) -> Response:
    """The sealed PDF of a signature."""
    return _file(queries.find_document(current_work(), uid=uid).pdf, "application/pdf")


@resources.get("/signatures/<uid>/bundle")
@resources.response(200, content_type="application/zip", schema={"type": "string", "format": "binary"})
def read_bundle(uid: str) -> Response:
    """The evidence bundle of a signature."""
    return _file(queries.find_document(current_work(), uid=uid).bundle, "application/zip")


def _file(name: str, mimetype: str) -> Response:
    path = current_work().settings.home / FOLDER / name
    if not path.is_file():
        raise NotFound(
            detail=_("The file is not there. The signature is, and its document can be made again.")
        )
    return Response(path.read_bytes(), mimetype=mimetype)


def _opening(opened: Ceremony) -> dict[str, Any]:
    return {
        "nonce": opened.nonce,
        "locale": opened.locale,
        "text_sha256": opened.text_sha256,
        "expires_at": opened.expires_at,
    }


def _campaign(work: Work, row: Campaign) -> dict[str, Any]:
    work.session.flush()
    found = queries.progress(work, campaign=row)
    return {
        "uid": row.uid,
        "version": _uids(work, Version, [row.version_id])[row.version_id],
        "state": row.state,
        "due": date.fromisoformat(row.due_local[:10]),
        "asked": found.asked,
        "signed": found.signed,
        "bound": found.bound,
        "documents": found.documents,
        "others": found.others,
        "groups": found.groups,
        "waves": read_waves(row.waves),
        "reminders": reminders_of(work, campaign=row),
        "revision": row.revision,
    }


def _one_request(work: Work, row: SignatureRequest) -> Answer:
    return _requests(work, [row])[0], 200, _etag(row)


def _requests(work: Work, rows: Sequence[SignatureRequest]) -> list[dict[str, Any]]:
    work.session.flush()
    versions = _uids(work, Version, [row.version_id for row in rows])
    mine = select(Signature.request_id, Signature.uid).where(
        Signature.request_id.in_([row.id for row in rows])
    )
    signatures = dict(work.session.execute(mine).all())
    of_these = select(Campaign).where(Campaign.id.in_([row.campaign_id for row in rows]))
    campaigns = {row.id: row for row in work.session.scalars(of_these)}
    return [
        {
            "uid": row.uid,
            "version": versions[row.version_id],
            "campaign": campaigns[row.campaign_id].uid,
            "state": row.state,
            "due": date.fromisoformat(campaigns[row.campaign_id].due_local[:10]),
            "viewed_at": row.viewed_at,
            "ended_at": row.ended_at,
            "signature": signatures.get(row.id),
            "revision": row.revision,
        }
        for row in rows
    ]


def _signatures(work: Work, rows: Sequence[Signature]) -> list[dict[str, Any]]:
    versions = _uids(work, Version, [row.version_id for row in rows])
    covers = _uids(work, Signature, [row.covers_id for row in rows])
    return [
        {
            "uid": row.uid,
            "role": row.role,
            "version": versions[row.version_id],
            "locale": row.locale,
            "text_sha256": row.text_sha256,
            "name_as_signed": row.name_as_signed,
            "signed_at": row.signed_at,
            "evidence": row.evidence_uid,
            "record_sha256": row.record_sha256,
            "covers": covers.get(row.covers_id or 0),
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    ]


def _uids(work: Work, table: type[Version | Signature], ids: Sequence[int | None]) -> dict[int, str]:
    return dict(work.session.execute(select(table.id, table.uid).where(table.id.in_(ids))).all())


def _etag(row: Campaign | SignatureRequest) -> dict[str, str]:
    return {"ETag": f'"{row.revision}"'}
