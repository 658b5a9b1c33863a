"""Genuine documents and bundles, and what forgers make of them: a seeded generator."""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from random import Random

from reciproca.compacts.signing import bundling, pades
from reciproca.compacts.signing.authority import Authority
from reciproca.compacts.signing.cms import seal_cms
from reciproca.compacts.signing.proofs import DocumentParts
from reciproca.compacts.signing.sealing import Made
from reciproca.compacts.signing.verification.bundle import read_members
from reciproca.core.canonical import canonical
from reciproca.core.keys import Keys
from tests.building.authority import a_stamp_authority
from tests.building.documents import (
    CLOCK,
    a_document,
    a_text,
    an_older_document,
    signed_by_several,
    some_keys,
    some_parts,
)
from tests.documents import archives
from tests.documents.archives import Kept
from tests.documents.forging import (
    signature_span,
    with_note,
    with_second_seal,
    with_stamp,
    with_swapped_attachment,
)

STAMPED, PAPERS = (0, 3, 5, 6, 9), (1, 3, 4, 6, 8)
"""Which of ten documents an authority has stamped, and which were signed on paper."""
EACH = 10
"""Mutants of each kind, at least."""
_TEXTS = (
    a_text(),
    a_text(words="We tell you within 30 days — 𝔸 what changed, and why. é"),
    a_text("fr", words="Nous répondons à chaque déclaration en cinq jours ouvrables."),
    a_text(topics=[f"Topic {number}" for number in range(14)], themes=("Care", "Work")),
    a_text("fr", topics=("Qualité", "Respect"), words="Nous en parlons d’abord."),
)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """One installation's keys, and five documents of each kind: by both sides, or by the physician alone; and
    those that were stamped once more, with archive stamps."""

    keys: Keys
    parts: Sequence[DocumentParts]
    made: Sequence[Made]
    older: Sequence[bytes]
    clocks: bytes
    archived: Sequence[Kept]

    def genuine(self) -> Iterator[tuple[str, bytes]]:
        """Every genuine file by name: PDFs, bundles, and bundles as the first ones were; PDFs that say nothing of time
        stamps, with and without one. `clocks` is the certificate of the authority that stamped them."""
        for number, pdf in enumerate(self.older):
            yield f"genuine-older-{number}.pdf", pdf
        for number, made in enumerate(self.made):
            yield f"genuine-{number}.pdf", made.pdf
            yield f"genuine-{number}.zip", made.bundle
            yield f"genuine-first-{number}.zip", first_bundle(made.bundle, self.keys)
        for number, kept in enumerate(self.archived):
            yield f"genuine-archived-{number}.zip", kept.bundle
            for revision, pdf in enumerate(kept.revisions):
                yield f"genuine-archived-{number}-{revision}.pdf", pdf


def a_corpus(keys: Keys | None = None) -> Corpus:
    """Ten documents of one installation: five texts, each signed by both sides and by the physician alone; an authority
    has stamped five of them, and five were signed on paper."""
    keys = keys or some_keys()
    parts = [
        some_parts(keys, text, both=both, scan=b"%%PDF scan %d" % number if number in PAPERS else None)
        for number, (text, both) in enumerate((text, both) for text in _TEXTS for both in (True, False))
    ]
    with a_stamp_authority() as clocks:
        asked = Authority(url=clocks.url, known=(clocks.chain[1],), now=CLOCK.now)
        made = [
            a_document(keys, one, authority=asked if number in STAMPED else None)
            for number, one in enumerate(parts)
        ]
        older = [an_older_document(keys, parts[0], asked), an_older_document(keys, parts[1])]
        archived = [
            archives.kept(keys, made[number], clocks, times)
            for times, number in zip(archives.TIMES, STAMPED, strict=True)
        ]
    return Corpus(keys=keys, parts=parts, made=made, older=older, clocks=clocks.root, archived=archived)


def first_bundle(bundle: bytes, keys: Keys) -> bytes:
    """The same evidence as the first bundles held it: without verifier and proofs."""
    members = read_members(bundle)
    return bundling.pack({name: members[name] for name in bundling.MEMBERS}, keys)


def mutants(corpus: Corpus, seed: int, *, few: bool = False) -> Iterator[tuple[str, bytes]]:
    """`EACH` forgeries of every kind, by name, or with `few` as `number_of` says; the same for the same corpus and
    seed."""
    random = Random(seed)  # noqa: S311 -- forgeries that can be made again, not secrets
    for kind, forge in KINDS.items():
        for number in range(number_of(kind, few=few)):
            ending, data = forge(corpus, random, number)
            yield f"{kind}-{number}.{ending}", data


def number_of(kind: str, *, few: bool) -> int:
    """How many forgeries of a kind there are; of those of archive stamps, which take long, `few` are two."""
    return 2 if few and kind.startswith("archive-") else EACH


