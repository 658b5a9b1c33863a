"""The seal's key in a hardware module, or in what speaks like one (PKCS #11): it signs there and never leaves it.

Settings: `pkcs11_module` (the maker's library), `pkcs11_token` and `pkcs11_key` (labels), and the PIN, either in
`pkcs11_pin_file` (in `home` unless absolute) or as `pkcs11_pin`. Needs the package python-pkcs11, which the extra `hsm`
brings: it is imported when somebody chose this provider, not before.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from reciproca import hookimpl
from reciproca.plugins.types import PluginInfo, PublicKey, RawSignature, SealKeyProvider

if TYPE_CHECKING:
    from pkcs11 import Session

PROVIDER = SealKeyProvider(
    key="pkcs11",
    label={"en": "Hardware module", "fr": "Module matériel de sécurité"},
    settings=("home", "pkcs11_module", "pkcs11_token", "pkcs11_key", "pkcs11_pin_file", "pkcs11_pin"),
)
_ONE_AT_A_TIME = threading.Lock()
_REFUSED: set[tuple[str, str, str]] = set()
"""PINs that a token refused, as digests: modules lock themselves after a few wrong ones, and sealing is tried again."""


class Unusable(Exception):
    """The module can't be used; the message says why."""


@hookimpl
def plugin_info() -> PluginInfo:
    """Who this is."""
    return PluginInfo(
        name="pkcs11", version="1.0", api_version="1.0", summary="Seals with a key in a hardware module"
    )


@hookimpl
def seal_keys() -> list[SealKeyProvider]:
    """The provider "pkcs11"."""
    return [PROVIDER]


@hookimpl
def seal_public_key(settings: Mapping[str, str]) -> PublicKey:
    """The public half of the pair with the label in the settings."""
    with _session(settings) as session:
        return PublicKey(pem=_pem(_key(session, settings, "PUBLIC_KEY")))


@hookimpl
def seal_signatures(data: Sequence[bytes], settings: Mapping[str, str]) -> list[RawSignature]:
    """Signed inside the module, one after the other in one session."""
    with _session(settings) as session:
        key = _key(session, settings, "PRIVATE_KEY")
        return [RawSignature(hex=_signed(key, one).hex()) for one in data]


@contextmanager
def _session(settings: Mapping[str, str]) -> Iterator["Session"]:
    """A session on the token, signed in. The library is begun and ended each time, so that a module that was restarted,
    or a process that was forked, needs no care. Unusable when anything is wrong."""
    try:
        import pkcs11  # noqa: PLC0415 -- only who chose this provider has the package
    except ImportError as error:
        raise Unusable("the package python-pkcs11 is not installed: install reciproca[hsm]") from error
    path, pin = _needed(settings, "pkcs11_module"), _pin(settings)
    tried = (path, _needed(settings, "pkcs11_token"), hashlib.sha256(pin.encode()).hexdigest())
    if tried in _REFUSED:
        raise Unusable("the token refused this PIN before, so it isn't tried again: correct it, then restart")
    with _ONE_AT_A_TIME:
        try:
            library = pkcs11.lib(path)
            try:
                token = library.get_token(token_label=tried[1])
                with token.open(user_pin=pin) as session:
                    yield session
            finally:
                library.finalize()
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange) as error:
            _REFUSED.add(tried)
            raise Unusable("the token refuses the PIN") from error
        except pkcs11.PKCS11Error as error:
            raise Unusable(f"the module says {type(error).__name__} {error}".rstrip()) from error


def _key(session: "Session", settings: Mapping[str, str], kind: str) -> Any:
    """The one key of `kind` with the label in the settings."""
    import pkcs11  # noqa: PLC0415 -- as above

    return session.get_key(
        object_class=getattr(pkcs11.ObjectClass, kind), label=_needed(settings, "pkcs11_key")
    )


def _signed(key: Any, data: bytes) -> bytes:
    """The signature of `data`. Modules sign digests by ECDSA, and data by RSA: those are the ways that all know."""
    import pkcs11  # noqa: PLC0415 -- as above
    from pkcs11.util.ec import encode_ecdsa_signature  # noqa: PLC0415 -- as above

    if key.key_type is pkcs11.KeyType.RSA:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
    plain = key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    return bytes(encode_ecdsa_signature(plain))


def _pem(key: Any) -> str:
    """A public key of the module in PEM."""
    import pkcs11  # noqa: PLC0415 -- as above
    from pkcs11.util.ec import encode_ec_public_key  # noqa: PLC0415 -- as above

    if key.key_type is pkcs11.KeyType.RSA:
        numbers = (
            int.from_bytes(key[name], "big")
            for name in (pkcs11.Attribute.PUBLIC_EXPONENT, pkcs11.Attribute.MODULUS)
        )
        read: Any = rsa.RSAPublicNumbers(*numbers).public_key()
    else:
        read = load_der_public_key(encode_ec_public_key(key))
    return str(read.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def _pin(settings: Mapping[str, str]) -> str:
    if name := settings.get("pkcs11_pin_file"):
        return (Path(settings["home"]) / name).read_text(encoding="utf-8").strip()
    return _needed(settings, "pkcs11_pin")


def _needed(settings: Mapping[str, str], name: str) -> str:
    if not (value := settings.get(name)):
        raise Unusable(f"RECIPROCA_{name.upper()} is not set")
    return value
