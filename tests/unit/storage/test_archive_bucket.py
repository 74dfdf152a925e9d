"""The bucket with object lock: what others do to it is survived; what it cannot do is found."""

import io
import shutil
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from signing.algorithms import sm3
from storage import s3_writing
from storage.archive_bucket import ArchiveBucket
from storage.errors import DamagedObjectError, ObjectStoreError, UnfitObjectStoreError
from storage.object_bucket import ObjectBucket
from storage.object_versions import ObjectVersions
from tests.object_stores import ForgetfulGateway, LosingGateway, below, gateway
from tests.s3_proxies import answering, s3_proxy, swallowing

CONTENT = "印信".encode() * 1000
DIGEST = sm3(CONTENT).hex()


@pytest.fixture
def bucket(locking_s3_address: str) -> ArchiveBucket:
    return ArchiveBucket.at(below(locking_s3_address))


def _overwrite(bucket: ArchiveBucket, content: bytes) -> None:
    bucket.client.put_object(
        bucket.bucket, bucket.name_of(DIGEST), io.BytesIO(content), len(content)
    )


def test_what_was_put_is_found_below_what_overwrote_it(bucket: ArchiveBucket) -> None:
    bucket.put(CONTENT)
    _overwrite(bucket, b"other")

    assert bucket.get(DIGEST) == CONTENT
    assert bucket.put(CONTENT) == DIGEST
    with pytest.raises(DamagedObjectError):
        bucket.check(DIGEST)


def test_what_was_put_is_found_behind_a_delete_marker(bucket: ArchiveBucket) -> None:
    bucket.put(CONTENT)
    bucket.client.remove_object(bucket.bucket, bucket.name_of(DIGEST))

    assert bucket.has(DIGEST)
    assert bucket.get(DIGEST) == CONTENT


def test_a_repair_goes_on_top_and_is_bound_as_what_lies_below(bucket: ArchiveBucket) -> None:
    bucket.put(CONTENT)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    bucket.lock(DIGEST, until)
    bucket.hold(DIGEST, on=True)
    _overwrite(bucket, b"other")

    bucket.repair(DIGEST, CONTENT)

    assert bucket.check(DIGEST) == len(CONTENT)
    versions = ObjectVersions(client=bucket.client, bucket=bucket.bucket)
    newest, damaged, oldest = versions.of(bucket.name_of(DIGEST))
    assert versions.retained_until(newest) == versions.retained_until(oldest) == until
    assert versions.retained_until(damaged) is None
    assert versions.is_held(newest)


def test_the_server_itself_refuses_to_give_up_what_is_locked(bucket: ArchiveBucket) -> None:
    """Also to somebody who holds the keys and asks it past this program."""
    bucket.put(CONTENT)
    bucket.lock(DIGEST, datetime.now(UTC) + timedelta(days=1))
    versions = ObjectVersions(client=bucket.client, bucket=bucket.bucket)
    (version,) = versions.of(bucket.name_of(DIGEST))

    with pytest.raises(ObjectStoreError, match="refuses"):
        versions.remove(version)

    assert bucket.get(DIGEST) == CONTENT


def test_what_is_damaged_in_every_version_is_not_bound(bucket: ArchiveBucket) -> None:
    _overwrite(bucket, b"other")

    with pytest.raises(DamagedObjectError):
        bucket.lock(DIGEST, datetime.now(UTC) + timedelta(days=1))
    assert bucket.locked_until(DIGEST) is None


def test_removing_leaves_no_version_behind(bucket: ArchiveBucket) -> None:
    bucket.put(CONTENT)
    _overwrite(bucket, b"other")
    bucket.client.remove_object(bucket.bucket, bucket.name_of(DIGEST))

    bucket.remove(DIGEST)

    versions = ObjectVersions(client=bucket.client, bucket=bucket.bucket)
    assert versions.of(bucket.name_of(DIGEST)) == ()


# Proving ----------------------------------------------------------------------------------------


def test_a_bucket_that_locks_is_proved_at_every_start(bucket: ArchiveBucket) -> None:
    bucket.prove()
    bucket.prove()

    assert list(bucket.digests()) == []


