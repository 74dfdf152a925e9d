"""One food-business face, as the tests of faces need it."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

import certs
from certs.faces.content import Attachment, FaceContent, Relationship

FOOD_BUSINESS = Path(certs.__file__).parent / "types" / "food_business" / "1"

VALUES = {
    "operator": "芜湖市镜湖区老街口徽味餐饮有限公司",
    "credit_code": "91340202MA2TXY8K3P",
    "legal_representative": "陈㛃远",
    "domicile": "安徽省芜湖市镜湖区中山北路77号侨鸿国际商城5层512室",
    "premises": "安徽省芜湖市镜湖区中山北路77号侨鸿国际商城5层512室",
    "business_form": "餐饮服务经营者（中型餐馆）",
    "business_items": "热食类食品制售，冷食类食品制售，自制饮品制售（不含自酿酒），预包装食品销售",
    "number": "JY23402020012345",
    "supervising_agency": "芜湖市镜湖区市场监督管理局滨江市场监督管理所",
    "supervisors": "王海涛、李文静",
    "hotline": "12315",
    "issuer": "芜湖市市场监督管理局",
    "signatory": "周明远",
    "issued_on": "2026年3月18日",
    "valid_to": "2031年3月17日",
}

IDENTIFIER = "1.2.156.3005.2.11100000000013338W001.11340200MB9TXY014H.000000001.001.A"

RECORD = Attachment(
    name="license.json",
    media_type="application/json",
    description="电子证照数据",
    relationship=Relationship.SOURCE,
    content=b'{"schema":"yinxin.license/1"}',
)
SIGNATURE = Attachment(
    name="license.p7s",
    media_type="application/pkcs7-signature",
    description="数据签名",
    relationship=Relationship.SUPPLEMENT,
    content=bytes(range(256)) * 4,
)

CONTENT = FaceContent(
    template=FOOD_BUSINESS,
    values=VALUES,
    title="食品经营许可证 JY23402020012345",
    author="芜湖市市场监督管理局",
    identifier=IDENTIFIER,
    qr_text="http://127.0.0.1:8000/V#" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:" * 7,
    created_at=datetime(2026, 3, 18, 1, 30, tzinfo=UTC),
    specimen=True,
    attachments=(RECORD, SIGNATURE),
)


def content_with(**values: str) -> FaceContent:
    """The sample with some values changed."""
    return replace(CONTENT, values=VALUES | values)


def opened_picture(png: bytes) -> Image.Image:
    """Decode a picture."""
    return Image.open(io.BytesIO(png))


def gray_picture(png: bytes) -> Image.Image:
    """Decode a picture and lay it on white, in gray."""
    colors = opened_picture(png).convert("RGBA")
    sheet = Image.new("RGBA", colors.size, "white")
    return Image.alpha_composite(sheet, colors).convert("L")
