"""Every route's example runs as it stands: nothing in it is malformed."""

import re
import shlex
from typing import Any, Final

from tests.instances import Country, Instance

PEOPLE: Final = (
    "citizen",
    "issuer",
    "window",
    "archivist",
    "supervisor",
    "auditor",
    "security_admin",
)
MOST_WITH_FILES: Final = 32
MALFORMED: Final = {"INVALID_REQUEST", "NOT_FOUND", "METHOD_NOT_ALLOWED", "MALFORMED_BODY"}


def _operations(country: Country) -> dict[str, dict[str, Any]]:
    spec = country.wuhu.client.get("/api/v1/openapi.json").json()
    return {
        f"{method.upper()} {path}": operation
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    }


def _run(instance: Instance, command: str, headers: dict[str, str]) -> tuple[int, str]:
    """Send what a command says; return the status, and the code of a problem."""
    words = shlex.split(command)
    assert words[:3] == ["curl", "-sS", "-X"], command
    sent, data = dict(headers), None
    rest = words[5:]
    while rest:
        flag, value, *rest = rest
        if flag == "-H":
            name, _, text = value.partition(": ")
            if name != "Authorization":
                sent[name] = text
        elif flag == "-d":
            data = value.encode()
        else:
            data = b"{}"
    address = words[4].removeprefix("$YINXIN")
    assert "{" not in address, command
    answer = instance.client.request(words[3], address, headers=sent, content=data)
    kind = answer.headers.get("content-type", "")
    code = answer.json().get("code", "") if kind == "application/problem+json" else ""
    return answer.status_code, code


def test_every_operation_has_a_command_and_every_path_an_example(country: Country) -> None:
    for route, operation in _operations(country).items():
        (sample,) = operation["x-codeSamples"]
        assert sample["source"].startswith("curl "), route
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                assert "example" in parameter, (route, parameter["name"])


def test_commands_with_all_they_need_are_understood_by_the_service(country: Country) -> None:
    wuhu = country.wuhu
    callers = {name: wuhu.headers(name) for name in PEOPLE[1:]} | {"citizen": wuhu.citizen()}
    wrong = []
    for route, operation in _operations(country).items():
        (sample,) = operation["x-codeSamples"]
        command = sample["source"]
        if "@" in re.sub(r"'[^']*'", "", command):
            continue  # files and letters come from elsewhere
        told = [_run(wuhu, command, headers) for headers in callers.values()]
        heard = [item for item in told if item[0] not in {401, 403}]
        if not heard and "share/" not in route:
            wrong.append((route, told[0]))
        wrong += [(route, item) for item in heard if item[1] in MALFORMED or item[0] == 500]
        country.wuhu.client.cookies.clear()

    assert wrong == [], "\n".join(map(str, wrong))


def test_few_commands_need_a_file_of_their_own(country: Country) -> None:
    needy = [
        route
        for route, operation in _operations(country).items()
        if "@" in re.sub(r"'[^']*'", "", operation["x-codeSamples"][0]["source"])
    ]

    assert len(needy) <= MOST_WITH_FILES, needy
