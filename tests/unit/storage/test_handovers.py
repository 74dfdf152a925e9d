"""Handovers on record, in the databases and in memory."""

from dataclasses import replace
from datetime import timedelta

from certs.packages.handovers import HandoverSide, KeptHandover
from tests.unit.storage.conftest import OpenUnit
from tests.world import NOON

SENT = KeptHandover(
    identity="a" * 64,
    side=HandoverSide.SENT,
    number="A" * 26,
    partner="样例档案馆",
    digest="b" * 64,
    made_at=NOON,
    encoded=b"list",
)
LATER = NOON + timedelta(hours=1)


def test_a_handover_is_open_until_its_receipt_comes_back_once(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.handovers.add(SENT)
        work.handovers.add(replace(SENT, encoded=b"other"))
        work.commit()
    with open_unit() as work:
        assert work.handovers.open_of("样例档案馆", "b" * 64) == SENT
        assert work.handovers.open_of("另一档案馆", "b" * 64) is None
        assert work.handovers.open_of("样例档案馆", "c" * 64) is None
        assert work.handovers.close("a" * 64, b"receipt", LATER)
        assert not work.handovers.close("a" * 64, b"another", LATER)
        assert not work.handovers.close("0" * 64, b"receipt", LATER)
        assert work.handovers.open_of("样例档案馆", "b" * 64) is None
        closed = work.handovers.find("a" * 64, HandoverSide.SENT)
    assert closed == replace(SENT, receipt=b"receipt", closed_at=LATER)


def test_one_instance_may_both_send_and_receive_a_list(open_unit: OpenUnit) -> None:
    received = replace(SENT, side=HandoverSide.RECEIVED, receipt=b"ours", closed_at=LATER)
    with open_unit() as work:
        work.handovers.add(received)
        assert work.handovers.open_of("样例档案馆", "b" * 64) is None
        assert work.handovers.find("a" * 64, HandoverSide.SENT) is None
        work.handovers.add(SENT)
        assert work.handovers.find("a" * 64, HandoverSide.RECEIVED) == received
        assert work.handovers.find("a" * 64, HandoverSide.SENT) == SENT
