"""The server of one region: its routes and pages, and what runs beside them."""

from api.app import create_app
from api.archiving import archiving
from api.batch_working import working_batches
from api.bootstrap import OpenHome
from api.complaint_posting import complaint_posting
from api.composition import connect_services
from api.console import Output
from api.decision_log import INTERVAL_SECONDS
from api.evidencing import evidencing
from api.following_up import following_up
from api.ledger_office import keeping_ledger
from api.nightly import nightly
from api.notifying import notifying
from api.probing import probing
from api.questioning import questioning
from api.repeating import repeating
from api.returning import returning
from api.serving import serve_app
from api.status_publishing import publishing
from api.tallying import tallying
from api.trust_refreshing import kept_fresh, sources_of
from api.webhook_sending import sending_webhooks


def serve_region(
    instance: OpenHome, output: Output, *, passphrase: str, host: str, port: int
) -> None:
    """Serve a region until the process is told to end.

    Args:
        instance: The region.
        output: Where people are told.
        passphrase: What opens its keys; a worker beside the service opens them again.
        host: Where to listen.
        port: The same.
    """
    trust_url = instance.settings.trust_url
    with (
        connect_services(instance) as services,
        publishing(services.status_publisher),
        notifying(services.notifier),
        sending_webhooks(services.webhook_sender),
        complaint_posting(services.complaint_poster),
        keeping_ledger(services.ledger),
        probing(services.case_sources.prober if services.case_sources is not None else None),
        questioning(services.case_sources, services.acceptance, services.forms),
        archiving(services.archive, services.case_archive if services.archive else None),
        evidencing(services.evidence),
        following_up(services),
        returning(services.returns),
        tallying(services),
        nightly(services),
        repeating(
            services.decisions.flush,
            interval=INTERVAL_SECONDS,
            name="decisions",
            trouble="decisions could not be put on record",
        ),
        working_batches(services, instance, passphrase),
        kept_fresh(
            services.trust,
            sources_of(services.trust, trust_url=trust_url, own_url=services.public_url),
        ),
    ):
        output.say(f"{services.name}: http://{host}:{port} (Ctrl-C 结束 ends)")
        serve_app(create_app(services), host=host, port=port)
        services.decisions.flush()
