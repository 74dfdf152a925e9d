"""ofdkit, another program that reads OFD, finds what our faces say."""

import io

import ofdkit
import pytest

from certs.faces.content import FaceContent
from tests.unit.certs.face_samples import CONTENT
from tests.unit.certs.faces.ofd.sealed_ofd import RARE_CONTENT, sealed


@pytest.mark.parametrize("content", [CONTENT, RARE_CONTENT], ids=["sample", "rare"])
def test_ofdkit_reads_every_field(content: FaceContent) -> None:
    with ofdkit.open(io.BytesIO(sealed(content))) as document:
        (page,) = document.pages
        runs = {run.text for run in page.runs}
        text = "".join(page.text().split())
        info = document.info
    for name, value in content.values.items():
        assert "".join(value.split()) in text or _in_lines(value, runs), name
    assert content.identifier in runs
    assert (info.title, info.author) == (content.title, content.author)
    assert (page.width, page.height) == (297, 210)


def _in_lines(value: str, runs: set[str]) -> bool:
    """Whether lines make up a value; beside each other columns of a page mix."""
    rest = value
    while rest:
        line = max((run for run in runs if rest.startswith(run)), key=len, default="")
        if not line:
            return False
        rest = rest.removeprefix(line).lstrip()
    return True
