"""推送登记: registers who is told of licenses that come or change, and stops them."""

from collections.abc import Callable
from dataclasses import dataclass

from certs.catalogue import Catalogue
from certs.errors import WebhookNotFoundError, WebhookRefusedError
from certs.masking import redact
from certs.ports import Clock
from certs.webhooks import EVERY, Webhook, WebhookStanding, WebhookWork


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDesk:
    """Keeps subscriptions to events.

    Attributes:
        allows_plain: Addresses may be ``http``: in demo and dev.
    """

    unit_of_work: Callable[[], WebhookWork]
    clock: Clock
    catalogue: Catalogue
    allows_plain: bool

    def all(self) -> tuple[WebhookStanding, ...]:
        """Return how every one stands, by name."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.webhooks.all()

    def register(
        self, name: str, *, address: str, license_types: frozenset[str], by: str
    ) -> Webhook:
        """Register one.

        Args:
            name: What it is called in commands.
            address: Where deliveries go.
            license_types: Short names or codes of types, or ``*`` alone.
            by: Who registers it.

        Raises:
            WebhookRefusedError: A part is none, the address is not secure, or the name was given
                before.
        """
        webhook = Webhook(
            name=name,
            address=address,
            license_types=frozenset(map(self._type_code, license_types)),
            registered_at=self.clock.now(),
            registered_by=by,
        )
        if not (webhook.is_secure or self.allows_plain):
            raise WebhookRefusedError("地址须为 https · the address has to be https")
        with self.unit_of_work() as work:
            work.webhooks.add(webhook)
            work.commit()
        return webhook

    def stop(self, name: str, *, by: str) -> bool:
        """Stop one, for good, with what waits for it; False if it was stopped before.

        Raises:
            WebhookNotFoundError: There is none.
        """
        with self.unit_of_work() as work:
            if name not in {item.webhook.name for item in work.webhooks.all()}:
                raise WebhookNotFoundError("no such webhook")
            is_stopped = work.webhooks.stop(name, at=self.clock.now(), by=by)
            work.commit()
        return is_stopped

    def _type_code(self, named: str) -> str:
        found = None if named == EVERY else self.catalogue.find(named)
        if found is None and named != EVERY:
            shown = redact(named)[:60].replace(" · ", " ")
            raise WebhookRefusedError(f"没有证照类型 {shown} · there is no license type {shown}")
        return named if found is None else str(found.code)
