"""A holder takes a code along, on the page or by the interface (离线亮证)."""

from collections.abc import Sequence

from api.auth import Caller
from api.services import Services
from certs.offline_showing import IssuedOfflineCode, issue_offline_code
from signing.holder_proofs import DeviceKey


def take_along(
    identifier: str,
    fields: Sequence[str],
    *,
    device: DeviceKey | None,
    caller: Caller,
    services: Services,
) -> IssuedOfflineCode:
    """Sign what a holder shows of an own license; see `certs.offline_showing`."""
    return issue_offline_code(
        identifier,
        holder_key=caller.grant.holder_key,
        fields=fields,
        device=device,
        desk_of=lambda license: services.desks.get(license.type_code),
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )
