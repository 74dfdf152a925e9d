"""Whether a seal may be used now (用印核验), and a sealer that records before it seals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certs.errors import SealNotUsableError
from certs.seals.events import SealState
from certs.seals.ports import SealRepository, SealWork
from certs.seals.register import RegisteredSeal, seal_digest
from certs.seals.uses import SealUse, UseDigest
from signing.signer import Sealer, SealProperties


def usable_seal(encoded: bytes, *, seals: SealRepository, now: datetime) -> RegisteredSeal:
    """Return the registered seal if it may be used now.

    Args:
        encoded: The SESeal that a sealer holds.
        seals: The register.
        now: The present.

    Raises:
        SealNotUsableError: It is not registered, not enabled or out of date; the message names
            the seal and the reason, Chinese first.
    """
    seal = seals.find_encoded(seal_digest(encoded))
    if seal is None:
        raise SealNotUsableError(
            "印章未在本实例登记，不能用印；请先用 yinxin seal import 登记 · "
            "the seal is not registered here; import it first"
        )
    life = seals.events(seal.code)
    last = life[-1]
    if last.move.state is not SealState.ENABLED:
        why = f"（{last.reason}）" if last.reason else ""
        raise SealNotUsableError(
            f"印章 {seal.code} {last.move.state.zh}{why}，不能用印 · "
            f"the seal is {last.move.state}; nothing was signed"
        )
    if not seal.is_valid_at(now):
        raise SealNotUsableError(
            f"印章 {seal.code} 不在有效期内，不能用印 · the seal is out of date; nothing was signed"
        )
    return seal


def check_operator(operator: str) -> None:
    """Refuse to use a seal for nobody.

    Raises:
        SealNotUsableError: Nobody is named.
    """
    if not operator.strip():
        raise SealNotUsableError(
            "用印须记录用印人，请给出 --operator · every use of a seal names a person: --operator"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSealer:
    """A sealer for documents that are no licenses: every use is on record before it signs.

    Attributes:
        inner: The sealer that signs.
        unit_of_work: Opens the register.
        now: Tells the time.
        operator: 用印人.
        purpose: Kind of document.
    """

    inner: Sealer
    unit_of_work: Callable[[], SealWork]
    now: Callable[[], datetime]
    operator: str
    purpose: str

    @property
    def seal(self) -> bytes:
        """The SESeal, DER."""
        return self.inner.seal

    def seal_digest(self, digest: bytes, properties: SealProperties) -> bytes:
        """Record the use, then seal; see ``Sealer.seal_digest``.

        Raises:
            SealNotUsableError: The seal is not enabled, or nobody is named.
        """
        check_operator(self.operator)
        with self.unit_of_work() as work:
            now = self.now()
            seal = usable_seal(self.seal, seals=work.seals, now=now)
            use = SealUse(
                seal_code=seal.code,
                used_at=now,
                operator=self.operator,
                purpose=self.purpose,
                digest=digest.hex(),
                digest_of=UseDigest.DOCUMENT,
            )
            work.seals.add_uses([use])
            work.commit()
        return self.inner.seal_digest(digest, properties)
