"""Beginning an agreement from a template, beginning its next version, and saying who stands for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.addenda import carry_addendum
from reciproca.compacts.drafting.actions.locking import locked_compact
from reciproca.compacts.drafting.tables import (
    Commitment,
    CommitmentText,
    Compact,
    CompactText,
    Version,
    VersionState,
)
from reciproca.compacts.people.tables import Person, Post, Unit
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, CompactTemplate, LegalEffect, PairedCommitment, Side

BLANK = CompactTemplate(key="", edition="", licence="", title={}, noun={}, sides={}, themes=(), pairs=())
"""An empty sheet, for words that come from elsewhere."""
_SENT_BACK = (VersionState.REFUSED, VersionState.WITHDRAWN, VersionState.VOID)


def create_compact(
    work: Work,
    *,
    template_key: str,
    legal_effect: LegalEffect,
    review_cycle: str,
    unit_uid: str | None = None,
    titles: Mapping[str, str] | None = None,
    steward_uid: str | None = None,
    sponsor_organisation_uid: str | None = None,
    sponsor_physicians_uid: str | None = None,
    sunset: date | None = None,
    audience: Sequence[str] = (),
    organisation_signs: str = "first",
) -> Version:
    """Begin an agreement in a unit (the whole organisation when none is named) with the template's words in all of
    the organisation's languages (none at all where the template is `BLANK`). Returns its first version, a draft.
    NotFound, Invalid."""
    authorize(work, Action.COMPACT_CREATE)
    template = _template(work, template_key)
    _require_cycle(work, review_cycle)
    rules.check_sponsors(sponsor_organisation_uid, sponsor_physicians_uid)
    _check_sunset(work, sunset)
    unit = _unit(work, unit_uid)
    compact = Compact(
        unit_id=unit.id,
        template=template.key,
        legal_effect=legal_effect,
        review_cycle=review_cycle,
        audience={"categories": list(audience)},
        organisation_signs=organisation_signs,
        sunset=sunset,
        steward_id=_person_id(work, steward_uid, "steward") or work.actor.person_id,
        sponsor_organisation_id=_person_id(work, sponsor_organisation_uid, "sponsor_organisation"),
        sponsor_physicians_id=_person_id(work, sponsor_physicians_uid, "sponsor_physicians"),
        created_at=work.now,
    )
    work.session.add(compact)
    work.session.flush()
    _write_titles(work, compact, {**template.title, **(titles or {})})
    version = _add_version(work, compact, None, 1, ChangeClass.MATERIAL, legal_effect)
    for position, pair in enumerate(template.pairs, 1):
        _write_pair(work, version, template, pair, position)
    work.session.flush()
    work.act(
        "compact.created",
        about=compact.uid,
        record={
            "compact": compact.uid,
            "version": version.uid,
            "unit": unit.uid,
            "template": {"key": template.key, "edition": template.edition},
            "legal_effect": legal_effect.value,
            "review_cycle": review_cycle,
        },
    )
    return version


def start_version(
    work: Work,
    *,
    compact_uid: str,
    change_class: ChangeClass,
    from_uid: str | None = None,
    legal_effect: LegalEffect | None = None,
) -> Version:
    """Begin the next version as a copy: from the version `from_uid`, else from one that was just refused,
    withdrawn or declared void, else from the one in force. Commitments keep their identities, and so does the legal
    effect unless another is named. Conflict while another is on its way; Invalid when a new legal effect isn't called
    material."""
    authorize(work, Action.COMPACT_CREATE)
    compact = locked_compact(work.session, compact_uid)
    known = list(
        work.session.scalars(select(Version).filter_by(compact_id=compact.id).order_by(Version.number))
    )
    parent = _parent(known, from_uid)
    effect = legal_effect or parent.legal_effect
    rules.check_class_of_effect(change_class, before=parent.legal_effect, after=effect)
    version = _add_version(work, compact, parent, known[-1].number + 1, change_class, effect)
    _copy_commitments(work, parent, version)
    carry_addendum(work, parent=parent, version=version)
    work.act(
        "version.drafted",
        about=version.uid,
        record={
            "compact": compact.uid,
            "version": version.uid,
            "number": version.number,
            "from": parent.uid,
            "change_class": change_class.value,
            "legal_effect": effect.value,
        },
    )
    return version


def change_stewardship(
    work: Work,
    *,
    compact_uid: str,
    steward_uid: str | None,
    sponsor_organisation_uid: str | None,
    sponsor_physicians_uid: str | None,
    sunset: date | None,
    grace_days: int | None = None,
    revision: int | None = None,
) -> Compact:
    """Say who keeps the agreement, who stands for each side, on which day it ends (None: open), and for how many days
    (None: as before) a signature counts after a version that asks for a new one. Stale, Invalid."""
    authorize(work, Action.COMPACT_CREATE)
    rules.check_sponsors(sponsor_organisation_uid, sponsor_physicians_uid)
    compact = locked_compact(work.session, compact_uid)
    expect_revision(compact, revision)
    _check_sunset(work, sunset)
    compact.steward_id = _person_id(work, steward_uid, "steward")
    compact.sponsor_organisation_id = _person_id(work, sponsor_organisation_uid, "sponsor_organisation")
    compact.sponsor_physicians_id = _person_id(work, sponsor_physicians_uid, "sponsor_physicians")
    compact.sunset = sunset
    _change_grace(work, compact, grace_days)
    work.act(
        "compact.stewardship_changed",
        about=compact.uid,
        record={
            "steward": steward_uid,
            "sponsor_organisation": sponsor_organisation_uid,
            "sponsor_physicians": sponsor_physicians_uid,
            "sunset": sunset.isoformat() if sunset else None,
            "grace_days": compact.grace_days,
        },
    )
    return compact


def _change_grace(work: Work, compact: Compact, days: int | None) -> None:
    """Once a version has been in force, grace is only ever lengthened: people may have been told their last day."""
    if days is None or days == compact.grace_days:
        return
    told = select(Version.id).filter_by(compact_id=compact.id).where(Version.in_force_at.is_not(None))
    if days < compact.grace_days and work.session.scalars(told.limit(1)).first():
        raise Invalid(
            detail=_("People may have been told how long their signature counts. Nothing was changed."),
            faults=[
                Fault(
                    field="grace_days",
                    reason=f"It is {compact.grace_days} days now, and can't become fewer.",
                    remedy=_("Choose as many days, or more."),
                )
            ],
        )
    compact.grace_days = days


def _template(work: Work, key: str) -> CompactTemplate:
    if key == BLANK.key:
        return BLANK
    template: CompactTemplate | None = work.plugins.templates.get(key)
    if template is None:
        known = ", ".join(sorted(work.plugins.templates)) or "none"
        raise Invalid(
            detail=_("There is no such template. Nothing was changed."),
            faults=[
                Fault(field="template_key", reason=_("Unknown template."), remedy=f"Choose one of: {known}.")
            ],
        )
    return template


def _require_cycle(work: Work, key: str) -> None:
    if key not in work.plugins.review_cycles:
        known = ", ".join(sorted(work.plugins.review_cycles)) or "none"
        raise Invalid(
            detail=_("There is no such review cycle. Nothing was changed."),
            faults=[
                Fault(
                    field="review_cycle", reason=_("Unknown review cycle."), remedy=f"Choose one of: {known}."
                )
            ],
        )


def _check_sunset(work: Work, sunset: date | None) -> None:
    if sunset and sunset <= work.today():
        raise Invalid(
            detail=_("The agreement would end before it began. Nothing was changed."),
            faults=[
                Fault(field="sunset", reason=_("That day is over."), remedy=_("Choose a later day, or none."))
            ],
        )


def _unit(work: Work, uid: str | None) -> Unit:
    statement = select(Unit).filter_by(uid=uid) if uid else select(Unit).where(Unit.parent_id.is_(None))
    unit = work.session.scalars(statement.order_by(Unit.id).limit(1)).one_or_none()
    if unit is None:
        raise NotFound(
            detail=_("There is no such unit here. Nothing was changed."),
            remedy=_("Import a roster first, or choose a unit of the list."),
        )
    return unit


def _person_id(work: Work, uid: str | None, field: str) -> int | None:
    if not uid:
        return None
    found = work.session.scalar(select(Person.id).filter_by(uid=uid))
    if found is None:
        raise Invalid(
            detail=_("There is no such person here. Nothing was changed."),
            faults=[
                Fault(
                    field=field,
                    reason=_("Nobody is known by that."),
                    remedy=_("Choose somebody of the list."),
                )
            ],
        )
    return found


def _write_titles(work: Work, compact: Compact, titles: Mapping[str, str]) -> None:
    for locale in work.organisation.locales:
        title = clean_text(titles.get(locale, ""))
        work.session.add(CompactText(compact_id=compact.id, locale=locale, title=title))


def _add_version(
    work: Work,
    compact: Compact,
    parent: Version | None,
    number: int,
    change_class: ChangeClass,
    legal_effect: LegalEffect,
) -> Version:
    version = Version(
        compact_id=compact.id,
        parent_id=parent.id if parent else None,
        number=number,
        state=VersionState.DRAFT,
        change_class=change_class,
        legal_effect=legal_effect,
        revision=1,
        created_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    return version


def _write_pair(
    work: Work, version: Version, template: CompactTemplate, pair: PairedCommitment, position: int
) -> None:
    labels = {theme.key: theme.label for theme in template.themes}
    for side in Side:
        row = Commitment(
            version_id=version.id,
            identity=ids.time_ordered(work.clock),
            side=side,
            pair=pair.key,
            theme=pair.theme,
            position=position,
            owner_post_id=_owner(
                work, pair.organisation_post if side is Side.ORGANISATION else pair.physicians_post
            ),
            cadence=pair.cadence.value,
            revision=1,
        )
        work.session.add(row)
        work.session.flush()
        words = pair.organisation if side is Side.ORGANISATION else pair.physicians
        for locale in work.organisation.locales:
            work.session.add(
                CommitmentText(
                    commitment_id=row.id,
                    locale=locale,
                    text=clean_text(words.get(locale, "")),
                    topic=clean_text(pair.topic.get(locale, "")),
                    theme=clean_text(labels.get(pair.theme, {}).get(locale, "")),
                    indicator=clean_text(pair.indicator.get(locale, "")),
                    evidence=clean_text(pair.evidence.get(locale, "")),
                    edited_at=work.now,
                )
            )


def _owner(work: Work, post_key: str) -> int | None:
    """The post that the jurisdiction calls `post_key`, where the roster has brought one of its names."""
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    post = next((post for post in pack.posts if post.key == post_key), None) if pack else None
    if post is None:
        return None
    names = {post_key, *post.synonyms, *(label.lower() for label in post.label.values())}
    return work.session.scalar(
        select(Post.id).where(func.lower(Post.title).in_(names)).order_by(Post.id).limit(1)
    )


def _parent(known: Sequence[Version], from_uid: str | None) -> Version:
    coming = next((version for version in known if version.state in rules.COMING), None)
    if coming:
        raise Conflict(
            detail=f"Version {coming.number} is on its way already. Nothing was changed.",
            remedy=_("Finish or withdraw that one first: an agreement has one next version at a time."),
        )
    if from_uid:
        return _named(known, from_uid)
    latest = known[-1]
    in_force = next((version for version in known if version.state is VersionState.IN_FORCE), None)
    return latest if latest.state in _SENT_BACK or in_force is None else in_force


def _named(known: Sequence[Version], uid: str) -> Version:
    for version in known:
        if version.uid == uid:
            return version
    raise NotFound(detail=_("That agreement has no such version. Nothing was changed."))


def _copy_commitments(work: Work, parent: Version, version: Version) -> None:
    rows = work.session.scalars(
        select(Commitment).filter_by(version_id=parent.id).order_by(Commitment.id)
    ).all()
    copies = [Commitment(**_content(row, _COMMITMENT), version_id=version.id, revision=1) for row in rows]
    work.session.add_all(copies)
    work.session.flush()
    new_ids = {row.id: copy.id for row, copy in zip(rows, copies, strict=True)}
    texts = work.session.scalars(select(CommitmentText).where(CommitmentText.commitment_id.in_(new_ids)))
    for text in texts.all():
        content = _content(text, _TEXT)
        work.session.add(
            CommitmentText(**content, commitment_id=new_ids[text.commitment_id], edited_at=work.now)
        )
    work.session.flush()


_COMMITMENT = ("identity", "side", "pair", "theme", "position", "owner_post_id", "cadence")
_TEXT = ("locale", "text", "topic", "theme", "indicator", "evidence")


def _content(row: Commitment | CommitmentText, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
