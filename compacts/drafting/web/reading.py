"""Reading: the list of agreements, one agreement's history, one version in two columns, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, request

from reciproca.compacts.drafting import documents, queries, rules
from reciproca.compacts.drafting.queries import VersionFacts
from reciproca.compacts.drafting.rules import COMING, Topic
from reciproca.compacts.drafting.tables import Compact, Version, VersionState
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.people.reading import post_names
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.templates.shell import Link
from reciproca.templates.web import page, translator

_RATIFY = {
    Side.ORGANISATION: Action.VERSION_RATIFY_ORGANISATION,
    Side.PHYSICIANS: Action.VERSION_RATIFY_PHYSICIANS,
}


@dataclass(frozen=True, kw_only=True)
class ThemeGroup:
    """Topics that stand together under one heading."""

    key: str
    label: str
    topics: Sequence[Topic]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What this person could do next with a version: `name` tells the template which words to use."""

    name: str
    href: str
    is_first: bool = False


@pages.get("/compacts")
def list_compacts() -> str:
    """The organisation's agreements, with the version that counts for each."""
    work = current_work()
    found = queries.compacts(work)
    ids = [compact.id for compact in found]
    versions = queries.versions(work, compact_ids=ids)
    rows = [(compact, _shown([row for row in versions if row.compact_id == compact.id])) for compact in found]
    return page(
        "drafting/compacts.html",
        rows=rows,
        titles=queries.titles(work, compact_ids=ids, locale=translator().locale),
        units=queries.unit_names(work, ids=[compact.unit_id for compact in found]),
        may_create=is_allowed(work, Action.COMPACT_CREATE),
        may_import=is_allowed(work, Action.DRAFT_IMPORT),
        zone=work.organisation.zone,
    )


@pages.get("/compacts/<uid>")
def show_compact(uid: str) -> str:
    """One agreement: its versions and who stands for it."""
    work = current_work()
    compact = queries.find_compact(work, uid=uid)
    versions = queries.versions(work, compact_ids=[compact.id])
    coming = next((version for version in versions if version.state in COMING), None)
    in_force = next((version for version in versions if version.state is VersionState.IN_FORCE), None)
    return page(
        "drafting/compact.html",
        compact=compact,
        versions=versions,
        coming=coming,
        in_force=in_force,
        title=queries.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        unit=queries.unit_names(work, ids=[compact.unit_id]).get(compact.unit_id, ""),
        people=queries.people_named(
            work, ids=[compact.steward_id, compact.sponsor_organisation_id, compact.sponsor_physicians_id]
        ),
        steps=steps(work, compact, coming, []) if coming else (),
        signing=[step for step in steps(work, compact, in_force, []) if step.name != "start"]
        if in_force
        else (),
        may_start=is_allowed(work, Action.COMPACT_CREATE) and coming is None,
        may_change=is_allowed(work, Action.COMPACT_CREATE),
        may_hand_over=is_allowed(work, Action.HANDOVER_READ),
        leftovers=queries.leftovers(work, version=coming, is_settled=False) if coming else (),
        cycle=work.plugins.review_cycles.get(compact.review_cycle),
        zone=work.organisation.zone,
    )


@pages.get("/versions/<uid>")
def show_version(uid: str) -> str:
    """One version in two columns, in the language chosen by `lang`."""
    work = current_work()
    facts = facts_of(work, uid)
    rows = rules.topics(facts.text.clauses)
    owners, names = queries.owners(work, version=facts.version), post_names(work, translator().locale)
    return page(
        "drafting/version.html",
        groups=by_theme(rows),
        topics=rows,
        owners={uid: names.get(title, title) for uid, title in owners.items()},
        steps=steps(work, facts.compact, facts.version, [row.side for row in facts.ratifications]),
        thin=rules.thin_sides(facts.text.clauses),
        unpaired=rules.unpaired(rows),
        has_parent=facts.version.parent_id is not None,
        voided=queries.void_accords(work, version=facts.version),
        **_addenda(work, facts),
        **context(work, facts),
    )


