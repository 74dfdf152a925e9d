"""Times as people type them."""

from datetime import UTC, date, datetime

from api.errors import UsageError
from certs.civil_dates import BEIJING, start_of


def parse_time(text: str) -> datetime:
    """Return an instant: ISO 8601, in Beijing time where no zone is given.

    Raises:
        UsageError: Not a day or time.
    """
    try:
        if len(text) == len("2026-03-01"):
            return start_of(date.fromisoformat(text)).astimezone(UTC)
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"时间应如 2026-03-01 或 2026-03-01T09:00 · not a time: {text}") from error
