"""What the headings of rosters are called, in English and French, and which field each one means."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from reciproca.plugins.types import N_

FIELDS = (
    "staff_id",
    "family_name",
    "given_name",
    "email",
    "second_email",
    "department",
    "division",
    "category",
    "starts",
    "ends",
    "leave_from",
    "leave_to",
    "locale",
    "post",
)
SYNONYMS: Mapping[str, str] = {
    "staff_id": "staff id|staff no|staff number|id|external id|employee id|matricule|numero|no de dossier",
    "family_name": "surname|family name|last name|lastname|nom|nom de famille",
    "given_name": "given name|first name|firstname|forename|given names|prenom",
    "email": "e mail|email|mail|email address|e mail address|courriel|adresse courriel|adresse electronique",
    "second_email": "second e mail|second email|other e mail|other email|personal e mail|personal email|"
    "second address|deuxieme courriel|autre courriel|courriel personnel|autre adresse",
    "department": "department|dept|service line|departement",
    "division": "division|section|service|unit|unite",
    "category": "category|member category|staff category|appointment category|type|categorie|statut",
    "starts": "appt start|appointment start|start|start date|starts|from|debut|date de debut",
    "ends": "appt end|appointment end|end|end date|ends|expiry|expires|to|fin|date de fin",
    "leave_from": "leave from|leave start|on leave from|absence from|conge du|debut du conge",
    "leave_to": "leave to|leave end|on leave to|absence to|conge au|fin du conge",
    "locale": "language|locale|preferred language|langue|langue preferee",
    "post": "post|position|leadership post|leadership role|role|poste|fonction",
    "licence.cpso": "cpso|cpso no|cpso number|oomc",
    "licence.minc": "minc|nimc|minc no|minc number",
    "licence.cmq": "cmq|permis cmq|no de permis",
    "licence.npi": "npi|npi number",
    "licence.gmc": "gmc|gmc no|gmc number|gmc reference",
    "licence.ahpra": "ahpra|ahpra number|ahpra registration",
    "licence.hpi": "hpi|cpn|hpi cpn",
    "licence.imc": "imc|imc number|imcn",
    "licence.rpps": "rpps|no rpps",
}
_BY_HEADING = {name: field for field, names in SYNONYMS.items() for name in names.split("|")}


def field_of(heading: str) -> str:
    """The field that `heading` is a usual name of, or "": case, accents, dots, dashes and # make no difference."""
    plain = (
        unicodedata.normalize("NFKD", heading.replace("°", "o")).encode("ascii", "ignore").decode().casefold()
    )
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
    exact = heading.strip().casefold()
    return exact if exact in FIELDS or is_licence(exact) else _BY_HEADING.get(words, "")


def is_licence(field: str) -> bool:
    """Whether `field` is `licence.<scheme>`."""
    return re.fullmatch(r"licence\.[a-z0-9][a-z0-9-]*", field) is not None


def fields_of(headings: tuple[str, ...], given: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each heading, "" for none. Given columns win; else the first heading of a field."""
    chosen = [given.get(heading, "") for heading in headings]
    for at, heading in enumerate(headings):
        guess = field_of(heading)
        if heading not in given and guess not in chosen:
            chosen[at] = guess
    return tuple(chosen)


def faults(headings: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(heading, reason) for what makes the columns unusable."""
    named = [field for field in columns if field]
    for heading, field in zip(headings, columns, strict=True):
        if field and not (field in FIELDS or is_licence(field)):
            yield heading, N_("The mapping gives this column a field that does not exist.")
        elif field and named.count(field) > 1:
            yield heading, N_("Two columns are given the same field.")
    if len(set(headings)) < len(headings):
        yield "", N_("Two columns have the same heading.")
    if "staff_id" not in columns:
        yield "", N_("No column holds the staff identifier.")
