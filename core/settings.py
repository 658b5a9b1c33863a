"""Settings: read once from `reciproca.toml` in the home and `RECIPROCA_*` variables, then frozen and handed down."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from reciproca.core.clock import Clock, FileClock, SystemClock
from reciproca.core.errors import Misconfigured


def _doc(text: str, example: str, default: Any = None, *, is_secret: bool = False) -> Any:
    return field(default=default, repr=not is_secret, metadata={"doc": text, "example": example})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one installation runs. Each field is also `RECIPROCA_<NAME>`; the environment wins over the file."""

    home: Path = field(
        metadata={
            "doc": "The installation's folder: database, keys, mail drop, documents.",
            "example": "/srv/reciproca",
        }
    )
    database_url: str = _doc(
        "SQLAlchemy URL; empty means SQLite inside the home.",
        "postgresql+psycopg://reciproca@db/reciproca",
        "",
    )
    public_url: str = _doc(
        "Address that people use; links in mails are built from it alone.",
        "https://compacts.hospital.example",
        "http://127.0.0.1:8000",
    )
    trusted_proxies: str = _doc(
        "How many proxies of yours stand before the server, each adding to X-Forwarded-For: then limits count people's "
        "own addresses, not the proxy's.",
        "1",
        "0",
    )
    smtp_url: str = _doc(
        "Mail relay; empty means that mail is written to HOME/mail as .eml files.",
        "smtps://user:secret@mail.hospital.example:465",
        "",
        is_secret=True,
    )
    mail_from: str = _doc(
        "Sender of every mail.", "Reciproca <compacts@hospital.example>", "Reciproca <reciproca@localhost>"
    )
    mail_per_minute: str = _doc(
        "How many mails a minute the relay is handed, by all processes together; 0: as many as it takes.",
        "120",
        "0",
    )
    bounce_address: str = _doc(
        "A mailbox for mail that comes back. Each mail gets an address of its own there, name+token@domain; empty: it "
        "comes back to mail_from, and nobody here knows.",
        "bounces@compacts.hospital.example",
        "",
    )
    bounce_imap_url: str = _doc(
        "Where that mailbox is read, every minute, by IMAP over TLS; empty: nowhere.",
        "imaps://user:secret@mail.hospital.example:993/INBOX",
        "",
        is_secret=True,
    )
    witness_folder: str = _doc(
        "A folder outside HOME, on another host, to which each new checkpoint of the ledger is added; empty: none.",
        "/mnt/association/reciproca",
        "",
    )
    plugins: str = _doc(
        "Comma-separated allow-list of third-party plugins; empty means all that are installed.",
        "acme-credentials",
        "",
    )
    plugins_disabled: str = _doc(
        "Comma-separated names of plugins that must not load.", "acme-credentials", ""
    )
    seal_key: str = _doc(
        "Kind of the key that `reciproca keys renew` makes for the seal: p256, rsa2048 or rsa3072.",
        "rsa3072",
        "p256",
    )
    seal_provider: str = _doc(
        "Who holds the seal's key: file (the key that `init` made), or what a plugin offers, as pkcs11 does.",
        "pkcs11",
        "file",
    )
    pkcs11_module: str = _doc(
        "For seal_provider = pkcs11: the library that the maker of the hardware module gives.",
        "/usr/lib/softhsm/libsofthsm2.so",
        "",
    )
    pkcs11_token: str = _doc("The label of the token that holds the key.", "reciproca", "")
    pkcs11_key: str = _doc("The label of the pair of keys on that token.", "seal", "seal")
    pkcs11_pin_file: str = _doc(
        "A file with the token's PIN and nothing else; in the home unless the path is absolute.",
        "/run/secrets/token-pin",
        "",
    )
    pkcs11_pin: str = _doc(
        "The token's PIN itself, where there is no file: in the environment, not in reciproca.toml.",
        "…",
        "",
        is_secret=True,
    )
    timestamp_url: str = _doc(
        "Time-stamp authority (RFC 3161) asked for each seal; empty means none: seals say our own clock's time.",
        "https://stamps.hospital.example",
        "",
    )
    timestamp_root: str = _doc(
        "PEM file of the authority's root certificate, and of those between, where there are any; in the home unless "
        "the path is absolute. No other authority is believed.",
        "timestamp-root.pem",
        "timestamp-root.pem",
    )
    lease_seconds: str = _doc(
        "For how many seconds what a process has taken in hand stays its own, should it die; then another takes over.",
        "60",
        "60",
    )
    dispatch_seconds: str = _doc("Every how many seconds mail that is due is sent.", "10", "10")
    time_seconds: str = _doc(
        "Every how many seconds what the calendar makes due is done, and reminders are written.", "60", "60"
    )
    webhook_networks: str = _doc(
        "Comma-separated networks of your own that webhooks may reach, 127.0.0.0/8 for this machine; empty: public "
        "addresses only.",
        "10.20.0.0/16",
        "",
    )
    archive_stamps: str = _doc(
        "1: each document with a time stamp gets archive time stamps too (PAdES B-LTA), renewed every year, so that it "
        "can be checked when today's certificates have ended. Needs timestamp_url.",
        "1",
        "",
    )
    metrics_token: str = _doc(
        "Who sends it as a bearer token may read /metrics; empty: whoever asks on the machine itself.",
        "…",
        "",
        is_secret=True,
    )
    log_level: str = _doc("Least severe level that is logged.", "warning", "info")
    testing: str = _doc("1 allows the settings that only tests may use.", "1", "")
    test_clock: str = _doc("Tests only: a file whose ISO 8601 instant is the time.", "clock.txt", "")

    @property
    def url(self) -> str:
        """The database's URL, with the default inside the home filled in."""
        return self.database_url or f"sqlite:///{self.home / 'reciproca.sqlite3'}"

    @property
    def is_secure(self) -> bool:
        """Whether people reach the product over HTTPS (then cookies are `__Host-` and Secure)."""
        return self.public_url.startswith("https://")

    @property
    def proxies(self) -> int:
        """`trusted_proxies` as a number. Misconfigured when it is none."""
        return self._number(
            "trusted_proxies", least=0, most=99, remedy="Give a number: 0, or 1 for one proxy."
        )

    @property
    def lease(self) -> int:
        """`lease_seconds` as a number. Misconfigured when it is none."""
        return self._number(
            "lease_seconds", least=1, most=3600, remedy="Give a number of seconds, 60 for example."
        )

    @property
    def dispatch_every(self) -> int:
        """`dispatch_seconds` as a number. Misconfigured when it is none, or no clock could keep to it."""
        return self._number(
            "dispatch_seconds", least=1, most=59, remedy="Give seconds, 10 for example, below 60."
        )

    @property
    def time_every(self) -> int:
        """`time_seconds` as a number. Misconfigured when it is none, or more than a minute."""
        return self._number(
            "time_seconds", least=1, most=60, remedy="Give seconds, 60 for example, at most 60."
        )

    @property
    def mail_pace(self) -> int:
        """`mail_per_minute` as a number; 0 is no limit. Misconfigured when it is none."""
        return self._number(
            "mail_per_minute", least=0, most=9999, remedy="Give a number, 120 for example, or 0."
        )

    @property
    def bounce_mailbox(self) -> str:
        """`bounce_address`, when addresses of each mail's own can be made of it; else Misconfigured."""
        address = self.bounce_address.strip()
        if address and not re.fullmatch(r"[a-z0-9._-]{1,24}@[a-z0-9.-]{1,200}", address):
            raise Misconfigured(
                detail=f"RECIPROCA_BOUNCE_ADDRESS is {address!r}.",
                remedy="Give a plain address in small letters with at most 24 before the @: "
                "bounces@compacts.hospital.example.",
            )
        return address

    def _number(self, name: str, *, least: int, most: int, remedy: str) -> int:
        text = str(getattr(self, name)).strip()
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
            raise Misconfigured(detail=f"RECIPROCA_{name.upper()} is {text!r}.", remedy=remedy)
        return int(text)

    @property
    def webhook_nets(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """`webhook_networks` as networks. Misconfigured when one is none."""
        try:
            return tuple(ip_network(text) for text in sorted(_names(self.webhook_networks)))
        except ValueError as error:
            raise Misconfigured(
                detail=f"RECIPROCA_WEBHOOK_NETWORKS can't be used: {error}.",
                remedy="Give networks like 10.20.0.0/16, parted by commas.",
            ) from error

    @property
    def plugins_allowed(self) -> frozenset[str]:
        """Names of the third parties' plugins that may be loaded; none: all."""
        return _names(self.plugins)

    @property
    def plugins_blocked(self) -> frozenset[str]:
        """Names of the third parties' plugins that must not be loaded."""
        return _names(self.plugins_disabled)

    @property
    def has_archive_stamps(self) -> bool:
        """Whether documents get archive stamps. Misconfigured when it is said in another way than 1, or no authority is
        set."""
        if self.archive_stamps in {"", "0"}:
            return False
        if self.archive_stamps != "1" or not self.timestamp_url:
            raise Misconfigured(
                detail="RECIPROCA_ARCHIVE_STAMPS is set, but "
                + ("RECIPROCA_TIMESTAMP_URL is not." if self.archive_stamps == "1" else "not to 1."),
                remedy="Set RECIPROCA_ARCHIVE_STAMPS=1 and the address of a time-stamp authority; or neither.",
            )
        return True

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail"

    @property
    def keys_folder(self) -> Path:
        return self.home / "keys"

    def clock(self) -> Clock:
        """The system's clock, or the test clock when testing is allowed."""
        if not self.test_clock:
            return SystemClock()
        if self.testing != "1":
            raise Misconfigured(
                detail="RECIPROCA_TEST_CLOCK is set, but this is not a test.",
                remedy="Unset RECIPROCA_TEST_CLOCK.",
            )
        return FileClock(Path(self.test_clock))


def load(home: Path, environ: Mapping[str, str]) -> Settings:
    """Settings of the installation in `home`; `environ` is the process's environment. Unknown names are refused."""
    known = {item.name for item in fields(Settings)} - {"home"}
    values = _from_file(home / "reciproca.toml", known)
    for name in known:
        if (value := environ.get(f"RECIPROCA_{name.upper()}")) is not None:
            values[name] = value
    return Settings(home=home, **values)


def _from_file(path: Path, known: set[str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            detail=f"{path.name} can't be read: {error}.", remedy="Mend that line."
        ) from error
    if unknown := sorted(set(values) - known):
        raise Misconfigured(
            detail=f"{path.name} has settings that don't exist: {', '.join(unknown)}.",
            remedy=f"Known ones: {', '.join(sorted(known))}.",
        )
    return {name: str(value) for name, value in values.items()}


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())
