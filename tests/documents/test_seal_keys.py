"""Whoever holds the seal's key, a file or a hardware module, the seal is as good: the same assertions for both."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificates

from reciproca import seal_keys
from reciproca.core.errors import Misconfigured, PluginFailed
from reciproca.core.keys import Keys, certificate_file, certify, create_keys, renew_seal
from reciproca.core.seal_key import FILE, PluginKey, Provider, fits
from reciproca.core.settings import Settings
from reciproca.plugins.bundled import pkcs11 as bundled
from reciproca.plugins.registry import Registry
from reciproca.seal_keys import provider_of
from tests.building.documents import CLOCK, a_document, a_text, some_parts
from tests.building.hsm import a_token
from tests.documents.forging import root_of, signature_span, written
from tests.documents.verifiers import verdicts


def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> Settings:
    """Settings that choose a hardware module, with keys of ours beside it."""
    settings = Settings(home=tmp_path, **a_token(tmp_path / "module", monkeypatch, kind))
    create_keys(settings.keys_folder, CLOCK, "Riverbend Hospital")
    return settings


def held(settings: Settings) -> Keys:
    """The keys of an installation whose seal's key is in the module, certified by its root."""
    provider = provider_of(settings, Registry.load(points=()))
    assert provider is not None
    certify(settings.keys_folder, CLOCK, provider)
    return Keys.load(settings.keys_folder, provider)


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Keys]]:
    """One installation's seal, under one root, by each holder and of each kind of key."""
    home = tmp_path_factory.mktemp("home")
    made = {"file p256": create_keys(home / "keys", CLOCK, "Riverbend Hospital")}
    renew_seal(home / "keys", CLOCK, "rsa2048")
    made["file rsa2048"] = Keys.load(home / "keys")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("p256", "rsa2048"):
            settings = Settings(home=home, **a_token(home / "module", patch, kind, kind))
            made[f"pkcs11 {kind}"] = held(settings)
        yield made


def test_every_verifier_finds_the_seal_good(holders: Mapping[str, Keys], tmp_path: Path) -> None:
    """Protects documents from depending on where a key lies: the command, the single file, the one in JavaScript and
    OpenSSL take each holder's seals, on document and bundle."""
    root = written(tmp_path, "root.pem", root_of(holders["file p256"]))
    files = []
    for name, keys in holders.items():
        made = a_document(keys, some_parts(keys, a_text()))
        files += [written(tmp_path, f"{name}.pdf", made.pdf), written(tmp_path, f"{name}.zip", made.bundle)]
        assert openssl_says(tmp_path, made.pdf) == 0, name
    assert {word for words in verdicts(files, root).values() for word in words.values()} == {"intact"}
    assert len(files) == 8


