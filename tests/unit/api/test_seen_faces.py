"""A face is examined once, its standing asked each time; what is kept is short-lived."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest

from api.finders import RegionFinder
from api.seen_faces import SeenFace, SeenFaces
from certs.identifiers import LicenseTypeCode
from certs.statuses import StatusKind
from certs.type_folders import shipped_type
from signing.algorithms import sm3
from signing.revocation_lists import parse_revocation_list
from tests import sealed, world
from tests.sealed import NOW, At, Regions
from tests.unit.api.test_finders import BAOJI, TYPE, WUHU, Opener, crl_of, judge_by
from verify.acceptance.ports import FoundLicense
from verify.errors import SourceSilentError
from verify.examination import examine
from verify.sharing import SharedLicense, ShareQuery, ShareReply, open_query, sign_reply

OTHER = shipped_type("business_license").code
DIGEST = sm3(sealed.sound()).hex()


@dataclass
class Answering(Regions):
    """芜湖's service, which holds one license and answers as many types as a test says."""

    at_once: int = 32
    status: StatusKind = StatusKind.ACTIVE
    digest: str = ""
    says_always: bool = False
    queries: list[ShareQuery] = field(default_factory=list)

    def share(self, service_url: str, query: bytes) -> bytes | None:  # noqa: ARG002 - as every client
        received = open_query(
            query,
            own=WUHU,
            decryptor=Opener("340200"),
            trust=sealed.trust(
                sealed.trusted_region(), sealed.trusted_region("610300", url="http://baoji.test")
            ),
            lists=lambda region: (parse_revocation_list(crl_of(str(region.code))),),
            now=NOW,
        )
        self.queries.append(received.query)
        reply = ShareReply(licenses=self._licenses(received.query), answered=self._answered)
        signer = world.region("340200").service
        return sign_reply(reply, received=received, signer=signer, now=NOW)

    @property
    def _answered(self) -> int:
        return min(self.at_once, len(self.queries[-1].license_types))

    def _licenses(self, query: ShareQuery) -> tuple[SharedLicense, ...]:
        if not self.says_always and TYPE not in query.license_types[: self._answered]:
            return ()
        digest = self.digest or (DIGEST if DIGEST in query.known else "")
        pdf = b"" if digest else sealed.sound()
        return (SharedLicense(identifier="x", status=self.status, pdf=pdf, digest=digest),)


def finder_of(regions: Answering) -> RegionFinder:
    return RegionFinder(
        own=BAOJI,
        other=sealed.trusted_region(),
        client=regions,
        signer=world.region("610300").service,
        decryptor=Opener("610300"),
        judge=judge_by(regions),
        clock=At(NOW),
    )


def find(finder: RegionFinder, *types: LicenseTypeCode) -> tuple[FoundLicense, ...]:
    return finder.find(sealed.record().holder, types)


def test_a_face_travels_once_and_its_status_each_time() -> None:
    regions = Answering()
    finder = finder_of(regions)
    first = find(finder, TYPE)

    regions.status = StatusKind.REVOKED
    again = find(finder, TYPE)

    assert [query.known for query in regions.queries] == [frozenset(), {DIGEST}]
    assert [item.status for item in first] == [StatusKind.ACTIVE]
    assert again == (replace(first[0], status=StatusKind.REVOKED),)


def test_several_types_are_one_question() -> None:
    regions = Answering()

    (found,) = find(finder_of(regions), OTHER, TYPE)

    assert found.identifier.type_code == TYPE
    assert [query.license_types for query in regions.queries] == [(OTHER, TYPE)]


def test_a_region_of_an_older_release_is_asked_type_by_type() -> None:
    regions = Answering(at_once=1)

    (found,) = find(finder_of(regions), OTHER, TYPE)

    assert found.identifier.type_code == TYPE
    assert [query.license_types for query in regions.queries] == [(OTHER, TYPE), (TYPE,)]


def test_a_digest_that_nobody_knows_is_silence_and_never_none() -> None:
    with pytest.raises(SourceSilentError):
        find(finder_of(Answering(digest="0" * 64)), TYPE)


def test_a_license_of_another_type_is_no_answer() -> None:
    with pytest.raises(SourceSilentError):
        find(finder_of(Answering(says_always=True)), OTHER)


def seen(number: int = 1) -> SeenFace:
    return SeenFace(
        region=WUHU,
        digest=f"{number:064d}",
        record=sealed.record(),
        filled=frozenset(),
        examination=examine(b"none"),
        pdf=b"%PDF-" + bytes(95),
    )


def test_what_nobody_used_for_an_hour_is_forgotten() -> None:
    faces, face = SeenFaces(), seen()
    faces.find_or_keep(WUHU, face.digest, lambda: face, now=NOW)
    used = NOW + timedelta(minutes=50)

    assert faces.find(WUHU, face.digest, now=used) is face
    assert faces.find(WUHU, face.digest, now=used + timedelta(hours=1)) is face
    assert faces.known_of(WUHU, face.record.holder, now=used + timedelta(hours=3)) == frozenset()
    assert faces.find(WUHU, face.digest, now=used + timedelta(hours=3)) is None


def test_a_face_is_known_only_of_the_region_that_gave_it() -> None:
    faces, face = SeenFaces(), seen()
    faces.find_or_keep(WUHU, face.digest, lambda: face, now=NOW)

    assert faces.find(BAOJI, face.digest, now=NOW) is None
    assert faces.known_of(BAOJI, face.record.holder, now=NOW) == frozenset()


def test_the_face_that_was_not_used_longest_makes_room() -> None:
    faces = SeenFaces(most=2)
    for number in (1, 2, 3):
        faces.find_or_keep(WUHU, seen(number).digest, partial(seen, number), now=NOW)

    known = faces.known_of(WUHU, sealed.record().holder, now=NOW)
    assert known == {seen(2).digest, seen(3).digest}


def test_files_make_room_for_newer_ones_before_they_fill_the_memory() -> None:
    faces = SeenFaces(most_bytes=250)

    for face in map(seen, range(1, 4)):
        faces.find_or_keep(WUHU, face.digest, partial(replace, face), now=NOW)

    kept = [faces.find(WUHU, seen(number).digest, now=NOW) for number in range(1, 4)]
    assert [item is not None for item in kept] == [False, True, True]
