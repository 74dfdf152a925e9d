"""A holder takes a code along, on the page or by the interface (离线亮证)."""

from collections.abc import Sequence
from typing import Final

from api.callers import Caller
from api.license_reading import acting_holder
from api.redeeming import shown_for
from api.services import Services
from certs.offline_showing import IssuedOfflineCode, issue_offline_code
from signing.holder_proofs import DeviceKey

_PURPOSE: Final = "离线出示证照"


def take_along(
    identifier: str,
    fields: Sequence[str],
    *,
    device: DeviceKey | None,
    caller: Caller,
    services: Services,
) -> IssuedOfflineCode:
    """Sign what a holder shows of an own license; see `certs.offline_showing`."""
    key = acting_holder(identifier, caller=caller, services=services)
    return issue_offline_code(
        identifier,
        holder_key=key,
        purpose=shown_for(_PURPOSE, key, caller),
        fields=fields,
        device=device,
        desk_of=lambda license: services.desks.get(license.type_code),
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )
