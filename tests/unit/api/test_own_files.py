"""Files that holders keep beside their licenses: their own alone, apart, and removed for good."""

import io
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from certs.access import CallerRole
from certs.decision_records import DecisionQuery
from certs.errors import OwnFileRefusedError
from certs.own_files import MAX_BYTES, MOST_FILES, OwnFileKind, name_of, salted, unsalted
from tests.instance_parts import holder_of
from tests.instances import Country
from tests.nurses import licensed_nurse
from tests.unit.api.test_pages import csrf_of, sign_in

HERE = "/me/files"
NUMBER = "11010519491231002X"


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(target, "PNG")
    return target.getvalue()


class Holder:
    """A holder who is signed in on the page."""

    def __init__(self, country: Country) -> None:
        token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
        self.country = country
        self.client: TestClient = sign_in(country.wuhu, token)
        self.form = {"csrf": csrf_of(self.client.get(HERE).text)}
        self.key = country.wuhu.services.holder_keys.of(holder_of(country.wuhu.rows[0]))

    def upload(self, content: bytes, name: str = "成绩单.png") -> Response:
        return self.client.post(
            HERE, data=self.form, files={"file": (name, content)}, follow_redirects=False
        )

    def kept(self, content: bytes, name: str = "成绩单.png") -> str:
        before = self.numbers()
        answer = self.upload(content, name)
        assert answer.status_code == 303, answer.text
        (number,) = self.numbers() - before
        return number

    def numbers(self) -> set[str]:
        return {file.number for file in self.country.wuhu.services.own_files.of(self.key)}


@pytest.fixture
def holder(country: Country) -> Holder:
    return Holder(country)


def test_a_file_is_kept_given_back_as_it_was_and_marked_apart(holder: Holder) -> None:
    license = holder.country.wuhu.mint()["identifier"]
    number = holder.kept(png())

    given = holder.client.get(f"{HERE}/{number}/content")
    wallet, files = holder.client.get("/me").text, holder.client.get(HERE).text

    assert given.content == png()
    assert given.headers["content-type"] == "image/png"
    assert given.headers["content-disposition"].startswith("attachment;")
    assert given.headers["content-security-policy"] == "sandbox"
    own = re.findall(r'<a class="wallet-card([^"]*)" href="([^"]+)"', wallet)
    assert own == [("", f"/me/licenses/{license}"), (" own-file", f"{HERE}#{number}")]
    assert "自行上传" in files
    assert "这里的文件不是电子证照" in files


def test_a_license_brought_as_a_file_is_judged_and_still_no_license_here(holder: Holder) -> None:
    country = holder.country
    license = country.wuhu.mint()["identifier"]
    face = country.wuhu.client.get(
        f"/api/v1/licenses/{license}/files/pdf", headers=country.wuhu.headers("issuer")
    ).content
    number = holder.kept(face, "执照.pdf")

    page = holder.client.get(HERE).text
    verdict = holder.client.post(f"{HERE}/{number}/verify", data=holder.form)
    changed = holder.kept(face.replace(b"PDF-1", b"PDF-2", 1), "改过.pdf")

    assert "上传时核验通过" in page
    assert "核验通过" in verdict.text
    files = {file.number: file for file in country.wuhu.services.own_files.of(holder.key)}
    assert files[number].license_name == "食品经营许可证"
    assert files[changed].license_name == ""
    refused = holder.client.post(f"{HERE}/{changed}/verify", data=holder.form).text
    assert "核验不通过" in refused


def test_what_is_removed_is_gone_from_the_store(holder: Holder) -> None:
    services = holder.country.wuhu.services
    first, second = holder.kept(png()), holder.kept(png())
    stored = {file.number: file.stored for file in services.own_files.of(holder.key)}

    holder.client.post(f"{HERE}/{first}/remove", data=holder.form)

    assert not services.objects.has(stored[first])
    assert holder.client.get(f"{HERE}/{first}/content").status_code == 404
    assert holder.client.get(f"{HERE}/{second}/content").content == png()
    assert holder.client.post(f"{HERE}/{first}/remove", data=holder.form).status_code == 404


