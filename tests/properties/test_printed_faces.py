"""Whatever a license says, both faces print it under its name, and no other text passes for it."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from certs.faces.fonts import Family, covered_code_points
from certs.records import LicenseRecord
from tests.printed import content_of, ofd_of, pdf_of, record
from verify.checks import Outcome
from verify.face_checks import check_fields
from verify.face_fields import compare_face

_RARE = [chr(code) for code in sorted(covered_code_points(Family.SERIF)) if code > 0xFFFF]
_SIGNS = st.sampled_from("芜湖市镜区（），、。《》“”·—…ABCabc012-./:;<>&\"'[]")
_WORDS = st.text(_SIGNS, min_size=1, max_size=24) | st.text(
    st.sampled_from(_RARE), min_size=1, max_size=4
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)
_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _said(name: str, premises: str) -> LicenseRecord:
    fields = {**record().fields, "premises": premises}
    return replace(record(), holder_name=name, fields=fields)


@_QUICK
@given(_TEXTS, _TEXTS)
def test_what_a_license_says_is_what_its_faces_print(name: str, premises: str) -> None:
    said = _said(name, premises)
    content = content_of(said)
    pdf, ofd = pdf_of(content), ofd_of(content)

    assert pdf.texts == ofd.texts
    for printed in (pdf, ofd):
        (finding,) = check_fields(said, printed)
        assert (finding.outcome, finding.reason) == (Outcome.OK, "fields")


@_QUICK
@given(_TEXTS, st.data())
def test_another_text_is_another_text(name: str, data: st.DataObject) -> None:
    said = _said(name, "一处")
    at = data.draw(st.integers(0, len(name) - 1))
    other = data.draw(_SIGNS | st.sampled_from(_RARE))
    assume(other != name[at])
    changed = replace(said, holder_name=name[:at] + other + name[at + 1 :])
    printed = pdf_of(content_of(changed))
    fields = {mismatch.field for mismatch in compare_face(said, printed)}

    assert "certificateHolderName" in fields
