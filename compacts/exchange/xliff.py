"""XLIFF 1.2: a draft as the files that translators' tools read and write, one for each pair of languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from reciproca.compacts.drafting.rules import Clause, VersionText
from reciproca.compacts.exchange.opening import FILE_LIMIT, parse, refuse
from reciproca.compacts.exchange.rules import digest_of
from reciproca.core.i18n import _

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
FIELDS = ("theme", "topic", "text", "indicator", "evidence")
"""What of a promise is translated, by the names of its words. `theme` is the theme's label."""
_MACHINE = {"leveraged-mt", "mt-suggestion"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One text of a promise: its words in the source's language and in the other. `left` is the digest of the latter
    when the file left here (empty: unknown)."""

    identity: str
    field: str
    source: str
    target: str
    is_machine: bool = False
    left: str = ""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A translator's file: of which version (its uid), from which language into which."""

    version: str
    source: str
    target: str
    units: Sequence[Unit]


def words_of(clause: Clause, field: str) -> str:
    """What a promise says in one of `FIELDS`."""
    return clause.theme_label if field == "theme" else str(getattr(clause, field))


def write_xliff(source: VersionText, target: VersionText, machine: frozenset[str]) -> bytes:
    """A draft as XLIFF; the promises in `machine` (identities) were translated by one and nobody has checked them."""
    root = ET.Element("xliff", {"version": "1.2", "xmlns": NAMESPACE})
    file = ET.SubElement(
        root, "file",
        {
            "original": source.version_uid, "datatype": "plaintext",
            "source-language": source.locale, "target-language": target.locale,
        },
    )  # fmt: skip
    body = ET.SubElement(file, "body")
    known = {clause.identity: clause for clause in target.clauses}
    for clause in source.clauses:
        group = ET.SubElement(body, "group", {"id": clause.identity, "resname": clause.side.value})
        for field in FIELDS:
            if words_of(clause, field):
                _write(group, clause, known[clause.identity], field, is_machine=clause.identity in machine)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def read_xliff(data: bytes) -> Translation:
    """What a translator's file says. Invalid for what isn't XLIFF 1.2."""
    if len(data) > FILE_LIMIT:
        raise refuse(_("The file is larger than 8 MB."), _("Send back only the file that left here."))
    root = parse(data)
    space, _brace, name = root.tag.rpartition("}")
    file = next((each for each in root.iter() if each.tag.rpartition("}")[2] == "file"), None)
    if name != "xliff" or root.get("version") != "1.2" or file is None:
        raise refuse(_("It isn't an XLIFF 1.2 file."), _("Save it as XLIFF 1.2 in the translator's tool."))
    return Translation(
        version=file.get("original", ""),
        source=file.get("source-language", ""),
        target=file.get("target-language", ""),
        units=list(_units(file, f"{space}}}" if space else "")),
    )


def _write(group: ET.Element, clause: Clause, known: Clause, field: str, *, is_machine: bool) -> None:
    words = words_of(known, field)
    unit = ET.SubElement(
        group,
        "trans-unit",
        {"id": f"{clause.identity}.{field}", "extradata": digest_of(words), _SPACE: "preserve"},
    )
    ET.SubElement(unit, "source").text = words_of(clause, field)
    state = {"state": "translated" if words else "needs-translation"}
    if words and is_machine:
        state["state-qualifier"] = "leveraged-mt"
    ET.SubElement(unit, "target", state).text = words


def _units(file: ET.Element, space: str) -> Iterator[Unit]:
    for unit in file.iter(f"{space}trans-unit"):
        identity, _dot, field = unit.get("id", "").rpartition(".")
        source, target = unit.find(f"{space}source"), unit.find(f"{space}target")
        if field in FIELDS and target is not None:
            yield Unit(
                identity=identity,
                field=field,
                source="".join(source.itertext()) if source is not None else "",
                target="".join(target.itertext()).strip(),
                is_machine=target.get("state-qualifier") in _MACHINE,
                left=unit.get("extradata", ""),
            )
