"""Asks an outside service how a seal stood (印章状态查询), and believes only its own signers."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.envelopes import Envelope
from certs.seals.ports import SealStatusSource
from certs.seals.status_answers import SealQuestion, SealStanding, read_answer
from signing.certificates import Certificate
from signing.paths import build_path, check_role, check_times
from signing.roles import Role

_NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSealStatus:
    """A service that keeps the status of seals, outside of every region.

    Attributes:
        service_url: Where it answers, in the form of ``GET /api/v1/seals/{code}/status``.
        anchors: Authorities of its certificates, given by whoever configured it.
        intermediates: Certificates between them.
        source: Carries the questions.
    """

    service_url: str
    anchors: tuple[Certificate, ...]
    source: SealStatusSource
    intermediates: tuple[Certificate, ...] = ()

    def standing(self, code: str, *, seal_digest: str, at: datetime, now: datetime) -> SealStanding:
        """Return how a seal stood at ``at``; unknown where nobody answers or may be believed."""
        question = SealQuestion(
            code=code, seal_digest=seal_digest, at=at, nonce=secrets.token_hex(_NONCE_BYTES)
        )
        answer = self.source.ask_seal_status(self.service_url, code, at=at, nonce=question.nonce)

        def check_speaker(envelope: Envelope) -> None:
            envelope.verify()
            path = build_path(
                envelope.message.signer, intermediates=self.intermediates, anchors=self.anchors
            )
            check_role(path, Role.STATUS)
            check_times(path, now)

        return read_answer(answer, question, check_speaker=check_speaker, now=now)
