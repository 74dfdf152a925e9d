"""What the auditor sees, and what nobody else does."""

import pytest

from api.ledger_watch import SeenHead, SinceLast, log_states
from certs.ledger.entries import LedgerName
from certs.ledger.proving import proofs_about
from signing.ledger.proof_files import parse_proof
from tests.instances import Country
from tests.unit.api.test_pages import sign_in


def publish(country: Country) -> None:
    country.wuhu.services.ledger.publish_and_ask()


def since_last_of(country: Country, seen: dict[LedgerName, SeenHead]) -> dict[str, str]:
    services = country.wuhu.services
    states = log_states(services.ledger, services.trust.current(), seen)
    return {state.log.value: state.since_last.value for state in states}


def test_the_auditor_finds_an_entry_with_its_proof_and_who_saw_it(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    publish(country)
    client = sign_in(country.wuhu, country.wuhu.tokens["auditor"])

    page = client.get("/audit", params={"subject": license}).text
    proof = client.get("/audit/proofs/issue/0", params={"subject": license})

    assert "在账本中" in page
    assert "宝鸡" in page
    (expected,) = proofs_about(
        license,
        LedgerName.ISSUE,
        unit_of_work=country.wuhu.services.unit_of_work,
        shelf=country.wuhu.services.ledger.shelf,
    )
    parsed = parse_proof(proof.text)
    parsed.verify_inclusion()
    assert parsed == expected
    assert client.get("/audit/proofs/issue/9", params={"subject": license}).status_code == 404
    assert "没有关于它的条目" in client.get("/audit", params={"subject": "nothing"}).text


def test_the_log_continues_what_the_browser_saw_last_time(country: Country) -> None:
    country.wuhu.mint()
    publish(country)
    client = sign_in(country.wuhu, country.wuhu.tokens["auditor"])

    first = client.get("/audit").text
    same = client.get("/audit").text
    country.wuhu.mint(1)
    publish(country)
    more = client.get("/audit").text

    assert "首次查看" in first
    assert "与上次查看相同" in same
    assert "是上次的延续，此前条目未变" in more
    assert "账本被改写" not in more


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_rewritten_log_is_found_and_what_was_seen_stays_kept(country: Country, size: int) -> None:
    for number in range(2):
        country.wuhu.mint(number)
    publish(country)
    other = SeenHead(size=size, root=b"\x01" * 32)
    client = sign_in(country.wuhu, country.wuhu.tokens["auditor"])
    client.cookies.set("yinxin_seen_issue", other.text, path="/audit")

    page = client.get("/audit").text

    assert "账本被改写" in page
    assert other.root.hex() in page
    assert client.cookies.get("yinxin_seen_issue", path="/audit") == other.text
    assert since_last_of(country, {LedgerName.ISSUE: other})["issue"] == SinceLast.REWRITTEN


@pytest.mark.parametrize("text", ["", "x", "1", "1:", "-1:" + "A" * 44, "1:AAAA", "9" * 40 + ":A"])
def test_what_nobody_kept_counts_as_nothing(text: str) -> None:
    assert SeenHead.parse(text) is None


def test_decisions_are_found_by_person_action_and_refusal(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("window"))
    wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("issuer"))
    client = sign_in(wuhu, wuhu.tokens["auditor"])

    refused = client.get("/audit/decisions", params={"only_refused": "true"}).text
    issuer = client.get("/audit/decisions", params={"person": "I001"}).text
    nothing = client.get(
        "/audit/decisions", params={"action": "seal.keep", "until": "2020-01-01"}
    ).text

    assert "W001" in refused
    assert "no-rule" in refused
    assert "I001</td>" not in refused
    assert "issuer:license.list" in issuer
    assert "W001" not in issuer
    assert "没有符合的记录" in nothing


@pytest.mark.parametrize("path", ["/audit", "/audit/decisions"])
def test_nobody_else_audits(country: Country, path: str) -> None:
    for person in ("issuer", "window", "supervisor", "archivist", "security_admin"):
        answer = country.wuhu.client.get(path, headers=country.wuhu.headers(person))
        assert answer.status_code == 403
