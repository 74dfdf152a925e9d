"""The holder's log (用证记录) as interface and page show it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.callers import Caller
from api.schemas.usages import UseOut, UsesOut
from api.services import Services
from certs.releases import BasisKind
from certs.use_logs.entries import UseFilter

BASES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        BasisKind.DISPLAY_CODE: ("持证人亮证", "Shown by the holder"),
        BasisKind.OFFLINE_CODE: ("持证人制作离线亮证码", "Taken along by the holder"),
        BasisKind.CASE: ("办件查询", "Case"),
        BasisKind.GRANT: ("持证人授权", "Granted by the holder"),
        BasisKind.REGISTER: ("颁发机构调阅", "Read by the issuer"),
        BasisKind.INFO_CHECK: ("信息验证", "Data compared"),
        BasisKind.INFO_MISMATCH: ("信息验证（不一致）", "Data compared, not right"),
        BasisKind.COPY: ("制作加注件", "An annotated copy was made"),
        BasisKind.DATA_CHECK: ("数据共享核验", "A register was asked yes or no"),
        BasisKind.BENEFIT: ("免申即享", "Looked for whom a benefit is"),
        BasisKind.ARCHIVE: ("档案利用", "Taken out of the archive"),
    }
)
"""Each basis in words; a test holds it complete."""

MOST_USES: Final = 100


def uses_of(
    caller: Caller, services: Services, *, before: int | None, limit: int, wanted: UseFilter
) -> UsesOut:
    """Return a page of the uses of all of a holder's licenses, with what became of disputes."""
    key = caller.grant.holder_key
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.holder_log.newest(key, limit + 1, before=before, wanted=wanted)
        disputed = {item.use: item for item in work.disputes.of_holder(key)}
    shown = found[:limit]
    return UsesOut(
        uses=tuple(
            UseOut.of(item, words_of(item.usage.basis), disputed.get(item.number), now)
            for item in shown
        ),
        next=shown[-1].number if len(found) > limit else None,
    )


def words_of(basis: str) -> tuple[str, str]:
    """Return a basis in words; one of a later release is told as it is."""
    return BASES.get(basis, (basis, basis))
