"""A code typed at the window: an organization's, a citizen's, or a mistake named as what it is."""

import pytest

from api.commands.access import holder_of
from certs.errors import MalformedIdentifierError
from certs.holder_codes import HolderCodeType


@pytest.mark.parametrize(
    ("code", "kind"),
    [("11340200MB9TXY014H", "001"), ("11010519491231002X", "111"), ("440524188001010014", "111")],
)
def test_the_kind_of_a_code_is_told_by_its_check_characters(code: str, kind: str) -> None:
    assert holder_of(code).code_type is HolderCodeType(kind)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("11340200MB9TXY014A", "social credit code"),
        ("92340209YX45EF7D82", "social credit code"),
        ("110105194912310021", "citizen number"),
    ],
)
def test_a_mistyped_code_is_named_as_what_it_looks_like(code: str, words: str) -> None:
    with pytest.raises(MalformedIdentifierError, match=words) as refused:
        holder_of(code)
    assert code not in str(refused.value)
