"""Who may ask through the sharing family, and what never was a question."""

from datetime import timedelta
from itertools import product

from api.routers.sharing_family import INTERFACES
from certs.access import AccessGrant, CallerRole
from tests.instances import Country
from tests.sharing import CAUSE, NAMES, TYPE, Asker, citizen, known, nobody, uses, window
from tests.unit.api.test_pages import sign_in


def test_nobody_is_told_anything_but_what_types_say(country: Country, license: str) -> None:
    everything = {**known(country, license), "certificateTypeCode": TYPE, "useCause": CAUSE}
    everything |= {"content": "JVBERg==", "qrcode": license}
    askers: tuple[tuple[Asker, dict[str, object]], ...] = (
        (nobody(country), {}),
        (nobody(country), {"accessToken": "A" * 39}),
        (Asker(country, {"Authorization": "Bearer " + "A" * 39}), {}),
        (Asker(country, {"Authorization": "Bearer " + "A" * 5000}), {}),
        (Asker(country), {"accessToken": country.wuhu.tokens["window"]}),
    )
    names = [name for name in NAMES if name != "getCertRemarkInfo"]
    for name, (asker, head) in product(names, askers):
        found = asker.answer(name, everything, **head)

        assert (found["head"]["status"], found["head"]["code"]) == (1, "NOT_AUTHENTICATED")
        assert found["data"] == {}
    assert uses(country, license) == ()


def test_a_token_may_stand_in_the_head(country: Country) -> None:
    token = country.wuhu.tokens["window"]

    for asker in (nobody(country), window(country)):
        told = asker.data("token", {}, accessToken=token)
        assert (told["accessToken"], told["role"]) == (token, "window")
        assert "verifyCertInfo" in told["interfaces"]


def test_a_token_that_ended_is_none(country: Country) -> None:
    end = country.clock.now() + timedelta(minutes=1)
    grant = AccessGrant(person="I009", role=CallerRole.ISSUER, expires_at=end)
    asker = Asker(country, country.wuhu.bearer(grant))

    assert asker.data("token", {})["expiresAt"] == end.isoformat()
    country.clock.advance(timedelta(minutes=1))
    assert asker.status("token", {}) == 1


def test_a_citizen_is_no_office(country: Country, license: str) -> None:
    everything = {**known(country, license), "certificateTypeCode": TYPE, "useCause": CAUSE}
    asker = citizen(country)
    interfaces = asker.data("token", {})["interfaces"]
    names = ("zzjs", "zzcx", "zzysj", "zzxxyz", "zzdzxz", "zzxxxz", "getDataByHolder")

    assert interfaces == ["verifyFile", "queryCertInfoByQRcode", "getCertRemarkInfo"]
    for name in names:
        found = asker.answer(name, everything)
        assert (found["head"]["status"], found["head"]["code"]) == (1, "NOT_ALLOWED")
        assert found["data"] == {}
    assert uses(country, license) == ()


def test_a_page_session_does_not_speak_for_a_system(country: Country, license: str) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["issuer"])
    try:
        assert nobody(country).status("zzysj", known(country, license)) == 1
    finally:
        client.cookies.clear()


UNREADABLE = (
    (b"{", "application/json", "INVALID_REQUEST"),
    (b"", "application/json", "INVALID_REQUEST"),
    (b"[]", "application/json", "INVALID_REQUEST"),
    (b'{"data": []}', "application/json", "INVALID_REQUEST"),
    (b'{"head": 1}', "application/json", "INVALID_REQUEST"),
    (b'{"data": ' + b"[" * 100_000, "application/json", "INVALID_REQUEST"),
    (b"{}", "text/plain", "UNSUPPORTED_MEDIA_TYPE"),
    (b"{}", "", "UNSUPPORTED_MEDIA_TYPE"),
)


def test_what_cannot_be_read_is_a_problem_document(country: Country) -> None:
    for name, (body, kind, code) in product(NAMES, UNREADABLE):
        answer = country.wuhu.client.post(
            f"/api/v1/share/{name}", content=body, headers={"Content-Type": kind}
        )

        assert answer.headers["content-type"] == "application/problem+json", (name, body)
        assert answer.json()["code"] == code


def test_only_files_may_be_long(issuer: Asker, country: Country) -> None:
    data = {"content": "A" * 400_000}
    assert issuer.status("zzwjyz", data) == 0
    for name, size in (("zzxxyz", 300_000), ("verifyFile", 33 * 2**20)):
        answer = country.wuhu.client.post(
            f"/api/v1/share/{name}",
            content=b"x" * size,
            headers={**issuer.headers, "Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


def test_absent_members_may_be_null_and_unknown_ones_are_left_alone(
    issuer: Asker, country: Country, license: str
) -> None:
    answer = country.wuhu.client.post(
        "/api/v1/share/zzysj",
        json={
            "head": {"accountId": 7, "accessToken": None, "clientInfo": {"areaCode": "34"}},
            "data": {
                "certificateIdentifier": license,
                "metadataRange": None,
                "useCause": CAUSE,
                "expiryTime": 10,
            },
            "sign": "…",
        },
        headers=issuer.headers,
    )

    assert answer.json()["head"]["status"] == 0


def test_every_interface_is_described_with_an_example(country: Country) -> None:
    paths = country.wuhu.client.get("/api/v1/openapi.json").json()["paths"]

    for name in NAMES:
        operation = paths[f"/api/v1/share/{name}"]["post"]
        (body,) = operation["requestBody"]["content"].values()
        assert "data" in body["example"]
        assert "200" in operation["responses"]
    assert len(NAMES) == len(set(NAMES)) == 17


def test_the_examples_of_the_description_are_understood(issuer: Asker) -> None:
    statuses = {
        interface.names[-1]: issuer.status(interface.names[-1], dict(interface.example))
        for interface in INTERFACES
    }

    # What they name is not here, one-time codes are for windows, and the file is cut short.
    assert statuses == {
        "token": 0,
        "getDataByHolder": 3,
        "zzcx": 3,
        "queryCertInfo": 3,
        "verifyCertInfo": 0,
        "verifyFile": 4,
        "downloadUrl": 3,
        "downloadFile": 3,
        "queryCertInfoByQRcode": 1,
        "getCertRemarkInfo": 0,
    }
