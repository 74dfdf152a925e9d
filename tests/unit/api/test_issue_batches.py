"""Batches on pages: uploaded, confirmed, followed, and what was refused."""

import io
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from subprocess import Popen

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api.batch_jobs import BatchWorker, has_work
from api.batch_working import BatchShift
from tests.instances import Country
from tests.unit.api.test_pages import csrf_of, sign_in


def as_issuer(country: Country) -> TestClient:
    return sign_in(country.wuhu, country.wuhu.tokens["issuer"])


def rows_file(country: Country, *, bad: bool = False) -> bytes:
    """The rows of this region as CSV, one of them with a wrong check character."""
    rows = [dict(row) for row in country.wuhu.rows]
    if bad:
        rows[1]["credit_code"] = "92340202YX0000009K"
    names = list(rows[0])
    lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
    return "\n".join(lines).encode()


def upload(client: TestClient, content: bytes, name: str = "rows.csv") -> str:
    csrf = csrf_of(client.get("/issue/batches").text)
    answer = client.post(
        "/issue/batches",
        data={"csrf": csrf, "type": "food_business", "encoding": "utf-8"},
        files={"file": (name, content)},
    )
    return str(answer.url.path) if answer.history else answer.text


def work(country: Country) -> None:
    BatchWorker(services=country.wuhu.services, stop=threading.Event(), once=True).work()


def rows_of(workbook: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(workbook), read_only=True).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.rows]


def test_batch_is_read_confirmed_and_minted(country: Country) -> None:
    client = as_issuer(country)
    address = upload(client, rows_file(country, bad=True))
    assert "正在读取" in client.get(address).text
    work(country)
    read = client.get(address).text
    assert "读完了，请核对后确认" in read
    assert "为 3 行盖章制证" in read
    assert "校验位不符" in read
    assert "92340202YX0000009K" not in read

    confirmed = client.post(f"{address}/confirm", data={"csrf": csrf_of(read)})
    assert "暂停" in confirmed.text
    assert '<meta http-equiv="refresh"' in confirmed.text
    work(country)
    done = client.get(address).text
    assert "全部完成" in done
    assert "对账相符" in done
    assert '<meta http-equiv="refresh"' not in done


def test_refused_rows_come_back_as_a_file(country: Country) -> None:
    client = as_issuer(country)
    address = upload(client, rows_file(country, bad=True))
    work(country)
    link = re.search(r'href="(/api/v1/batches/[^"]+refused[^"]+)"', client.get(address).text)
    assert link is not None
    written = rows_of(client.get(link[1]).content)
    assert "校验位不符" in str(written)


