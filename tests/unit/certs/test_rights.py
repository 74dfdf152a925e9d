"""Who may do what: every role, every action, and every way to stand to what it is on."""

from itertools import product

import pytest

from certs.access import ADMINISTRATORS, CallerRole
from certs.rights import NO_RULE, Action, Relation, decide

ROLES = (
    CallerRole.CITIZEN,
    CallerRole.ORG_ADMIN,
    CallerRole.ORG_AGENT,
    CallerRole.WINDOW,
    CallerRole.ISSUER,
    CallerRole.MAKER,
    CallerRole.CHECKER,
    CallerRole.SEAL_KEEPER,
    CallerRole.SEAL_APPROVER,
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
# A column for each role above; o(wn), u(nit's own), c(ase), g(rant), f (guardian), s(tranger), all
# of them (*), or none.
TABLE = """
license.issue      -    -    -    -    u    u    -    -    -    -    -    -    -    -
batch.run          -    -    -    -    u    u    -    -    -    -    -    -    -    -
license.list       -    -    -    -    u    u    u    -    -    -    -    -    -    -
license.read       ogf  o    o    cg   ug   ug   u    -    -    -    -    -    -    -
wallet.read        of   o    o    -    -    -    -    -    -    -    -    -    -    -
file.keep          o    o    -    -    -    -    -    -    -    -    -    -    -    -
license.move       -    -    -    -    u    u    -    -    -    -    -    -    -    -
license.confirm    -    -    -    -    u    -    u    -    -    -    -    -    -    -
license.mark       o    o    -    -    -    -    -    -    -    -    -    -    -    -
code.show          ofg  o    o    -    -    -    -    -    -    -    -    -    -    -
code.redeem        -    -    -    g    -    -    -    -    -    -    -    -    -    -
copy.make          ogf  o    o    cg   ug   ug   -    -    -    -    -    -    -    -
grant.give         ogf  o    -    cg   -    -    -    -    -    -    -    -    -    -
grant.confirm      o    -    -    -    -    -    -    -    -    -    -    -    -    -
staff.appoint      o    o    -    -    -    -    -    -    -    -    -    -    -    -
verifier.apply     o    o    -    -    -    -    -    -    -    -    -    -    -    -
correction.raise   of   o    o    u    u    u    -    -    -    -    -    -    -    -
correction.read    o    o    o    o    ou   ou   u    -    -    -    -    -    -    -
correction.answer  -    -    -    -    u    u    -    -    -    -    -    -    -    -
quality.read       -    -    -    -    u    u    u    -    -    -    -    -    -    -
question.answer    -    -    -    -    u    u    -    -    -    -    -    -    -    -
seal.read          -    -    -    -    u    -    -    u    u    -    -    -    -    -
seal.keep          -    -    -    -    u    -    -    u    -    -    -    -    -    -
seal.approve       -    -    -    -    u    -    -    -    u    -    -    -    -    -
case.handle        -    -    -    u    -    -    -    -    -    -    -    -    -    -
promise.sign       o    o    o    u    -    -    -    -    -    -    -    -    -    -
case.read_own      o    o    o    -    -    -    -    -    -    -    -    -    -    -
complaint.answer   -    -    -    -    u    -    -    -    -    -    -    -    -    -
use.read           o    o    -    -    -    -    -    -    -    -    -    -    -    -
dispute.answer     -    -    -    u    -    -    -    -    -    -    -    -    -    -
receipt.take       *    *    *    *    *    *    *    *    *    *    *    *    *    *
document.verify    *    *    *    *    *    *    *    *    *    *    *    *    *    *
register.ask       -    -    -    uc   u    -    -    -    -    -    -    -    -    -
package.read       -    -    -    -    u    -    -    -    -    u    -    -    -    -
archive.keep       -    -    -    -    -    -    -    -    -    u    -    -    -    -
figures.read       -    -    -    -    -    -    -    -    -    -    u    -    -    -
audit.read         -    -    -    -    -    -    -    -    -    -    -    u    -    -
people.manage      -    -    -    -    -    -    -    -    -    -    -    -    -    u
system.run         -    -    -    -    -    -    -    -    -    -    -    -    u    -
"""
ROWS = [line.replace("*", "oucgfs").split() for line in TABLE.strip().splitlines()]
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


def test_no_role_of_a_department_confirms_what_it_proposes_but_the_whole_department() -> None:
    both = ((Action.MOVE_LICENSE, Action.CONFIRM_MOVE), (Action.KEEP_SEAL, Action.APPROVE_SEAL))
    for proposing, confirming in both:
        may_both = {
            role
            for role in CallerRole
            if decide(role, proposing).is_permitted and decide(role, confirming).is_permitted
        }
        assert may_both == {CallerRole.ISSUER}


def test_agents_of_an_enterprise_pass_nothing_on() -> None:
    passing_on = (Action.APPOINT, Action.GIVE_GRANT, Action.CONFIRM_GRANT, Action.MARK_SECRET)
    assert not any(decide(CallerRole.ORG_AGENT, action).is_permitted for action in passing_on)
