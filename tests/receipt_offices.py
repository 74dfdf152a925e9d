"""A receipt office for an instance of the tests' country."""

from functools import partial

from api.receipts import ReceiptOffice
from api.services import Services
from api.wording import sentence
from tests.instance_parts import receipt_signer_of, revocations
from verify.receipt_issuing import ReceiptDesk


def office_for(services: Services) -> ReceiptOffice:
    """Gives receipts of what the instance verifies, without a seal on their pages."""
    code = str(services.region)
    return ReceiptOffice(
        desk=ReceiptDesk(
            verifier=services.verifier,
            signer=receipt_signer_of(code),
            region=services.region,
            revocation_lists=partial(revocations, code),
            wording=sentence,
        ),
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
        public_url=services.public_url,
    )
