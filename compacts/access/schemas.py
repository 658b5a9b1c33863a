"""Shapes at the door: what may be typed into the sign-in pages, and what the API tells about oneself."""

import unicodedata
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from reciproca.core.i18n import _
from reciproca.core.rights import Action


def plain(text: str) -> None:
    """Refuse control characters: nobody types them, and they break mails and logs."""
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise ValidationError(_("There are characters in it that can’t be typed. Type it anew."))


def _text(longest: int, **options: Any) -> fields.String:
    missing: dict[str, Any] = {"required": _("Fill this in.")}
    length = validate.Length(min=1, max=longest, error=_("Fill this in, with not too many characters."))
    return fields.String(required=True, validate=[length, plain], error_messages=missing, **options)


def _address() -> fields.String:
    is_one = validate.Email(error=_("This is not a mail address. Write it like name@hospital.ca."))
    missing: dict[str, Any] = {"required": _("Fill this in.")}
    return fields.String(
        required=True, validate=[validate.Length(max=254), plain, is_one], error_messages=missing
    )


class Strict(Schema):
    """Nothing is taken that wasn't asked for."""

    class Meta:
        unknown = RAISE


class SignIn(Strict):
    """Address and password; `next` is where one was going."""

    email = _text(254)
    password = _text(1024)
    next = fields.String(load_default="/", validate=validate.Length(max=2000))


class AskLink(Strict):
    """The address that a link is mailed to."""

    email = _address()


class UseLink(Strict):
    """The button of a mailed link: the code stands in the address."""


class FirstCode(Strict):
    """The code that `init` printed, and who the first administrator is."""

    code = _text(60)
    email = _address()
    password = _text(1024)


class FirstPassword(Strict):
    """The first password of an account."""

    password = _text(1024)
    next = fields.String(load_default="/", validate=validate.Length(max=2000))


class OtherPassword(Strict):
    """Another password, by who knows the present one."""

    current = _text(1024)
    password = _text(1024)


class Language(Strict):
    """The language to read in."""

    locale = fields.String(required=True, validate=[validate.Length(max=20), plain])


class Empty(Strict):
    """A form that only has a button."""


class TokenForm(Strict):
    """A token to be made on the account page: actions parted by blanks, or *."""

    scopes = _text(2000)
    label = _text(100)


class PlaceOut(Schema):
    """The organisation that one acts in."""

    uid = fields.String()
    name = fields.String()


class MeOut(Schema):
    """Who the token speaks for."""

    account = fields.String(metadata={"description": "uid of the account"})
    name = fields.String()
    email = fields.String()
    roles = fields.List(fields.String())
    scopes = fields.List(
        fields.String(), metadata={"description": "actions that this token may ask for, or *"}
    )
    organisation = fields.Nested(PlaceOut)


class TokenIn(Strict):
    """A token to be made."""

    scopes = fields.List(
        fields.String(validate=validate.OneOf([*(action.value for action in Action), "*"])),
        required=True,
        validate=validate.Length(min=1, max=60),
    )
    label = fields.String(load_default="", validate=[validate.Length(max=100), plain])
    days = fields.Integer(load_default=365, strict=True, validate=validate.Range(1, 3650))


class TokenOut(Schema):
    """A token that was made; never its secret."""

    uid = fields.String()
    label = fields.String()
    scopes = fields.List(fields.String())
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime(allow_none=True)


class NewTokenOut(TokenOut):
    """A token just made, with its secret: shown this once."""

    token = fields.String(allow_none=True)