@pages.get(f"/versions/<uid>/<any({','.join(documents.NAMES)}):name>.pdf")
def take_document(uid: str, name: str) -> Response:
    """A document about the version, in the language chosen by `lang`; a redline since the version `since`."""
    work = current_work()
    version, since = queries.find_version(work, uid=uid), request.args.get("since")
    sheet = documents.document(work, version=version, name=name, locale=chosen_locale(work), since=since)
    answer = Response(documents.to_pdf(sheet), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/versions/<uid>/changes")
def show_changes(uid: str) -> str:
    """What changed since an earlier version (`since`; the one that this started from, when none is named)."""
    work = current_work()
    facts = facts_of(work, uid)
    before = queries.earlier(work, version=facts.version, uid=request.args.get("since"))
    found = queries.comparison(work, before=before, after=facts.version, locale=facts.text.locale)
    return page("drafting/changes.html", before=before, difference=found, **context(work, facts))


def _addenda(work: Work, facts: VersionFacts) -> dict[str, Any]:
    """What adds to this version, and what it adds to."""
    main, own = queries.adds_to(work, version=facts.version), queries.addenda(work, version=facts.version)
    ids = [each.compact_id for each in [*own, *([main.main] if main else [])]]
    is_open = facts.version.state is VersionState.IN_FORCE and main is None
    return {
        "adds_to": main,
        "addenda": own,
        "called": queries.titles(work, compact_ids=ids, locale=translator().locale),
        "may_add": is_open and is_allowed(work, Action.COMPACT_CREATE),
    }


def facts_of(work: Work, uid: str) -> VersionFacts:
    """The version `uid` with what surrounds it, in the language that the page is asked for."""
    return queries.compact_page(work, version=queries.find_version(work, uid=uid), locale=chosen_locale(work))


def chosen_locale(work: Work) -> str:
    """`lang` of the address, where the agreement is written in it; else the page's own; else the first."""
    known = work.organisation.locales
    wished = (request.args.get("lang", ""), request.form.get("locale", ""), translator().locale)
    return next((locale for locale in wished if locale in known), known[0])


def context(work: Work, facts: VersionFacts) -> dict[str, Any]:
    """What every page about one version needs."""
    return {
        "facts": facts,
        "compact": facts.compact,
        "version": facts.version,
        "text": facts.text,
        "locale": facts.text.locale,
        "languages": languages(work, facts),
        "zone": work.organisation.zone,
    }


def languages(work: Work, facts: VersionFacts) -> list[Link]:
    """The text's languages as views of the same page (of the version's own page, after a refused form)."""
    here = request.path if request.method == "GET" else f"/versions/{facts.version.uid}"
    since = request.args.get("since", "")
    tail = f"&since={since}" if since.replace("-", "").isalnum() else ""
    name = translator().language_name
    return [
        Link(name(locale), f"{here}?lang={locale}{tail}", locale == facts.text.locale, lang=locale)
        for locale in work.organisation.locales
    ]


def by_theme(rows: Sequence[Topic]) -> list[ThemeGroup]:
    """Topics in order, under the heading of their theme."""
    return [
        ThemeGroup(key=key, label=label, topics=list(found))
        for (key, label), found in groupby(rows, key=lambda row: (row.theme, row.theme_label))
    ]


def steps(work: Work, compact: Compact, version: Version, decided: Sequence[Side]) -> list[Step]:
    """What the person at this page may do next with `version`; the first is the one to show first."""
    here = f"/versions/{version.uid}"
    start = (Action.COMPACT_CREATE, "start", f"/compacts/{compact.uid}")
    signing = [
        (Action.ORGANISATION_SIGN, "organisation", f"{here}/organisation-signature"),
        (Action.CAMPAIGN_RUN, "campaign", f"/compacts/{compact.uid}/campaign"),
        (Action.MEETING_RUN, "meeting", f"/compacts/{compact.uid}/meeting"),
        (Action.PAPER_KEEP, "papers", f"/compacts/{compact.uid}/papers"),
    ]
    possible = {
        VersionState.DRAFT: [
            (Action.DRAFT_EDIT, "edit", f"{here}/edit"),
            (Action.CONSULTATION_RUN, "consult", f"{here}/consultation"),
            (Action.VERSION_PROPOSE, "propose", f"{here}/propose"),
        ],
        VersionState.IN_CONSULTATION: [
            (Action.COMMENT_READ, "consultation", f"{here}/consultation"),
            (Action.VERSION_PROPOSE, "propose", f"{here}/propose"),
        ],
        VersionState.PROPOSED: [
            (action, "ratify", f"{here}/ratify") for side, action in _RATIFY.items() if side not in decided
        ],
        VersionState.RATIFIED: [(Action.VERSION_SCHEDULE, "schedule", f"{here}/schedule"), *signing],
        VersionState.SCHEDULED: signing,
        VersionState.REFUSED: [start],
        VersionState.IN_FORCE: [*signing, start],
    }.get(version.state, [])
    allowed = [(name, href) for action, name, href in possible if is_allowed(work, action)]
    return [Step(name=name, href=href, is_first=index == 0) for index, (name, href) in enumerate(allowed)]


def _shown(versions: Sequence[Version]) -> Sequence[Version]:
    """The version in force and the one on its way, newest first; the latest when there is neither."""
    wanted = [row for row in versions if row.state is VersionState.IN_FORCE or row.state in COMING]
    return wanted or versions[:1]
