"""社会核验机构 (social verifiers): banks, hotels and others who may see what their purpose allows.

They are no offices: what a holder shows them they see only as far as it was registered for them,
whatever the holder chose beyond that. Everything else they see as anybody does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from certs.errors import VerifierRefusedError
from certs.masking import redact
from certs.short_names import SHORT_NAME_WORDS, is_short_name
from certs.transactions import Transaction

LONGEST: Final = timedelta(days=3 * 366)
"""How long a registration lasts before somebody has to look at it anew."""
SIGNED_IN: Final = timedelta(hours=12)
"""How long a desk of theirs stays signed in: a working day."""
_MOST_TITLE: Final = 80
_MOST_PURPOSE: Final = 100
_MOST_FIELDS: Final = 20
_MOST_TYPES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialVerifier:
    """One organization for one purpose.

    Attributes:
        name: What it is called in commands; never given to another one.
        title: Its name, as holders read it in their logs.
        purpose: What it asks for, in plain words that holders read.
        license_types: Codes of the types that it may see something of.
        fields: Names of elements, fields and ages that it may see.
        ends_at: From when on it is one no more.
        registered_by: The security administrator who registered it.
        stopped_at: When it was stopped, for good; None while it was not.

    Raises:
        VerifierRefusedError: A part is none, or the end is not within three years.
    """

    name: str
    title: str
    purpose: str
    license_types: frozenset[str]
    fields: frozenset[str]
    registered_at: datetime
    registered_by: str
    ends_at: datetime
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if not is_short_name(self.name):
            raise VerifierRefusedError(SHORT_NAME_WORDS)
        for text, most in ((self.title, _MOST_TITLE), (self.purpose, _MOST_PURPOSE)):
            if not 0 < len(text.strip()) <= most or redact(text) != text or not text.isprintable():
                raise VerifierRefusedError(
                    "机构名称和用途各写一句，不含证件号码"
                    " · say who it is and what for in a line each, without numbers of people"
                )
        if not 0 < len(self.license_types) <= _MOST_TYPES or not 0 < len(self.fields) <= (
            _MOST_FIELDS
        ):
            raise VerifierRefusedError(
                "至少各选一种证照类型和一个信息项，至多各 20"
                " · choose at least one license type and one field, and at most 20 of each"
            )
        if not self.registered_at < self.ends_at <= self.registered_at + LONGEST:
            raise VerifierRefusedError(
                "截止时间须在三年之内且未过 · the end is in the future, and within three years"
            )

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is one at a moment."""
        return self.stopped_at is None and at < self.ends_at

    def sees(self, type_code: str, chosen: Sequence[str]) -> tuple[str, ...]:
        """Return what of a holder's choice it may see, in the holder's order."""
        if type_code not in self.license_types:
            return ()
        return tuple(name for name in chosen if name in self.fields)


class VerifierBook(Protocol):
    """Keeps social verifiers, and the secrets that they come with."""

    def add(self, verifier: SocialVerifier) -> None:
        """Keep a new one.

        Raises:
            VerifierRefusedError: The name was given before.
        """
        ...

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with all its secrets; False if there is none that could be stopped."""
        ...

    def find(self, name: str) -> SocialVerifier | None:
        """Return one, or None."""
        ...

    def all(self) -> tuple[SocialVerifier, ...]:
        """Return every one by name, those that were stopped as well."""
        ...

    def add_secret(self, digest: str, name: str, *, until: datetime) -> None:
        """Keep a secret of one by its digest.

        Raises:
            VerifierRefusedError: It was stopped meanwhile.
        """
        ...

    def find_by_secret(self, digest: str, *, at: datetime) -> SocialVerifier | None:
        """Return whose secret it is, if it and its owner are good then."""
        ...

    def end_secret(self, digest: str) -> None:
        """Forget a secret."""
        ...

    def forget_secrets(self, before: datetime) -> int:
        """Remove secrets that ended before a moment; return how many."""
        ...


class VerifierWork(Transaction, Protocol):
    """A unit of work over social verifiers."""

    @property
    def verifiers(self) -> VerifierBook:
        """The verifiers within this transaction."""
        ...
