"""Short names: what systems, verifiers and subscriptions are called in commands and addresses."""

import re
from typing import Final

from signing.client_requests import CLIENT_NAME

SHORT_NAME_WORDS: Final = (
    "名称为 3 至 40 个小写字母、数字和横线，以字母开头"
    " · a name has 3 to 40 small letters, digits and dashes, and begins with a letter"
)
_NAME: Final = re.compile(CLIENT_NAME)


def is_short_name(text: str) -> bool:
    """Whether something can be called so."""
    return _NAME.fullmatch(text) is not None
