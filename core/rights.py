"""The role × action table. `authorize` is the first line of every use case and query; what isn't listed is denied."""

from collections.abc import Mapping
from enum import StrEnum

from reciproca.core.errors import Forbidden, Unauthenticated
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.work import Work


class Action(StrEnum):
    """Everything that can be asked for, named `thing.verb`."""

    INSTALLATION_OPERATE = "installation.operate"
    ORGANISATION_CREATE = "organisation.create"
    ORGANISATION_READ = "organisation.read"
    PEOPLE_READ = "people.read"
    PERSON_READ = "person.read"
    PERSON_KEEP = "person.keep"
    ROSTER_IMPORT = "roster.import"
    ROSTER_EXPORT = "roster.export"
    ACCOUNT_MANAGE = "account.manage"
    ACCOUNT_USE = "account.use"
    SIGN_IN = "account.sign_in"
    TOKEN_CREATE = "token.create"  # noqa: S105 -- the name of an action, not a secret
    OBLIGATION_READ = "obligation.read"
    OBLIGATION_KEEP = "obligation.keep"
    OBLIGATION_SNOOZE = "obligation.snooze"
    NOTICE_WRITE = "notice.write"
    NOTICE_READ = "notice.read"
    NOTICE_OPERATE = "notice.operate"
    HISTORY_READ = "history.read"
    BOUNCE_READ = "bounce.read"
    BOUNCE_REPORT = "bounce.report"
    ADDRESS_CONFIRM = "address.confirm"
    COMPACT_READ = "compact.read"
    COMPACT_CREATE = "compact.create"
    DRAFT_EDIT = "draft.edit"
    DRAFT_IMPORT = "draft.import"
    RENDITION_CONFIRM = "rendition.confirm"
    CONSULTATION_RUN = "consultation.run"
    ACCORD_GIVE = "accord.give"
    COMMENT_READ = "comment.read"
    COMMENT_WRITE = "comment.write"
    COMMENT_ANSWER = "comment.answer"
    ELICIT_RUN = "elicitation.run"
    ELICIT_READ = "elicitation.read"
    ELICIT_WRITE = "elicitation.write"
    VERSION_PROPOSE = "version.propose"
    VERSION_RATIFY_ORGANISATION = "version.ratify_organisation"
    VERSION_RATIFY_PHYSICIANS = "version.ratify_physicians"
    VERSION_SCHEDULE = "version.schedule"
    VERSION_ENTER_FORCE = "version.enter_force"
    CAMPAIGN_RUN = "campaign.run"
    CAMPAIGN_READ = "campaign.read"
    REQUEST_READ = "request.read"
    REQUEST_ANSWER = "request.answer"
    MEETING_RUN = "meeting.run"
    PAPER_KEEP = "paper.keep"
    ORGANISATION_SIGN = "organisation.sign"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_ERASE = "evidence.erase"
    DOCUMENT_SEAL = "document.seal"
    DOCUMENT_VERIFY = "document.verify"
    POLL_RUN = "poll.run"
    POLL_ANSWER = "poll.answer"
    POLL_READ = "poll.read"
    REVIEW_RUN = "review.run"
    REVIEW_READ = "review.read"
    REVIEW_ANSWER_ORGANISATION = "review.answer_organisation"
    REVIEW_ANSWER_PHYSICIANS = "review.answer_physicians"
    CALENDAR_READ = "calendar.read"
    CALENDAR_KEEP = "calendar.keep"
    CLOSURE_KEEP = "closure.keep"
    PREFERENCE_KEEP = "preference.keep"
    POLICY_KEEP = "policy.keep"
    STATEMENT_WRITE = "statement.write"
    AGENDA_KEEP_ORGANISATION = "agenda.keep_organisation"
    AGENDA_KEEP_PHYSICIANS = "agenda.keep_physicians"
    WEBHOOK_KEEP = "webhook.keep"
    WEBHOOK_SEND = "webhook.send"
    ACTION_AGREE = "action.agree"
    ACTION_TELL = "action.tell_outcome"
    BALANCE_READ = "balance.read"
    OVERVIEW_READ = "overview.read"
    HANDOVER_READ = "handover.read"
    OFFICE_FILL = "office.fill"
    OFFICE_WATCH = "office.watch"
    LEDGER_READ = "ledger.read"
    CHECKPOINT_READ = "checkpoint.read"


