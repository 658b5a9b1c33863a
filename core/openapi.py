"""What the OpenAPI document says of every feature alike: errors, and the headers that make changes safe."""

from typing import Any

from flask_smorest import Api
from marshmallow import Schema, fields

PROBLEM = "application/problem+json"
SETTINGS: dict[str, Any] = {
    "API_TITLE": "Reciproca",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    },
}
_ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "A name for this request, chosen by the caller: repeated, it is answered again but done once.",
    "schema": {"type": "string", "maxLength": 120},
}
_SEEN = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag that was read: the change is refused (412) when somebody else was quicker.",
    "schema": {"type": "string"},
}


class FaultOut(Schema):
    """What is wrong with one field, and how to put it right."""

    field = fields.String()
    reason = fields.String()
    remedy = fields.String()


class Problem(Schema):
    """What happened, what was kept, and what to do next (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    remedy = fields.String()
    incident = fields.String()
    errors = fields.List(fields.Nested(FaultOut))


class DescribedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API with our one shape of errors."""

    ERROR_SCHEMA = Problem


def complete(api: Any) -> None:
    """Add to the document of `api` what the HTTP shell does for every resource."""
    document = api.spec.to_dict()
    for response in document["components"].get("responses", {}).values():
        content = response.get("content", {})
        if "application/json" in content:
            content[PROBLEM] = content.pop("application/json")
    for operations in document["paths"].values():
        for method, operation in operations.items():
            asked = [_ONCE] if method == "post" else []
            asked += [_SEEN] if method in {"post", "put", "patch", "delete"} else []
            if asked:
                operation["parameters"] = [*operation.get("parameters", []), *asked]
