"""Probes of regions: written down when asked for, while one is down, and when it changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import text

from api.clients.calls import Call
from api.clients.health import HealthClient
from api.probing import SourceProber, probing
from tests.instance_parts import BAOJI, WUHU, url_of
from tests.instances import Country
from tests.region_servers import behaving, saying, serving, silent
from verify.acceptance.probes import SourceState


def written(country: Country) -> list[tuple[str, str]]:
    with country.wuhu.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT source, state FROM source_probes ORDER BY probed_at, state")
        )
        return [(source, state) for source, state in rows]


def prober_of(country: Country) -> SourceProber:
    sources = country.wuhu.services.case_sources
    assert sources is not None
    return sources.prober


def test_the_pass_writes_what_is_down_and_what_changed_and_nothing_else(country: Country) -> None:
    prober = prober_of(country)
    for is_silent in (False, False, True, True, False, False):
        country.post.silent = {url_of(BAOJI)} if is_silent else set()
        prober.step()
        country.clock.advance(timedelta(seconds=30))

    assert written(country) == [(BAOJI, state) for state in ("up", "down", "down", "up")]


def test_a_region_that_a_look_up_finds_silent_is_probed_at_once(country: Country) -> None:
    country.post.silent.add(url_of(BAOJI))

    country.wuhu.open_case(country.wuhu.rows[0])

    assert (BAOJI, "down") in written(country)


def test_a_source_that_nobody_knows_is_down(country: Country) -> None:
    prober_of(country).probe(["650000", "register/population", WUHU])

    with country.wuhu.services.unit_of_work() as work:
        found = work.source_probes.newest(["650000", "register/population", WUHU])
    assert {name: item.state for name, item in found.items()} == {
        "650000": SourceState.DOWN,
        "register/population": SourceState.DOWN,
        WUHU: SourceState.UP,
    }


@dataclass
class Counted:
    """Sources that count who looks at them."""

    looked: list[str] = field(default_factory=list)

    def names(self) -> frozenset[str]:
        return frozenset()

    def works(self, source: str) -> bool:
        self.looked.append(source)
        return True


def test_what_is_being_probed_is_not_probed_twice(country: Country) -> None:
    waiting: list[Callable[[], None]] = []
    sources = Counted()
    prober = SourceProber(
        sources=sources,
        unit_of_work=country.wuhu.services.unit_of_work,
        clock=country.clock,
        start=waiting.append,
    )
    prober.begin(["a", "b"])
    prober.begin(["b"])
    prober.begin(["b", "c"])

    for work in waiting:
        work()
    prober.begin(["b"])

    assert len(waiting) == 3
    assert sorted(sources.looked) == ["a", "b", "c"]


def test_the_background_pass_of_serve_probes_by_itself(country: Country) -> None:
    country.post.silent.add(url_of(BAOJI))

    with probing(prober_of(country), interval=0.02):
        for _ in range(500):
            if written(country):
                break

    assert (BAOJI, "down") in written(country)


@pytest.fixture
def health() -> Iterator[HealthClient]:
    with HealthClient() as client:
        yield client


def test_a_region_over_http_is_up_while_it_answers(country: Country, health: HealthClient) -> None:
    with serving(country.baoji.client.app) as url:
        assert health.is_up(url)
    assert not health.is_up(url)


def test_a_region_that_answers_with_an_error_or_not_at_all_is_down(health: HealthClient) -> None:
    broken = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
    with behaving(saying(broken)) as url:
        assert not health.is_up(url)
    with behaving(silent) as url:
        assert not health.is_up(url)


def test_however_often_a_region_was_down_it_is_asked_again(
    country: Country, health: HealthClient
) -> None:
    with serving(country.baoji.client.app) as url:
        pass
    for _ in range(8):
        assert not health.is_up(url)

    state = health.calls.breakers.of(url).state
    assert state.value == "closed"
    assert health.calls.ask(Call(service_url=url, path="/", max_bytes=1, seconds=0.1)) is None
