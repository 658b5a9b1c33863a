"""What a campaign would send, before it is opened."""

from typing import Any

from reciproca.compacts.signing import actions, schemas
from reciproca.compacts.signing.api.blueprint import resources
from reciproca.compacts.signing.schemas import previews
from reciproca.core.http import current_work


@resources.post("/versions/<uid>/campaign-previews")
@resources.arguments(schemas.CampaignIn)
@resources.response(200, previews.PreviewOut)
def preview_campaign(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Say what a campaign would send, when and to how many, and how its mails read. Nothing is changed."""
    found = actions.preview_campaign(
        current_work(),
        version_uid=uid,
        due=asked["due"],
        exclude=asked["left_out"],
        waves=asked["waves"],
        rule=asked["among"],
        reminders=asked["reminders"],
    )
    return previews.preview_data(found)
