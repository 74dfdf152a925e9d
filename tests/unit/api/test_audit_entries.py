"""Auditors look entries up, and see whether the log only grew since a checkpoint they kept."""

import pytest
from httpx2 import Response

from api.ledger_verdicts import judge_proof
from api.ledger_views import Continuity, compare
from certs.ledger.entries import LedgerName
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, parse_note, sign_note
from tests.instance_parts import BAOJI
from tests.instances import Country, Instance
from tests.unit.api.test_ledger import publish, witness
from tests.unit.api.test_pages import csrf_of, sign_in
from verify.conclusions import Conclusion

OTHERS = ("issuer", "window", "archivist", "supervisor", "system_admin", "security_admin")
PATHS = ("/audit/continuity", "/audit/entries/issue/0", "/audit/entries/issue/0/proof")


def minted(country: Country) -> str:
    """A license that stands in the ledger, and that another region has seen there."""
    license = str(country.wuhu.mint()["identifier"])
    publish(country.wuhu)
    witness(country.wuhu)
    return license


def send(instance: Instance, path: str, **fields: str) -> Response:
    client = sign_in(instance, instance.tokens["auditor"])
    csrf = csrf_of(client.get("/audit/continuity").text)
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=False)


def note_of(instance: Instance) -> str:
    return instance.services.ledger.shelf.checkpoint(LedgerName.ISSUE)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_but_an_auditor_reads_the_ledger_here(country: Country, path: str) -> None:
    minted(country)
    client, headers = country.wuhu.client, country.wuhu.headers
    assert {client.get(path, headers=headers(person)).status_code for person in OTHERS} == {403}
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session")
    assert client.get(path, headers=headers("auditor")).status_code == 200


@pytest.mark.parametrize("path", ["/audit/continuity"])
def test_form_without_its_secret_is_refused(country: Country, path: str) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["auditor"])
    assert client.post(path, data={"csrf": "0" * 64}).status_code == 403


@pytest.mark.parametrize("path", ["/audit/continuity"])
def test_nobody_but_an_auditor_asks_the_ledger_here(country: Country, path: str) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)
    fields = {"csrf": csrf, "about": "0", "checkpoint": "x"}
    assert client.post(path, data=fields).status_code == 403


def test_entry_is_found_by_its_number_and_does_not_name_its_license(country: Country) -> None:
    license = minted(country)
    headers = country.wuhu.headers("auditor")
    page = country.wuhu.client.get("/audit/entries?log=issue&number=0", headers=headers).text
    assert "证明成立" in page
    assert BAOJI in page
    assert "12:05:00 北京时间" in page
    assert license not in page


def test_entry_that_no_checkpoint_covers_is_not_shown(country: Country) -> None:
    minted(country)
    headers = country.wuhu.headers("auditor")
    for path in ("/audit/entries/issue/1", "/audit/entries/archive/0/proof"):
        assert country.wuhu.client.get(path, headers=headers).status_code == 404


def test_downloaded_proof_holds_for_whoever_checks_it_elsewhere(country: Country) -> None:
    minted(country)
    headers = country.wuhu.headers("auditor")
    answer = country.wuhu.client.get("/audit/entries/issue/0/proof", headers=headers)
    assert "attachment" in answer.headers["content-disposition"]
    verdict = judge_proof(answer.content, trust=country.trust.current())
    assert verdict.conclusion is Conclusion.PASSED


def test_log_that_grew_continues_what_was_kept(country: Country) -> None:
    minted(country)
    kept = note_of(country.wuhu)
    country.wuhu.mint(1)
    publish(country.wuhu)
    # A form sends its lines with CR LF.
    answer = send(country.wuhu, "/audit/continuity", checkpoint=kept.replace("\n", "\r\n"))
    assert "只增不改</h1>" in answer.text
    view = compare(kept, country.wuhu.services)
    assert view.head is not None
    assert (view.held, view.head.checkpoint.size) == (Checkpoint.parse(parse_note(kept).text), 2)
    assert view.path


def test_log_that_contradicts_its_own_signature_is_named(country: Country) -> None:
    minted(country)
    kept = parse_note(note_of(country.wuhu))
    publisher = country.wuhu.services.ledger.publisher
    assert publisher is not None
    origin = Checkpoint.parse(kept.text).origin
    for size in (1, 5):
        text = Checkpoint(origin=origin, size=size, root=bytes(32)).text
        signature = sign_note(text, name=origin, signer=publisher.signer)
        signed = Note(text=text, signatures=(signature,)).encode()
        assert compare(signed, country.wuhu.services).result is Continuity.REWRITTEN
        answer = send(country.wuhu, "/audit/continuity", checkpoint=signed)
        assert "它是证据" in answer.text


def test_checkpoint_that_this_region_did_not_sign_says_nothing(country: Country) -> None:
    minted(country)
    kept = parse_note(note_of(country.wuhu))
    head = Checkpoint.parse(kept.text)
    forged = Checkpoint(origin=head.origin, size=head.size, root=bytes(32)).text
    note = Note(text=forged, signatures=kept.signatures).encode()
    assert compare(note, country.wuhu.services).result is Continuity.UNSIGNED


def test_checkpoint_of_another_region_is_sent_there(country: Country) -> None:
    country.baoji.mint()
    publish(country.baoji)
    view = compare(note_of(country.baoji), country.wuhu.services)
    assert view.result is Continuity.FOREIGN


@pytest.mark.parametrize("text", ["", "x", "<script>alert(1)</script>", "a\n\nb"])
def test_what_is_no_checkpoint_is_said_kindly(country: Country, text: str) -> None:
    answer = send(country.wuhu, "/audit/continuity", checkpoint=text)
    assert answer.status_code == 200
    assert "不是检查点" in answer.text
