"""Which of the messages that the sweep writes go before others: what climbs, what nobody looks after, and what somebody
is asked for the first time. Whatever reminds of the same thing again can wait where a relay is slow."""

from sqlalchemy import and_, or_, select, update

from reciproca.compacts.notices.tables import URGENT, Delivery, Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import Base
from reciproca.core.work import Work
from reciproca.scheduler.statements import run

_TABLES = Base.metadata.tables
_DELIVERY = _TABLES[Delivery.__tablename__]
_N, _O = _TABLES[Notice.__tablename__].c, _TABLES[Obligation.__tablename__].c


def hurry(work: Work, ids: list[int]) -> None:
    """Let the messages go first that were just given something urgent about the obligations `ids`."""
    is_first = and_(_N.kind == Kind.REMINDER, _N.step == 0, _O.family == Family.INVITATION)
    carried = (
        select(_N.delivery_id)
        .join(Obligation, _O.id == _N.obligation_id)
        .where(_N.obligation_id.in_(ids), _N.written_at == work.now, _N.delivery_id.is_not(None))
        .where(or_(_N.kind != Kind.REMINDER, is_first))
    )
    run(work, update(_DELIVERY).where(_DELIVERY.c.id.in_(carried)).values(priority=URGENT))
