"""Certificates that a proxy says somebody showed in TLS."""

import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.connection_certificates import parse_connection_header, parse_connection_pem
from signing.errors import MalformedStructureError
from tests.tls_proxies import FAR, LONG_AGO, Shown, made


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return made(tmp_path_factory.mktemp("shown"), "own")


def test_both_ways_of_proxies_and_the_file_name_one_certificate(shown: Shown) -> None:
    by_standard = parse_connection_header(shown.header)

    assert by_standard == parse_connection_header(quote(shown.pem, safe=""))
    assert by_standard == parse_connection_pem(shown.pem)
    assert by_standard.digest == hashlib.sha256(shown.der).hexdigest()
    assert (by_standard.not_before, by_standard.not_after) == (LONG_AGO, FAR)
    moment = timedelta(seconds=1)
    times = (LONG_AGO - moment, LONG_AGO, FAR, FAR + moment)
    assert [by_standard.is_valid_at(time) for time in times] == [False, True, True, False]


def test_one_certificate_alone_is_taken(shown: Shown, tmp_path: Path) -> None:
    other = made(tmp_path, "other")
    for text in ("", shown.pem + other.pem, shown.pem.replace("CERTIFICATE", "PUBLIC KEY")):
        with pytest.raises(MalformedStructureError):
            parse_connection_pem(text)


@given(st.binary(max_size=40), st.integers(0, 10_000))
def test_no_text_is_taken_for_another_certificate(shown: Shown, noise: bytes, at: int) -> None:
    place = at % len(shown.header)
    text = shown.header[:place] + noise.decode("latin-1") + shown.header[place:]
    try:
        found = parse_connection_header(text)
    except MalformedStructureError:
        return
    assert (found.digest == parse_connection_header(shown.header).digest) == (not noise)
