"""What must be settled around a text: its languages and who confirmed them, and who decides for a side."""

from typing import Any

from reciproca.compacts.drafting import queries, schemas
from reciproca.compacts.drafting.actions.bodies import name_body
from reciproca.compacts.drafting.actions.renditions import confirm_rendition, declare_authoritative
from reciproca.compacts.drafting.api.blueprint import resources
from reciproca.compacts.drafting.queries.bodies import bodies
from reciproca.compacts.drafting.queries.renditions import RenditionView, rendition_views
from reciproca.compacts.drafting.tables import Body
from reciproca.core.http import current_work, seen_revision


@resources.get("/versions/<uid>/languages")
@resources.response(200, schemas.LanguageOut(many=True))
def read_languages(uid: str) -> list[RenditionView]:
    """Every language of a version, the one that must be shown first at the front."""
    work = current_work()
    return rendition_views(work, version=queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/languages/<locale>/confirmations")
@resources.arguments(schemas.ReadIn)
@resources.response(201, schemas.LanguageOut)
def confirm(asked: dict[str, Any], uid: str, locale: str) -> RenditionView:
    """Say that a draft reads right in one language, in one's own name."""
    work = current_work()
    confirm_rendition(work, version_uid=uid, locale=locale, **asked)
    views = rendition_views(work, version=queries.find_version(work, uid=uid))
    return next(view for view in views if view.locale == locale)


@resources.put("/compacts/<uid>/authoritative-language")
@resources.arguments(schemas.AuthoritativeIn)
@resources.response(200, schemas.AuthoritativeOut)
def put_authoritative(asked: dict[str, Any], uid: str) -> Any:
    """Say which language decides where two differ."""
    work = current_work()
    row = declare_authoritative(work, compact_uid=uid, revision=seen_revision(), **asked)
    work.session.flush()
    return row, 200, {"ETag": f'"{row.revision}"'}


@resources.get("/compacts/<uid>/bodies")
@resources.response(200, schemas.BodyOut(many=True))
def read_bodies(uid: str) -> list[Body]:
    """Who decides for each side, where somebody was named."""
    work = current_work()
    return list(bodies(work, compact=queries.find_compact(work, uid=uid)).values())


@resources.put("/compacts/<uid>/bodies")
@resources.arguments(schemas.BodyIn)
@resources.response(200, schemas.BodyOut)
def put_body(asked: dict[str, Any], uid: str) -> Body:
    """Say who decides for a side."""
    work = current_work()
    return name_body(work, compact_uid=uid, revision=seen_revision(), **asked)
