"""The description of the REST interface in OpenAPI 3.1, made of the resources themselves."""

import re
from typing import Any, Final

from danvan_search import __version__
from danvan_search.web.parameters import Parameter
from danvan_search.web.rest import BASE, RESOURCES, Resource

_PROBLEMS: Final = {
    "400": "The host is not known.",
    "401": "A token is needed.",
    "404": "There is no such article.",
    "422": "The query or a parameter cannot be used.",
    "503": "Too many requests are at work, the search took too long, or the index is damaged.",
}


def description() -> dict[str, Any]:
    """Return the description as a JSON value."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "danvan-search",
            "version": __version__,
            "description": "Vietnamese full-text search.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "This server."}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "paths": {_path(one): {"get": _operation(one)} for one in RESOURCES},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "schemas": {"Problem": _PROBLEM},
        },
    }


def _path(resource: Resource) -> str:
    return BASE + re.sub(r"\{(\w+):\w+\}", r"{\1}", resource.path)


def _operation(resource: Resource) -> dict[str, Any]:
    in_path = re.findall(r"\{(\w+):\w+\}", resource.path)
    return {
        "operationId": re.sub(r"\W+", "_", resource.path).strip("_").removesuffix("_path"),
        "summary": resource.summary,
        "parameters": [
            *[
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in in_path
            ],
            *map(_parameter, resource.parameters),
        ],
        "responses": {
            "200": {
                "description": resource.summary,
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "304": {"description": "Nothing has changed since the entity tag in If-None-Match."},
            **{
                status: {
                    "description": text,
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    },
                }
                for status, text in _PROBLEMS.items()
            },
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.help,
        "schema": dict(parameter.schema),
    }


_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "query": {"type": "string"},
        "position": {"type": ["integer", "null"]},
    },
}
