"""Whatever the basis and the marks are: what is marked leaves by duty or agreement alone."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from certs.civil_dates import day_of
from certs.errors import OverAskError
from certs.marks import Mark
from certs.releases import Basis, BasisKind, Wanted, release_found
from tests import world
from tests.desks import event_of, license_of
from tests.doubles.register import MemoryDatabase

FIELDS = ("certificateName", "premises", "hotline", "license.pdf", "license.standing")
SECRETS = st.frozensets(st.sampled_from(["premises", "hotline"]))
LICENSES = st.builds(
    lambda days, of_type, held: (days, of_type, held),
    st.none() | st.integers(-2, 2),
    SECRETS,
    SECRETS,
)
BASES = st.builds(
    Basis,
    kind=st.sampled_from(BasisKind),
    permitted=st.none() | st.frozensets(st.sampled_from(FIELDS)),
    purpose=st.just("样例"),
    duty=st.sampled_from(["", "《样例法》第七条"]),
    lifted=st.frozensets(st.sampled_from(Mark)),
)
WANTED = st.lists(st.sampled_from(FIELDS), unique=True).map(tuple)


def told(days: int | None, secrets: frozenset[str], fields: tuple[str, ...]) -> set[Mark]:
    """What the fields tell that is marked, said in another way than the program does."""
    marks = {Mark.UNDER_14} if days is not None and days > 0 else set()
    if secrets & set(fields) or (secrets and "license.pdf" in fields):
        marks.add(Mark.TRADE_SECRET)
    return marks


@given(st.lists(st.tuples(LICENSES, WANTED), min_size=1, max_size=3), BASES)
def test_nothing_marked_leaves_without_a_duty_or_an_agreement(
    cases: list[tuple[tuple[int | None, frozenset[str], frozenset[str]], tuple[str, ...]]],
    basis: Basis,
) -> None:
    database = MemoryDatabase()
    today = day_of(world.NOON)
    found, marks = [], []
    for number, ((days, of_type, held), fields) in enumerate(cases):
        license = replace(
            license_of(number + 1),
            child_until=today + timedelta(days=days) if days is not None else None,
            type_secrets=of_type,
            held_secrets=held,
        )
        found.append((license, Wanted(identifier=license.identifier, fields=fields, user="W001")))
        marks.append(told(days, of_type | held, fields))
        if basis.permitted is None and not fields and of_type | held:
            marks[-1].add(Mark.TRADE_SECRET)
    is_beyond = basis.permitted is not None and any(
        set(wanted.fields) - basis.permitted for _, wanted in found
    )
    is_held = not basis.duty and any(item - basis.lifted for item in marks)

    with database.unit_of_work() as work:
        work.licenses.add([(license, event_of()) for license, _ in found])
        try:
            release_found(found, basis, work=work, at=world.NOON)
        except OverAskError:
            assert is_beyond or is_held
        else:
            assert not is_beyond
            assert not is_held
            for (license, _), expected in zip(found, marks, strict=True):
                (use,) = work.usages.of_license(license.identifier)
                assert set(use.marks) == expected
        work.commit()
    if is_beyond or is_held:
        assert database.state.usages == []
