"""Archived documents, and what forgers do to archive stamps."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from cryptography.hazmat.primitives.serialization import Encoding

from reciproca.compacts.signing.archiving import ROOM, rebundled
from reciproca.compacts.signing.authority import Authority, _granted, _request
from reciproca.compacts.signing.pades import filled
from reciproca.compacts.signing.revisions import lay_out
from reciproca.compacts.signing.sealing import Made
from reciproca.compacts.signing.verification.archive import _sorted, _streams, begin
from reciproca.compacts.signing.verification.seal import read_seal
from reciproca.core.keys import Keys
from tests.building.authority import StampAuthority, an_identity
from tests.building.documents import CLOCK, an_archivist, some_keys
from tests.documents.forging import signature_span, with_note, with_second_seal, with_swapped_attachment

TIMES = ((0,), (1,), (0, 20), (1, 30), (0, 10, 40))
"""On which days after their sealing five documents had their archive stamps."""
_OTHER_WORDS = (
    (b"/Pages 2 0 R", b"/Pages 9 0 R"),
    (b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 195"),
    (b"/SigFlags 3", b"/SigFlags 0"),
    (b"/F 132", b"/F 128"),
    (b"/Prev ", b"/Past "),
)
Stamp = Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A document with archive stamps: `revisions` are the file as it was sealed, and as it was after each stamp."""

    revisions: Sequence[bytes]
    bundle: bytes

    @property
    def pdf(self) -> bytes:
        """The file as it is now."""
        return self.revisions[-1]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a forger has: an archived document (`kept`), one that has no time stamp (`without`), and the keys."""

    keys: Keys
    kept: Kept
    without: bytes
    random: Random

    @property
    def before(self) -> bytes:
        """The document as it was before its last archive stamp."""
        return self.kept.revisions[-2]

    @property
    def parts(self) -> tuple[list[bytes], list[bytes]]:
        """The certificates and lists of the last archive stamp."""
        streams = _streams(self.kept.pdf, len(self.before), signature_span(self.kept.pdf)[0])
        count = len(_sorted(streams)[0])
        return streams[:count], streams[count:]


Forge = Callable[[Case], bytes]


def kept(keys: Keys, made: Made, authority: StampAuthority, days: Sequence[int]) -> Kept:
    """`made` with an archive stamp of `authority` on each of `days`."""
    revisions = [made.pdf]
    for day in days:
        asked = asked_after(authority, day)
        revisions.append(an_archivist(keys, asked).archived(revisions[-1]).pdf)
    authority.ahead = timedelta(0)
    return Kept(revisions=revisions, bundle=rebundled(made.bundle, revisions[-1], keys))


def asked_after(authority: StampAuthority, days: int) -> Authority:
    """What the product asks `authority` with, so many days after the beginning of the tests' time."""
    authority.ahead = timedelta(days=days)
    return Authority(
        url=authority.url, known=(authority.chain[1],), now=lambda: CLOCK.now() + timedelta(days=days)
    )


def extended(
    pdf: bytes,
    parts: tuple[Sequence[bytes], Sequence[bytes]],
    stamp: Stamp,
    *,
    more: bytes = b"",
    change: tuple[bytes, bytes] = (b"", b""),
) -> bytes:
    """`pdf` with an archive revision of these certificates and lists, stamped by `stamp`; with `more` before it, or
    with some of its bytes changed into as many others."""
    seal = read_seal(pdf)
    ground = (seal.archive or begin(pdf, seal.digits)).ground
    laid = lay_out(replace(ground, length=ground.length + len(more)), *parts, ROOM)
    assert change[0] in laid.data
    whole = pdf + more + laid.data.replace(*change, 1)
    imprint = hashlib.sha256(whole[: laid.begins] + whole[laid.ends :]).digest()
    return filled(whole, laid.begins, laid.ends, stamp(imprint))


def stamping(authority: StampAuthority, on: int = 50) -> Stamp:
    """True stamps of an authority, on a day."""
    authority.ahead = timedelta(days=on)
    return lambda imprint: _granted(authority.answer(_request(imprint, 1))).data


def _restamped(case: Case, stamp: Stamp) -> bytes:
    """The last archive stamp replaced, everything else as it was."""
    pdf = case.kept.pdf
    begins, ends = signature_span(pdf)
    token = stamp(hashlib.sha256(pdf[:begins] + pdf[ends:]).digest())
    return filled(pdf, begins, ends, token)


def _replaced(case: Case) -> bytes:
    return _restamped(case, stamping(an_identity(name="Strangers")))


def _of_something_else(case: Case) -> bytes:
    stamp = stamping(an_identity())
    return _restamped(case, lambda _imprint: stamp(case.random.randbytes(32)))


def _misspelt(case: Case) -> bytes:
    pdf = bytearray(case.kept.pdf)
    begins, ends = signature_span(bytes(pdf))
    place = begins + case.random.randrange(1, len(bytes(pdf[begins:ends]).rstrip(b"0>")))
    pdf[place] = case.random.choice([digit for digit in b"0123456789abcdef" if digit != pdf[place]])
    return bytes(pdf)


