"""Shapes at the door: what may be sent about people, and what is told of them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from reciproca.core.http import faults_of
from reciproca.core.i18n import _
from reciproca.plugins.types import DateOrder, RosterMapping

FILL_IN = _("Fill this in.")
NO_DAY = _("This is not a date. Write it like 2026-07-01.")


class Strict(Schema):
    """Nothing is taken that wasn't asked for."""

    class Meta:
        unknown = RAISE


class Mapped(Strict):
    """A mapping file: what the operator knows about a roster."""

    encoding = fields.String(load_default="", validate=validate.Length(max=40))
    delimiter = fields.String(load_default="", validate=validate.Length(max=1))
    date_order = fields.Enum(DateOrder, by_value=True, load_default=None, allow_none=True)
    columns = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None, allow_none=True)
    categories = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None, allow_none=True)


class Asked(Strict):
    """Which people: words of the name, a unit, a page."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    unit = fields.String(load_default=None, validate=validate.Length(max=36))
    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class Paged(Strict):
    """The same by page, as the address of a page has it; empty means any."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    unit = fields.String(load_default="", validate=validate.Length(max=36))
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))


class Options(Strict):
    """How a roster is taken in."""

    dry_run = fields.Boolean(load_default=False)
    is_partial = fields.Boolean(load_default=False, data_key="partial")


class Taking(Strict):
    """The button under the preview of a roster; `partial` leaves out the lines with an error."""

    is_partial = fields.Boolean(load_default=False, data_key="partial")


class LeaveForm(Strict):
    """A leave of absence as it is typed; an empty last day means: until told."""

    starts = fields.Date(required=True, error_messages={"required": FILL_IN, "invalid": NO_DAY})
    ends = fields.Date(load_default=None, allow_none=True, error_messages={"invalid": NO_DAY})
    revision = fields.Integer(required=True)


class OrganisationOut(Schema):
    """An organisation."""

    uid = fields.String()
    name = fields.String()
    jurisdiction = fields.String()
    zone = fields.String()
    locales = fields.List(fields.String())


class UnitOut(Schema):
    """A unit of the tree; `parent` is null for the root."""

    uid = fields.String(attribute="unit.uid")
    parent = fields.String(attribute="parent_uid", allow_none=True)
    kind = fields.String(attribute="unit.kind")
    name = fields.String(attribute="unit.name")
    path = fields.String(attribute="unit.path")
    people = fields.Integer(
        metadata={"description": "How many people are appointed in it or below it today."}
    )


class AppointmentOut(Schema):
    """An appointment; `ends` is null while it is open."""

    uid = fields.String()
    unit = fields.String(metadata={"description": "The unit's uid."})
    path = fields.String()
    category = fields.String()
    starts = fields.Date()
    ends = fields.Date(allow_none=True)


class LeaveOut(Schema):
    """A leave of absence, both days included."""

    starts = fields.Date()
    ends = fields.Date(allow_none=True)


class PostOut(Schema):
    """A post that a person holds."""

    uid = fields.String()
    key = fields.String()
    title = fields.String()
    path = fields.String()
    is_deputy = fields.Boolean()


class PostListOut(Schema):
    """A post, whoever holds it; `key` is the jurisdiction's name for it, empty for one of the organisation's own."""

    uid = fields.String()
    key = fields.String()
    title = fields.String()
    path = fields.String()


class LicenceOut(Schema):
    """A licence number. The verdict is on its form alone, never on whether it is valid."""

    scheme = fields.String()
    value = fields.String()
    verdict = fields.String()
    reason = fields.String()


class PersonOut(Schema):
    """A person with what is on file."""

    uid = fields.String()
    staff_id = fields.String()
    family_name = fields.String()
    given_name = fields.String()
    email = fields.String(allow_none=True)
    locale = fields.String()
    appointments = fields.List(fields.Nested(AppointmentOut))
    leaves = fields.List(fields.Nested(LeaveOut))
    posts = fields.List(fields.Nested(PostOut))
    licences = fields.List(fields.Nested(LicenceOut))


class PeopleOut(Schema):
    """One page of people; `next` is what to send as `after` for the following one, null at the end."""

    people = fields.List(fields.Nested(PersonOut))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class CountsOut(Schema):
    """How many were new, different, and as they were."""

    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()


class ProblemOut(Schema):
    """Something on a line of a file; the heading is line 1."""

    line = fields.Integer()
    column = fields.String()
    reason = fields.String()
    remedy = fields.String()


class ReportOut(Schema):
    """What became of a roster; `differences` only in a dry run."""

    people = fields.Nested(CountsOut)
    appointments = fields.Nested(CountsOut)
    errors = fields.List(fields.Nested(ProblemOut))
    warnings = fields.List(fields.Nested(ProblemOut))
    duplicates = fields.List(fields.Nested(ProblemOut))
    differences = fields.List(fields.Dict())
    applied = fields.Boolean()


class RosterRowOut(Schema):
    """One appointment by the fields of a roster; each kind of licence number is a key `licence.<scheme>`."""

    class Meta:
        unknown = INCLUDE


def mapping_of(data: Any) -> RosterMapping:
    """The mapping that a file's JSON says. ValueError when a field doesn't fit."""
    if not isinstance(data, Mapping):
        raise ValueError("it is not an object")
    try:
        return RosterMapping(**Mapped().load(data))
    except ValidationError as error:
        raise ValueError(
            "; ".join(f"{fault.field}: {fault.reason}" for fault in faults_of(error.messages))
        ) from error


def person_out(view: Any) -> dict[str, Any]:
    """A person for `PersonOut`; `view` is a `queries.PersonView`."""
    names = ("uid", "staff_id", "family_name", "given_name", "email", "locale")
    return {
        **{name: getattr(view.person, name) for name in names},
        "appointments": [
            {"uid": one.uid, "unit": unit.uid, "path": unit.path, "category": one.category, "starts": one.starts,
             "ends": one.ends} for one, unit in view.appointments
        ],
        "leaves": view.leaves,
        "posts": [
            {"uid": post.uid, "key": post.key, "title": post.title, "path": unit.path, "is_deputy": holding.is_deputy}
            for holding, post, unit in view.posts
        ],
        "licences": view.licences,
    }  # fmt: skip
