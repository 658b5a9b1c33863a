"""A newer version and those who signed an earlier one: does their signature stand for it, and for how long yet?"""

from collections import defaultdict
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import select

from reciproca.compacts.drafting.documents.press import speaks
from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.signing.queries.earlier import Earlier, earlier_signatures
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.rules.grace import ends
from reciproca.compacts.signing.tables import Signature
from reciproca.compacts.signing.wording import COUNTS_AFTER, COUNTS_UNTIL, SIGNED_BEFORE, Texts, titled
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def tell_earlier_signers(work: Work, *, version_uid: str) -> None:
    """A version is in force: tell everybody whose newest signature is on an earlier one whether it stands for this
    one too, or until when it counts. Nobody else is told who they are."""
    authorize(work, Action.CAMPAIGN_RUN)
    version = work.session.scalars(select(Version).filter_by(uid=version_uid)).one()
    compact = compact_of(work, version=version)
    there = select(Signature.person_id).filter_by(version_id=version.id, role=PHYSICIAN, withdrawn_at=None)
    have_signed = set(work.session.scalars(there))
    groups: dict[Earlier, list[int]] = defaultdict(list)
    for person_id, earlier in earlier_signatures(work, version=version).items():
        if person_id not in have_signed:
            groups[earlier].append(person_id)
    titles = all_titles(work, compact_ids=[compact.id]).get(compact.id, {})
    for earlier, people in groups.items():
        data: dict[str, object] = {
            "title": titled(titles, earlier.number),
            "path": f"/versions/{earlier.uid}/since-you-signed",
        }
        if not earlier.covers:
            data["due"] = _last_day(work, compact, version)
        kind = Kind.SIGNATURE_COVERS if earlier.covers else Kind.SIGNATURE_GRACE
        notify_all(work, kind=kind, person_ids=people, data=data, side=Side.PHYSICIANS)


def told_standings(work: Work, *, version: Version) -> Mapping[int, Texts]:
    """By person who signed before, what an invitation to `version` says of that, in each language."""
    authorize(work, Action.CAMPAIGN_RUN)
    earlier = earlier_signatures(work, version=version)
    if not earlier:
        return {}
    compact = compact_of(work, version=version)
    counts = {locale: _counts(work, compact, version, locale) for locale in work.organisation.locales}
    return {
        person_id: {
            locale: f"{_in(SIGNED_BEFORE, locale, signed=one.number, offered=version.number)} {text}"
            for locale, text in counts.items()
        }
        for person_id, one in earlier.items()
    }


def _counts(work: Work, compact: Compact, version: Version, locale: str) -> str:
    if version.in_force_at is None:
        return _in(COUNTS_AFTER, locale, days=compact.grace_days)
    until = ends(version.in_force_at, compact.grace_days, ZoneInfo(work.organisation.zone))
    day = until.astimezone(ZoneInfo(work.organisation.zone)).date()
    return _in(COUNTS_UNTIL, locale, until=speaks(locale).format_date(day))


def _last_day(work: Work, compact: Compact, version: Version) -> str:
    zone = ZoneInfo(work.organisation.zone)
    until = ends(version.in_force_at or work.now, compact.grace_days, zone)
    return until.astimezone(zone).date().isoformat()


def _in(texts: Texts, locale: str, **values: object) -> str:
    return texts.get(locale, texts["en"]).format(**values)
