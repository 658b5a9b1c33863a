"""What an owner says of what is late, and proposals for the agenda of a side's body."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import Side


class ProposalState(StrEnum):
    """What became of a proposal for an agenda."""

    PROPOSED = "proposed"
    PLACED = "placed"
    DECLINED = "declined"


class OwnerStatement(Tenant, Revised, Base):
    """What the owner says of something that is late: why, and until when. The newest words; each is in the ledger."""

    __tablename__ = "owner_statement"
    __table_args__ = (
        *tenant_keys(obligation_id="obligation", person_id="person"),
        UniqueConstraint("organisation_id", "obligation_id"),
    )

    obligation_id: Mapped[int]
    person_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class AgendaProposal(Tenant, Revised, Base):
    """Something of `side` that is four weeks late, proposed for the agenda of its body. `state`: proposed; placed for
    the meeting of the local day `meets_on`; or declined with a `reason`, which both sides read."""

    __tablename__ = "agenda_proposal"
    __table_args__ = (
        *tenant_keys(obligation_id="obligation", decided_by="person"),
        UniqueConstraint("organisation_id", "obligation_id"),
    )

    obligation_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "agenda_proposal_side"))
    state: Mapped[ProposalState] = mapped_column(word(ProposalState, "agenda_proposal_state"))
    proposed_at: Mapped[datetime]
    meets_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
