"""The public page on which anybody checks a document: in their own browser, by the server, or by its code."""

from cryptography.hazmat.primitives.serialization import Encoding
from flask import request
from flask.typing import ResponseReturnValue

from reciproca.compacts.signing import actions, queries
from reciproca.compacts.signing.verification.report import Verdict
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.core.errors import Fault, TooMany
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.templates.web import page, translator


@pages.get("/verify")
def verify() -> str:
    """Choose a file, or look up a code (`code`)."""
    return _verify_page()


@pages.post("/verify")
def verify_file() -> ResponseReturnValue:
    """Check a file on the server, for a browser that can't. Nothing of it is kept."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not data:
        return _verify_page(fault=_("Choose a file first.")), 422
    name = file.filename or "" if file else ""
    clocks = request.files.get("clocks")
    try:
        found = actions.verify_upload(
            current_work(),
            name=name,
            data=data,
            address=request.remote_addr or "unknown",
            clocks=(clocks.read() or None) if clocks else None,
        )
    except TooMany as error:
        return _verify_page(fault=error.detail), error.status
    return _verify_page(found=found)


def _verify_page(*, found: Verdict | None = None, fault: str = "") -> str:
    work, say = current_work(), translator().gettext
    code = request.args.get("code", "").strip()[:60]
    faults = [Fault(field="file", reason=say(fault))] if fault else []
    return page(
        "signing/verify.html",
        found=found,
        code=code,
        standing=queries.standing_of_code(work, code=code) if code else None,
        root=work.keys.root.public_bytes(Encoding.PEM).decode(),
        fingerprint=work.keys.root_fingerprint,
        faults=faults,
        errors={one.field: one.reason for one in faults},
    )
