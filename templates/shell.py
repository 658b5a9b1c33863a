"""What the page shell needs to know: one value, made by the door, so that pages hold no look-ups."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """One place to go. `current` marks where one is; `lang` is set when the words are in another language."""

    text: str
    href: str
    current: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Badge:
    """Who is signed in. `side` is `organisation`, `physicians` or empty (neither)."""

    name: str
    initials: str
    side: str = ""
    links: Sequence[Link] = field(default=())


@dataclass(frozen=True)
class Flash:
    """One sentence about what has just happened. `tone` is ok, info, warn or risk."""

    text: str
    tone: str = "ok"


@dataclass(frozen=True)
class Shell:
    """The frame of one page: whose it is, where one can go, who one is, and what has just happened.

    `theme` is light, dark or empty (follow the system); `sign_out` is where the sign-out form posts, with
    `token` as its hidden field; `logo` is the address of the organisation's own mark, empty for ours.
    """

    organisation: str
    home: str = "/"
    tagline: str = ""
    logo: str = ""
    nav: Sequence[Link] = field(default=())
    languages: Sequence[Link] = field(default=())
    person: Badge | None = None
    sign_out: str = ""
    token: str = ""
    theme: str = ""
    zone_text: str = ""
    flashes: Sequence[Flash] = field(default=())
    footer: Sequence[Link] = field(default=())


def initials(name: str) -> str:
    """One or two capitals that stand for `name` in the header: "Marie-Ève Côté" gives "MC"."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalpha() and word.lower() != "dr"]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
