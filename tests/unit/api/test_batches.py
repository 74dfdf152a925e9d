"""Batches over HTTP: received, read by a worker, confirmed, minted, and accounted for."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from api.batch_jobs import BatchWorker
from api.http_errors import BusyError
from certs.batches.batch import BatchState
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from tests import desks
from tests.instances import Country, Instance

URL = "/api/v1/batches"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(count: int, *, seed: int = 5) -> list[dict[str, Any]]:
    return [dict(row) for row in food_business_rows(RegionCode("340200"), count, seed=seed)]


def workbook(folder: Path, of: list[dict[str, Any]]) -> bytes:
    path = folder / "rows.xlsx"
    write_sheet(path, desks.food_business(), of)
    return path.read_bytes()


def csv(of: list[dict[str, Any]], *, encoding: str = "utf-8", rename: str = "") -> bytes:
    labels = {spec.name: spec.label_zh for spec in desks.food_business().fields}
    names = [name for name in labels if name in of[0]]
    head = [rename if rename and name == "operator" else labels[name] for name in names]
    lines = [head, *([str(row[name]) for name in names] for row in of)]
    return "\n".join(",".join(f'"{text}"' for text in line) for line in lines).encode(encoding)


def send(
    wuhu: Instance,
    content: bytes,
    *,
    person: str = "issuer",
    name: str = "rows.xlsx",
    key: str = "",
    **told: str,
) -> Any:  # noqa: ANN401 - a response
    headers = wuhu.headers(person) | ({"Idempotency-Key": key} if key else {})
    return wuhu.client.post(
        URL,
        files={"file": (name, content)},
        data={"type": "food_business", **told},
        headers=headers,
    )


def work(wuhu: Instance) -> None:
    """What a worker does until nothing is left."""
    BatchWorker(services=wuhu.services, stop=threading.Event(), once=True).work()


def get(wuhu: Instance, path: str) -> Any:  # noqa: ANN401 - a response
    return wuhu.client.get(path, headers=wuhu.headers("issuer"))


def post(wuhu: Instance, path: str, person: str = "issuer") -> Any:  # noqa: ANN401 - a response
    return wuhu.client.post(path, headers=wuhu.headers(person))


def counted(batch: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in batch["counts"].items() if count}


def test_a_worker_that_serves_no_type_of_what_waits_ends_without_it(
    country: Country, tmp_path: Path
) -> None:
    sent = send(country.wuhu, workbook(tmp_path, rows(1, seed=71)), confirmed="true").json()
    idle = replace(country.wuhu.services, desks={})

    BatchWorker(services=idle, stop=threading.Event(), once=True).work()

    assert get(country.wuhu, f"{URL}/{sent['batch']}").json()["awaits"] == "reading"
    work(country.wuhu)


def test_what_a_name_says_of_a_file_holds_however_long_or_odd_it_is(country: Country) -> None:
    for name in ("样" * 250 + ".CSV", "a/../b\u202e.csv"):
        content = csv(rows(1, seed=72 + len(name)))
        sent = send(country.wuhu, content, name=name, confirmed="true")
        assert sent.status_code == 202, (name[-9:], sent.text)
        work(country.wuhu)
        done = get(country.wuhu, f"{URL}/{sent.json()['batch']}").json()
        assert (done["refusal"], counted(done)) == (None, {"read": 1, "minted": 1})


# From the file to the licenses -------------------------------------------------------------------


def test_a_file_is_looked_at_read_confirmed_and_minted(country: Country, tmp_path: Path) -> None:
    wuhu, mixed = country.wuhu, rows(3)
    mixed[1]["legal_representative"] = ""

    answer = send(wuhu, workbook(tmp_path, mixed))

    assert answer.status_code == 202, answer.text
    received = answer.json()
    assert (received["state"], received["awaits"]) == ("reading", "reading")
    held = {field for column in received["columns"] for field in column["fields"]}
    assert {"operator", "number"} <= held
    samples = {c["fields"][0]: c["sample"] for c in received["columns"] if c["fields"]}
    assert samples["legal_representative"] != mixed[0]["legal_representative"], "masked"
    path = answer.headers["Location"]

    work(wuhu)
    assert get(wuhu, path).json()["awaits"] == "confirmation"
    assert counted(get(wuhu, path).json()) == {"read": 3, "refused": 1, "waiting": 2}
    assert post(wuhu, f"{path}/confirm").json()["state"] == "running"
    work(wuhu)

    done = get(wuhu, path).json()
    assert (done["state"], done["reconciled"], done["awaits"]) == ("done", True, None)
    assert counted(done) == {"read": 3, "minted": 2, "refused": 1}
    minted = get(wuhu, f"{path}/rows?outcome=minted").json()["rows"]
    license = get(wuhu, f"/api/v1/licenses/{minted[0]['identifier']}").json()
    assert (minted[0]["row"], license["identifier"]) == (2, minted[0]["identifier"])


def test_refused_rows_are_named_and_come_as_a_workbook(country: Country, tmp_path: Path) -> None:
    wuhu, mixed = country.wuhu, rows(2)
    mixed[1]["legal_representative"] = ""
    path = send(wuhu, workbook(tmp_path, mixed)).headers["Location"]
    work(wuhu)

    (refused,) = get(wuhu, f"{path}/rows?outcome=refused").json()["rows"]
    answer = get(wuhu, f"{path}/refused.xlsx")

    assert (refused["row"], refused["problems"][0]["heading"]) == (3, "法定代表人")
    assert str(mixed[1]["operator"]) not in str(refused), "what the row says is not told"
    assert answer.headers["content-type"] == XLSX
    (tmp_path / "refused.xlsx").write_bytes(answer.content)
    sheet = load_workbook(tmp_path / "refused.xlsx").worksheets[0]
    assert str(mixed[1]["operator"]) in {str(cell) for row in sheet.values for cell in row}
    beyond = get(wuhu, f"{path}/refused.xlsx?part=2")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "NOTHING_REFUSED")


def test_what_is_confirmed_at_once_is_minted_as_soon_as_it_is_read(
    country: Country, tmp_path: Path
) -> None:
    wuhu = country.wuhu
    path = send(wuhu, workbook(tmp_path, rows(1)), confirmed="true").headers["Location"]

    work(wuhu)

    assert counted(get(wuhu, path).json()) == {"read": 1, "minted": 1}


def test_a_file_may_be_confirmed_before_it_is_read(country: Country, tmp_path: Path) -> None:
    wuhu = country.wuhu
    path = send(wuhu, workbook(tmp_path, rows(1))).headers["Location"]
    for _ in range(2):
        assert post(wuhu, f"{path}/confirm").json()["state"] == "reading"

    work(wuhu)

    assert get(wuhu, path).json()["state"] == "done"


def test_a_trial_mints_nothing_and_the_file_may_come_again(
    country: Country, tmp_path: Path
) -> None:
    wuhu, content = country.wuhu, workbook(tmp_path, rows(2))
    trial = send(wuhu, content, dry_run="true", confirmed="true").headers["Location"]
    work(wuhu)

    tried = get(wuhu, trial).json()
    assert (tried["state"], tried["is_trial"]) == ("cancelled", True)
    assert counted(tried) == {"read": 2, "called_off": 2}
    assert post(wuhu, f"{trial}/confirm").status_code == 409
    assert send(wuhu, content).headers["Location"] != trial
    assert get(wuhu, "/api/v1/licenses").json()["licenses"] == []


def test_a_guessed_encoding_is_confirmed_whatever_was_said(country: Country) -> None:
    wuhu, content = country.wuhu, csv(rows(1), encoding="gb18030")
    guessed = send(wuhu, content, name="a.csv", confirmed="true")
    said = send(wuhu, content, name="a.csv", confirmed="true", encoding="gbk")
    work(wuhu)

    assert guessed.json()["encoding"]["certainty"] == "guessed"
    assert get(wuhu, guessed.headers["Location"]).json()["awaits"] == "confirmation"
    assert get(wuhu, said.headers["Location"]).json()["state"] == "done"


# What is refused at once -------------------------------------------------------------------------


def test_columns_that_do_not_fit_are_named_with_suggestions_and_a_mapping_helps(
    country: Country,
) -> None:
    wuhu, content = country.wuhu, csv(rows(1), rename="经营者的名称")

    answer = send(wuhu, content, name="a.csv")

    assert (answer.status_code, answer.json()["code"]) == (422, "SHEET_REFUSED")
    assert any("经营者" in fault for fault in answer.json()["faults"])
    (unknown,) = [item for item in answer.json()["columns"] if item["how"] == "unknown"]
    assert unknown["suggested"] == ["operator"]
    mapped = send(wuhu, content, name="a.csv", mapping='"经营者的名称" = "operator"')
    assert mapped.status_code == 202, mapped.text


@pytest.mark.parametrize(
    ("content", "told", "status", "code"),
    [
        (b"", {}, 422, "SHEET_REFUSED"),
        (b"PK\x03\x04", {}, 422, "SHEET_REFUSED"),
        (b"no workbook" * 100, {}, 422, "SHEET_REFUSED"),
        (b"a,b\n1,2\n", {"kind": "csv"}, 422, "SHEET_REFUSED"),
        (b"a,b\n1,2\n", {"kind": "csv", "encoding": "klingon"}, 422, "SHEET_REFUSED"),
        (b"a,b\n1,2\n", {"kind": "csv", "mapping": "no toml"}, 422, "SHEET_REFUSED"),
        (b"a,b\n1,2\n", {"kind": "csv", "mapping": '"a" = "nonsense"'}, 422, "SHEET_REFUSED"),
        (b"a", {"kind": "pdf"}, 422, "INVALID_REQUEST"),
        (b"a", {"dry_run": "perhaps"}, 422, "INVALID_REQUEST"),
        (b"a", {"unknown": "part"}, 422, "INVALID_REQUEST"),
        (b"a", {"type": "nonsense"}, 422, "UNKNOWN_LICENSE_TYPE"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_no_batch(
    country: Country, content: bytes, told: dict[str, str], status: int, code: str
) -> None:
    answer = send(country.wuhu, content, **told)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert get(country.wuhu, URL).json() == {"batches": [], "next": None}


def test_a_file_is_needed_and_a_form(country: Country) -> None:
    wuhu = country.wuhu
    headers = wuhu.headers("issuer")

    without = wuhu.client.post(
        URL, files={"other": ("a", b"x")}, data={"type": "food_business"}, headers=headers
    )
    as_json = wuhu.client.post(URL, json={}, headers=headers)

    assert (without.status_code, without.json()["code"]) == (422, "INVALID_REQUEST")
    assert as_json.status_code == 415


def test_more_uploads_or_listeners_than_there_is_room_for_come_again(
    country: Country, tmp_path: Path
) -> None:
    wuhu, content = country.wuhu, workbook(tmp_path, rows(1))
    path = send(wuhu, content).headers["Location"]

    with ExitStack() as stack:
        for places in (wuhu.services.uploads, wuhu.services.listeners):
            with suppress(BusyError):
                while True:
                    stack.enter_context(places.held())
        answers = [send(wuhu, content), get(wuhu, f"{path}/events")]

    assert {(item.status_code, item.json()["code"]) for item in answers} == {(503, "BUSY")}
    assert send(wuhu, content).status_code == 202


@pytest.mark.parametrize("person", ["window", "nobody"])
def test_only_issuers_come_near(country: Country, person: str) -> None:
    client = country.wuhu.client
    headers = {} if person == "nobody" else country.wuhu.headers(person)
    path = f"{URL}/{'0' * 32}"

    answers = [
        client.post(URL, files={"file": ("a", b"x")}, headers=headers),
        client.get(URL, headers=headers),
        client.post(f"{path}/confirm", headers=headers),
        *(
            client.get(f"{path}{rest}", headers=headers)
            for rest in ("", "/rows", "/refused.xlsx", "/events")
        ),
    ]

    assert {answer.status_code for answer in answers} == {401 if person == "nobody" else 403}


def test_an_unknown_batch_is_not_found(country: Country) -> None:
    wuhu, path = country.wuhu, f"{URL}/{'0' * 32}"

    answers = [
        *(get(wuhu, f"{path}{rest}") for rest in ("", "/rows", "/refused.xlsx", "/events")),
        get(wuhu, f"{URL}?after={'0' * 32}"),
        *(post(wuhu, f"{path}/{what}") for what in ("confirm", "pause", "resume", "cancel")),
    ]

    assert {(item.status_code, item.json()["code"]) for item in answers} == {
        (404, "BATCH_NOT_FOUND")
    }
    assert get(wuhu, f"{URL}/nonsense").status_code == 422
    assert post(wuhu, f"{path}/explode").status_code == 422


# Once and again ----------------------------------------------------------------------------------


def test_the_same_key_and_the_same_file_are_the_same_batch(
    country: Country, tmp_path: Path
) -> None:
    wuhu, content = country.wuhu, workbook(tmp_path, rows(1))

    first = send(wuhu, content, key="k").json()["batch"]

    assert send(wuhu, content, key="k").json()["batch"] == first
    assert send(wuhu, content).json()["batch"] == first
    other = send(wuhu, workbook(tmp_path, rows(2)), key="k")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_batches_come_page_by_page(country: Country, tmp_path: Path) -> None:
    wuhu = country.wuhu
    sent = [
        send(wuhu, workbook(tmp_path, rows(1, seed=seed))).json()["batch"] for seed in (1, 2, 3)
    ]

    found: list[str] = []
    page = get(wuhu, f"{URL}?limit=2").json()
    found += [item["batch"] for item in page["batches"]]
    page = get(wuhu, f"{URL}?limit=2&after={page['next']}").json()
    found += [item["batch"] for item in page["batches"]]

    assert (sorted(found), page["next"]) == (sorted(sent), None)


def test_rows_come_page_by_page(country: Country, tmp_path: Path) -> None:
    wuhu = country.wuhu
    path = send(wuhu, workbook(tmp_path, rows(3))).headers["Location"]
    work(wuhu)

    first = get(wuhu, f"{path}/rows?limit=2").json()
    second = get(wuhu, f"{path}/rows?limit=2&after={first['next']}").json()

    assert [row["row"] for row in (*first["rows"], *second["rows"])] == [2, 3, 4]
    assert second["next"] is None


# Decisions ---------------------------------------------------------------------------------------


def test_a_batch_is_paused_resumed_and_cancelled(country: Country, tmp_path: Path) -> None:
    wuhu = country.wuhu
    path = send(wuhu, workbook(tmp_path, rows(2))).headers["Location"]
    assert post(wuhu, f"{path}/pause").status_code == 409, "it is being read"
    work(wuhu)
    assert post(wuhu, f"{path}/resume").status_code == 409, "it was not confirmed"
    post(wuhu, f"{path}/confirm")

    paused = post(wuhu, f"{path}/pause").json()
    work(wuhu)
    assert (paused["state"], paused["awaits"]) == ("paused", None)
    assert counted(get(wuhu, path).json()) == {"read": 2, "waiting": 2}
    assert post(wuhu, f"{path}/resume").json()["state"] == "running"
    cancelled = post(wuhu, f"{path}/cancel").json()

    assert (cancelled["state"], cancelled["reconciled"]) == ("cancelled", True)
    assert counted(cancelled) == {"read": 2, "called_off": 2}
    for what in ("confirm", "pause", "resume", "cancel"):
        assert post(wuhu, f"{path}/{what}").status_code == (200 if what == "confirm" else 409)


def test_a_file_that_is_damaged_further_down_is_refused_with_the_place(country: Country) -> None:
    wuhu = country.wuhu
    content = csv(rows(30)) + b'\n"' + b"x" * 1_200_000
    path = send(wuhu, content, name="a.csv").headers["Location"]

    work(wuhu)

    refused = get(wuhu, path).json()
    assert refused["state"] == BatchState.CANCELLED
    assert refused["refusal"]


def test_progress_is_streamed_until_the_end(country: Country, tmp_path: Path) -> None:
    wuhu = country.wuhu
    path = send(wuhu, workbook(tmp_path, rows(2)), confirmed="true").headers["Location"]
    worker = threading.Thread(target=work, args=(wuhu,))
    worker.start()

    answer = get(wuhu, f"{path}/events")

    worker.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("event: progress\ndata: {")
    assert '"state":"done"' in answer.text.rsplit("event: progress", 1)[1]
