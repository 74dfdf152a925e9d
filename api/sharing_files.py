"""What else the sharing family gives: files of licenses, and what a token is good for."""

import base64
from typing import Final

from api.license_reading import MEDIA_TYPES, file_address, file_of
from api.schemas.sharing_family import FileIn
from api.sharing_asking import Asking, Told, release_to
from certs.rights import Action, decide

_OF_STAFF: Final = (
    "getDataByHolder",
    "zzcx",
    "zzysj",
    "verifyCertInfo",
    "downloadUrl",
    "downloadFile",
)
_OF_ANYBODY: Final = ("verifyFile", "queryCertInfoByQRcode", "getCertRemarkInfo")


def show_token(asking: Asking) -> Told:
    """获取令牌: tokens are handed out by whoever runs the instance; this tells what one allows."""
    asking = asking.allowed_to(Action.VERIFY)
    caller = asking.known_caller
    is_staff = decide(caller.role, Action.ASK_REGISTER).is_permitted
    expires = caller.grant.expires_at
    return Told(
        data={
            "accessToken": caller.token,
            "role": caller.role.value,
            "expiresAt": expires.isoformat() if expires is not None else "",
            "interfaces": [
                *(_OF_STAFF if is_staff else ()),
                *_OF_ANYBODY,
            ],
        }
    )


def file_link(asking: Asking) -> Told:
    """下载地址: where a license's file is read, with the same token."""
    asking = asking.allowed_to(Action.ASK_REGISTER)
    asked = FileIn.model_validate(asking.data)
    license = release_to(asked.identifier, asking, cause=asked, fields=())
    file_of(license, asked.format, asking.services)
    address = file_address(asked.identifier, asked.format, case=asking.case_of(asked))
    return Told(
        data={
            "url": f"{asking.services.public_url}{address}",
            "fileFormat": asked.format,
            "mediaType": MEDIA_TYPES[asked.format],
        }
    )


def file_content(asking: Asking) -> Told:
    """文件下载: a license's file itself."""
    asking = asking.allowed_to(Action.ASK_REGISTER)
    asked = FileIn.model_validate(asking.data)
    name = f"license.{asked.format}"
    license = release_to(asked.identifier, asking, cause=asked, fields=(name,))
    content = file_of(license, asked.format, asking.services)
    return Told(
        data={
            "content": base64.b64encode(content).decode("ascii"),
            "contentType": "base64",
            "fileFormat": asked.format,
            "fileName": f"{asked.identifier}.{asked.format}",
        }
    )
