"""The certificates that this region signs with: others need them to believe codes and lists."""

import base64

from fastapi import APIRouter

from api.services import ServicesDep

router = APIRouter(tags=["信任 trust"])


@router.get("/certificates", summary="本地区签名证书 · certificates of this region's signers")
def read_certificates(services: ServicesDep) -> dict[str, list[str]]:
    """Return the certificates that records, codes, lists and answers are signed with, and were.

    DER in base64, under ``certificates``. Being here makes none of them trusted: each must lead
    to an anchor of the trust list.
    """
    published = services.published_certificates()
    return {"certificates": [base64.b64encode(item).decode("ascii") for item in published]}
