"""The issuing desk that a command or request asks for."""

from dataclasses import replace

from api.errors import UsageError
from api.services import Services
from certs.issuing_desk import IssuingDesk


def desk_of(services: Services, name: str, *, operator: str = "") -> IssuingDesk:
    """Return the desk that issues a type, with ``operator`` at it where somebody is named.

    Raises:
        UsageError: There is no such type, or no seal to issue it with.
    """
    license_type = services.license_type(name)
    if license_type is None:
        known = ", ".join(item.short_name for item in services.catalogue)
        raise UsageError(f"没有证照类型 {name} · unknown type; known: {known}")
    desk = services.desks.get(str(license_type.code))
    if desk is None:
        raise UsageError("还没有印章，请先运行 yinxin seal make · make a seal first")
    return replace(desk, operator=operator or desk.operator)
