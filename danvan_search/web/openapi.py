"""The description of the REST interface in OpenAPI 3.1, made of the resources themselves."""

import re
from typing import Any, Final

from danvan_search import __version__
from danvan_search.web.parameters import Parameter
from danvan_search.web.rest import BASE, RESOURCES, Resource
from danvan_search.web.writing import CHANGES, Change

_PROBLEMS: Final = {
    "400": "The host is not known.",
    "401": "A token is needed.",
    "404": "There is no such article.",
    "422": "The query or a parameter cannot be used.",
    "503": "Too many requests are at work, the search took too long, or the index is damaged.",
}


_PROBLEMS_OF_CHANGES: Final = {
    "400": "The host is not known, or the article cannot be used.",
    "409": "Another process is writing to the index.",
    "413": "The body is too large.",
}


def description(*, is_writable: bool = False) -> dict[str, Any]:
    """Return the description as a JSON value.

    :param is_writable: whether requests may change the index.
    """
    paths: dict[str, dict[str, Any]] = {_path(one): {"get": _operation(one)} for one in RESOURCES}
    for one in CHANGES if is_writable else ():
        paths[_path(one)][one.method.lower()] = _operation(one)
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
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "schemas": {"Article": _ARTICLE, "Problem": _PROBLEM},
        },
    }


def _path(resource: Resource | Change) -> str:
    return BASE + re.sub(r"\{(\w+):\w+\}", r"{\1}", resource.path)


def _operation(resource: Resource | Change) -> dict[str, Any]:
    in_path = re.findall(r"\{(\w+):\w+\}", resource.path)
    name = re.sub(r"\W+", "_", resource.path).strip("_").removesuffix("_path")
    changes = isinstance(resource, Change)
    problems = _PROBLEMS | (_PROBLEMS_OF_CHANGES if changes else {})
    return {
        "operationId": f"{resource.method.lower()}_{name}"
        if isinstance(resource, Change)
        else name,
        **_body(resource),
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
            **({} if changes else _NOT_MODIFIED),
            **{
                status: {
                    "description": text,
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    },
                }
                for status, text in problems.items()
            },
        },
    }


def _body(resource: Resource | Change) -> dict[str, Any]:
    """Return what an operation says of the body of its requests."""
    if not isinstance(resource, Change) or resource.media_type is None:
        return {}
    content = {resource.media_type: {"schema": {"$ref": "#/components/schemas/Article"}}}
    return {"requestBody": {"required": True, "content": content}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.help,
        "schema": dict(parameter.schema),
    }


_NOT_MODIFIED: Final = {
    "304": {"description": "Nothing has changed since the entity tag in If-None-Match."}
}
_ARTICLE: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 1000},
        "title": {"type": "string"},
        "body": {"type": "string"},
        "date": {"type": ["string", "null"], "format": "date"},
        "category": {"type": ["string", "null"]},
        "source": {"type": ["string", "null"]},
        "extra": {"type": "object"},
        "details": {"type": "string"},
    },
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
