"""The certificate as it must be: every word and value of it, in order, computed anew from the ledger and its records.

Nothing of what makes documents is used here but the catalogues: the records of `signature_evidence` and
`ledger_record`, the leaves and the newest checkpoint that the document names, the frozen text, and the keys.
"""

import base64
import hashlib
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Rendition
from reciproca.compacts.signing.tables import Signature, SignatureEvidence
from reciproca.core.i18n import Catalogues, Translator
from reciproca.core.identity import system
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf, LedgerRecord
from reciproca.core.work import Work
from reciproca.templates import loader
from tests.building.executed import Executed

Json = Mapping[str, Any]
HEADS = ("What happened When In UTC", "Ce qui s’est passé Quand En UTC")
EVENTS = {
    "asked": "%(organisation)s asked its staff to read it and, if they want to, to sign",
    "told": "A message asked for an answer (by mail, written into the mail folder)",
    "first": "The signing page was opened for the first time",
    "opened": "The signing page was opened, with the text that was signed",
    "consented": "Consent to signing and keeping it electronically",
    "recorded": "One person recorded the scan of the paper",
    "proved": "Identity shown",
    "checked": "Another person checked the scan: the signature counts since then",
    "signed": "Signed: name typed, and the words of intent confirmed",
    "entered": "Entered in the ledger",
}
WAYS = {
    "password": (
        "a password given at the moment of signing",
        ["password"],
        "with an account, by password",
    ),
    "code:second_contact": (
        "a personal link, and a code sent to a second address of the roster",
        ["personal link", "code sent to a second address"],
        "by a personal link, without an account",
    ),
    "in_person": (
        "in person, at a meeting, by somebody who is named in the evidence",
        ["seen in person"],
        "at a meeting, on a device handed over there",
    ),
    "paper": (
        "a signature on paper, whose scan one person recorded and another checked",
        ["signature on paper"],
        "",
    ),
}


def printed(pdf: Path) -> str:
    """The certificate in a PDF, without blanks, as poppler reads it: without running heads, the numbers of lists, and
    what a table says again on its next page."""
    area = ["-x", "0", "-y", "60", "-W", "600", "-H", "715"]
    said = subprocess.run(["pdftotext", "-raw", *area, pdf, "-"], capture_output=True, text=True, check=True)
    pages = said.stdout.split("\f")
    begins = next(number for number, page in enumerate(pages) if re.match("Certificate?\n", page))
    rest = [re.sub(rf"\A(?:{'|'.join(HEADS)})\n", "", page) for page in pages[begins:]]
    words = re.sub(r"(?m)^[1-4]\.$", "", "\n".join(rest))
    return squeezed(words)


def squeezed(words: str) -> str:
    """`words` without any blank, which lines and pages add."""
    return re.sub(r"\s", "", words)


