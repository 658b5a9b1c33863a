"""A handover's facts as plain data: what the API and the terminal print."""

from typing import Any

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.handover.queries import Pack
from reciproca.core.work import Work


def plain(work: Work, pack: Pack) -> dict[str, Any]:
    """The pack as `PackOut` takes it."""
    return {
        "titles": all_titles(work, compact_ids=[pack.compact.id]).get(pack.compact.id, {}),
        "seats": pack.seats,
        "versions": [
            {"number": one.number, "state": one.state.value, "uid": one.uid} for one in pack.versions
        ],
        "campaigns": [
            {
                "version": version.number,
                "state": campaign.state,
                "due": campaign.due_local[:10],
                "asked": far.asked,
                "signed": far.signed,
            }
            for version, campaign, far in pack.campaigns
        ],
        "unsigned_records": pack.unsigned_records,
        "signatories": pack.signatories,
        "posts": pack.posts,
        "comments": pack.comments,
        "duties": pack.duties,
        "reviews": [
            {
                "number": one.number,
                "state": one.state.value,
                "opens_on": one.opens_on,
                "closes_on": one.closes_on,
            }
            for one in pack.reviews
        ],
        "made_at": pack.made_at,
    }
