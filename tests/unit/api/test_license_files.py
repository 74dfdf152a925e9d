"""The OFD face over HTTP and on the command line's disk, and licenses that have none."""

from api.schemas.licenses import FilesOut
from signing.ofd.reading import parse_strict
from tests import desks
from tests.instances import Country


def test_the_ofd_face_is_served_byte_for_byte(country: Country) -> None:
    issued = country.wuhu.mint()
    files = issued["files"]
    assert isinstance(files, dict)
    headers = country.wuhu.headers("issuer")

    answer = country.wuhu.client.get(files["ofd"], headers=headers)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ofd"
    assert answer.headers["content-disposition"].endswith('.ofd"')
    read = parse_strict(answer.content)
    record = country.wuhu.client.get(files["json"], headers=headers)
    assert read.attachments["license.json"] == record.content
    assert ("证照标识", issued["identifier"]) in read.info.custom_datas


def test_a_license_without_an_ofd_face_says_so(country: Country) -> None:
    with country.wuhu.services.unit_of_work() as work:
        work.licenses.add([(desks.license_of(), desks.event_of())])
        work.commit()
    identifier = desks.identifier()
    headers = country.wuhu.headers("issuer")

    answer = country.wuhu.client.get(f"/api/v1/licenses/{identifier}/files/ofd", headers=headers)
    shown = country.wuhu.client.get(f"/api/v1/licenses/{identifier}", headers=headers).json()

    assert (answer.status_code, answer.json()["code"]) == (404, "FACE_MISSING")
    assert set(shown["files"]) == {"pdf", "json", "p7s"}
    assert set(FilesOut.of(desks.license_of()).model_dump()) == {"pdf", "json", "p7s"}
