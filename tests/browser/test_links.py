"""No page is reachable by its address only: what a role may open, links lead to from that role's own page."""

from reciproca.app import create_app
from reciproca.core.work import Installation
from tests.browser.pages import addresses, entered, linked, opens, rules
from tests.browser.test_pages import installation, uids
from tests.building import story

__all__ = ["installation"]  # the fixture

UNLINKED = {
    "/auth/link": "linked from the sign-in page, for those who are not signed in",
    "/auth/link/<string(length=52):code>": "the address is in the mail",
    "/auth/first": "the first account of a new installation, once",
    "/people/import/<string(length=36):uid>": "sending a roster leads there, and it goes with the file",
    "/compacts/<uid>/next": "offered while no version is on its way; here one is in every agreement in force",
}


def test_every_page_that_a_role_may_open_is_linked_from_its_home(installation: Installation) -> None:
    """Protects the way to every page: a page that opens for a role and that no link leads to fails, and so does an
    exception that is none any more."""
    app = create_app(installation.settings, installation=installation)
    values, needless = uids(installation), set(UNLINKED)
    missing = []
    for line in story.told(installation.settings.home)["sign_in"]:
        client = entered(app, line["url"])
        found = linked(app, client)
        may = {
            rule for rule in rules(app) if any(opens(client, path) for path in addresses(app, rule, values))
        }
        missing += [f"{line['email']}: {rule}" for rule in sorted(may - found - set(UNLINKED))]
        needless -= may - found
    assert missing == []
    assert sorted(needless) == []
