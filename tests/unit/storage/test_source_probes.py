"""Probes of sources in the database."""

from datetime import timedelta

from sqlalchemy import Engine

from storage.source_probes import SqlSourceProbes
from tests.doubles.acceptance import NOON
from verify.acceptance.probes import Probe, SourceState

DOWN = Probe(source="610300", state=SourceState.DOWN, probed_at=NOON)
UP = Probe(source="610300", state=SourceState.UP, probed_at=NOON)


def test_two_windows_that_probe_at_one_moment_keep_one_probe(shared_engine: Engine) -> None:
    for _ in range(2):
        with shared_engine.begin() as connection:
            SqlSourceProbes(connection).add([DOWN])

    with shared_engine.begin() as connection:
        assert SqlSourceProbes(connection).newest(["610300"]) == {"610300": DOWN}


def test_the_newest_probe_stands_and_of_two_at_one_moment_that_which_is_up(
    shared_engine: Engine,
) -> None:
    later = Probe(source="610300", state=SourceState.DOWN, probed_at=NOON + timedelta(seconds=1))
    with shared_engine.begin() as connection:
        probes = SqlSourceProbes(connection)
        probes.add([DOWN, UP])
        assert probes.newest(["610300", "340200"]) == {"610300": UP}
        probes.add([later])
        assert probes.newest(["610300"]) == {"610300": later}


def test_the_newest_probe_since_a_moment_is_found_for_each_source(shared_engine: Engine) -> None:
    moment = NOON + timedelta(days=1)
    first = Probe(source="610300", state=SourceState.DOWN, probed_at=moment)
    then = Probe(source="610300", state=SourceState.UP, probed_at=moment + timedelta(seconds=1))
    other = Probe(source="register/a", state=SourceState.DOWN, probed_at=moment)
    with shared_engine.begin() as connection:
        probes = SqlSourceProbes(connection)
        probes.add([first, then, other])

        assert probes.newest_since(moment) == (then, other)
        assert probes.newest_since(moment + timedelta(seconds=1)) == (then,)
