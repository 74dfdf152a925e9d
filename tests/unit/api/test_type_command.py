"""``yinxin type``, and which version of a type an instance reads a license by."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.console import USAGE
from api.homes import Home
from api.type_catalogue import catalogue_of
from certs.catalogue import Catalogue
from certs.identifiers import LicenseIdentifier
from certs.type_folders import load_type
from tests.instances import Country
from tests.type_copies import FOOD, write_version
from tests.unit.api.test_cli import good, run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Home(tmp_path / "home").lay_out(
        {"schema_name": "yinxin.home/1", "kind": "root", "name": "测试", "environment": "demo"}
    )
    return tmp_path / "home"


def test_catalogue_is_listed_and_a_type_shown_in_all_its_parts(home: Path) -> None:
    listed = {item["type"]: item for item in good("type", "list", "--json", "--home", home).json}
    shown = good("type", "show", "road_transport_vehicle", "--json", "--home", home).json
    words = good("type", "show", listed["birth_certificate"]["code"], "--home", home).out

    assert listed["food_business"]["versions"] == [1]
    assert shown["management"]["moves"]["rescinded"] == ["issuer", "superior"]
    assert shown["fields"][0]["obligation"] == "M"
    assert "新生儿姓名 child_name" in words
    assert "食品经营许可证" in good("type", "list", "--home", home).out


def test_imported_version_is_the_one_that_is_shown_and_the_first_is_kept(
    home: Path, tmp_path: Path
) -> None:
    folder = write_version(tmp_path, ('label_en = "Hotline"', 'label_en = "Complaints"'))

    done = good("type", "import", folder, "--json", "--home", home)
    newest, first = (
        good("type", "show", "food_business", *option, "--json", "--home", home).json
        for option in ((), ("--version", 1))
    )

    assert done.json == {"type": "food_business", "code": str(FOOD.code), "version": 2}
    labels = [[item["label_en"] for item in shown["fields"]] for shown in (newest, first)]
    assert ("Complaints" in labels[0], "Hotline" in labels[1]) == (True, True)


def test_import_tells_everything_that_is_wrong_with_file_and_line(
    home: Path, tmp_path: Path
) -> None:
    folder = write_version(
        tmp_path,
        ('format = "C..240"', 'format = "240"'),
        ("renewal_days = 90", "renewal_days = 1.5"),
    )

    done = run("type", "import", folder, "--home", home)

    assert done.code == USAGE
    assert done.err.count(f"{folder}/type.toml:") == 2
    assert catalogue_of(Home(home), on=date.max).version(FOOD.code, 2) is None


def test_import_of_what_is_no_type_says_what_to_name_instead(home: Path, tmp_path: Path) -> None:
    for wrong in (tmp_path / "nothing", tmp_path, Path(__file__)):
        done = run("type", "import", wrong, "--home", home)

        assert done.code == USAGE
        assert "Errno" not in done.err
        assert ("文件夹" in done.err, "folder" in done.err) == (True, True)


def test_unknown_type_is_answered_with_those_that_are_known(home: Path) -> None:
    for arguments in (("driving",), ("food_business", "--version", 7)):
        done = run("type", "show", *arguments, "--home", home)

        assert done.code == USAGE
        assert "food_business" in done.err


def test_license_is_read_by_the_version_it_was_made_by(country: Country, tmp_path: Path) -> None:
    identifier = str(country.wuhu.mint()["identifier"])
    with country.wuhu.services.unit_of_work() as work:
        license = work.licenses.get(identifier)
    newer = load_type(write_version(tmp_path, ('"Hotline"', '"Complaints"')))
    services = replace(country.wuhu.services, catalogue=Catalogue.of((FOOD, newer)))

    assert services.license_type("food_business") is newer
    assert services.type_of(license) is FOOD
    assert services.type_named(LicenseIdentifier.parse(license.identifier)) is FOOD
    unknown = replace(LicenseIdentifier.parse(license.identifier), serial="0")
    assert services.type_named(unknown) is newer
