"""The unsigned document: filled into a layout that many share where that can be done, laid out by itself where not.

Which of the two follows from the document's own parts, so that making it again gives the same bytes.
"""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from jinja2 import Environment

from reciproca.compacts.signing.paper import page_context
from reciproca.compacts.signing.proofs import PLAIN, DocumentParts, latest
from reciproca.compacts.signing.samples import blanked, samples
from reciproca.core.canonical import sha256
from reciproca.core.i18n import Translator
from reciproca.core.keys import Keys
from reciproca.templates.forms import BLANK_INSTANT, Form, Unfit, alphabet_of
from reciproca.templates.loader import render
from reciproca.templates.pdf import Attached, render_pdf

KEPT = 16
"""Layouts that a process keeps: one for each version, language and way of signing that come by at the same time."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """What a document is printed with: the keys that it names, the templates, the words of its language, and what it
    says of its seal."""

    keys: Keys
    environment: Environment
    translator: Translator
    level: str = PLAIN

    def page(self, parts: DocumentParts, made: datetime) -> str:
        """The page's source, said to be made at `made`."""
        context = page_context(parts, self.keys, self.translator, level=self.level)
        return render(
            self.environment, "documents/agreement.html", self.translator, **{**context, "made": made}
        )


def unsigned_pdf(parts: DocumentParts, evidence: bytes, press: Press) -> bytes:
    """PDF/A-3a and PDF/UA-1, with the exact text and `evidence` attached."""
    return filled_in(parts, press, evidence) or laid_out(parts, press, evidence)


def filled_in(parts: DocumentParts, press: Press, evidence: bytes) -> bytes | None:
    """The same in a layout that many share; None when it can't be."""
    page = press.page(parts, BLANK_INSTANT)
    form = _form_for(parts, press, alphabet_of(page))
    if form is None:
        return None
    with suppress(Unfit):
        return form.filled(
            page,
            attached=_attached(parts.text, evidence),
            identifier=_name(parts, evidence),
            made=latest(parts),
        )
    return None


def laid_out(parts: DocumentParts, press: Press, evidence: bytes) -> bytes:
    """The same by a layout of its own."""
    made = latest(parts)
    return render_pdf(
        press.page(parts, made),
        attached=_attached(parts.text, evidence),
        identifier=_name(parts, evidence),
        made=made,
    )


def forget() -> None:
    """Give up the layouts that are kept."""
    with _looking:
        _forms.clear()


_forms: OrderedDict[str, Form | None] = OrderedDict()
_looking = Lock()


def _form_for(parts: DocumentParts, press: Press, alphabet: str) -> Form | None:
    """The layout that everybody shares whose document looks like this one; None where it can't be shared."""
    first, second = samples(parts)
    sample = blanked(press.page(first, BLANK_INSTANT), 0)
    key = sha256(f"{sample}\0{alphabet}".encode())
    with _looking:
        if key not in _forms:
            other = blanked(press.page(second, BLANK_INSTANT), 1)
            _forms[key] = _new_form(sample, other, alphabet)
            if len(_forms) > KEPT:
                _forms.popitem(last=False)
        _forms.move_to_end(key)
        return _forms[key]


def _new_form(sample: str, other: str, alphabet: str) -> Form | None:
    try:
        return Form(sample, other, _attached(b"{}", b"{}"), alphabet)
    except Unfit:
        return None


def _attached(text: bytes, evidence: bytes) -> tuple[Attached, ...]:
    return (
        Attached(name="text.json", data=text, description="The exact text that was signed"),
        Attached(
            name="evidence.json", data=evidence, description="Evidence of each signature, with its proof"
        ),
    )


def _name(parts: DocumentParts, evidence: bytes) -> bytes:
    """The file's identifier: of its content, not drawn by lot."""
    return bytes.fromhex(sha256(parts.text + evidence))[:16]
