"""Every way in which trust can be missing, stale, forged, older, cut, oversized or out of reach.

Each case brings one genuine face before the verifier, whose trust is a real folder. What is
offered to that folder would make the face pass; it must not.
"""

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from api.clients.trust_lists import TrustListClient
from api.trust_refreshing import Sources, TrustRefresher
from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from signing.authorities import Validity
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.list_sources import Answer, nobody, serving
from tests.sealed import NOW
from tests.trust_lists import (
    DAY,
    HOUR,
    Ground,
    content,
    elsewhere,
    genuine,
    judged,
    next_signer,
    rolled,
    root_change,
    root_signer,
    signer,
)
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.list_contents import ListContent, content_payload
from verify.report import Report
from verify.trust_lists import MAX_LIST_BYTES, sign_content

BAD, UNKNOWN = Outcome.BAD, Outcome.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class TrustCase:
    """One way, and what must follow from it.

    Attributes:
        finding: What must be found, among whatever else: check, outcome, reason.
        report: Judges the genuine face under it.
    """

    name: str
    finding: tuple[Check, Outcome, str]
    conclusion: Conclusion
    report: Callable[[], Report]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def _case(
    name: str,
    finding: tuple[Check, Outcome, str],
    act: Callable[[Ground], None],
    *,
    now: datetime = NOW,
    pinned: bool = True,
) -> TrustCase:
    return TrustCase(
        name=name,
        finding=finding,
        conclusion=Conclusion.FAILED if finding[1] is BAD else Conclusion.INDETERMINATE,
        report=partial(judged, act, now=now, pinned=pinned),
    )


_MISSING = (Check.TRUST_LIST, UNKNOWN, "missing")
_NO_REGION = (Check.TRUST_REGION, UNKNOWN, "")


def all_cases() -> list[TrustCase]:
    return [
        *_missing_cases(),
        *_forged_cases(),
        *_older_cases(),
        *_damaged_cases(),
        *_time_cases(),
        *_root_cases(),
        *_entry_cases(),
        *_refresh_cases(),
    ]


def _missing_cases() -> Iterable[TrustCase]:
    yield _case(
        "list offered where no root is pinned",
        _MISSING,
        lambda at: at.offered(genuine()),
        pinned=False,
    )
    yield _case("list put in by hand where no root is pinned", _MISSING, _put_by_hand, pinned=False)
    yield _case("no list yet", _MISSING, _nothing)
    yield _case("only list deleted", _MISSING, _deleted)
    yield _case("pinned root damaged", _MISSING, _root_damaged)


def _nothing(_: Ground) -> None:
    """Leave the folder as it is."""


def _put_by_hand(at: Ground) -> None:
    at.path.mkdir()
    at.file(1).write_bytes(genuine())


def _deleted(at: Ground) -> None:
    at.offered(genuine())
    at.file(1).unlink()


def _root_damaged(at: Ground) -> None:
    at.offered(genuine())
    (at.path / "root.pem").write_text("damaged", "ascii")


# Signed by somebody else ---------------------------------------------------------------------


