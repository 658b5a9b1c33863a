"""Reads that look over all features: the balance, one's own page, and the leaders' overview."""

from reciproca.compacts.overview.queries.balance import Balance, Balances, Kept, PairKept, balance, shares
from reciproca.compacts.overview.queries.home import Home, home
from reciproca.compacts.overview.queries.leaders import LateDuty, Overview, overview
from reciproca.compacts.overview.queries.plan import Ahead, plan_for_compact, plan_for_person

__all__ = [
    "Ahead",
    "Balance",
    "Balances",
    "Home",
    "Kept",
    "LateDuty",
    "Overview",
    "PairKept",
    "balance",
    "home",
    "overview",
    "plan_for_compact",
    "plan_for_person",
    "shares",
]
