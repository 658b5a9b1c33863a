"""One form for each signature: of the two that ECDSA accepts, (r, s) and (r, n − s), the one with the smaller s.

Anybody can turn one into the other without a key, so a verifier that took both would call a changed file unchanged.
The order n of P-256 is in SEC 2 v2 §2.4.2; the rule itself is BIP 62's "low s".
"""

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def lowered(signature: bytes) -> bytes:
    """`signature` (DER, P-256) in its one form."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ORDER - s))


def is_lowered(signature: bytes) -> bool:
    """Whether `signature` is DER, strictly, and in its one form."""
    try:
        return lowered(signature) == signature
    except ValueError:
        return False
