"""Examples of every route of the interface, ready to run (接口示例): parameters, and a command.

They stand in the OpenAPI document; a test runs each of them against a real instance. ``$YINXIN``
is its address, ``$TOKEN`` an access token (`docs/identity.md`).
"""

import json
import shlex
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

IDENTIFIER: Final = "1.2.156.3005.2.11100000MB9TXY0149001.11340200MB9TXY014H.JY33402100000013.001.3"
"""Of a synthetic license."""
_CASE: Final = "340200202611230000001"
_PARAMETERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "identifier": IDENTIFIER,
        "kind": "pdf",
        "field": "premises",
        "number": 0,
        "code": "business-license",
        "name": "policy",
        "region": "340200",
        "case_id": _CASE,
        "application": _CASE,
        "grant_id": "G" + "A" * 20,
        "dispute_id": "D" + "A" * 20,
        "receipt": "A" * 16,
        "package": "0" * 64,
        "batch": "0" * 32,
        "decision": "confirm",
        "log": "issue",
        "path": "0/000",
        "due_by": "2026-12-31",
        "fact": "case",
        "nonce": "0" * 32,
        "since": "2026-11-22",
    }
)
_OF_ROUTES: Final[Mapping[tuple[str, str], Any]] = MappingProxyType(
    {
        ("/api/v1/usages/{number}/disputes", "number"): 1,
        ("/api/v1/seals/{code}", "code"): "34020000000001",
        ("/api/v1/seals/{code}/uses", "code"): "34020000000001",
        ("/api/v1/seals/{code}/status", "code"): "34020000000001",
        ("/api/v1/receipts/{number}", "number"): "A" * 26,
        ("/api/v1/receipts/{number}.pdf", "number"): "A" * 26,
        ("/api/v1/annotated-copies/{number}", "number"): "A" * 21,
        ("/api/v1/annotated-copies/{number}/file", "number"): "A" * 21,
        ("/api/v1/complaints/{number}/answer", "number"): "A" * 26,
        ("/api/v1/transfers/{region}/{number}/case", "number"): "T" * 26,
    }
)
"""Where a name means another thing."""
_JSON: Final = "application/json"


def add_examples(schema: dict[str, Any]) -> None:
    """Give every operation of an OpenAPI document its examples."""
    components = schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            asked = operation.get("parameters", [])
            for parameter in asked:
                example = _example(path, parameter)
                if example is not None:
                    parameter["example"] = example
            operation["x-codeSamples"] = [
                {
                    "lang": "Shell",
                    "label": "curl",
                    "source": _command(path, method, operation, asked, components),
                }
            ]


def _example(path: str, parameter: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    name = parameter["name"]
    if (path, name) in _OF_ROUTES:
        return _OF_ROUTES[path, name]
    is_needed = parameter["in"] == "path" or parameter.get("required", False)
    return _PARAMETERS.get(name) if is_needed else None


def _command(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    asked: list[dict[str, Any]],
    components: Mapping[str, Any],
) -> str:
    """Return the command that runs an operation."""
    query = []
    for parameter in asked:
        example = parameter.get("example")
        if parameter["in"] == "path" and example is not None:
            path = path.replace(f"{{{parameter['name']}}}", quote(str(example), safe="/"))
        elif parameter["in"] == "query" and parameter.get("required") and example is not None:
            query.append(f"{parameter['name']}={quote(str(example), safe='')}")
    address = f"$YINXIN{path}" + (f"?{'&'.join(query)}" if query else "")
    words = ["curl", "-sS", "-X", method.upper(), f'"{address}"']
    if operation.get("security"):
        words += ["-H", '"Authorization: Bearer $TOKEN"']
    return " ".join([*words, *_body(operation, components)])


def _body(operation: Mapping[str, Any], components: Mapping[str, Any]) -> list[str]:
    contents = operation.get("requestBody", {}).get("content", {})
    if _JSON in contents:
        schema = contents[_JSON]["schema"]
        examples = components.get(schema.get("$ref", "").rpartition("/")[2], schema).get("examples")
        if examples:
            text = json.dumps(examples[0], ensure_ascii=False)
            return ["-H", f"'Content-Type: {_JSON}'", "-d", shlex.quote(text)]
        return ["-H", f"'Content-Type: {_JSON}'", "--data-binary", "@body"]
    if "multipart/form-data" in contents:
        return ["-F", "file=@file"]
    if contents:
        kind = next(iter(contents))
        return ["-H", f"'Content-Type: {kind}'", "--data-binary", "@body"]
    return []
