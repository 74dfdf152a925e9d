"""The ledger of two regions that witness each other, over HTTP."""

from datetime import timedelta

import pytest

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.issuing import event_digest
from signing.algorithms import sm3
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import parse_note, sign_note
from signing.ledger.proof_files import LedgerProof, parse_proof
from signing.ledger.tiles import parse_bundle
from signing.ledger.witness_requests import WitnessRequest
from tests import world
from tests.instance_parts import BAOJI, WUHU, url_of
from tests.instances import Country, Instance
from verify.errors import LedgerProofError
from verify.ledger.time_proofs import ProvedTime, prove_time

LEDGER = "/api/v1/ledger"
FILES = ("json", "p7s", "pdf", "ofd")


def publish(instance: Instance) -> None:
    publisher = instance.services.ledger.publisher
    assert publisher is not None
    publisher.publish()


def witness(instance: Instance) -> int:
    """Let the others cosign; return how many logs they saw."""
    asked = instance.services.ledger.round
    assert asked is not None
    return len(asked.ask())


def proof_of(instance: Instance, license: object, entry: int = 0) -> LedgerProof:
    answer = instance.client.get(f"/api/v1/licenses/{license}/proof?entry={entry}")
    assert answer.status_code == 200, answer.text
    return parse_proof(answer.text)


def proved(country: Country, proof: LedgerProof, *, quorum: int = 1) -> ProvedTime:
    trust = country.trust.current()
    assert trust is not None
    keeper = trust.region(country.wuhu.services.region) or trust.regions[0]
    return prove_time(
        proof, log=LedgerName.ISSUE, keeper=keeper, regions=trust.regions, quorum=quorum
    )


def checkpoint(instance: Instance) -> Checkpoint:
    answer = instance.client.get(f"{LEDGER}/issue/checkpoint")
    assert answer.status_code == 200, answer.text
    return Checkpoint.parse(parse_note(answer.text).text)