def _flipped(case: Case) -> bytes:
    pdf = bytearray(case.kept.pdf)
    pdf[case.random.randrange(len(case.before), len(pdf))] ^= 1 << case.random.randrange(8)
    return bytes(pdf)


def _cut(case: Case) -> bytes:
    return case.kept.pdf[: case.random.randrange(len(case.before) + 1, len(case.kept.pdf))]


def _skipped(case: Case) -> bytes:
    """The last revision, put where an earlier one stood; or, where there is none, twice."""
    first, last = case.kept.revisions[0], case.kept.pdf[len(case.before) :]
    return (case.kept.pdf if first == case.before else first) + last


def _swapped_store(case: Case) -> bytes:
    """Other certificates and lists under the old stamp."""
    pdf = case.kept.pdf
    begins, ends = signature_span(pdf)
    token = bytes.fromhex(pdf[begins + 1 : ends - 1].decode())
    certificates, lists = case.parts
    stranger = some_keys().root.public_bytes(Encoding.DER)
    other = case.random.choice(
        (([*certificates, stranger], lists), (certificates, lists[1:]), (certificates, [*lists, *lists]))
    )
    return extended(case.before, other, lambda _imprint: token)


def _hoarded(case: Case) -> bytes:
    """A certificate that has nothing to do with it, under a true stamp."""
    certificates, lists = case.parts
    stamp = stamping(an_identity())
    return extended(case.before, ([*certificates, some_keys().seal.public_bytes(Encoding.DER)], lists), stamp)


def _listed_elsewhere(case: Case) -> bytes:
    """A list by somebody else, or one of a later day, under a true stamp."""
    certificates, lists = case.parts
    authority = an_identity(name=case.random.choice(("Clocks", "Strangers")), ahead=timedelta(days=60))
    return extended(case.before, (certificates, [*lists, authority.listed()]), stamping(an_identity()))


def _unlisted(case: Case) -> bytes:
    """No list by the root of the seal, under a true stamp."""
    stamp = stamping(an_identity())
    return extended(case.kept.revisions[0], _first_parts(case, lists=1), stamp)


def _object_added(case: Case) -> bytes:
    """Something else than certificates and lists, under a true stamp."""
    more = b"9%03d 0 obj\n<<\n/Note (and not the night shifts)\n>>\nendobj\n" % case.random.randrange(999)
    stamp = stamping(an_identity())
    return extended(case.before, case.parts, stamp, more=more)


def _changed(case: Case) -> bytes:
    """Other words in what a revision repeats of the file, under a true stamp: other pages, another size, flags."""
    return extended(case.before, case.parts, stamping(an_identity()), change=case.random.choice(_OTHER_WORDS))


def _late(case: Case) -> bytes:
    """A stamp that came when the one before had ended."""
    early = extended(case.kept.revisions[0], _first_parts(case), stamping(an_identity(days=5), on=1))
    return extended(early, ([], case.parts[1][-1:]), stamping(an_identity()))


def _older(case: Case) -> bytes:
    """A stamp that is older than the one that it is for."""
    good = extended(case.before, case.parts, stamping(an_identity()))
    return extended(good, ([], case.parts[1][-1:]), stamping(an_identity(), on=case.random.randrange(50)))


def _unfounded(case: Case) -> bytes:
    """An archive stamp on a document that has none beside its seal."""
    stamp = stamping(an_identity())
    return extended(case.without, _first_parts(case), stamp)


def _withdrawn(case: Case) -> bytes:
    """A list that names the stamp's own certificate."""
    authority = an_identity()
    good = extended(case.before, case.parts, stamping(authority))
    authority.mood = "withdrawn"
    return extended(good, ([], [authority.listed()]), stamping(authority))


def _first_parts(case: Case, lists: int = 0) -> tuple[list[bytes], list[bytes]]:
    """The certificates and lists of the first archive stamp, without so many of the lists."""
    first = replace(case, kept=replace(case.kept, revisions=case.kept.revisions[:2]))
    return first.parts[0], first.parts[1][lists:]


KINDS: Mapping[str, Forge] = {
    "stamp-replaced": _replaced,
    "stamp-of-something-else": _of_something_else,
    "stamp-misspelt": _misspelt,
    "bit-flipped": _flipped,
    "truncated": _cut,
    "revision-skipped": _skipped,
    "store-swapped": _swapped_store,
    "certificate-hoarded": _hoarded,
    "list-of-no-use": _listed_elsewhere,
    "seal-unlisted": _unlisted,
    "object-added": _object_added,
    "object-changed": _changed,
    "stamp-late": _late,
    "stamp-older": _older,
    "without-stamp": _unfounded,
    "authority-withdrawn": _withdrawn,
    "annotated": lambda case: with_note(case.kept.pdf),
    "attachment-swapped": lambda case: with_swapped_attachment(case.kept.pdf),
    "sealed-again": lambda case: with_second_seal(case.kept.pdf, case.keys),
}
