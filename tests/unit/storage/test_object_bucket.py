"""The bucket of an S3 store: write-once, checked on reading, and silent about its secrets."""

import io

import pytest

from signing.algorithms import sm3
from storage import object_bucket
from storage.errors import (
    AddressError,
    DamagedObjectError,
    ObjectStoreError,
    UnfitObjectStoreError,
)
from storage.object_bucket import ObjectBucket
from storage.object_names import path_of
from tests.object_stores import ForgetfulGateway, LosingGateway, below, gateway

CONTENT = "印信".encode() * 100


@pytest.fixture
def bucket(s3_address: str) -> ObjectBucket:
    return ObjectBucket.at(below(s3_address))


def _tamper(bucket: ObjectBucket, digest: str, content: bytes) -> None:
    name = f"{bucket.prefix}{path_of(digest)}"
    bucket.client.put_object(bucket.bucket, name, io.BytesIO(content), len(content))


@pytest.mark.parametrize("changed", [b"", CONTENT[:-1], CONTENT + b"\0", b"\0" + CONTENT[1:]])
def test_a_tampered_object_is_noticed_on_reading_and_on_putting(
    bucket: ObjectBucket, changed: bytes
) -> None:
    digest = bucket.put(CONTENT)
    _tamper(bucket, digest, changed)

    with pytest.raises(DamagedObjectError):
        bucket.get(digest)
    with pytest.raises(DamagedObjectError):
        bucket.put(CONTENT)
    # Evidence is not overwritten.
    response = bucket.client.get_object(bucket.bucket, f"{bucket.prefix}{path_of(digest)}")
    assert response.read() == changed
    response.release_conn()


def test_a_put_whose_answer_was_lost_is_repeated_without_harm() -> None:
    """The second one is refused by name, and finds what the first one wrote."""
    with gateway(LosingGateway) as (address, puts):
        assert ObjectBucket.at(address).put(CONTENT) == sm3(CONTENT).hex()

    assert puts == [CONTENT, CONTENT]


def test_two_places_in_one_bucket_do_not_see_each_other(s3_address: str) -> None:
    one, other = (ObjectBucket.at(below(s3_address)) for _ in range(2))
    digest = one.put(CONTENT)
    _tamper(one, digest, b"other")

    assert other.put(CONTENT) == digest
    assert other.get(digest) == CONTENT


def test_objects_are_bounded_on_the_way_in_and_out(
    bucket: ObjectBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = bucket.put(CONTENT)
    monkeypatch.setattr(object_bucket, "MAX_OBJECT_BYTES", len(CONTENT) - 1)

    with pytest.raises(ObjectStoreError, match="too large"):
        bucket.put(CONTENT)
    with pytest.raises(DamagedObjectError, match="too long"):
        bucket.get(digest)


def test_a_body_that_drips_is_given_up(
    bucket: ObjectBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = bucket.put(CONTENT)
    monkeypatch.setattr(object_bucket, "_WHOLE_SECONDS", -1)

    with pytest.raises(ObjectStoreError, match="does not answer"):
        bucket.get(digest)


# Proving --------------------------------------------------------------------------------------


def test_a_store_that_keeps_the_first_is_proved_at_every_start(bucket: ObjectBucket) -> None:
    bucket.prove()
    bucket.prove()


def test_a_gateway_that_overwrites_is_refused_with_what_to_do() -> None:
    with (
        gateway(ForgetfulGateway) as (address, _),
        pytest.raises(UnfitObjectStoreError, match="If-None-Match"),
    ):
        ObjectBucket.at(address).prove()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (":yinxin-test-secret@", ":not-the-secret@", "SignatureDoesNotMatch|AccessDenied"),
        ("//yinxin-test:", "//nobody:", "InvalidAccessKeyId|AccessDenied"),
    ],
)
def test_a_store_that_refuses_is_told_with_its_reason_and_without_the_secret(
    s3_address: str, before: str, after: str, told: str
) -> None:
    bucket = ObjectBucket.at(s3_address.replace(before, after))

    with pytest.raises(ObjectStoreError, match=told) as caught:
        bucket.prove()

    assert "secret" not in str(caught.value)
    assert "secret" not in repr(bucket)
    assert caught.value.__cause__ is None


def test_a_bucket_that_is_not_there_is_not_made_by_the_way(s3_address: str) -> None:
    misspelt = ObjectBucket.at(s3_address.replace("/objects", "/objetcs"))

    with pytest.raises(UnfitObjectStoreError, match="no such bucket"):
        misspelt.prove()

    assert not misspelt.client.bucket_exists("objetcs")


def test_a_store_that_is_not_there_is_told_soon() -> None:
    bucket = ObjectBucket.at("s3+http://key:secret@127.0.0.1:1/objects")

    with pytest.raises(ObjectStoreError, match="does not answer") as caught:
        bucket.get(sm3(CONTENT).hex())

    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "s3://key:secret@host/bucket",
        "http://key:secret@host/bucket",
        "s3+http://host/bucket",
        "s3+http://key@host/bucket",
        "s3+http://key:secret@host",
        "s3+http://key:secret@host/",
        "s3+http://key:secret@/bucket",
        "s3+http://key:secret@host:port/bucket",
        "s3+http://key:secret@host:99999/bucket",
        "s3+http://key:secret@host:0/bucket",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(address: str) -> None:
    with pytest.raises(AddressError, match=r"s3\+https://") as caught:
        ObjectBucket.at(address)

    assert "secret@" not in str(caught.value).replace("key:secret@host/bucket", "")
    assert caught.value.__cause__ is None


def test_keys_with_special_characters_are_percent_encoded(s3_address: str) -> None:
    encoded = s3_address.replace("yinxin-test:", "yinxin%2Dtest:")

    ObjectBucket.at(below(encoded)).prove()
