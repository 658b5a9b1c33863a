"""The words of a version, gathered from their rows in a fixed number of reads."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.rules import Clause, Notice, VersionText
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Compact, CompactText, Version
from reciproca.compacts.people.tables import Organisation
from reciproca.core.db import ACROSS
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import LegalEffect, Side

_NO_NOTICE = Notice(what="", if_nothing="")


def texts_of(work: Work, *, version: Version, locales: Sequence[str]) -> dict[str, VersionText]:
    """The whole text of `version` in each locale, as it stands in the rows now."""
    authorize(work, Action.COMPACT_READ)
    compact = work.session.scalars(select(Compact).filter_by(id=version.compact_id)).one()
    named = work.session.scalars(select(CompactText).filter_by(compact_id=compact.id))
    titles = {row.locale: row.title for row in named}
    clauses = clauses_by_locale(work, version=version, locales=locales)
    return {
        locale: VersionText(
            locale=locale,
            organisation_uid=work.organisation.uid,
            organisation=work.organisation.name,
            compact_uid=compact.uid,
            title=titles.get(locale, ""),
            version_uid=version.uid,
            number=version.number,
            change_class=version.change_class.value,
            legal_effect=version.legal_effect.value,
            notice=notice_of(work, effect=version.legal_effect, locale=locale),
            sides=side_names(work, compact=compact, locale=locale),
            clauses=clauses[locale],
        )
        for locale in locales
    }


def clauses_by_locale(work: Work, *, version: Version, locales: Sequence[str]) -> dict[str, list[Clause]]:
    """The commitments of `version` in each locale, in order; words that are missing are empty."""
    authorize(work, Action.COMPACT_READ)
    return clauses_of_rows(work.session, [version.id], locales)[version.id]


def clauses_of_rows(
    session: Session, version_ids: Sequence[int], locales: Sequence[str], *, across: bool = False
) -> dict[int, dict[str, list[Clause]]]:
    """By version id and locale. `across` reads past one organisation, for the verification of the whole ledger."""
    options = ACROSS if across else {}
    ordered = select(Commitment).where(Commitment.version_id.in_(version_ids))
    ordered = ordered.order_by(Commitment.position, Commitment.side, Commitment.id)
    rows = session.scalars(ordered, execution_options=options).all()
    found = select(CommitmentText).join(Commitment, Commitment.id == CommitmentText.commitment_id)
    words = session.scalars(found.where(Commitment.version_id.in_(version_ids)), execution_options=options)
    texts = {(text.commitment_id, text.locale): text for text in words}
    return {
        version_id: {
            locale: [
                _clause(row, texts.get((row.id, locale))) for row in rows if row.version_id == version_id
            ]
            for locale in locales
        }
        for version_id in version_ids
    }


def notice_of(work: Work, *, effect: LegalEffect, locale: str) -> Notice:
    """What the jurisdiction's pack says of `effect` in `locale`; empty where it says nothing."""
    authorize(work, Action.COMPACT_READ)
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    said = pack.effects.get(effect.value) if pack else None
    if said is None:
        return _NO_NOTICE
    return Notice(what=said.what.get(locale, ""), if_nothing=said.if_nothing.get(locale, ""))


def side_names(work: Work, *, compact: Compact, locale: str) -> Mapping[str, str]:
    """What both sides are called in `locale`: the organisation's own wording, else the template's, else plain."""
    authorize(work, Action.COMPACT_READ)
    organisation = work.session.get_one(Organisation, work.organisation.id)
    template = work.plugins.templates.get(compact.template)
    offered = {
        side: (template.sides.get(side.value, {}) if template else {}).get(locale, "") for side in Side
    }
    own = organisation.wording.get(locale, {})
    plain = {Side.ORGANISATION: work.organisation.name, Side.PHYSICIANS: ""}
    return {side.value: str(own.get(side.value) or offered[side] or plain[side]) for side in Side}


def _clause(row: Commitment, text: CommitmentText | None) -> Clause:
    return Clause(
        uid=row.uid,
        revision=row.revision,
        identity=row.identity,
        side=row.side,
        pair=row.pair,
        theme=row.theme,
        theme_label=text.theme if text else "",
        position=row.position,
        topic=text.topic if text else "",
        text=text.text if text else "",
        indicator=text.indicator if text else "",
        evidence=text.evidence if text else "",
        cadence=row.cadence,
    )
