"""A hardware module made of software (SoftHSM): a token in a folder of its own, with keys that stay in it."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters

TOKEN, KEY, PIN = "riverbend", "seal", "9731"
_MODULES = ("softhsm/libsofthsm2.so", "*/softhsm/libsofthsm2.so")


def a_token(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str = "p256", name: str = TOKEN
) -> Mapping[str, str]:
    """A new token called `name` in `folder` that holds a pair of keys of `kind`, and the settings that choose it."""
    module = next((str(path) for name in _MODULES for path in Path("/usr/lib").glob(name)), "")
    if not module or not shutil.which("softhsm2-util"):
        pytest.skip("needs the Debian package softhsm2")
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    made = ("--init-token", "--free", "--label", name, "--pin", PIN, "--so-pin", PIN)
    subprocess.run(["softhsm2-util", *made], check=True, capture_output=True)
    _make_pair(module, kind, name)
    (folder / "pin").write_text(f"{PIN}\n")
    return {
        "seal_provider": "pkcs11",
        "pkcs11_module": module,
        "pkcs11_token": name,
        "pkcs11_key": KEY,
        "pkcs11_pin_file": str(folder / "pin"),
    }


def _make_pair(module: str, kind: str, name: str) -> None:
    library = pkcs11.lib(module)
    try:
        with library.get_token(token_label=name).open(rw=True, user_pin=PIN) as session:
            if kind == "p256":
                curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
                session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True).generate_keypair(
                    store=True, label=KEY
                )
            else:
                session.generate_keypair(
                    pkcs11.KeyType.RSA, int(kind.removeprefix("rsa")), store=True, label=KEY
                )
    finally:
        library.finalize()


@contextmanager
def pulled_out(folder: Path) -> Iterator[None]:
    """While the block runs, the module in `folder` has no token."""
    tokens, away = folder / "tokens", folder / "away"
    tokens.rename(away)
    tokens.mkdir()
    yield
    tokens.rmdir()
    away.rename(tokens)
