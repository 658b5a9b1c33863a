"""Which of the certificates that a document stands on were withdrawn, as their authorities say it: lists (RFC 5280 §5).

Our own root has withdrawn none, and says so. A time-stamp authority's list is fetched from where its certificates say.
"""

import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import urlsplit

from cryptography import x509

TIMEOUT, LARGEST = 5, 1024 * 1024


def lists_for(certificates: Sequence[x509.Certificate]) -> list[bytes]:
    """The lists (DER) that `certificates` name, each once, in their order; one that names none has none. OSError when a
    list doesn't come, ValueError when what comes is none."""
    found: dict[str, bytes] = {}
    for certificate in certificates:
        addresses = _addresses(certificate)
        if addresses and not found.keys() & set(addresses):
            found[addresses[0]] = _fetched(addresses[0])
    return list(dict.fromkeys(found.values()))


def _addresses(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that its list is, over HTTP."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name.value for point in points for name in point.full_name or ()]
    return [name for name in names if isinstance(name, str) and urlsplit(name).scheme in {"http", "https"}]


def _fetched(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 -- http(s): see _addresses
            data: bytes = answer.read(LARGEST + 1)
    except HTTPException as error:
        raise OSError(f"{url} doesn't answer in HTTP: {error}") from error
    if len(data) > LARGEST:
        raise ValueError(f"the list at {url} is too large")
    x509.load_der_x509_crl(data)
    return data
