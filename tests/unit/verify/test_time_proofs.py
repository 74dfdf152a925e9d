"""Time that a ledger proves: by other regions' word, never by the keeper's own."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import origin_of
from certs.regions import RegionCode
from signing.errors import InvalidProofError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, NoteSignature, cosign_note, sign_note
from signing.ledger.proof_files import LedgerProof
from signing.roles import Role
from tests import sealed, world
from tests.brute_trees import path_to, root_of
from verify.errors import LedgerProofError, TooFewWitnessesError
from verify.ledger.keys import witness_name
from verify.ledger.time_proofs import ProvedTime, prove_time
from verify.trusted_regions import TrustedRegion

ISSUE = LedgerName.ISSUE
SIGNERS = {
    code: world.certified(world.root(), Role.LEDGER)
    for code in ("340200", "610300", "340100", "610100")
}
REGIONS = {
    code: replace(
        sealed.trusted_region("340200"), code=RegionCode(code), ledger=(item.certificate,)
    )
    for code, item in SIGNERS.items()
}
KEEPER = REGIONS["340200"]
OTHERS = tuple(REGIONS.values())
ENTRIES = [
    LedgerEntry(kind="issued", at=world.NOON, organization="", digests=(f"{number:064x}",)).encode()
    for number in range(11)
]


def proof_of(
    *seen: tuple[str, datetime],
    log: LedgerName = ISSUE,
    keeper: str = "340200",
    signer: str = "340200",
) -> LedgerProof:
    origin = origin_of(keeper, log)
    text = Checkpoint(origin=origin, size=11, root=root_of(ENTRIES)).text
    signatures: list[NoteSignature] = [
        sign_note(text, name=origin, signer=SIGNERS[signer].signer),
        *(
            cosign_note(text, name=f"{code}.yinxin", signer=SIGNERS[code].signer, now=at)
            for code, at in seen
        ),
    ]
    return LedgerProof(
        entry=ENTRIES[4],
        index=4,
        path=path_to(4, ENTRIES),
        note=Note(text=text, signatures=tuple(signatures)),
    )


def proved(proof: LedgerProof, *, quorum: int = 1, keeper: TrustedRegion = KEEPER) -> ProvedTime:
    return prove_time(proof, log=ISSUE, keeper=keeper, regions=OTHERS, quorum=quorum)


def later(minutes: int) -> datetime:
    return world.NOON + timedelta(minutes=minutes)


def test_entry_stood_there_when_another_region_saw_it() -> None:
    found = proved(proof_of(("610300", later(3))))
    assert found.at == later(3)
    assert found.entry.encode() == ENTRIES[4]
    assert [str(item.region) for item in found.sightings] == ["610300"]
    assert witness_name(REGIONS["610300"].code) == "610300.yinxin"


def test_time_is_that_at_which_enough_regions_had_seen_it() -> None:
    proof = proof_of(("610300", later(9)), ("340100", later(1)), ("610100", later(5)))
    assert [proved(proof, quorum=count).at for count in (1, 2, 3)] == [
        later(1),
        later(5),
        later(9),
    ]
    with pytest.raises(TooFewWitnessesError, match="3 other regions"):
        proved(proof, quorum=4)


def test_keeper_is_no_witness_of_its_own_log() -> None:
    with pytest.raises(LedgerProofError):
        proved(proof_of(("340200", later(1))))
    with pytest.raises(LedgerProofError):
        proved(proof_of())


def test_same_region_twice_is_one_witness() -> None:
    with pytest.raises(LedgerProofError):
        proved(proof_of(("610300", later(1)), ("610300", later(2))), quorum=2)


def test_other_log_other_keeper_and_strange_signature_prove_nothing() -> None:
    seen = ("610300", later(1))
    for proof in (
        proof_of(seen, log=LedgerName.AUDIT),
        proof_of(seen, keeper="340100", signer="340100"),
        proof_of(seen, signer="610300"),
    ):
        with pytest.raises(LedgerProofError):
            proved(proof)
    with pytest.raises(LedgerProofError):
        proved(proof_of(seen), keeper=replace(KEEPER, ledger=()))


def test_entry_that_is_not_in_the_tree_or_is_none_proves_nothing() -> None:
    proof = proof_of(("610300", later(1)))
    with pytest.raises(InvalidProofError):
        proved(replace(proof, entry=ENTRIES[5]))
    with pytest.raises(LedgerProofError):
        proved(replace(proof, entry=b"{}"))


def test_witness_whose_certificate_was_not_valid_then_counts_for_nothing() -> None:
    proof = proof_of(("610300", world.LONG.not_after + timedelta(days=1)))
    with pytest.raises(LedgerProofError):
        proved(proof)
    forged = replace(
        proof.note,
        signatures=(
            proof.note.signatures[0],
            replace(proof.note.signatures[1], value=bytes(72)),
        ),
    )
    with pytest.raises(LedgerProofError):
        proved(replace(proof, note=forged))
