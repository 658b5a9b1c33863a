"""A third party holds the seal's key: what it declares is said of its own seals, and what it gets wrong makes none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reciproca.core.errors import Misconfigured, PluginFailed
from reciproca.core.keys import Keys, certify, create_keys
from reciproca.core.seal_key import fits
from reciproca.core.settings import Settings
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import PublicKey, RawSignature, SealKeyProvider
from reciproca.seal_keys import provider_of
from tests.building.documents import CLOCK
from tests.plugins.samples import a_plugin, a_point, nothing, raises

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed(data: list[bytes]) -> list[RawSignature]:
    """What an honest vault answers."""
    return [RawSignature(hex=KEY.sign(one, ec.ECDSA(hashes.SHA256())).hex()) for one in data]


def a_vault(declares: str = "qualified", **hooks: Callable[..., Any]) -> Registry:
    """The plugins, with a third party's that holds a key called vault."""
    offered = SealKeyProvider(key="vault", label={"en": "Vault"}, settings=("home",), declares=declares)
    answers = {"seal_public_key": lambda: PublicKey(pem=PEM), "seal_signatures": signed, **hooks}
    a_plugin("vault", seal_keys=lambda: [offered], **answers)
    return Registry.load(points=[a_point("vault")])


def settings(home: Path) -> Settings:
    """Settings that choose the vault."""
    return Settings(home=home, seal_provider="vault")


def opened(home: Path, plugins: Registry) -> Keys:
    """The keys of an installation whose seal's key is in the vault."""
    create_keys(home / "keys", CLOCK, "Riverbend Hospital")
    provider = provider_of(settings(home), plugins)
    assert provider is not None
    certify(home / "keys", CLOCK, provider)
    return Keys.load(home / "keys", provider)


def test_what_it_declares_is_said_of_its_own_seals_only(tmp_path: Path) -> None:
    """Protects the words "advanced" and "qualified": they come from the chosen provider, and from no other."""
    plugins = a_vault()
    keys = opened(tmp_path, plugins)
    assert (keys.holder, keys.declares, Keys.load(tmp_path / "keys").declares) == (
        "vault",
        "qualified",
        "simple",
    )
    assert fits(keys.seal, keys.seal_key.sign(b"data"), b"data")
    with pytest.raises(Misconfigured, match="declares 'notarised'"):
        provider_of(settings(tmp_path), a_vault(declares="notarised"))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (raises(SystemExit(3)), "raised SystemExit"),
        (nothing, "gave 0 answers to 1 questions"),
        (lambda: [b"bytes"], "gave bytes, not RawSignature"),
        (lambda: [RawSignature(hex="no digits")], "hexadecimal"),
        (lambda: signed([b"something else"]), "doesn't fit"),
    ],
    ids=["ends the process", "nothing", "another kind", "no digits", "of something else"],
)
def test_a_wrong_answer_makes_no_seal(tmp_path: Path, answer: Callable[..., Any], why: str) -> None:
    """Protects documents from whatever a plugin may answer: it is said whose fault it is, and nothing is sealed."""
    with pytest.raises(PluginFailed, match=why):
        opened(tmp_path, a_vault(seal_signatures=answer)).seal_key.sign(b"data")


def test_one_that_could_not_be_loaded_is_named(tmp_path: Path) -> None:
    """Protects an operator from searching: the reason why the chosen plugin is missing stands in the message."""
    a_plugin("vault", api_version="9.0", seal_keys=nothing)
    with pytest.raises(Misconfigured, match=r"'vault', which no plugin offers.*written for interface 9.0"):
        provider_of(settings(tmp_path), Registry.load(points=[a_point("vault")]))


def test_secrets_stay_out_of_what_is_printed(tmp_path: Path) -> None:
    """Protects a PIN, and the relay's password, from whoever prints the settings."""
    printed = repr(Settings(home=tmp_path, pkcs11_pin="9731", smtp_url="smtp://a:hidden@relay.example"))
    assert ("9731" in printed, "hidden" in printed) == (False, False)
