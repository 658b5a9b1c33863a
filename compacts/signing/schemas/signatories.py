"""Shape at the doors of who signs for the organisation."""

import re
from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

from reciproca.compacts.drafting.schemas import Door, words
from reciproca.compacts.signing.rules.signatories import MOST_PEOPLE, Signatories
from reciproca.core.i18n import _

_FIELD = re.compile(r"(name|needs|post)_(\d)(?:_([\w-]{1,36}))?")


class SignatoriesIn(Door):
    """People of whom so many sign for the organisation: who holds one of the posts (uids), or with none whoever may."""

    name = words(120, required=True)
    needs = fields.Integer(
        load_default=1,
        validate=validate.Range(1, MOST_PEOPLE, error=_("Write a number from 1 to 9.")),
    )
    posts = fields.List(words(36), load_default=list, validate=validate.Length(max=100))

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Signatories:
        return Signatories(name=data["name"].strip(), needs=data["needs"], posts=tuple(data["posts"]))


class SignatoriesSetIn(Door):
    """The groups of people who sign for the organisation, in any order; none: one person signs for it."""

    groups = fields.List(
        fields.Nested(SignatoriesIn), load_default=list, validate=validate.Length(max=MOST_PEOPLE)
    )


class SignatoriesForm(SignatoriesSetIn):
    """The same as a form: `name_0`, `needs_0` and a tick box `post_0_UID` for each post; a row without a name, and
    without anything else, isn't there."""

    @pre_load
    def _rows(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        rows: dict[str, dict[str, Any]] = {}
        for field, value in data.items():
            found = _FIELD.fullmatch(field)
            if found is None:
                continue
            kind, number, uid = found.groups()
            row = rows.setdefault(number, {"name": "", "needs": "", "posts": []})
            if kind == "post":
                row["posts"].append(uid or "")
            else:
                row[kind] = value.strip()
        kept = [row for _number, row in sorted(rows.items()) if row["name"] or row["posts"]]
        return {"groups": [{**row, "needs": row["needs"] or 1} for row in kept]}


class SignatoriesOut(Schema):
    """A group of people of whom `needs` sign for the organisation."""

    name = fields.String()
    needs = fields.Integer()
    posts = fields.List(fields.String())


class SignatoriesSetOut(Schema):
    """Who signs for the organisation; with no groups, one person does."""

    groups = fields.List(fields.Nested(SignatoriesOut))
    revision = fields.Integer()
