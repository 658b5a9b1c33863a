"""The API of people: the organisation, its units and its people to read, the roster to send and to fetch."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.people import actions, exporting, queries
from reciproca.compacts.people.rules.report import RosterReport, problem_json
from reciproca.compacts.people.schemas import (
    Asked,
    Options,
    OrganisationOut,
    PeopleOut,
    PersonOut,
    PostListOut,
    ReportOut,
    RosterRowOut,
    UnitOut,
    person_out,
)
from reciproca.core.errors import Invalid, Unreadable
from reciproca.core.http import current_work
from reciproca.core.i18n import _

resources = Blueprint("people_api", __name__, url_prefix="/api/v1", description="Who is here")


@resources.route("/organisation")
@resources.response(200, OrganisationOut)
def show_organisation() -> Any:
    """Show the organisation that the token is for."""
    return queries.show_organisation(current_work())


@resources.route("/units")
@resources.response(200, UnitOut(many=True))
def list_units() -> Any:
    """List the units, each before those below it."""
    return queries.list_units(current_work())


@resources.route("/posts")
@resources.response(200, PostListOut(many=True))
def list_posts() -> Any:
    """List the posts, those of the whole organisation first."""
    found = queries.list_posts(current_work())
    return [
        {"uid": post.uid, "key": post.key, "title": post.title, "path": unit.path} for post, unit in found
    ]


@resources.route("/people")
@resources.arguments(Asked, location="query", unknown=RAISE)
@resources.response(200, PeopleOut)
def list_people(asked: dict[str, Any]) -> dict[str, Any]:
    """List people by family name: all, those with some words in their name, or those of a unit."""
    found = queries.list_people(current_work(), search=asked["search"], unit_uid=asked["unit"], after=asked["after"],
                                limit=asked["limit"])  # fmt: skip
    return {"people": [person_out(view) for view in found.people], "total": found.total, "next": found.next}


@resources.route("/people/<string:uid>")
@resources.response(200, PersonOut)
def show_person(uid: str) -> ResponseReturnValue:
    """Show a person with appointments, leave, posts and licence numbers."""
    view = queries.show_person(current_work(), uid=uid)
    return person_out(view), 200, {"ETag": f'"{view.person.revision}"'}


@resources.route("/roster")
@resources.response(200, RosterRowOut(many=True))
def export_roster() -> ResponseReturnValue:
    """Fetch the roster: one object an appointment, by the fields that an import knows."""
    return jsonify(exporting.export_roster(current_work()))


@resources.route("/roster", methods=["POST"])
@resources.arguments(Options, location="query", unknown=RAISE)
@resources.response(200, ReportOut)
def import_roster(options: dict[str, Any]) -> ResponseReturnValue:
    """Send a roster as the body (text/csv), or as the part `file` of a form. A line with an error refuses all of it,
    unless `partial`; `dry_run` changes nothing and tells what would change."""
    dry_run, partial = options["dry_run"], options["is_partial"]
    report = actions.import_roster(current_work(), data=_sent(), dry_run=dry_run, partial=partial)
    if report.exit_code(partial=partial) and not dry_run:
        return _refused(report)
    return jsonify(report.to_json(with_differences=dry_run))


def _sent() -> bytes:
    file = request.files.get("file")
    data = file.read() if file else request.get_data()
    if not data:
        raise Unreadable(
            detail=_("No file was sent. Nothing was changed."), remedy=_("Send the table as the body.")
        )
    return data


def _refused(report: RosterReport) -> ResponseReturnValue:
    """Problem details, with the whole report beside them."""
    error = Invalid(
        detail=_("The roster was not taken in. Nothing was changed."),
        remedy=_("Correct the lines that are named, or leave them out with partial=true."),
    )
    faults = [problem_json(problem) for problem in report.errors]
    body = {
        "type": f"urn:reciproca:error:{error.code}", "title": error.title, "status": error.status,
        "detail": error.detail, "remedy": error.remedy, "report": report.to_json(),
        "errors": [{"field": f"line {fault['line']} {fault['column']}".strip(), "reason": fault["reason"],
                    "remedy": fault["remedy"]} for fault in faults],
    }  # fmt: skip
    answer = jsonify(body)
    answer.status_code, answer.mimetype = error.status, "application/problem+json"
    return answer
