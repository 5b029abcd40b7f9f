"""The description of the REST interface in OpenAPI 3.1, made of the resources themselves."""

import re
from typing import Any, Final

from danvan_search import __version__
from danvan_search.web.batch import BATCH
from danvan_search.web.operations import Operation
from danvan_search.web.parameters import SEARCH, Parameter
from danvan_search.web.rest import BASE, RESOURCES, Resource
from danvan_search.web.settings import MAX_QUERIES
from danvan_search.web.writing import CHANGES

_PROBLEMS: Final = {
    "400": "The host is not known.",
    "401": "A token is needed.",
    "404": "There is no such article.",
    "422": "The query or a parameter cannot be used.",
    "501": "The articles are on a cluster, which does not do this.",
    "503": "Too many requests are at work, the search took too long, or the index is damaged.",
}


def description(*, is_writable: bool = False) -> dict[str, Any]:
    """Return the description as a JSON value.

    :param is_writable: whether requests may change the index.
    """
    paths: dict[str, dict[str, Any]] = {_path(one): {"get": _operation(one)} for one in RESOURCES}
    for one in (BATCH, *(CHANGES if is_writable else ())):
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
            "schemas": {"Article": _ARTICLE, "Problem": _PROBLEM, "Searches": _SEARCHES},
        },
    }


def _path(resource: Resource | Operation) -> str:
    return BASE + re.sub(r"\{(\w+):\w+\}", r"{\1}", resource.path)


def _operation(resource: Resource | Operation) -> dict[str, Any]:
    in_path = re.findall(r"\{(\w+):\w+\}", resource.path)
    name = re.sub(r"\W+", "_", resource.path).strip("_").removesuffix("_path")
    is_get = isinstance(resource, Resource)
    problems = _PROBLEMS | dict({} if isinstance(resource, Resource) else resource.problems)
    return {
        "operationId": name
        if isinstance(resource, Resource)
        else f"{resource.method.lower()}_{name}",
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
            **(_NOT_MODIFIED if is_get else {}),
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


def _body(resource: Resource | Operation) -> dict[str, Any]:
    """Return what an operation says of the body of its requests."""
    body = None if isinstance(resource, Resource) else resource.body
    if body is None:
        return {}
    content = {body.media_type: {"schema": {"$ref": f"#/components/schemas/{body.schema}"}}}
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
        "number": {
            "type": "integer",
            "description": "Which of several searches it is of, from 0.",
        },
    },
}
_SEARCHES: Final = {
    "type": "object",
    "required": ["queries"],
    "additionalProperties": False,
    "properties": {
        "queries": {
            "type": "array",
            "maxItems": MAX_QUERIES,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {one.name: {**one.schema, "description": one.help} for one in SEARCH},
            },
        }
    },
}