def _flipped(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    ending, data = _any(corpus, random, number)
    changed = bytearray(data)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return ending, bytes(changed)


def _misspelt(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """Another digit in the seal, or in the time stamp that it carries, which nothing covers."""
    pdf = bytearray(corpus.made[STAMPED[number % 5]].pdf)
    begins, ends = signature_span(bytes(pdf))
    used = len(bytes(pdf[begins:ends]).rstrip(b"0>"))
    place = begins + random.randrange(1, used)
    pdf[place] = random.choice([digit for digit in b"0123456789abcdef" if digit != pdf[place]])
    return "pdf", bytes(pdf)


def _truncated(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    ending, data = _any(corpus, random, number)
    return ending, data[: random.choice((len(data) - 1, random.randrange(8, len(data))))]


def _appended(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    ending, data = _any(corpus, random, number)
    return ending, data + random.choice((b"\n", b"%%EOF\n", b"\0", random.randbytes(40)))


def _annotated(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    pdf = with_note(random.choice(corpus.made).pdf)
    return "pdf", pdf + b"\n" * (number % 2)


def _swapped(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    return "pdf", with_swapped_attachment(random.choice(corpus.made).pdf, f'{{"forged":{number}}}'.encode())


def _strangers(corpus: Corpus, random: Random, _number: int) -> tuple[str, bytes]:
    """Sealed by a stranger in the organisation's name: a PDF of theirs around our evidence, or a bundle."""
    stranger, made = some_keys(), random.choice(corpus.made)
    if random.random() < 0.5:
        return "pdf", pades.seal(_unsealed(made.pdf), stranger, at=CLOCK.now())
    members = read_members(made.bundle)
    return "zip", bundling.pack(_inner(members), stranger)


def _sealed_again(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """A second seal after the first one, the organisation's own or a stranger's: valid by itself."""
    keys = corpus.keys if number % 2 else some_keys()
    return "pdf", with_second_seal(random.choice(corpus.made).pdf, keys)


def _untimely(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """Sealed with the real key, but at a time for which nobody certified it."""
    days = random.choice((-1, 1)) * (365 * 6 + number)
    at = CLOCK.now() + timedelta(days=days)
    written, begins, ends, digest = pades._written(
        _unsealed(random.choice(corpus.made).pdf), at, pades.RESERVED
    )  # the front door refuses such a time
    parts = pades._signed(corpus.keys, digest)
    return "pdf", pades.filled(written, begins, ends, seal_cms(parts, None))


def _replayed(corpus: Corpus, random: Random, _number: int) -> tuple[str, bytes]:
    """A record with the proof of another: of another document, or of the other side."""
    parts, other = random.sample([one for one in corpus.parts if len(one.acts) == 2], 2)
    mine, theirs = parts.acts
    proof = random.choice(
        (other.acts[0].proof, theirs.proof, replace(mine.proof, index=mine.proof.index ^ 1))
    )
    return _either(corpus, random, replace(parts, acts=(replace(mine, proof=proof), theirs)))


def _misdated(corpus: Corpus, random: Random, _number: int) -> tuple[str, bytes]:
    """The text of another version, or another text of the same, beside the acts."""
    parts, other = random.sample(list(corpus.parts), 2)
    said = json.loads(parts.text)
    version = {**said["version"], "uid": "v-2", "number": 2}
    text = random.choice((canonical({**said, "version": version}), other.text))
    same = text == parts.text
    return _either(
        corpus, random, replace(parts, text=canonical({**said, "version": version}) if same else text)
    )


def _replaced(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """A bundle with a member of another one, under its old manifest or one that our own seal has signed."""
    mine, theirs = (read_members(made.bundle) for made in random.sample(list(corpus.made), 2))
    if random.random() < 0.5:
        mine, theirs = (
            read_members(first_bundle(bundling.archive(one), corpus.keys)) for one in (mine, theirs)
        )
    differing = sorted(name for name in _inner(mine).keys() & theirs.keys() if mine[name] != theirs[name])
    name = differing[number % len(differing)]
    changed = {**mine, name: theirs[name]}
    return "zip", random.choice((bundling.archive(changed), bundling.pack(_inner(changed), corpus.keys)))


def _rewritten(corpus: Corpus, random: Random, _number: int) -> tuple[str, bytes]:
    """The same members in another zip: compressed, with a comment, in another order, or with one twice or more."""
    members = list(read_members(random.choice(corpus.made).bundle).items())
    out = BytesIO()
    way = random.randrange(4)
    if way == 0:
        random.shuffle(members)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if way == 1 else zipfile.ZIP_STORED) as made:
        for name, data in members:
            made.writestr(name, data)
        if way == 2:
            made.comment = b"all is well"
        if way == 3:
            made.writestr(f"note-{random.randrange(99)}.txt", b"all is well")
    return "zip", out.getvalue()


def _unstamped(corpus: Corpus, _random: Random, number: int) -> tuple[str, bytes]:
    """The time stamp taken away, its place filled with zeros: the seal itself is whole."""
    return _restamped(corpus, number, None)


def _stamped_elsewhere(corpus: Corpus, _random: Random, number: int) -> tuple[str, bytes]:
    """A stranger's true time stamp of the same seal in place of the one that the seal names."""
    return _restamped(corpus, number, _stranger())


def _stamped_later(corpus: Corpus, random: Random, _number: int) -> tuple[str, bytes]:
    """A stranger's true time stamp beside a seal that was made without one."""
    without = [made.pdf for number, made in enumerate(corpus.made) if number not in STAMPED]
    return "pdf", with_stamp(random.choice(without), _stranger())


def _restamped(corpus: Corpus, number: int, token: Callable[[bytes], bytes] | None) -> tuple[str, bytes]:
    made = corpus.made[STAMPED[number % 5]]
    pdf = with_stamp(made.pdf, token)
    if number < len(STAMPED):
        return "pdf", pdf
    members = read_members(made.bundle)
    return "zip", bundling.pack({**_inner(members), "document.pdf": pdf}, corpus.keys)


def _stranger() -> Callable[[bytes], bytes]:
    def stamp(imprint: bytes) -> bytes:
        with a_stamp_authority(name="Strangers") as clocks:
            asked = Authority(url=clocks.url, known=(clocks.chain[1],), now=CLOCK.now)
            return asked.stamp(imprint).data

    return stamp


def _scan_changed(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """Another scan in the bundle, under a manifest that our own seal has signed; or one where there was no paper."""
    made = corpus.made[number]
    changed = {**_inner(read_members(made.bundle)), bundling.SCAN: b"%PDF " + random.randbytes(9)}
    return "zip", bundling.pack(changed, corpus.keys)


def _half_signed(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """Sealed by our own key: somebody who had to sign for the organisation is missing, or signed in another's place."""
    given = [("p-1", "Board"), ("p-2", "Board"), ("p-3", "Executive")]
    wrong = (
        given[:2],
        given[1:],
        [*given[:2], ("p-1", "Executive")],
        [given[0], ("p-2", "Executive"), given[2]],
        [*given, ("p-4", "Board")],
    )
    text = random.choice(corpus.parts).text
    return _either(corpus, random, signed_by_several(corpus.keys, text, wrong[number % len(wrong)]))


def _of_archive(forge: archives.Forge) -> Callable[[Corpus, Random, int], tuple[str, bytes]]:
    def forged(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
        without = corpus.made[1].pdf
        kept = corpus.archived[number % len(corpus.archived)]
        return "pdf", forge(archives.Case(keys=corpus.keys, kept=kept, without=without, random=random))

    return forged


Forge = Callable[[Corpus, Random, int], tuple[str, bytes]]
KINDS: Mapping[str, Forge] = {
    "bit-flipped": _flipped,
    "seal-misspelt": _misspelt,
    "truncated": _truncated,
    "appended": _appended,
    "annotated": _annotated,
    "attachment-swapped": _swapped,
    "foreign-key": _strangers,
    "sealed-again": _sealed_again,
    "time-not-certified": _untimely,
    "proof-replayed": _replayed,
    "wrong-version": _misdated,
    "member-replaced": _replaced,
    "zip-rewritten": _rewritten,
    "stamp-taken": _unstamped,
    "stamp-replaced": _stamped_elsewhere,
    "stamp-added": _stamped_later,
    "scan-changed": _scan_changed,
    "half-signed": _half_signed,
    **{f"archive-{kind}": _of_archive(forge) for kind, forge in archives.KINDS.items()},
}


def _any(corpus: Corpus, random: Random, number: int) -> tuple[str, bytes]:
    """PDFs, bundles, first bundles and archived ones by turns."""
    made = random.choice(corpus.made)
    if number % 4 == 3:
        kept = random.choice(corpus.archived)
        return random.choice((("pdf", kept.pdf), ("zip", kept.bundle)))
    if number % 3 == 0:
        return "pdf", made.pdf
    return "zip", made.bundle if number % 3 == 1 else first_bundle(made.bundle, corpus.keys)


def _either(corpus: Corpus, random: Random, parts: DocumentParts) -> tuple[str, bytes]:
    made = a_document(corpus.keys, parts)
    return random.choice((("pdf", made.pdf), ("zip", made.bundle)))


def _inner(members: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        name: data for name, data in members.items() if name not in (bundling.MANIFEST, bundling.SIGNATURE)
    }


def _unsealed(pdf: bytes) -> bytes:
    """The document as it was before its seal."""
    return pdf[: pdf.index(b"%%EOF") + len(b"%%EOF\n")]
