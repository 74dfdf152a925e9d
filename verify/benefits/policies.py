"""Policies (免申即享政策): whom a benefit is for, as conditions over the fields of a license.

Conditions are those that registers of facts know, and no others: nothing in a policy is computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.typed_tables import read_toml
from verify.errors import MalformedRegisterError
from verify.matters.definitions import types_by_name
from verify.registers.definitions import RegisterItem, parse_item

SCHEMA: Final = "yinxin.benefit/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitPolicy:
    """免申即享政策.

    Attributes:
        matter: Code of the matter under which the benefit is given.
        name_zh: Its name, as holders read it in the log of uses.
        name_en: The same in English.
        department_zh: Who gives it, and is told whose licenses fit.
        legal_basis: What allows to look for them.
        holders: Which license shows that somebody fits.
    """

    matter: str
    name_zh: str
    name_en: str
    department_zh: str
    legal_basis: str
    holders: RegisterItem


def load_policy(path: Path, *, types: Iterable[LicenseType]) -> BenefitPolicy:
    """Return the policy that a file describes.

    Args:
        path: A file ``.toml`` of at most 128 KiB.
        types: The license types that it may name, by short name or by code.

    Raises:
        MalformedRegisterError: The file is damaged; the message names the key.
    """
    table = read_toml(path, error=MalformedRegisterError)
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    texts = {
        name: table.take(name, str)
        for name in ("matter", "name_zh", "name_en", "department_zh", "legal_basis")
    }
    blank = [name for name, text in texts.items() if not text.strip()]
    if blank:
        raise table.error(blank[0], "is blank")
    items = [parse_item(item, types_by_name(types)) for item in table.tables("holders")]
    if len(items) != 1:
        raise table.error("holders", "is one table")
    table.finish()
    return BenefitPolicy(holders=items[0], **texts)