def test_a_bucket_without_object_lock_is_refused_with_what_to_do(s3_address: str) -> None:
    with pytest.raises(UnfitObjectStoreError, match="COMPLIANCE"):
        ArchiveBucket.at(below(s3_address)).prove()


def test_a_gateway_that_accepts_locks_and_ignores_them_is_refused(locking_s3_address: str) -> None:
    with s3_proxy(below(locking_s3_address)) as proxy:
        proxy.meddle = swallowing("retention")

        with pytest.raises(UnfitObjectStoreError, match="COMPLIANCE"):
            ArchiveBucket.at(proxy.address).prove()

    assert any("retention" in asked for asked in proxy.asked)


def test_a_gateway_that_overwrites_is_no_archive() -> None:
    with (
        gateway(ForgetfulGateway) as (address, _),
        pytest.raises(UnfitObjectStoreError, match="If-None-Match"),
    ):
        ArchiveBucket.at(address).prove()


@pytest.mark.usefixtures("hurried")
def test_a_store_that_is_away_is_not_called_unfit(bucket: ArchiveBucket) -> None:
    with s3_proxy(f"s3+http://key:secret@127.0.0.1:1/{bucket.bucket}") as proxy:
        proxy.meddle = answering(503)

        with pytest.raises(ObjectStoreError, match="does not answer"):
            ArchiveBucket.at(proxy.address).prove()


# Long objects, and the way to the store ---------------------------------------------------------


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five mebibytes are the least that S3 takes as a part that is not the last."""
    monkeypatch.setattr(s3_writing, "MULTIPART_BYTES", 6 * 2**20)
    monkeypatch.setattr(s3_writing, "_PART_BYTES", 5 * 2**20)


LONG = bytes(range(256)) * (12 * 2**12)


@pytest.mark.usefixtures("short_parts")
def test_a_long_object_goes_up_in_parts_and_appears_whole(locking_s3_address: str) -> None:
    address = below(locking_s3_address)
    with s3_proxy(address) as proxy:
        digest = ArchiveBucket.at(proxy.address).put(LONG)
        assert ArchiveBucket.at(proxy.address).put(LONG) == digest

    assert sum("partNumber=" in asked for asked in proxy.asked) == 3
    assert ArchiveBucket.at(address).get(digest) == LONG


@pytest.mark.usefixtures("short_parts")
@pytest.mark.usefixtures("hurried")
def test_a_long_object_whose_parts_break_off_is_not_there_at_all(locking_s3_address: str) -> None:
    address = below(locking_s3_address)
    with s3_proxy(address) as proxy:
        failing = answering(500)
        proxy.meddle = lambda request: "partNumber=2" in request.path and failing(request)

        with pytest.raises(ObjectStoreError):
            ArchiveBucket.at(proxy.address).put(LONG)

    bucket = ArchiveBucket.at(address)
    assert not bucket.has(sm3(LONG).hex())
    assert bucket.get(bucket.put(LONG)) == LONG


def test_bytes_that_changed_on_the_way_are_refused_by_the_store(bucket: ArchiveBucket) -> None:
    wrong = s3_writing._checksum(b"other")

    with pytest.raises(Exception, match=r"(?i)digest|checksum"):
        bucket.client._put_object(bucket.bucket, bucket.name_of(DIGEST), CONTENT, dict(wrong))

    assert not bucket.has(DIGEST)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
@pytest.mark.usefixtures("hurried")
def test_a_store_is_trusted_by_the_authorities_in_the_file_and_no_others(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    outputs = ["-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2"]
    subprocess.run([*made, *outputs, *subject], check=True, capture_output=True)
    handler = type("Handler", (LosingGateway,), {"contents": {}, "puts": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"s3+https://key:secret@127.0.0.1:{server.server_port}/objects"
    try:
        assert ObjectBucket.at(address, ca_file=certificate).put(CONTENT) == DIGEST
        with pytest.raises(ObjectStoreError, match="does not answer"):
            ObjectBucket.at(address).get(DIGEST)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
