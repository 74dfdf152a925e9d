"""Who may do what: every role, every action, and every way to stand to what it is on."""

from itertools import product

import pytest

from certs.access import ADMINISTRATORS, CallerRole
from certs.rights import NO_RULE, Action, Relation, decide

ROLES = (
    CallerRole.CITIZEN,
    CallerRole.WINDOW,
    CallerRole.ISSUER,
    CallerRole.ARCHIVIST,
    CallerRole.SUPERVISOR,
    CallerRole.AUDITOR,
    CallerRole.SYSTEM_ADMIN,
    CallerRole.SECURITY_ADMIN,
)
LETTERS = {
    "o": Relation.OWN,
    "u": Relation.OFFICE,
    "c": Relation.CASE,
    "g": Relation.GRANT,
    "f": Relation.GUARDIAN,
    "s": Relation.STRANGER,
}
# A column for each role above; o(wn), u(nit's own), c(ase), g(rant), s(tranger), or none.
TABLE = """
license.issue        -      -      u      -      -      -      -      -
batch.run            -      -      u      -      -      -      -      -
license.list         -      -      u      -      -      -      -      -
license.read         ogf    cg     ug     -      -      -      -      -
wallet.read          of     -      -      -      -      -      -      -
license.move         -      -      u      -      -      -      -      -
license.mark         o      -      -      -      -      -      -      -
code.show            of     -      -      -      -      -      -      -
code.redeem          -      g      -      -      -      -      -      -
copy.make            og     cg     ug     -      -      -      -      -
grant.give           og     cg     -      -      -      -      -      -
grant.confirm        o      -      -      -      -      -      -      -
correction.raise     of     u      u      -      -      -      -      -
correction.read      o      o      ou     -      -      -      -      -
correction.answer    -      -      u      -      -      -      -      -
quality.read         -      -      u      -      -      -      -      -
question.answer      -      -      u      -      -      -      -      -
seal.keep            -      -      u      -      -      -      -      -
case.handle          -      u      -      -      -      -      -      -
promise.sign         o      u      -      -      -      -      -      -
case.read_own        o      -      -      -      -      -      -      -
complaint.answer     -      -      u      -      -      -      -      -
use.read             o      -      -      -      -      -      -      -
dispute.answer       -      u      -      -      -      -      -      -
receipt.take         oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs
document.verify      oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs  oucgfs
register.ask         -      uc     u      -      -      -      -      -
package.read         -      -      u      u      -      -      -      -
archive.keep         -      -      -      u      -      -      -      -
figures.read         -      -      -      -      u      -      -      -
audit.read           -      -      -      -      -      u      -      -
people.manage        -      -      -      -      -      -      -      u
system.run           -      -      -      -      -      -      u      -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
OF_LICENSES = [action for action in Action if action.value.startswith(("license.", "copy."))]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_role_may_what_the_table_says_and_nothing_else(row: list[str]) -> None:
    action = Action(row[0])
    columns = tuple(zip(ROLES, row[1:], strict=True))
    for (role, cell), (letter, relation) in product(columns, LETTERS.items()):
        decision = decide(role, action, relation)
        assert decision.is_permitted is (letter in cell), (role, relation)
        assert decision.rule == (NO_RULE if cell == "-" else f"{role}:{action}")
        assert decide(role, action).is_permitted is (cell != "-")


def test_the_table_has_every_action_and_every_role() -> None:
    assert [row[0] for row in ROWS] == [action.value for action in Action]
    assert set(ROLES) == set(CallerRole)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_whoever_administers_reads_no_license(role: CallerRole) -> None:
    assert not any(decide(role, action).is_permitted for action in OF_LICENSES)
