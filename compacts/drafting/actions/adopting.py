"""Taking a wording that came out of a consultation into the text, while it stands still for every other edit."""

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries.sides import side_of
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Edit, EditKind, Version
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def adopt_wording(
    work: Work, *, version_uid: str, identity: str, locale: str, wording: str, base: str, why: str
) -> Edit:
    """Let the promise `identity` say `wording` in one language, in place of the words `base` that it was written
    against. Conflict, which tells the words as they are now, when they are others; Conflict when the text is frozen
    or the promise was removed."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    if version.state not in rules.OPEN:
        rules.require_open(version.state)
    wording = clean_text(wording)
    if not wording:
        raise Invalid(
            detail=_("The new wording is empty. Nothing was changed."),
            faults=[Fault(field="wording", reason=_("Write the words that the promise should say."))],
        )
    commitment, text = _clause(work, version, identity, locale)
    if text.text != clean_text(base):
        raise Conflict(
            detail=_(
                "The words of this promise have changed since this wording was proposed. Nothing was changed."
            ),
            remedy=_("Compare it with the words as they are now, then answer again."),
            faults=[Fault(field="base", reason=text.text)],
        )
    edit = Edit(
        version_id=version.id,
        identity=identity,
        kind=EditKind.WORDS,
        locale=locale,
        before={"text": text.text},
        after={"text": wording},
        why=clean_text(why),
        side=side_of(work, compact=version.compact_id),
        actor=work.actor.uid,
        at=work.now,
    )
    text.text, text.edited_at, text.is_machine = wording, work.now, False
    commitment.revision += 1
    version.revision += 1
    work.session.add(edit)
    work.session.flush()
    return edit


def _clause(work: Work, version: Version, identity: str, locale: str) -> tuple[Commitment, CommitmentText]:
    statement = (
        select(Commitment, CommitmentText)
        .join(CommitmentText, CommitmentText.commitment_id == Commitment.id)
        .where(
            Commitment.version_id == version.id,
            Commitment.identity == identity,
            CommitmentText.locale == locale,
        )
    )
    found = work.session.execute(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise Conflict(
            detail=_("That promise is no longer in the text, or not in that language. Nothing was changed."),
            remedy=_("Answer without a wording, and say what became of it."),
        )
    return found[0], found[1]