def test_license_is_in_the_ledger_by_the_digest_of_each_file(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    publish(country.wuhu)
    proof = proof_of(country.wuhu, license)
    proof.verify_inclusion()
    entry = LedgerEntry.parse(proof.entry)
    digests = {sm3(country.wuhu.file(str(license), kind)).hex() for kind in FILES}
    assert set(entry.digests) == digests
    assert entry.kind == "issued"


def test_time_is_proved_once_another_region_has_seen_the_checkpoint(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    publish(country.wuhu)
    with pytest.raises(LedgerProofError):
        proved(country, proof_of(country.wuhu, license))
    country.clock.instant += timedelta(minutes=3)
    seen_at = country.clock.now()
    assert witness(country.wuhu) == 1
    country.clock.instant += timedelta(days=1)
    found = proved(country, proof_of(country.wuhu, license))
    assert found.at == seen_at.replace(microsecond=0)
    assert [str(item.region) for item in found.sightings] == [BAOJI]


def test_first_sighting_is_kept_while_the_log_grows(country: Country) -> None:
    first = country.wuhu.mint(0)["identifier"]
    publish(country.wuhu)
    witness(country.wuhu)
    seen_at = country.clock.now()
    country.clock.instant += timedelta(hours=1)
    second = country.wuhu.mint(1)["identifier"]
    publish(country.wuhu)
    assert witness(country.wuhu) == 1
    assert witness(country.wuhu) == 0
    assert proved(country, proof_of(country.wuhu, first)).at == seen_at.replace(microsecond=0)
    assert proved(country, proof_of(country.wuhu, second)).at > seen_at


def test_change_of_status_is_proved_with_its_reason_kept_secret(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status",
        json={"kind": "suspended", "decision_no": "1号", "reason": "样例原因"},
        headers=country.wuhu.headers("issuer"),
    )
    assert answer.status_code == 201, answer.text
    publish(country.wuhu)
    proof = proof_of(country.wuhu, license, 1)
    proof.verify_inclusion()
    entry = LedgerEntry.parse(proof.entry)
    assert entry.kind == "suspended"
    with country.wuhu.services.unit_of_work() as work:
        event = work.licenses.events(license)[-1]
    assert entry.digests == (event_digest(sm3(country.wuhu.file(license, "json")).hex(), event),)


def test_whoever_copies_the_log_reads_every_entry_of_the_checkpoint(country: Country) -> None:
    for number in range(3):
        country.wuhu.mint(number)
    publish(country.wuhu)
    head = checkpoint(country.wuhu)
    bundle = country.wuhu.client.get(f"{LEDGER}/issue/tile/entries/000.p/{head.size}")
    entries = [LedgerEntry.parse(item) for item in parse_bundle(bundle.content)]
    assert [entry.kind for entry in entries] == ["issued"] * 3
    tile = country.wuhu.client.get(f"{LEDGER}/issue/tile/0/000.p/{head.size}")
    assert len(tile.content) == 32 * head.size
    assert "immutable" in tile.headers["cache-control"]
    assert head.origin == f"{WUHU}.yinxin/issue"


@pytest.mark.parametrize(
    "path",
    [
        "issue/checkpoint",
        "issue/tile/0/000",
        "issue/tile/0/../checkpoint",
        "issue/tile/9/000",
        "issue/tile/%2e%2e/%2e%2e/db.sqlite3",
        "issue/tile/entries/000.p/1",
    ],
)
def test_part_that_does_not_exist_is_not_found(country: Country, path: str) -> None:
    answer = country.wuhu.client.get(f"{LEDGER}/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] in {"LEDGER_MISSING", "NOT_FOUND"}


def test_license_of_nobody_has_no_proof(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    assert country.wuhu.client.get(f"/api/v1/licenses/{license}/proof").status_code == 404
    publish(country.wuhu)
    assert country.wuhu.client.get(f"/api/v1/licenses/{license}/proof").status_code == 200
    assert country.wuhu.client.get(f"/api/v1/licenses/{license}/proof?entry=1").status_code == 404
    answer = country.baoji.client.get(f"/api/v1/licenses/{license}/proof")
    assert answer.status_code == 404
    assert answer.json()["code"] == "LEDGER_MISSING"


# Witnessing ------------------------------------------------------------------------------------


def asked(instance: Instance, body: str | bytes) -> tuple[int, str]:
    content = body.encode() if isinstance(body, str) else body
    answer = instance.client.post(
        f"{LEDGER}/add-checkpoint", content=content, headers={"Content-Type": "text/plain"}
    )
    return answer.status_code, answer.text


def request_of(instance: Instance, old: int = 0) -> WitnessRequest:
    note = parse_note(instance.client.get(f"{LEDGER}/issue/checkpoint").text)
    return WitnessRequest(old_size=old, path=(), note=note)


def test_witness_answers_with_the_words_of_the_protocol(country: Country) -> None:
    country.wuhu.mint()
    publish(country.wuhu)
    request = request_of(country.wuhu)
    status, line = asked(country.baoji, request.encode())
    assert status == 200
    assert line.startswith(f"— {BAOJI}.yinxin ")
    assert asked(country.baoji, request.encode()) == (409, "1\n")
    again = request_of(country.wuhu, old=1)
    assert asked(country.baoji, again.encode())[0] == 200
    assert asked(country.baoji, request_of(country.wuhu, old=2).encode())[0] == 400
    assert asked(country.baoji, "old 0\n\nx\n")[0] == 400
    assert asked(country.baoji, b"\xff\xfe")[0] == 400
    assert asked(country.baoji, b"")[0] == 400
    assert asked(country.wuhu, request.encode())[0] == 404
    text = Checkpoint(origin=f"{WUHU}.yinxin/issue", size=1, root=request.checkpoint.root).text
    forged = sign_note(text, name=f"{WUHU}.yinxin/issue", signer=world.MemorySigner("other"))
    note = parse_note(f"{text}\n{forged.line}")
    assert asked(country.baoji, WitnessRequest(old_size=1, path=(), note=note).encode())[0] == 403


def test_rewritten_log_finds_no_witness_any_more(country: Country) -> None:
    country.wuhu.mint(0)
    publish(country.wuhu)
    assert witness(country.wuhu) == 1
    text = Checkpoint(origin=f"{WUHU}.yinxin/issue", size=1, root=bytes(32)).text
    signer = world.region(WUHU).ledger.signer
    note = parse_note(f"{text}\n{sign_note(text, name=f'{WUHU}.yinxin/issue', signer=signer).line}")
    rewritten = WitnessRequest(old_size=1, path=(), note=note)
    assert asked(country.baoji, rewritten.encode()) == (409, "1\n")
    larger = Checkpoint(origin=f"{WUHU}.yinxin/issue", size=2, root=bytes(32)).text
    line = sign_note(larger, name=f"{WUHU}.yinxin/issue", signer=signer).line
    grown = WitnessRequest(old_size=1, path=(bytes(32),), note=parse_note(f"{larger}\n{line}"))
    assert asked(country.baoji, grown.encode())[0] == 422


def test_silent_witness_is_asked_again_later(country: Country) -> None:
    country.wuhu.mint()
    publish(country.wuhu)
    country.post.silent.add(url_of(BAOJI))
    assert witness(country.wuhu) == 0
    country.post.silent.clear()
    assert witness(country.wuhu) == 1


def test_witness_that_has_forgotten_or_knows_more_is_asked_from_there(country: Country) -> None:
    country.wuhu.mint(0)
    publish(country.wuhu)
    request = request_of(country.wuhu)
    assert asked(country.baoji, request.encode())[0] == 200
    country.wuhu.mint(1)
    publish(country.wuhu)
    assert witness(country.wuhu) == 1
    assert checkpoint(country.wuhu).size == 2


def test_without_a_trust_list_nobody_is_witnessed_or_asked(country: Country) -> None:
    country.wuhu.mint()
    publish(country.wuhu)
    body = request_of(country.wuhu).encode()
    country.trust.data = None
    assert asked(country.baoji, body)[0] == 404
    assert witness(country.wuhu) == 0