def _forged_cases() -> Iterable[TrustCase]:
    ended = Validity(not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    signers: dict[str, Callable[[], CertifiedSigner]] = {
        "by another root": next_signer,
        "by the root's service certificate": lambda: world.certified(world.root(), Role.SERVICE),
        "by a region's service certificate": lambda: world.region("340200").service,
        "by a list signer below a region": lambda: world.certified(
            world.region("340200").authority, Role.TRUST_LIST
        ),
        "by a list signer that had ended": lambda: world.certified(
            world.root(), Role.TRUST_LIST, validity=ended
        ),
        "by the root's own key": root_signer,
    }
    for name, who in signers.items():
        yield _case(f"list {name}", _MISSING, partial(_signed, who))
    yield _case(
        "list of today that an ended signer signed with an old date",
        _MISSING,
        lambda at: at.offered(_back_dated(ended)),
    )
    yield _case("list altered after signing", _MISSING, lambda at: at.offered(_altered(genuine())))
    yield _case("list altered on the disk", _MISSING, _altered_on_disk)
    yield _case("signature of another list", _MISSING, lambda at: at.offered(_swapped()))


def _signed(who: Callable[[], CertifiedSigner], at: Ground) -> None:
    at.offered(sign_content(content(), signer=who()))


def _back_dated(ended: Validity) -> bytes:
    old = world.certified(world.root(), Role.TRUST_LIST, validity=ended)
    return sign_payload(content_payload(content()), signer=old, signed_at=NOW - 2 * DAY)


def _altered(data: bytes) -> bytes:
    changed = data.replace("宝鸡市".encode(), "宝难市".encode()).replace(
        "芜湖市".encode(), "芜糊市".encode()
    )
    assert changed != data
    return changed


def _altered_on_disk(at: Ground) -> None:
    at.offered(genuine())
    at.file(1).write_bytes(_altered(genuine()))


def _swapped() -> bytes:
    value: dict[str, JsonValue] = json.loads(genuine())
    value["signature"] = json.loads(elsewhere(1))["signature"]
    return json.dumps(value).encode()


# Older, or one of two ------------------------------------------------------------------------


def _older_cases() -> Iterable[TrustCase]:
    yield _case(
        "older list offered again",
        _NO_REGION,
        lambda at: at.offered(genuine(2), elsewhere(3), genuine(2)),
    )
    yield _case("older list put in by hand", _NO_REGION, _older_by_hand)
    yield _case("older list left after the newer was deleted", _MISSING, _newer_deleted)
    yield _case("older list under a newer name", _MISSING, _renamed)
    yield _case("older list in place of the newest", _MISSING, _replaced)
    yield _case(
        "second list of one version", _NO_REGION, lambda at: at.offered(elsewhere(3), genuine(3))
    )
    yield _case("second list of one version put in by hand", _MISSING, _twin_by_hand)
    yield _case("second list of one version after the first was damaged", _MISSING, _twin_later)


def _older_by_hand(at: Ground) -> None:
    at.offered(elsewhere(3))
    at.file(2).write_bytes(genuine(2))


def _newer_deleted(at: Ground) -> None:
    at.offered(genuine(2), elsewhere(3))
    at.file(3).unlink()


def _renamed(at: Ground) -> None:
    at.offered(genuine(2), elsewhere(3))
    at.file(9).write_bytes(genuine(2))


def _replaced(at: Ground) -> None:
    at.offered(genuine(2), elsewhere(3))
    at.file(3).write_bytes(genuine(2))


def _twin_by_hand(at: Ground) -> None:
    at.offered(elsewhere(3))
    at.file(3).write_bytes(genuine(3))


def _twin_later(at: Ground) -> None:
    at.offered(elsewhere(3))
    at.file(3).write_bytes(b"damaged")
    at.offered(genuine(3))


# Damaged -------------------------------------------------------------------------------------


def _damaged_cases() -> Iterable[TrustCase]:
    damaged: dict[str, Callable[[], bytes]] = {
        "cut short": lambda: genuine()[:-100],
        "of 5 MB": lambda: b" " * (5 * 10**6) + genuine(),
        "one byte too long": lambda: genuine() + b" " * (MAX_LIST_BYTES + 1 - len(genuine())),
        "empty": lambda: b"",
        "that is an HTML page": lambda: _HTML,
        "that is nested without end": lambda: b"[" * 200_000,
        "without a signature": lambda: json.dumps({"payload": {}}).encode(),
        "with a null": lambda: genuine().replace(b'"version":1', b'"version":null'),
    }
    for name, data in damaged.items():
        yield _case(f"list {name}", _MISSING, partial(_offered, data))
        yield _case(f"list {name} on the disk", _MISSING, partial(_written_over, data))


def _offered(data: Callable[[], bytes], at: Ground) -> None:
    at.offered(data())


def _written_over(data: Callable[[], bytes], at: Ground) -> None:
    at.offered(genuine())
    at.file(1).write_bytes(data())


_HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


# Time ----------------------------------------------------------------------------------------


def _time_cases() -> Iterable[TrustCase]:
    expired = (Check.TRUST_LIST, UNKNOWN, "expired")
    yield _case(
        "list that has expired",
        expired,
        lambda at: at.offered(sign_content(content(days=1), signer=signer())),
        now=NOW + DAY,
    )
    yield _case(
        "list from the future, by a clock 10 minutes slow",
        _MISSING,
        lambda at: at.offered(genuine()),
        now=world.NOON - timedelta(minutes=10),
    )
    yield _case(
        "list from the future, by a clock 3 minutes slow",
        (Check.TRUST_LIST, UNKNOWN, "not-yet"),
        lambda at: at.offered(genuine()),
        now=world.NOON - timedelta(minutes=3),
    )
    yield _case(
        "list that a clock 10 minutes fast takes for expired",
        expired,
        lambda at: at.offered(genuine()),
        now=world.NOON + 30 * DAY + timedelta(minutes=5),
    )
    yield _case(
        "clock set back by a day",
        (Check.TRUST_LIST, UNKNOWN, "not-yet"),
        _clock_set_back,
        now=NOW - DAY,
    )


def _clock_set_back(at: Ground) -> None:
    back, at.now = at.now, NOW
    at.offered(genuine())
    at.now = back


# Roots ---------------------------------------------------------------------------------------


def _root_cases() -> Iterable[TrustCase]:
    during, after = NOW, NOW + 2 * DAY
    yield _case(
        "new root that nobody named",
        _MISSING,
        lambda at: at.offered(sign_content(content(), signer=next_signer())),
    )
    for forger in ("list-signer", "next-root"):
        yield _case(f"new root that the {forger} named", _MISSING, partial(_named_by, forger))
    yield _case(
        "new root before its time",
        _MISSING,
        lambda at: at.offered(rolled(1, root_change(begins=NOW + HOUR), next_signer())),
    )
    yield _case(
        "list of the old root after the overlap",
        _NO_REGION,
        _old_root_later,
        now=after,
    )
    yield _case("old root's list kept beyond the overlap", _MISSING, _slept_through, now=after)
    yield _case("second successor of one root", _NO_REGION, _second_successor, now=during)


def _named_by(forger: str, at: Ground) -> None:
    at.offered(rolled(1, root_change(by=forger), next_signer()))


def _old_root_later(at: Ground) -> None:
    at.offered(rolled(3, root_change(), next_signer(), near=False))
    at.offered(genuine(4))


def _slept_through(at: Ground) -> None:
    later, at.now = at.now, NOW
    at.offered(rolled(3, root_change(), signer()))
    at.now = later


def _second_successor(at: Ground) -> None:
    at.offered(rolled(3, root_change(), next_signer(), near=False))
    at.offered(rolled(4, root_change(ends=NOW + 3 * DAY), next_signer()))


# What the list says --------------------------------------------------------------------------


def _entry_cases() -> Iterable[TrustCase]:
    region = sealed.trusted_region()
    (anchor,), (issuer,) = region.anchors, region.issuers
    path, entitled = Check.SEAL_CERTIFICATE_PATH, Check.ISSUER_ENTITLED
    neighbor = sealed.trusted_region("610300")
    entries = {
        "region with another region's anchors": (
            replace(region, anchors=neighbor.anchors),
            (path, BAD, "no-path"),
        ),
        "anchor withdrawn before sealing": (
            replace(region, anchors=(replace(anchor, withdrawn_at=world.NOON),)),
            (path, BAD, "no-path"),
        ),
        "anchor withdrawn after sealing, so nobody speaks for the region": (
            replace(
                region, anchors=(replace(anchor, withdrawn_at=world.NOON + timedelta(minutes=1)),)
            ),
            (Check.LICENSE_STATUS, UNKNOWN, "not-trusted"),
        ),
        "anchor that begins after sealing": (
            replace(region, anchors=(replace(anchor, valid_from=NOW),)),
            (path, BAD, "no-path"),
        ),
        "issuer that ended before sealing": (
            replace(region, issuers=(replace(issuer, valid_to=world.NOON),)),
            (entitled, BAD, "ended"),
        ),
        "issuer that begins after sealing": (
            replace(region, issuers=(replace(issuer, valid_from=NOW),)),
            (entitled, BAD, "not-yet"),
        ),
        "issuer removed": (replace(region, issuers=()), (entitled, BAD, "")),
        "issuer that lost the type": (
            replace(region, issuers=(replace(issuer, types=frozenset()),)),
            (entitled, BAD, ""),
        ),
        "issuer of another region alone": (
            replace(region, issuers=neighbor.issuers),
            (entitled, BAD, ""),
        ),
    }
    yield _case("region removed", _NO_REGION, lambda at: at.offered(genuine(2), elsewhere(3)))
    for name, (bent, finding) in entries.items():
        yield _case(name, finding, partial(_then, content(3, bent)))


def _then(later: ListContent, at: Ground) -> None:
    at.offered(genuine(2), sign_content(later, signer=signer()))


# Refreshing ----------------------------------------------------------------------------------


def _refresh_cases() -> Iterable[TrustCase]:
    plain = {"Content-Type": "application/json"}
    answers: dict[str, Answer] = {
        "an HTML page": Answer(body=lambda: _HTML),
        "an error": Answer(status=500, body=genuine),
        "a redirect to a good list": Answer(status=302, headers={"Location": "/good"}),
        "no end": Answer(body=lambda: b" " * MAX_LIST_BYTES + genuine(), endless=True),
        "5 MB": Answer(body=lambda: b" " * (5 * 10**6) + genuine()),
        "a packed list": Answer(
            body=lambda: gzip.compress(genuine()), headers={"Content-Encoding": "gzip"} | plain
        ),
        "half of a list": Answer(body=lambda: genuine()[:-200], announced=len),
        "fewer bytes than announced": Answer(body=genuine, announced=lambda data: len(data) + 9),
        "nothing": Answer(body=lambda: b""),
        "nothing new to who knows nothing": Answer(status=304, body=lambda: b""),
        "another root's list": Answer(body=lambda: sign_content(content(), signer=next_signer())),
        "a byte at a time": Answer(body=genuine, slow_body=True),
        "headers a byte at a time": Answer(body=genuine, slow_headers=True),
    }
    for name, answer in answers.items():
        yield _case(f"refresh that gets {name}", _MISSING, partial(_refreshed, answer))
    yield _case("refresh where nobody listens", _MISSING, _refreshed_from_nobody)
    yield _case("refresh that gets an older list", _NO_REGION, _refreshed_back)
    yield _case(
        "refresh in vain until the list has expired",
        (Check.TRUST_LIST, UNKNOWN, "expired"),
        _refreshed_in_vain,
        now=NOW + 31 * DAY,
    )


def refresh(at: Ground, url: str, *, most_seconds: float = 20.0) -> None:
    """Ask one address once."""
    with TrustListClient(most_seconds=most_seconds) as client:
        TrustRefresher(
            store=at.folder(),
            fetch=client.fetch,
            sources=Sources(first=url, peers=tuple),
        ).run_once()


def _refreshed(answer: Answer, at: Ground) -> None:
    with serving(answer) as url:
        refresh(at, url, most_seconds=answer.patience_seconds)


def _refreshed_from_nobody(at: Ground) -> None:
    refresh(at, nobody())


def _refreshed_back(at: Ground) -> None:
    at.offered(genuine(2), elsewhere(3))
    _refreshed(Answer(body=lambda: genuine(2)), at)


def _refreshed_in_vain(at: Ground) -> None:
    at.offered(genuine())
    refresh(at, nobody())
