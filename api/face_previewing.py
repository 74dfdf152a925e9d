"""Previews of faces while somebody types: nothing of them is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.minting import desk_for
from api.services import Services
from certs.catalogue import LicenseType
from certs.errors import FaceError
from certs.face_previews import draw_preview, preview_content
from certs.field_problems import FieldProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A face as it would be.

    Attributes:
        picture: JPEG; empty where nothing can be drawn.
        problems: What is not right yet.
        trouble: Why nothing can be drawn; empty where something was.
    """

    picture: bytes
    problems: tuple[FieldProblem, ...]
    trouble: str = ""


def preview(
    license_type: LicenseType, raw: Mapping[str, str], *, person: str, services: Services
) -> Preview | None:
    """Return the face of what was filled in so far; None if the person has asked anew meanwhile.

    Raises:
        NotServedHereError: This process does not issue licenses of the type.
    """
    desk = desk_for(license_type, services)
    with services.previews.turn(person) as is_newest:
        if not is_newest:
            return None
        content, problems = preview_content(
            license_type,
            raw,
            issuer=desk.authority.name,
            code_text=f"{services.public_url}/",
            at=services.clock.now(),
            missing_characters=desk.renderer.missing_characters,
        )
        try:
            return Preview(picture=draw_preview(content, desk.renderer), problems=problems)
        except FaceError as error:
            return Preview(picture=b"", problems=problems, trouble=str(error))
