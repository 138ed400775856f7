"""What our SCIM says of itself: what it can do, which resources it has, and their attributes (RFC 7643, 5 to 7)."""

from typing import Any

from forethought.directory.scim_format import MOST_LISTED, USER

_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"


def config(site: str) -> dict[str, Any]:
    """What can be asked of us."""
    no = {"supported": False}
    return {
        "schemas": [_CONFIG],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_LISTED},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A key made by the headteacher under People.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{site}/scim/v2/ServiceProviderConfig"},
    }


def resource_type(site: str) -> dict[str, Any]:
    """The one kind of resource."""
    return {
        "schemas": [_TYPE],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "An adult who works or helps at the school",
        "schema": USER,
        "meta": {"resourceType": "ResourceType", "location": f"{site}/scim/v2/ResourceTypes/User"},
    }


def _attribute(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "description": "",
        "required": False,
        **({"caseExact": False} if kind == "string" else {}),
        "mutability": "readWrite",
        "returned": "default",
        **({"uniqueness": "none"} if kind in {"string", "boolean"} else {}),
        **more,
    }


def schema(site: str) -> dict[str, Any]:
    """The attributes of a user that are kept. Others are passed over."""
    name = [_attribute(one) for one in ("formatted", "familyName", "givenName")]
    email = [_attribute("value"), _attribute("type", canonicalValues=["work"]), _attribute("primary", "boolean")]
    return {
        "schemas": [_SCHEMA],
        "id": USER,
        "name": "User",
        "description": "An adult who works or helps at the school",
        "attributes": [
            _attribute("userName", required=True, uniqueness="server"),
            _attribute("name", "complex", subAttributes=name),
            _attribute("displayName"),
            _attribute("emails", "complex", multiValued=True, subAttributes=email),
            _attribute("active", "boolean"),
            _attribute("externalId", caseExact=True),
        ],
        "meta": {"resourceType": "Schema", "location": f"{site}/scim/v2/Schemas/{USER}"},
    }
