"""An issuing office to measure: a real region with real keys, and faces without end."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from api import demo_steps
from api.composition import open_services
from api.demo_country import found_country, prepare_folder, regions
from certs import printed_codes
from certs.face_contents import face_of
from certs.faces.content import FaceContent
from certs.issuing_desk import IssuingDesk
from certs.issuing_faces import record_message
from certs.records import LicenseRecord
from certs.type_folders import shipped_type
from signing import cose
from signing.pdf.sealing import SealPlacement, VisibleSeal
from signing.sealed_pdf import contents_room
from storage.trust_folder import TrustFolder

SAMPLES: Final = 20
_SEAL_MM: Final = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One department's desk, with the records of licenses that it minted.

    Attributes:
        desk: As ``serve`` uses it.
        records: What the minted licenses say.
        root: The certificate at the top, DER.
        minted_per_second: How fast the records were minted, everything on disk.
        code: What the printed code of one of them says.
    """

    desk: IssuingDesk
    records: tuple[LicenseRecord, ...]
    root: bytes
    minted_per_second: float
    code: str
    _numbers: Iterator[int] = field(default_factory=count)

    def next_content(self) -> FaceContent:
        """Return a face that was never drawn before, its record signed anew."""
        number = next(self._numbers)
        record = _renamed(self.records[number % len(self.records)], number)
        started_at = _START + timedelta(seconds=number)
        signer = self.desk.record_signer
        message = record_message(record, started_at, self.desk)
        return face_of(
            record,
            license_type=self.desk.license_type,
            signature=message.complete(signer.sign(message.to_be_signed)),
            qr_text=f"{self.code[:-8]}{number:08d}",
            created_at=started_at,
            specimen=True,
        )

    def visible_seal(self, content: FaceContent) -> VisibleSeal:
        """Return the seal as it stands on a face."""
        return VisibleSeal(
            placement=self.placement,
            appearance=self.desk.appearance,
            signed_at=content.created_at,
            reason="签发电子证照",
            signer_name=self.desk.authority.name,
            contents_bytes=contents_room(self.desk.sealer),
        )

    @property
    def placement(self) -> SealPlacement:
        """Where the seal stands."""
        box = self.desk.license_type.style.seal_box
        return SealPlacement(
            left_mm=box.center_x_mm - box.width_mm / 2,
            top_mm=box.center_y_mm - box.height_mm / 2,
            width_mm=box.width_mm,
            height_mm=box.height_mm,
        )


def _code_of(record: LicenseRecord, desk: IssuingDesk) -> str:
    """Return the address in a printed code."""
    signer, claims = desk.record_signer, printed_codes.claims_of(record)
    message = cose.to_be_signed(claims, certificate=signer.certificate, domain=printed_codes.DOMAIN)
    code = cose.assemble(claims, certificate=signer.certificate, signature=signer.sign(message))
    return printed_codes.to_address(code, public_url=desk.public_url)


def _renamed(record: LicenseRecord, number: int) -> LicenseRecord:
    """Return a record whose texts were never set before: typst remembers what it drew."""
    fields = {name: f"{text}{number}" for name, text in record.fields.items()}
    return replace(record, holder_name=f"{record.holder_name}{number}", fields=fields)


_START: Final = datetime(2026, 3, 1, tzinfo=UTC)


@contextmanager
def open_office(on_progress: Callable[[int], None] = lambda _done: None) -> Iterator[Office]:
    """Found a region, mint a few licenses in it, and open its desk."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        out = Path(folder) / "country"
        region = regions(0, 0)[0]
        found_country(out, (region,), passphrase=prepare_folder(out), now=datetime.now(UTC))
        sheet, home = out / "sheet.xlsx", out / region.folder
        demo_steps.write_samples(sheet, region, SAMPLES, with_bad=False)
        minted = demo_steps.mint(home, sheet, out / "licenses", on_progress)
        records = tuple(
            LicenseRecord.parse(pdf.with_suffix(".json").read_bytes()) for pdf in minted.pdfs
        )
        with open_services(home) as services:
            root = TrustFolder(home / "trust").root()
            desk = services.desks[str(shipped_type("food_business").code)]
            yield Office(
                desk=desk,
                code=_code_of(records[0], desk),
                records=records,
                root=root.encoded if root is not None else b"",
                minted_per_second=len(minted.licenses) / minted.seconds,
            )
