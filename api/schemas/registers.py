"""Registers of facts (数据源) over HTTP."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from verify.registers.definitions import Register


class RegisterOut(Body):
    """A register that is offered."""

    code: str
    name: str
    name_en: str
    items: tuple[str, ...] = Field(description="核验事项: what it says yes or no to")


class RegisterListOut(Body):
    """The registers that are offered."""

    registers: tuple[RegisterOut, ...]

    @classmethod
    def of(cls, registers: Iterable[Register]) -> Self:
        """Return the body of a list of registers."""
        return cls(
            registers=tuple(
                RegisterOut(
                    code=item.code,
                    name=item.name_zh,
                    name_en=item.name_en,
                    items=tuple(part.code for part in item.items),
                )
                for item in registers
            )
        )
