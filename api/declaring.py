"""How an applicant signs a declaration: on paper at a window, or online."""

from api.callers import Caller
from api.http_errors import NotAllowedError
from api.services import Services
from certs import canonical
from verify.acceptance.promises.declarations import Declaration, Signature, SignatureKind
from verify.decision_errors import FormNotPossibleError


def sign_at_window(  # noqa: PLR0913 - which, what, who
    case_id: str,
    material: str,
    digest: str,
    evidence: bytes | None,
    *,
    caller: Caller,
    services: Services,
) -> Declaration:
    """Keep what was signed on paper.

    Raises:
        FormNotPossibleError: There is no scan.
    """
    if not evidence:
        raise FormNotPossibleError("the scan of what was signed is missing")
    signature = Signature(digest=digest, kind=SignatureKind.HANDWRITTEN, evidence=evidence)
    return services.promises.declare(case_id, material, signature, operator=caller.person)


def sign_online(
    case_id: str, material: str, digest: str, *, caller: Caller, services: Services
) -> Declaration:
    """Keep that the applicant, signed in as such, declared it.

    Raises:
        NotAllowedError: The case is somebody else's.
    """
    view = services.acceptance.view_case(case_id)
    if services.holder_keys.of(view.case.applicant.code) != caller.grant.holder_key:
        raise NotAllowedError("the case is somebody else's")
    confirmation = canonical.encode(
        {
            "schema": "yinxin.declaration/1",
            "case": case_id,
            "material": material,
            "digest": digest,
            "person": caller.person,
            "at": services.clock.now().isoformat(),
        }
    )
    signature = Signature(digest=digest, kind=SignatureKind.ONLINE, evidence=confirmation)
    return services.promises.declare(case_id, material, signature, operator=view.case.operator)
