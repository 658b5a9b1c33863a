"""Makes the pictures of README and docs from a sample hospital, so that they can't show what isn't there.

    .venv/bin/reciproca demo --once --home sample
    .venv/bin/python docs/make_pictures.py sample

Needs Chromium and poppler (`./dev setup` sees to both). The home is copied, so that it is not changed.
"""

import email
import email.policy
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).with_name("pictures")
COMMAND = Path(sys.executable).with_name("reciproca")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
COLOURS = 64
LIMIT = 1_500_000
PHONE, DESK = (390, 844), (1280, 900)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: who looks (an address's first word), at which page, how; `at` is scrolled to the top. `opens`:
    the signing form is opened first."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = DESK
    locale: str = "en"
    scheme: str = "light"
    at: str = ""
    opens: bool = False


def wanted(told: dict[str, Any], invitations: dict[str, str]) -> list[Picture]:
    """Every page to be shown, of the hospital that `told` describes; `invitations` to sign, by person."""
    first, second = (one["uid"] for one in told["versions"][:2])
    liam, naomi = invitations["liam.bouchard"], invitations["naomi.levesque"]
    return [
        Picture(name="home", who="liam.bouchard", path="/"),
        Picture(name="sign-phone-en", who="liam.bouchard", path=liam, size=PHONE),
        Picture(name="sign-phone-fr-dark", who="naomi.levesque", path=naomi, size=PHONE, locale="fr", scheme="dark"),
        Picture(
            name="sign-phone-fr", who="naomi.levesque", path=naomi, size=PHONE, locale="fr", at="#sign", opens=True
        ),
        Picture(name="compact", who="helen.abara", path=f"/versions/{first}", at="#theme-1"),
        Picture(name="changes", who="helen.abara", path=f"/versions/{second}/changes"),
        Picture(name="review", who="amina.yusuf", path=f"/reviews/{told['reviews'][0]['uid']}", at="#group-1"),
        Picture(name="balance-dark", who="liam.bouchard", path="/balance", scheme="dark"),
        Picture(name="overview", who="helen.abara", path="/overview"),
        Picture(name="people", who="june.okafor", path="/people?page=2"),
    ]  # fmt: skip


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the application on a home, while the block lasts."""
    command: list[str | Path] = [COMMAND, "serve", "--no-scheduler", "--port", "8700", "--home", home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        try:
            if not found:
                raise SystemExit("The application did not start.")
            yield found[0]
        finally:
            server.terminate()


def signed_in(browser: Browser, address: str, told: dict[str, Any], picture: Picture) -> Page:
    """A window of the person whom a picture is of, in its language and light."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2 if picture.size == PHONE else 1,
        locale=picture.locale, color_scheme="dark" if picture.scheme == "dark" else "light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    lines = {line["email"].partition("@")[0]: line["url"] for line in told["sign_in"]}
    page.goto(address + lines[picture.who])
    return page


def invitation(browser: Browser, address: str, told: dict[str, Any], who: str) -> str:
    """The path of somebody's open invitation to sign, as their first page links to it."""
    page = signed_in(browser, address, told, Picture(name="", who=who, path="/"))
    found = page.locator('a[href^="/sign/"]').first.get_attribute("href")
    page.context.close()
    return str(found).partition("?")[0]


def take(browser: Browser, address: str, told: dict[str, Any], picture: Picture) -> None:
    """Open a page as its reader does, and keep what the window shows."""
    page = signed_in(browser, address, told, picture)
    answer = page.goto(f"{address}{picture.path}{'&' if '?' in picture.path else '?'}lang={picture.locale}")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{picture.path} can't be shown: {answer and answer.status}")
    if picture.opens:
        page.locator('form[action$="/open"] button[type=submit]').click()
        page.wait_for_load_state()
    if picture.at:
        page.locator(picture.at).first.evaluate("element => element.scrollIntoView()")
    page.evaluate("document.fonts.ready")
    keep(page, picture.name)
    page.context.close()


def keep(page: Page, name: str) -> None:
    """The window as a small picture: a palette is enough for flat pages."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    shrink(path)


def shrink(path: Path) -> None:
    """Rewrite a picture with few colours."""
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def show_mail(browser: Browser, home: Path) -> None:
    """The newest invitation or reminder to a physician, as a mail program shows it."""
    letters = (
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((home / "mail").glob("*.eml"), reverse=True)
    )
    letter = next(one for one in letters if "liam.bouchard" in str(one["To"]))
    body = letter.get_body(("html",))
    page = browser.new_page(viewport={"width": 720, "height": 640})
    page.set_content(body.get_content() if body else "")
    keep(page, "mail")
    page.close()


def show_document(home: Path, told: dict[str, Any]) -> None:
    """The first page of a sealed agreement."""
    command = ["pdftoppm", "-png", "-r", "75", "-f", "1", "-singlefile", home / told["documents"][0]["pdf"]]
    subprocess.run([*command, PICTURES / "sealed"], check=True)
    shrink(PICTURES / "sealed.png")


def main(arguments: list[str]) -> int:
    """Make every picture from the home that is named."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "demo.json").is_file():
        print(__doc__)
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(shutil.copytree(arguments[0], Path(folder) / "home"))
        told = json.loads((home / "demo.json").read_text(encoding="utf-8"))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        with served(home) as address:
            names = ("liam.bouchard", "naomi.levesque")
            invitations = {who: invitation(browser, address, told, who) for who in names}
            for picture in wanted(told, invitations):
                take(browser, address, told, picture)
        show_mail(browser, home)
        show_document(home, told)
        browser.close()
    size = sum(path.stat().st_size for path in PICTURES.glob("*.png"))
    print(f"{size / 1000:.0f} kB of pictures in {PICTURES}")
    return 0 if size <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