def test_progress_is_streamed_and_ends_with_the_batch(country: Country) -> None:
    client = as_issuer(country)
    address = upload(client, rows_file(country))
    work(country)
    client.post(f"{address}/confirm", data={"csrf": csrf_of(client.get(address).text)})
    work(country)
    answer = client.get(f"{address}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: progress" in answer.text
    assert "全部完成" in answer.text
    assert answer.text.endswith("event: over\ndata: over\n\n")


def test_file_with_unknown_columns_is_refused_in_words(country: Country) -> None:
    content = rows_file(country).replace(b"premises", "经营地点备注".encode(), 1)
    page = upload(as_issuer(country), content)
    assert "表头与证照类型不符" in page
    assert "经营地点备注" in asked(page)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00"])
def test_no_file_and_no_table_are_said_kindly(country: Country, content: bytes) -> None:
    page = upload(as_issuer(country), content)
    assert "没有收到文件" in page or "notice bad" in page


def test_same_file_is_the_same_batch(country: Country) -> None:
    client = as_issuer(country)
    first = upload(client, rows_file(country))
    assert upload(client, rows_file(country)) == first


def test_batch_is_paused_goes_on_and_is_cancelled(country: Country) -> None:
    client = as_issuer(country)
    address = upload(client, rows_file(country))
    work(country)
    csrf = {"csrf": csrf_of(client.get(address).text)}
    client.post(f"{address}/confirm", data=csrf)
    assert "已暂停" in client.post(f"{address}/pause", data=csrf).text
    assert "制证中" in client.post(f"{address}/resume", data=csrf).text
    assert "已取消" in client.post(f"{address}/cancel", data=csrf).text
    late = client.post(f"{address}/resume", data=csrf)
    assert late.status_code == 409
    assert "notice bad" in late.text


def test_sheets_to_begin_with_are_handed_out(country: Country) -> None:
    client = as_issuer(country)
    empty = client.get("/issue/batches/files/nurse_practice.xlsx")
    sample = client.get("/issue/batches/files/demo/sample.xlsx")
    other = client.get("/issue/batches/files/demo/sample.xlsx")

    assert len(rows_of(empty.content)) == 1
    assert len(rows_of(sample.content)) == 1001
    assert sample.content != other.content
    assert client.get("/issue/batches/files/passport.xlsx").status_code == 422


def test_there_is_work_while_a_batch_can_go_on(country: Country) -> None:
    services = country.wuhu.services
    client = as_issuer(country)
    assert not has_work(services)
    address = upload(client, rows_file(country))
    assert has_work(services)
    work(country)
    assert not has_work(services)  # it waits for somebody to confirm it
    client.post(f"{address}/confirm", data={"csrf": csrf_of(client.get(address).text)})
    assert has_work(services)


@dataclass
class Shop:
    """Has work for so many workers; each ends at once, well or not."""

    left: int
    code: str = "0"
    begun: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def has_work(self) -> bool:
        if self.left == 0:
            self.ended.set()
        return self.left > 0

    @contextmanager
    def worker(self) -> Iterator[Popen[bytes]]:
        self.left -= 1
        self.begun += 1
        with Popen(["/bin/sh", "-c", f"exit {self.code}"]) as process:
            yield process


def test_shift_starts_a_worker_whenever_there_is_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.batch_working._LOOK_SECONDS", 0.01)
    shop = Shop(left=3)
    shift = BatchShift(has_work=shop.has_work, worker=shop.worker)
    thread = threading.Thread(target=shift.run)
    thread.start()
    assert shop.ended.wait(10)
    shift.stop.set()
    thread.join(10)
    assert (shop.begun, thread.is_alive()) == (3, False)


def test_shift_waits_after_a_worker_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.batch_working._LOOK_SECONDS", 0.01)
    shop = Shop(left=5, code="1")
    shift = BatchShift(has_work=shop.has_work, worker=shop.worker)
    thread = threading.Thread(target=shift.run)
    thread.start()
    thread.join(0.5)
    shift.stop.set()
    thread.join(10)
    assert shop.begun == 1


def renamed(country: Country) -> bytes:
    """The same rows, under headings that the type does not know."""
    content = rows_file(country).decode()
    first, _, rest = content.partition("\n")
    first = first.replace("operator", "经营者全称").replace("premises", "地点一栏") + ",填报人意见"
    return f"{first}\n{rest}".replace("\n92", ",同意\n92").encode()


def asked(page: str) -> dict[str, str]:
    """The headings that the page asks about, each with what is chosen for it."""
    found = re.findall(
        r'name="heading" value="([^"]+)".*?<select[^>]*>(.*?)</select>', page, flags=re.DOTALL
    )
    return {
        heading: "".join(re.findall(r'value="([^"]+)" selected', options))
        for heading, options in found
    }


def test_unknown_headings_are_decided_on_the_page(country: Country) -> None:
    client = as_issuer(country)
    content = renamed(country)
    page = upload(client, content)
    choices = asked(page)
    csrf = csrf_of(page)
    decided = {"经营者全称": "operator", "地点一栏": "premises", "填报人意见": "-"}
    form = {
        "csrf": csrf,
        "type": "food_business",
        "heading": list(decided),
        "field": list(decided.values()),
    }
    answer = client.post("/issue/batches", data=form, files={"file": ("rows.csv", content)})
    downloaded = client.post("/issue/batches/mapping", data=form)

    assert set(choices) == set(decided)
    assert choices["经营者全称"] == "operator", "the likest field is chosen already"
    assert re.fullmatch(r"/issue/batches/[0-9a-f]+", answer.url.path)
    assert tomllib.loads(downloaded.text) == {
        "经营者全称": "operator",
        "地点一栏": "premises",
        "填报人意见": "",
    }
    work(country)
    assert "为 4 行盖章制证" in client.get(answer.url.path).text


def test_a_mapping_file_of_last_time_serves_again(country: Country) -> None:
    client = as_issuer(country)
    mapping = '"经营者全称" = "operator"\n"地点一栏" = "premises"\n"填报人意见" = ""\n'
    csrf = csrf_of(client.get("/issue/batches").text)
    answer = client.post(
        "/issue/batches",
        data={"csrf": csrf, "type": "food_business"},
        files={"file": ("rows.csv", renamed(country)), "mapping": ("columns.toml", mapping)},
    )
    broken = client.post(
        "/issue/batches",
        data={"csrf": csrf, "type": "food_business"},
        files={"file": ("rows.csv", renamed(country)), "mapping": ("columns.toml", b"\xff=")},
    )

    assert re.fullmatch(r"/issue/batches/[0-9a-f]+", answer.url.path)
    assert broken.status_code == 422
    assert "映射文件不是 TOML" in broken.text


def test_what_was_decided_stays_where_something_is_still_open(country: Country) -> None:
    client = as_issuer(country)
    content = renamed(country)
    csrf = csrf_of(client.get("/issue/batches").text)
    form = {
        "csrf": csrf,
        "type": "food_business",
        "heading": ["经营者全称", "地点一栏"],
        "field": ["operator", "premises"],
    }
    page = client.post("/issue/batches", data=form, files={"file": ("rows.csv", content)}).text
    choices = asked(page)

    assert choices["经营者全称"] == "operator"
    assert choices["地点一栏"] == "premises"
    assert choices["填报人意见"] != "operator"