def test_removing_the_file_of_a_license_leaves_the_license(holder: Holder) -> None:
    wuhu = holder.country.wuhu
    path = f"/api/v1/licenses/{wuhu.mint()['identifier']}/files/pdf"
    face = wuhu.client.get(path, headers=wuhu.headers("issuer")).content

    holder.client.post(f"{HERE}/{holder.kept(face, 'a.pdf')}/remove", data=holder.form)

    assert wuhu.client.get(path, headers=wuhu.headers("issuer")).content == face


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件为空"),
        (b"<html><script>alert(1)</script>", "只收 PDF"),
        (b"MZ\x90\x00", "只收 PDF"),
        (b"PK\x03\x04 no archive", "只收 PDF"),
        (b"GIF89a", "只收 PDF"),
        (png() + b"\0" * MAX_BYTES, "超过 10 MB"),
    ],
    ids=["empty", "html", "program", "zip", "gif", "large"],
)
def test_what_is_not_kept_is_said_on_the_page(holder: Holder, content: bytes, said: str) -> None:
    answer = holder.upload(content)
    assert answer.status_code in {413, 422}
    if answer.status_code == 422:
        assert said in answer.text
    assert holder.country.wuhu.services.own_files.of(holder.key) == ()


def test_no_more_are_kept_than_can_be_even_when_many_come_at_once(holder: Holder) -> None:
    shelf = holder.country.wuhu.services.own_files

    def keep(number: int) -> bool:
        try:
            shelf.keep(png(), name=f"{number}.png", key=holder.key)
        except OwnFileRefusedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(keep, range(MOST_FILES + 6)))

    assert sum(kept) == MOST_FILES == len(shelf.of(holder.key))
    assert "已保存 30 份" in holder.client.get(HERE).text
    assert holder.upload(png()).status_code == 422


@pytest.mark.parametrize("act", ["content", "verify", "remove"])
def test_nobody_else_comes_by_a_file_and_that_is_on_record(
    country: Country, holder: Holder, act: str
) -> None:
    number = holder.kept(png())
    nurse = licensed_nurse(country.wuhu)
    others = [nurse.headers, *(country.wuhu.headers(role) for role in country.wuhu.tokens), {}]
    method = "GET" if act == "content" else "POST"
    country.wuhu.client.cookies.clear()

    answers = [
        country.wuhu.client.request(
            method, f"{HERE}/{number}/{act}", headers=headers, follow_redirects=False
        )
        for headers in others
    ]

    *somebody, nobody = [answer.status_code for answer in answers]
    assert set(somebody) <= {403, 404}
    assert nobody in {303, 401, 403}
    assert png() not in [answer.content for answer in answers]
    assert len(country.wuhu.services.own_files.of(holder.key)) == 1
    country.wuhu.services.decisions.flush()
    with country.wuhu.services.unit_of_work() as work:
        found = work.decisions.newest(DecisionQuery(), limit=100)
    if act == "content":
        assert (CallerRole.CITIZEN, False) in {(item.role, item.is_permitted) for item in found}


@given(st.text(max_size=200))
def test_no_name_leads_out_of_its_place_or_tells_a_number(text: str) -> None:
    named = name_of(f"../..\\{text}{NUMBER}.exe", OwnFileKind.PDF)

    assert re.fullmatch(r"[^/\\\x00-\x1f\u202a-\u202e]{1,80}\.pdf", named)
    assert NUMBER not in named


@given(st.binary(max_size=64))
def test_one_content_is_kept_in_many_ways_and_read_in_one(content: bytes) -> None:
    first, second = salted(content), salted(content)
    assert first != second
    assert unsalted(first) == unsalted(second) == content


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: b"%PDF-1.7", OwnFileKind.PDF),
        (lambda: b"\xff\xd8\xff\xe0", OwnFileKind.JPEG),
        (png, OwnFileKind.PNG),
        (lambda: _archive("OFD.xml"), OwnFileKind.OFD),
    ],
)
def test_a_kind_is_told_by_the_content(make: Callable[[], bytes], kind: OwnFileKind) -> None:
    assert OwnFileKind.of(make()) is kind


def test_an_archive_of_something_else_is_refused() -> None:
    with pytest.raises(OwnFileRefusedError):
        OwnFileKind.of(_archive("word/document.xml"))


def _archive(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "x")
    return target.getvalue()
