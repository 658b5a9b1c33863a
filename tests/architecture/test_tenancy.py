"""Every row belongs to one organisation, or to a table that is named here with its reason."""

from importlib import import_module

from reciproca.core.db import Base
from tests.architecture.sources import product

BEYOND_ONE_ORGANISATION = (
    "organisation",  # is the tenant
    "account",  # a person's access to the installation; memberships link it to organisations
    "browser_session",  # an account's, before it is known for which organisation
    "one_time_code",  # makes the first administrator, when there is no organisation yet
    "attempt",  # counts tries against a limit, before it is known who tries
    "api_token",  # an account's
    "outbox_item",  # carries its organisation where there is one; the queue is one for all
    "pace",  # of the installation's one mail relay
    "idempotency_key",  # belongs to the actor who sent the request
    "ledger_leaf",  # one ledger per installation; the tenant is in the leaf
    "ledger_checkpoint",  # the same
    "ledger_place",  # the same: derived from the leaves
    "ledger_node",  # the same
    "ledger_health",  # the same: what the last verification found
    "ledger_witness",  # the same: who keeps its checkpoints elsewhere
    "ledger_record",  # the same: found by the uid that its leaf names
    "signature_evidence",  # the same, and each of its columns is covered by the leaf
)


def _tables() -> dict[str, bool]:
    for source in product():
        if "__tablename__" in source.text:
            import_module(f"reciproca.{source.path.removesuffix('.py').replace('/', '.')}")
    return {
        name: "organisation_id" in table.columns and not table.columns["organisation_id"].nullable
        for name, table in Base.metadata.tables.items()
    }


def test_every_table_has_its_organisation() -> None:
    """No row of one hospital can be read for another because a table forgot whose it is."""
    unowned = {name for name, is_owned in _tables().items() if not is_owned}
    assert unowned - set(BEYOND_ONE_ORGANISATION) == set()


def test_the_exceptions_are_still_needed() -> None:
    """The list of exceptions names only tables that exist and have no organisation of their own."""
    unowned = {name for name, is_owned in _tables().items() if not is_owned}
    assert set(BEYOND_ONE_ORGANISATION) - unowned == set()


def test_references_stay_inside_the_organisation() -> None:
    """A foreign key between two owned tables carries the organisation, so that no row points into another hospital."""
    owned = {name for name, is_owned in _tables().items() if is_owned}
    crossing = {
        f"{table.name}.{constraint.column_keys}"
        for table in Base.metadata.tables.values()
        for constraint in table.foreign_key_constraints
        if table.name in owned and constraint.referred_table.name in owned
        if "organisation_id" not in constraint.column_keys
    }
    assert crossing == set()
