"""Status lists as `yinxin serve` publishes them, for an instance of a test."""

from pathlib import Path

from api.status_publishing import open_publisher, publish_now
from tests.instances import Instance


def publish_lists(instance: Instance, folder: Path) -> None:
    """Publish what is due now."""
    services = instance.services
    assert services.status_signer is not None
    publish_now(
        open_publisher(
            unit_of_work=services.unit_of_work,
            clock=services.clock,
            signer=services.status_signer,
            public_url=services.public_url,
            public=folder / "public",
        )
    )
