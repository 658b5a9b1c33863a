"""No page is reachable by its address only, and no link leads nowhere: what a role may open, links lead to from that
role's own page, and whatever links lead to opens."""

import html
import re

from reciproca.app import create_app
from reciproca.core.work import Installation
from tests.browser.pages import addresses, entered, opens, rules, walked
from tests.browser.test_pages import installation, uids
from tests.building import story

__all__ = ["installation"]  # the fixture

UNLINKED = {
    "/auth/link": "linked from the sign-in page, for those who are not signed in",
    "/auth/link/<string(length=52):code>": "the address is in the mail",
    "/invited/<string(length=52):token>": "the address is in the mail",
    "/courtesy/<string(length=52):token>": "the address is at the foot of a mail",
    "/auth/first": "the first account of a new installation, once",
    "/people/import/<string(length=36):uid>": "sending a roster leads there, and it goes with the file",
    "/compacts/<uid>/next": "offered while no version is on its way; here one is in every agreement in force",
}
_FRAGMENT = re.compile(r'href="#([^"]+)"')


def lost_anchors(text: str) -> set[str]:
    """The places on its own page that a page links to and doesn't have."""
    names = set(_FRAGMENT.findall(text))
    return {name for name in names if f'id="{html.unescape(name)}"' not in html.unescape(text)}


def test_links_lead_everywhere_and_nowhere_else(installation: Installation) -> None:
    """Protects the way to every page: a page that opens for a role and that no link leads to fails, and so do a dead
    end, a refusal and a lost anchor behind a link that somebody is shown, and an exception that is none any more."""
    app = create_app(installation.settings, installation=installation)
    values, needless = uids(installation), set(UNLINKED)
    missing, dead = [], []
    for line in story.told(installation.settings.home)["sign_in"]:
        client = entered(app, line["url"])
        found = set()
        for page in walked(app, client):
            found |= {page.asked, page.rule}
            if page.status != 200:
                dead.append(f"{line['email']}: {page.path} answers {page.status}")
            dead += [f"{line['email']}: {page.path}#{name}" for name in lost_anchors(page.text)]
        may = {
            rule for rule in rules(app) if any(opens(client, path) for path in addresses(app, rule, values))
        }
        missing += [f"{line['email']}: {rule}" for rule in sorted(may - found - set(UNLINKED))]
        needless -= may - found
    assert missing == []
    assert "\n".join(dead) == ""
    assert sorted(needless) == []
