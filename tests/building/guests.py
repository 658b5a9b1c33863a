"""People of the roster who have no account, and the mail that they get."""

import re
from email import message_from_bytes, policy
from threading import Thread

from sqlalchemy import delete, select, update

from reciproca.compacts.access.rules import personal_token
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.people.tables import Person
from reciproca.core.identity import system
from reciproca.core.outbox import drain_all
from reciproca.opening import HANDLERS
from reciproca.scheduler.ticks import tick
from tests.building.signing import Hospital

SECOND = "at.home@elsewhere.example"


def a_guest(hospital: Hospital, staff_id: str, second: str | None = SECOND) -> None:
    """Take the person's account away, and put a second contact on file."""
    with hospital.installation.work(system("test"), hospital.place) as work:
        person = work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one()
        member = work.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
        work.session.execute(delete(Grant).where(Grant.membership_id == member.id))
        work.session.execute(delete(Membership).where(Membership.id == member.id))
        work.session.execute(delete(Account).where(Account.id == member.account_id))
        work.session.execute(update(Person).where(Person.id == person.id).values(second_email=second))


def token(hospital: Hospital, staff_id: str) -> str:
    """The token of the person's personal link."""
    address, about = f"{staff_id.lower()}@riverbend.example", hospital.requests[staff_id]
    return personal_token(hospital.installation.keys.secret, about=about, address=address)


def work_off(hospital: Hospital) -> None:
    """Do everything that waits, documents included, on a thread of its own: sealing has an event loop of its own, and
    so has a browser that a test may be driving."""

    def do() -> None:
        tick(hospital.installation, HANDLERS)
        drain_all(hospital.installation, HANDLERS)

    doing = Thread(target=do)
    doing.start()
    doing.join()


def mailed(hospital: Hospital, to: str) -> list[str]:
    """The plain texts of what was mailed to that address, the oldest first; everything that waits is sent."""
    work_off(hospital)
    texts = []
    written = hospital.installation.settings.mail_folder.glob("*.eml")
    for path in sorted(written, key=lambda one: one.stat().st_mtime_ns):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if mail["To"].addresses[0].addr_spec == to:
            texts.append(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # ours have one
    return texts


def code(hospital: Hospital, to: str = SECOND) -> str:
    """The code in the newest mail to the second contact."""
    found = [re.search(r"\b(\d{6})\b", text) for text in mailed(hospital, to)]
    newest = found[-1]
    assert newest
    return newest[1]
