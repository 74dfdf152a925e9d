"""Uses of the seal in issuing: nothing is begun or sealed with a seal that is not enabled."""

from collections.abc import Sequence

from certs.intents import Intent
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from certs.seals.register import RegisteredSeal
from certs.seals.usability import check_operator, usable_seal
from certs.seals.uses import SealUse


def check_seal(work: UnitOfWork, desk: IssuingDesk) -> RegisteredSeal:
    """Return the desk's seal if it may be used now, by somebody.

    Raises:
        SealNotUsableError: It may not, or nobody is named who uses it.
    """
    check_operator(desk.operator)
    return usable_seal(desk.sealer.seal, seals=work.seals, now=desk.clock.now())


def record_uses(work: UnitOfWork, desk: IssuingDesk, rendered: Sequence[Intent]) -> None:
    """Record who is about to seal these faces; with intent B, in the same transaction.

    Raises:
        SealNotUsableError: The seal is not enabled any more.
    """
    if not rendered:
        return
    seal = check_seal(work, desk)
    now = desk.clock.now()
    work.seals.add_uses(
        SealUse(
            seal_code=seal.code,
            used_at=now,
            operator=desk.operator,
            purpose=f"签发{desk.license_type.name}",
            digest=digest.hex(),
            license=item.identifier,
        )
        for item in rendered
        for digest in (item.seal_to_be_signed, item.ofd_to_be_signed)
        if digest
    )