def openssl_says(folder: Path, pdf: bytes) -> int:
    """The exit code of OpenSSL about a document's seal, under the root in `folder`."""
    begins, ends = signature_span(pdf)
    padded = bytes.fromhex(pdf[begins + 1 : ends - 1].decode())
    written(folder, "sig.der", padded[: int.from_bytes(padded[2:4], "big") + 4])
    written(folder, "content", pdf[:begins] + pdf[ends:])
    command = "cms -verify -binary -cades -inform DER -in sig.der -content content -CAfile root.pem -purpose any -out o"
    at = ["-attime", str(int(CLOCK.now().timestamp()))]
    return subprocess.run(
        ["openssl", *command.split(), *at], cwd=folder, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize("name", ["file p256", "file rsa2048", "pkcs11 p256", "pkcs11 rsa2048"])
def test_it_signs_what_it_is_given_and_nothing_else(holders: Mapping[str, Keys], name: str) -> None:
    """Protects against a key that signs the wrong thing: each signature fits its own data under the certificate."""
    keys = holders[name]
    signed = {data: keys.seal_key.sign(data) for data in (b"", b"one", bytes(100_000))}
    assert {(one, two) for one in signed for two in signed if fits(keys.seal, signed[two], one)} == {
        (data, data) for data in signed
    }
    assert (keys.holder, keys.declares) == (name.split(maxsplit=1)[0], "simple")


def test_what_another_key_signed_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects documents from a seal that fits nothing: the label was pointed at another key of the module."""
    keys = held(chosen(tmp_path, monkeypatch, "p256"))
    other = a_token(tmp_path / "module", monkeypatch, "p256", "other")
    elsewhere = provider_of(Settings(home=tmp_path, **other), Registry.load(points=()))
    assert elsewhere is not None
    with pytest.raises(PluginFailed, match="doesn't fit"):
        PluginKey(provider=elsewhere, certificate=keys.seal).sign(b"data")


def test_an_older_certificate_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in a module gets a new certificate before the old one ends, and the old one isn't lost."""
    settings = chosen(tmp_path, monkeypatch, "p256")
    first = held(settings).seal
    assert held(settings).seal != first
    kept = settings.keys_folder / f"seal-{first.serial_number:x}.pem"
    assert load_pem_x509_certificates(kept.read_bytes()) == [first]
    assert certificate_file(settings.keys_folder, "pkcs11").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"pkcs11_module": "/nowhere.so"}, "nowhere"),
        ({"pkcs11_module": ""}, "RECIPROCA_PKCS11_MODULE is not set"),
        ({"pkcs11_token": "another"}, "NoSuchToken"),
        ({"pkcs11_key": "another"}, "NoSuchKey"),
        ({"pkcs11_pin_file": "", "pkcs11_pin": ""}, "RECIPROCA_PKCS11_PIN is not set"),
        ({"pkcs11_pin_file": "gone"}, "gone"),
    ],
)
def test_what_is_wrong_with_a_module_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], why: str
) -> None:
    """Protects operators from a riddle: each wrong setting is named when the key is asked for."""
    keys = Keys.load((good := chosen(tmp_path, monkeypatch, "p256")).keys_folder)
    provider = provider_of(replace(good, **wrong), Registry.load(points=()))
    assert provider is not None
    with pytest.raises(PluginFailed, match=why):
        provider.sign(b"data")
    assert keys.holder == FILE


def test_a_wrong_pin_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects a token from being locked by retries: the same wrong PIN is handed to it once in a process."""
    settings = replace(chosen(tmp_path, monkeypatch, "p256"), pkcs11_pin_file="", pkcs11_pin="0000")
    monkeypatch.setattr(bundled, "_REFUSED", set())
    provider = provider_of(settings, Registry.load(points=()))
    assert provider is not None
    for why in ("refuses the PIN", "isn't tried again"):
        with pytest.raises(PluginFailed, match=why):
            provider.sign(b"data")
    right = provider_of(replace(settings, pkcs11_pin="9731"), Registry.load(points=()))
    assert right is not None
    assert right.sign(b"data")


def test_a_key_that_verifiers_do_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects against seals that nobody could check: a short RSA key gets no certificate."""
    settings = chosen(tmp_path, monkeypatch, "rsa1024")
    with pytest.raises(Misconfigured, match="can't seal"):
        held(settings)
    assert not certificate_file(settings.keys_folder, "pkcs11").exists()


def test_a_module_that_hangs_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects mails and other documents, which the same process sends: a holder that never answers is given up, isn't
    asked again meanwhile, and is found again afterwards."""
    monkeypatch.setattr(seal_keys, "SECONDS", 0.3)
    settings = chosen(tmp_path, monkeypatch, "p256")
    pin = Path(settings.pkcs11_pin_file)
    words = pin.read_text()
    pin.unlink()
    os.mkfifo(pin)  # whoever reads it waits until somebody writes
    provider = provider_of(settings, Registry.load(points=()))
    assert provider is not None
    for why in ("didn't answer within", "still hasn't answered"):
        with pytest.raises(PluginFailed, match=why):
            provider.sign(b"data")
    pin.write_text(words)
    pin.unlink()
    pin.write_text(words)
    monkeypatch.setattr(seal_keys, "SECONDS", 20.0)
    assert signed_at_last(provider)


def signed_at_last(provider: Provider) -> bytes:
    """What it signs once the question that hung has its answer."""
    for _try in range(100):
        try:
            return provider.sign(b"data")
        except PluginFailed:
            time.sleep(0.05)
    raise AssertionError
