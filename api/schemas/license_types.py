"""License types in all their parts, as programs see them."""

from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from certs.catalogue import LicenseType
from certs.type_fields import Condition, FieldSpec


class CodeItemOut(Body):
    """One value of a code list."""

    code: str
    label: str = Field(description="what is kept and printed; either is taken")


class ConditionOut(Body):
    """When a conditional field is required: another has one of the values; any if empty."""

    field: str
    values: tuple[str, ...]

    @classmethod
    def of(cls, condition: Condition) -> Self:
        """Show a condition."""
        return cls(field=condition.field, values=condition.values)


class FieldOut(Body):
    """One field (信息项)."""

    name: str
    label_zh: str
    label_en: str
    group: str
    obligation: str = Field(description="M 必选, C 条件必选, O 可选")
    required: bool
    required_if: ConditionOut | None
    format: str = Field(description="数据格式, as standards write it")
    kind: str
    max_length: int
    choices: tuple[str, ...]
    code_list: tuple[CodeItemOut, ...]
    defaults_to: str | None
    personal: bool
    birth: bool = Field(description="the date of birth of whom the license is about")
    trade_secret: bool = Field(description="商业秘密")
    printed: bool
    element: str | None
    headings: tuple[str, ...] = Field(description="column headings it is recognised by")

    @classmethod
    def of(cls, spec: FieldSpec, *, printed: bool) -> Self:
        """Show a field."""
        return cls(
            name=spec.name,
            label_zh=spec.label_zh,
            label_en=spec.label_en,
            group=spec.group.value,
            obligation=spec.obligation.value,
            required=spec.is_required,
            required_if=ConditionOut.of(spec.required_if) if spec.required_if else None,
            format=spec.format.text,
            kind=spec.kind.value,
            max_length=spec.max_length,
            choices=spec.choices,
            code_list=tuple(CodeItemOut(code=i.code, label=i.label) for i in spec.code_list),
            defaults_to=spec.defaults_to or None,
            personal=spec.is_personal,
            birth=spec.is_birth,
            trade_secret=spec.is_trade_secret,
            printed=printed,
            element=spec.element.value if spec.element else None,
            headings=tuple(sorted(spec.heading_keys)),
        )


class CataloguingOut(Body):
    """编目要求 (GB/T 36902)."""

    defining_authority: str
    defining_authority_level: str
    related_items: dict[str, str]
    holder_category: str
    validity_ranges: tuple[str, ...]
    issuing_levels: tuple[str, ...]

    @classmethod
    def of(cls, item: LicenseType) -> Self:
        """Show what the catalogue says of a type."""
        entry = item.cataloguing
        return cls(
            defining_authority=entry.defining_authority,
            defining_authority_level=entry.defining_authority_level.value,
            related_items=dict(entry.related_items),
            holder_category=entry.holder_category.value,
            validity_ranges=tuple(validity.text for validity in entry.validity_ranges),
            issuing_levels=tuple(level.value for level in entry.issuing_levels),
        )


class StyleOut(Body):
    """样式要求."""

    width_mm: float
    height_mm: float
    seal_center_x_mm: float
    seal_center_y_mm: float
    seal_width_mm: float
    seal_height_mm: float

    @classmethod
    def of(cls, item: LicenseType) -> Self:
        """Show the measures of a face."""
        style = item.style
        return cls(
            width_mm=style.ground.width_mm,
            height_mm=style.ground.height_mm,
            seal_center_x_mm=style.seal_box.center_x_mm,
            seal_center_y_mm=style.seal_box.center_y_mm,
            seal_width_mm=style.seal_box.width_mm,
            seal_height_mm=style.seal_box.height_mm,
        )


class ManagementOut(Body):
    """管理要求 and 编码规则."""

    moves: dict[str, tuple[str, ...]] = Field(description="who may bring about which change")
    lookup_by_number: bool
    renewal_days: int
    number_rule: str
    number_is_personal: bool
    serial: str

    @classmethod
    def of(cls, item: LicenseType) -> Self:
        """Show what may become of a license, and how it is numbered."""
        return cls(
            moves={
                kind.value: tuple(party.value for party in parties)
                for kind, parties in item.management.moves.items()
            },
            lookup_by_number=item.management.lookup_by_number,
            renewal_days=item.management.renewal_days,
            number_rule=item.coding.number.value,
            number_is_personal=item.coding.number_is_personal,
            serial=item.coding.serial.value,
        )


class RuleOut(Body):
    """A rule of the data of one license."""

    name: str
    kind: str
    fields: tuple[str, ...]
    zh: str
    en: str


class CrossCheckOut(Body):
    """A field that agrees with another license of the same holder."""

    name: str
    field: str
    other_type: str
    other_field: str
    zh: str
    en: str


class LicenseTypeOut(Body):
    """证照类型, in its current version."""

    type: str = Field(description="短名 · short name, as POST /licenses takes it")
    code: str = Field(description="证照类型代码")
    name: str
    name_en: str
    definition: str
    version: int
    published_on: date
    holder_code_types: tuple[str, ...]
    catalogue: CataloguingOut
    style: StyleOut
    management: ManagementOut
    fields: tuple[FieldOut, ...]
    rules: tuple[RuleOut, ...]
    cross_checks: tuple[CrossCheckOut, ...]

    @classmethod
    def of(cls, item: LicenseType) -> Self:
        """Show a license type."""
        return cls(
            type=item.short_name,
            code=str(item.code),
            name=item.name,
            name_en=item.name_en,
            definition=item.definition,
            version=item.version,
            published_on=item.published_on,
            holder_code_types=tuple(kind.value for kind in item.holder_code_types),
            catalogue=CataloguingOut.of(item),
            style=StyleOut.of(item),
            management=ManagementOut.of(item),
            fields=tuple(
                FieldOut.of(spec, printed=spec.name not in item.style.unprinted)
                for spec in item.fields
            ),
            rules=tuple(
                RuleOut(name=rule.name, kind=rule.kind, fields=rule.fields, zh=rule.zh, en=rule.en)
                for rule in item.rules
            ),
            cross_checks=tuple(
                CrossCheckOut(
                    name=check.name,
                    field=check.field,
                    other_type=check.other_type,
                    other_field=check.other_field,
                    zh=check.zh,
                    en=check.en,
                )
                for check in item.cross_checks
            ),
        )
