"""One form for each signature: of the two that ECDSA accepts, (r, s) and (r, n − s), the one with the smaller s.

Anybody can turn one into the other without a key, so a verifier that took both would call a changed file unchanged.
The orders n are in FIPS 186-5 and SEC 2 v2 §2.4–2.6; the rule itself is BIP 62's "low s". RSA has one form only.
"""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDERS = {
    "secp256r1": ORDER,
    "secp384r1": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    "secp521r1": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
"""The order of each curve that a signature may be on."""


def lowered(signature: bytes, curve: str = "secp256r1") -> bytes:
    """`signature` (DER) in its one form. ValueError when it is none, or of another curve."""
    if curve not in ORDERS:
        raise ValueError(f"signatures on {curve} are not taken")
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ORDERS[curve] - s))


def is_lowered(signature: bytes, curve: str = "secp256r1") -> bool:
    """Whether `signature` is DER, strictly, and in its one form."""
    try:
        return lowered(signature, curve) == signature
    except ValueError:
        return False


def one_form(signature: bytes, certificate: x509.Certificate) -> bytes:
    """`signature` by the key of `certificate` in its one form; RSA has no other."""
    key = certificate.public_key()
    return lowered(signature, key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else signature
