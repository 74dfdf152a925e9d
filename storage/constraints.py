"""Named constraints that read as sentences."""

from collections.abc import Iterable

from sqlalchemy import Boolean, CheckConstraint, Column


def check(name: str, text: str) -> CheckConstraint:
    """Return a constraint. It also passes where ``text`` comes to NULL."""
    return CheckConstraint(text, name=name)


def known(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return a constraint that keeps ``column`` within an enumeration, or NULL."""
    listed = ", ".join(f"'{value}'" for value in values)
    return check(f"{column}_known", f"{column} IN ({listed})")


def whole(name: str, first: str, *others: str) -> CheckConstraint:
    """Return a constraint that these columns are all there or all missing."""
    pairs = " AND ".join(f"({first} IS NULL) = ({other} IS NULL)" for other in others)
    return check(f"{name}_whole", pairs)


def flag(name: str, *, nullable: bool = False) -> Column[bool]:
    """Return a column of true and false; SQLite has no such type and would keep any number."""
    return Column(name, Boolean(create_constraint=True, name=f"{name}_flag"), nullable=nullable)
