"""Takes in what cases, here and in other regions, say is wrong with this region's licenses."""

from collections.abc import Callable
from dataclasses import dataclass

from certs.catalogue import Catalogue
from certs.correction_desk import CorrectionUnit, Objection, raise_correction
from certs.corrections import Correction
from certs.errors import LicenseError
from certs.ports import Clock
from certs.regions import RegionCode
from verify.acceptance.places import Place
from verify.case_corrections.records import RaisedCorrection, Standing
from verify.errors import ShareError


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDesk:
    """纠错受理 of one region; the port is ``CorrectionOffice``."""

    catalogue: Catalogue
    unit_of_work: Callable[[], CorrectionUnit]
    clock: Clock

    def raise_one(self, raised: RaisedCorrection, *, asker: RegionCode, name: str) -> Standing:
        """Take a correction in; the same again is no other.

        Raises:
            ShareError: There is no such license here, or it cannot be corrected so.
        """
        correction = raised.correction
        license_type = self.catalogue.find(correction.type_code)
        if license_type is None:
            raise ShareError("no such license type here")
        objection = Objection(
            kind=correction.kind,
            identifier=correction.license,
            license_type=license_type,
            remark=correction.remark,
            proposed=raised.proposed,
        )
        try:
            with self.unit_of_work() as work:
                kept = raise_correction(
                    objection,
                    actor=f"{name}（{asker}）",
                    request_key=_key(asker, correction.place),
                    work=work,
                    clock=self.clock,
                )
                work.commit()
        except LicenseError as error:
            raise ShareError("it cannot be corrected so") from error
        return _standing(kept)

    def standing(self, place: Place, *, asker: RegionCode) -> Standing:
        """Return how a region's own correction stands.

        Raises:
            ShareError: There is none.
        """
        with self.unit_of_work() as work:
            kept = work.corrections.of_request(_key(asker, place))
        if kept is None:
            raise ShareError("no such correction")
        return _standing(kept)


def _key(asker: RegionCode, place: Place) -> str:
    """Return what the same correction has in common each time that it is told."""
    return f"region-{asker}:{place}"


def _standing(correction: Correction) -> Standing:
    return Standing(receipt=correction.receipt, step=correction.step, outcome=correction.outcome)