_R = Role
_SPONSORS = {_R.CO_SPONSOR_ORGANISATION, _R.CO_SPONSOR_PHYSICIANS}
_LEADERS = {_R.STEWARD, _R.EXECUTIVE_SPONSOR, _R.REVIEWER, *_SPONSORS}
_MEMBERS = {role for role in Role if role not in {_R.THEMSELF, _R.SYSTEM, _R.ADMINISTRATOR}}
_SPEAKERS: set[Role] = {role for role in _MEMBERS if role is not Role.AUDITOR}
_EVERYONE = set(Role)
_ANYBODY = frozenset(Role)

RIGHTS: Mapping[Action, frozenset[Role]] = {
    action: frozenset(roles)
    for action, roles in {
        Action.INSTALLATION_OPERATE: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.ORGANISATION_CREATE: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.ORGANISATION_READ: _EVERYONE,
        Action.PEOPLE_READ: {_R.STEWARD, _R.CREDENTIALING_OFFICER, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.PERSON_READ: {_R.STEWARD, _R.CREDENTIALING_OFFICER, _R.ADMINISTRATOR, _R.THEMSELF, _R.SYSTEM},
        Action.PERSON_KEEP: {_R.CREDENTIALING_OFFICER, _R.STEWARD, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.ROSTER_IMPORT: {_R.CREDENTIALING_OFFICER, _R.STEWARD, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.ROSTER_EXPORT: {_R.CREDENTIALING_OFFICER, _R.STEWARD, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.ACCOUNT_MANAGE: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.ACCOUNT_USE: _EVERYONE,
        Action.SIGN_IN: _EVERYONE,
        Action.TOKEN_CREATE: {_R.ADMINISTRATOR, _R.THEMSELF, _R.SYSTEM},
        Action.OBLIGATION_READ: {*_LEADERS, _R.COMMITMENT_OWNER, _R.AUDITOR, _R.THEMSELF, _R.SYSTEM},
        Action.OBLIGATION_KEEP: _EVERYONE,
        Action.OBLIGATION_SNOOZE: {_R.THEMSELF},
        Action.NOTICE_WRITE: _EVERYONE,
        Action.NOTICE_READ: {_R.THEMSELF, _R.SYSTEM},
        Action.NOTICE_OPERATE: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.HISTORY_READ: {_R.STEWARD, _R.THEMSELF, _R.SYSTEM},
        Action.BOUNCE_READ: {_R.STEWARD, _R.CREDENTIALING_OFFICER, _R.ADMINISTRATOR, _R.THEMSELF, _R.SYSTEM},
        Action.BOUNCE_REPORT: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.ADDRESS_CONFIRM: {
            _R.STEWARD,
            _R.CREDENTIALING_OFFICER,
            _R.ADMINISTRATOR,
            _R.THEMSELF,
            _R.SYSTEM,
        },
        Action.COMPACT_READ: {*_MEMBERS, _R.SYSTEM},
        Action.COMPACT_CREATE: {_R.STEWARD},
        Action.DRAFT_EDIT: {_R.STEWARD, _R.DRAFTER},
        Action.DRAFT_IMPORT: {_R.STEWARD, _R.DRAFTER, _R.ADMINISTRATOR},
        Action.RENDITION_CONFIRM: {_R.STEWARD, _R.DRAFTER, *_SPONSORS, _R.SYSTEM},
        Action.CONSULTATION_RUN: {_R.STEWARD},
        Action.ACCORD_GIVE: _SPONSORS,
        Action.COMMENT_READ: {*_MEMBERS, _R.SYSTEM},
        Action.COMMENT_WRITE: _SPEAKERS,
        Action.COMMENT_ANSWER: {_R.STEWARD, _R.DRAFTER},
        Action.ELICIT_RUN: {_R.STEWARD},
        Action.ELICIT_READ: {*_MEMBERS, _R.SYSTEM},
        Action.ELICIT_WRITE: _SPEAKERS,
        Action.VERSION_PROPOSE: {_R.STEWARD},
        Action.VERSION_RATIFY_ORGANISATION: {_R.RATIFIER_ORGANISATION},
        Action.VERSION_RATIFY_PHYSICIANS: {_R.RATIFIER_PHYSICIANS},
        Action.VERSION_SCHEDULE: {_R.STEWARD},
        Action.VERSION_ENTER_FORCE: {_R.SYSTEM},
        Action.CAMPAIGN_RUN: {_R.STEWARD, _R.SYSTEM},
        Action.CAMPAIGN_READ: {*_LEADERS, _R.AUDITOR, _R.SYSTEM},
        Action.REQUEST_READ: {_R.THEMSELF},
        Action.REQUEST_ANSWER: {_R.THEMSELF},
        Action.MEETING_RUN: {_R.STEWARD},
        Action.PAPER_KEEP: {_R.STEWARD, _R.CREDENTIALING_OFFICER, _R.CO_SPONSOR_PHYSICIANS},
        Action.ORGANISATION_SIGN: {_R.SIGNATORY},
        Action.EVIDENCE_READ: {_R.THEMSELF, _R.AUDITOR, _R.SYSTEM},
        Action.EVIDENCE_ERASE: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.DOCUMENT_SEAL: {_R.SYSTEM},
        Action.DOCUMENT_VERIFY: _EVERYONE,
        Action.POLL_RUN: _EVERYONE,
        Action.POLL_ANSWER: {_R.THEMSELF},
        Action.POLL_READ: {*_MEMBERS, _R.SYSTEM},
        Action.REVIEW_RUN: {_R.STEWARD, *_SPONSORS, _R.SYSTEM},
        Action.REVIEW_READ: {*_MEMBERS, _R.SYSTEM},
        Action.REVIEW_ANSWER_ORGANISATION: {_R.CO_SPONSOR_ORGANISATION},
        Action.REVIEW_ANSWER_PHYSICIANS: {_R.CO_SPONSOR_PHYSICIANS},
        Action.CALENDAR_READ: {_R.THEMSELF},
        Action.CALENDAR_KEEP: {_R.THEMSELF},
        Action.STATEMENT_WRITE: {_R.THEMSELF},
        Action.AGENDA_KEEP_ORGANISATION: {_R.RATIFIER_ORGANISATION},
        Action.AGENDA_KEEP_PHYSICIANS: {_R.RATIFIER_PHYSICIANS},
        Action.PREFERENCE_KEEP: {_R.THEMSELF},
        Action.POLICY_KEEP: {_R.STEWARD, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.CLOSURE_KEEP: {_R.STEWARD, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.WEBHOOK_KEEP: {_R.ADMINISTRATOR, _R.SYSTEM},
        Action.WEBHOOK_SEND: {_R.SYSTEM},
        Action.ACTION_AGREE: _SPONSORS,
        Action.ACTION_TELL: {_R.STEWARD, *_SPONSORS},
        Action.BALANCE_READ: {*_MEMBERS, _R.SYSTEM},
        Action.OVERVIEW_READ: {*_LEADERS, _R.AUDITOR, _R.SYSTEM},
        Action.HANDOVER_READ: {_R.STEWARD, _R.EXECUTIVE_SPONSOR, *_SPONSORS, _R.AUDITOR, _R.SYSTEM},
        Action.OFFICE_FILL: {_R.STEWARD, _R.EXECUTIVE_SPONSOR, *_SPONSORS},
        Action.OFFICE_WATCH: {_R.SYSTEM},
        Action.LEDGER_READ: {_R.AUDITOR, _R.ADMINISTRATOR, _R.SYSTEM},
        Action.CHECKPOINT_READ: _EVERYONE,
    }.items()
}


def is_allowed(work: Work, action: Action, *, person_id: int | None = None) -> bool:
    """Whether the actor may do `action`; `person_id` is the person whom the thing is about."""
    actor, roles = work.actor, RIGHTS[action]
    if roles == _ANYBODY:  # needs no scope either: other use cases lean on these
        return True
    if actor.scopes is not None and action.value not in actor.scopes and "*" not in actor.scopes:
        return False
    is_themself = person_id is not None and person_id == actor.person_id
    return bool(actor.roles & roles) or (is_themself and Role.THEMSELF in roles)


def authorize(work: Work, action: Action, *, person_id: int | None = None) -> None:
    """Raise unless the actor may do `action`: `Unauthenticated` for a stranger, `Forbidden` for anyone else."""
    if is_allowed(work, action, person_id=person_id):
        return
    if work.actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))
    holders = ", ".join(sorted(role.value.replace("_", " ") for role in RIGHTS[action]))
    raise Forbidden(
        detail=f"You may not do this ({action.value}). Nothing was changed.",
        remedy=f"Ask someone who may: {holders}.",
    )