class Expected:
    """What the certificate of one document must say."""

    def __init__(self, document: Executed) -> None:
        self.document, self.keys = document, document.keys
        home = document.hospital
        with home.installation.work(system("test"), home.place, write=False) as work:
            self._read(work)
        catalogues = Catalogues.load(loader.TRANSLATIONS)
        self.words: Translator = catalogues.translator(str(self.text["locale"]))
        self.zone = str(self.records[0]["zone"])

    def _read(self, work: Work) -> None:
        mine = work.session.scalars(select(Signature).filter_by(uid=self.document.signature)).one()
        theirs = (
            select(Signature)
            .filter_by(version_id=mine.version_id, role="organisation")
            .order_by(Signature.id)
        )
        covering = [one for one in work.session.scalars(theirs) if one.covers_id in (None, mine.id)]
        self.leaves = {
            json.loads(leaf.entry)["uid"]: leaf for leaf in work.session.scalars(select(LedgerLeaf))
        }
        uids = [one.evidence_uid for one in (mine, *covering)]
        self.bytes = [(work.session.get_one(SignatureEvidence, uid).record or "").encode() for uid in uids]
        self.records: list[Json] = [json.loads(one) for one in self.bytes]
        frozen = select(Rendition.canonical).filter_by(version_id=mine.version_id, locale=mine.locale)
        self.frozen = work.session.scalars(frozen).one()
        self.text: Json = json.loads(self.frozen)
        kept = zipfile.ZipFile(self.document.bundle).read("checkpoint.txt").decode()
        stored = work.session.scalars(select(LedgerCheckpoint)).all()
        self.checkpoint = next((one.size, one.note) for one in stored if one.note == kept)
        self.decided = list(self._about(work, "version.ratified", str(self.text["version"]["uid"])))
        self.withdrawn = list(self._about(work, "signature.withdrawn", mine.uid))

    def _about(self, work: Work, type_: str, about: str) -> Iterator[tuple[Json, Json, int]]:
        """Records of one type of act, with leaf and place."""
        for uid, leaf in self.leaves.items():
            entry = json.loads(leaf.entry)
            if (entry["type"], entry["object"]) == (type_, about):
                record = work.session.get_one(LedgerRecord, uid).record or "{}"
                yield json.loads(record), entry, leaf.idx

    def say(self, message: str, **values: object) -> str:
        """A sentence of the catalogue, filled in."""
        return self.words.gettext(message) % values if values else self.words.gettext(message)

    def moment(self, at: str) -> str:
        """An instant of a record as day and time in the zone, with the zone's name."""
        local, customs = datetime.fromisoformat(at).astimezone(ZoneInfo(self.zone)), self.words.customs
        time, name = (
            format_time(local, "short", locale=customs),
            get_timezone_name(local, "short", locale=customs),
        )
        return f"{format_date(local, 'long', locale=customs)}, {time} {name}"

    def both(self, at: str) -> str:
        """The same with the instant in UTC."""
        return f"{self.moment(at)} · {at[:19]}Z"

    def day(self, said: str) -> str:
        """A day of a record."""
        return format_date(date.fromisoformat(said), "long", locale=self.words.customs)

    def whole(self) -> str:
        """The certificate, without blanks."""
        sections = (self.head(), *map(self.act, range(len(self.records))), self.missing(), self.tail())
        return squeezed("".join(map(str, (piece for section in sections for piece in section))))

    def head(self) -> Iterator[object]:
        """Who signed, and what."""
        say, text = self.say, self.text
        yield say("Certificate")
        yield say(LEAD)
        for side, role in (("organisation", "organisation"), ("physicians", "physician")):
            yield text["sides"][side]
            found = [one for one in self.records if one["role"] == role]
            for one in found:
                yield (
                    say("signed by %(name)s", name=one["name_as_signed"]) + ", " + self.both(one["signed_at"])
                )
            if not found:
                yield say("had not signed when this copy was made")
        for record, _entry, place in self.withdrawn:
            yield say(WITHDRAWN, when=self.both(record["at"]), index=place)  # fmt: skip
        yield from (say("Document"), text["compact"]["title"])
        yield say("version %(number)s", number=text["version"]["number"]) + ", "
        yield say("a material change: both sides decide and sign anew")
        yield from (
            text["version"]["uid"],
            say("Language"),
            {"en": "English", "fr": "Français"}[text["locale"]],
        )
        yield from (say("Text (SHA-256)"), hashlib.sha256(self.frozen).hexdigest(), say("Both sides promise"))
        for side in ("organisation", "physicians"):
            count = len([one for one in text["commitments"] if one["side"] == side])
            yield say("%(side)s: %(what)s", side=text["sides"][side], what=count)
        yield from (say("Legal effect"), say({"none": "none"}[text["legal_effect"]["key"]]))
        yield from (text["legal_effect"]["what"], text["legal_effect"]["if_nothing"])
        yield from self.bodies()
        yield say("Times") + say("Each time stands here in the zone %(zone)s and in UTC (Z).", zone=self.zone)
        yield say("Not recorded") + say("network address, device, drawn signature, how long anybody read")

    def bodies(self) -> Iterator[object]:
        """What the bodies of both sides decided."""
        for record, entry, _place in self.decided:
            yield self.say("Adopted")
            yield self.say("%(side)s: %(what)s", side=self.text["sides"][record["side"]], what=record["body"])
            votes = record["votes"]
            numbers = {"yes": votes["for"], "no": votes["against"], "neither": votes["abstentions"]}
            yield self.say("%(yes)s for, %(no)s against, %(neither)s abstained", **numbers)
            yield " · " + self.say("quorum: %(quorum)s", quorum=record["quorum"])
            assert (record["members"], record["recused"]) == (None, 0)
            yield " · " + self.say("minutes: %(reference)s", reference=record["minute_reference"])
            when = {"day": self.day(record["decided_on"]), "when": self.both(entry["at"])}
            yield self.say("decided on %(day)s, recorded on %(when)s", **when)

    def events(self, record: Json, leaf: Json) -> Iterator[tuple[str, str]]:
        """What happened, and when, from the record and its leaf."""
        asked, paper = record.get("asked"), record.get("paper")
        if asked:
            yield "asked", asked["opened_at"]
            for told in asked["told"]:
                assert (told["channel"], told["outcome"]) == ("mail", "written")
                yield "told", told["at"]
        if paper:
            yield from (("recorded", paper["recorded_at"]), ("checked", record["signed_at"]))
        else:
            if record["role"] == "physician":
                yield "first", record["ceremony"]["first_opened_at"]
            yield "opened", record["ceremony"]["opened_at"]
            if "consent" in record:
                yield "consented", record["consent"]["given_at"]
            yield from (("proved", record["authentication"]["at"]), ("signed", record["signed_at"]))
        yield "entered", leaf["at"]

    def act(self, number: int) -> Iterator[object]:
        """How one of them signed."""
        say, record = self.say, self.records[number]
        leaf = self.leaves[record["uid"]]
        yield say("How %(name)s signed", name=record["name_as_signed"])
        yield say("What happened") + say("When") + say("In UTC")
        if "paper" in record:
            yield say("Signed on paper, by the word of who recorded it")
            yield f"{self.day(record['paper']['signed_on'])} ({self.zone})–"
        organisation = self.text["organisation"]["name"]
        happened = sorted(self.events(record, json.loads(leaf.entry)), key=lambda event: event[1])
        for what, at in happened:
            yield from (self.event(what, organisation), self.moment(at), f"{at[:19]}Z")
        as_what = {"capacity": say(record["capacity"])}
        if record["role"] == "organisation":
            yield say("Signed") + say(
                "for %(organisation)s, as %(capacity)s", organisation=organisation, **as_what
            )
            yield say("Authority") + say("the role of signatory, given in the system")
            yield from self.granted(record["authority"])
            yield from self.quorum(record.get("quorum"))
        else:
            yield say("Signed") + say("on their own behalf, as %(capacity)s", **as_what)
            categories = ", ".join(one["category"] for one in record["appointments"])
            yield say("Asked because")
            yield say("appointed in this organisation: %(categories)s", categories=categories)
        yield from self.circumstances(record)
        yield from (say("Record"), record["uid"], "SHA-256", hashlib.sha256(self.bytes[number]).hexdigest())
        yield say("entry %(index)s of the ledger", index=leaf.idx)
        code = re.findall("....", hashlib.sha256(self.bytes[number]).hexdigest()[:20])
        yield say("Code to look it up: %(code)s", code="-".join(code))

    def granted(self, authority: Json) -> Iterator[object]:
        """By what, and for how long, somebody signs for the organisation."""
        assert authority["role"] == "signatory"
        if authority["basis"]:
            yield authority["basis"]
        yield self.say("given on %(when)s", when=self.both(authority["granted_at"]))
        if authority["ends_at"]:
            yield self.say("until %(when)s", when=self.both(authority["ends_at"]))

    def quorum(self, said: Json | None) -> Iterator[object]:
        """For which group it was given, where several sign for the organisation."""
        if said:
            yield self.say("One of several") + self.say("for the group “%(group)s”", group=said["group"])
        for one in said["of"] if said else ():
            single, many = "%(group)s: %(num)s person signs", "%(group)s: %(num)s people sign"
            yield self.words.ngettext(single, many, one["needs"]) % {
                "group": one["group"],
                "num": one["needs"],
            }

    def event(self, what: str, organisation: str) -> str:
        """The words for an event."""
        if what == "told":
            first, second = "A message asked for an answer", ("by mail", "written into the mail folder")
            return f"{self.say(first)} ({', '.join(map(self.say, second))})"
        return (
            self.say(EVENTS[what], organisation=organisation) if what == "asked" else self.say(EVENTS[what])
        )

    def circumstances(self, record: Json) -> Iterator[object]:
        """What was shown and confirmed, and how the person was identified."""
        say = self.say
        if asked := record.get("asked"):
            due = asked["due"]
            yield say("Asked to answer by") + f"{due['local'].replace('T', ' ')} ({due['zone']})"
            yield say("campaign %(uid)s", uid=asked["campaign"]) + say(
                "request %(uid)s", uid=asked["request"]
            )
        ceremony = {} if "paper" in record else record["ceremony"]
        if ceremony:
            yield say("Name typed") + ceremony["name_typed"]
        for label, key in (("Words of intent", "meaning"), ("Consent to the electronic form", "consent")):
            if shown := record.get(key):
                yield say(label) + shown["text"] + say("version %(number)s", number=shown["version"])
                yield "SHA-256" + hashlib.sha256(shown["text"].encode()).hexdigest()
        if "read" in ceremony:
            done, all_ = len(ceremony["read"]["themes"]), ceremony["read"]["of"]
            one, many = "%(done)s of %(num)s theme", "%(done)s of %(num)s themes"
            yield say("Read, by their own word")
            yield self.words.ngettext(one, many, all_) % {"done": done, "num": all_}
        yield from self.identity(record["authentication"])
        if paper := record.get("paper"):
            by = record["authentication"]
            yield say("Paper") + say("recorded by the account %(uid)s", uid=by["recorded_by"])
            yield say("checked by the account %(uid)s", uid=by["checked_by"]) + "SHA-256" + paper["sha256"]
            yield say("its scan is in the evidence bundle, as scan.pdf")
        if covers := record.get("covers"):
            yield say("Covers") + say("the record %(uid)s", uid=covers["uid"])
            yield "SHA-256" + hashlib.sha256(self.bytes[0]).hexdigest()
        if renditions := record.get("renditions"):
            yield say("Covers the text in every language")
            yield from (f"{locale}: SHA-256 {digest}" for locale, digest in sorted(renditions.items()))
        if ceremony:
            yield say("Signing page") + ceremony["uid"]

    def identity(self, proved: Json) -> Iterator[object]:
        """How the person was identified."""
        words, factors, door = WAYS[proved["method"]]
        yield self.say("Identified by") + self.say(words)
        yield self.say("shown with: %(factors)s", factors=", ".join(map(self.say, factors)))
        if door:
            yield self.say("came in: %(door)s", door=self.say(door))
        if "sent_to" in proved:
            yield self.say("sent to: %(address)s", address=proved["sent_to"])
        if "identified_by" in proved:
            how = self.say({"badge": "by their staff badge"}[proved["identified_how"]])
            yield self.say("identified by the account %(uid)s, %(how)s", uid=proved["identified_by"], how=how)

    def missing(self) -> Sequence[object]:
        """What is said where the organisation hasn't signed."""
        if any(one["role"] == "organisation" for one in self.records):
            return ()
        sentence = "The organisation had not signed when this copy was made."
        return (self.text["organisation"]["name"], self.say(sentence))

    def certificate(self, label: str, one: x509.Certificate, declared: str, kind: str) -> Iterator[object]:
        """A certificate of the installation."""
        name = one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        yield from (self.say(label), name, declared, kind, ", ")
        yield self.say("serial number %(number)s", number=f"{one.serial_number:x}") + "SHA-256"
        yield hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest()
        begins, ends = (
            f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (one.not_valid_before_utc, one.not_valid_after_utc)
        )
        yield self.say("valid from %(begins)s to %(ends)s", begins=begins, ends=ends)

    def tail(self) -> Iterator[object]:
        """Keys, time and ledger, and how to check it all."""
        say, authority = self.say, self.document.authority
        ours = say("a seal by a key of the organisation’s own")
        yield say("Seal, time and ledger")
        yield from self.certificate(
            "Sealed by", self.keys.seal, ours, "ECDSA P-256" if authority else "RSA 2048"
        )
        yield from self.certificate("Root certificate", self.keys.root, "", "ECDSA P-256")
        yield say("Time of the seal") + ("PAdES B-T" if authority else "PAdES B-B")
        yield say(
            "An independent authority’s time stamp stands beside the seal. A file without it is not whole."
            if authority
            else "It is the organisation’s own word: no independent authority has stamped it."
        )
        origin, (size, note) = self.keys.origin, self.checkpoint
        yield from (say("Ledger"), origin)
        one, many = "%(num)s entry when this copy was made", "%(num)s entries when this copy was made"
        yield self.words.ngettext(one, many, size) % {"num": size}
        material = b"\x01" + self.keys.checkpoint_key.public_key().public_bytes_raw()
        mark = hashlib.sha256(origin.encode() + b"\n" + material).hexdigest()[:8]
        yield say("key: %(key)s", key=f"{origin}+{mark}+{base64.b64encode(material).decode()}")
        yield say("Checkpoint of the ledger")
        yield say(WITNESS)
        yield note
        yield from map(say, PROSE)


LEAD = (
    "What happened, when, and how it is known. Everything here comes from the evidence inside this file; anyone can "
    "check it without asking anybody."
)
WITHDRAWN = (
    "This signature was withdrawn on %(when)s. It binds nobody since then. The withdrawal is entry %(index)s of the "
    "ledger."
)
WITNESS = (
    "Keep this copy: it is a witness that the records above existed when it was made, and can’t be changed "
    "unnoticed."
)
PROSE = (
    "What kind of signature this is",
    (
        "Each person signed with a simple electronic signature: an express act, and the proof of identity named above. "
        "The organisation’s seal protects the whole document. The evidence is attached to this file as "
        "evidence.json, the exact text as text.json."
    ),
    "How to check it",
    "Open it in a PDF reader that shows signatures: it has one seal, and nothing was added after it.",
    "Compare the SHA-256 of the root certificate above with the one that the organisation publishes.",
    "With the free program Reciproca, on any computer, without the organisation’s system:",
    "reciproca verify --trust root.pem",
    "this-file.pdf",
    (
        "The same with nothing but Python: verify.py in the evidence bundle. On the organisation’s page “Check a "
        "document”, your own browser does it, and the code above says whether the agreement still stands."
    ),
)
"""What every certificate ends with."""
