"""A thin client for acceptance systems (受理系统) in Python: one file, nothing but httpx.

Copy it into your system; it imports nothing of ours. What is refused raises ``Refused`` with the
stable ``code`` of the problem (``ELICENSE_AVAILABLE``: an e-license serves, take that).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import httpx

_SECONDS: Final = 15.0
_SERVING: Final = MappingProxyType(
    {
        "exempt": "exempt",
        "e_license": "e_license",
        "data_checked": "data_check",
        "department_checked": "department_check",
    }
)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NOBODY: Final[Mapping[str, "Applicant"]] = MappingProxyType({})


class Refused(Exception):  # noqa: N818 - it says what happened
    """The service refused, and says why.

    Attributes:
        status: As in HTTP.
        code: Stable; programs rely on it.
        problem: The whole document (RFC 9457), with what was found and the law.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem
        super().__init__(f"{status} {self.code}: {problem.get('title', '')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """申请人 or 当事人.

    Attributes:
        code_type: ``001`` a unified social credit code, ``111`` a citizen number (GB/T 36903).
    """

    code_type: str
    code: str = field(repr=False)
    name: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """Return what the interface reads."""
        return {"code_type": self.code_type, "code": self.code, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One material of a case, as it was looked up.

    Attributes:
        outcome: What the applicant is told of it.
        license: The e-license that was found; None for none.
        answer: All that the interface says of it.
    """

    code: str
    name: str
    outcome: str
    license: str | None
    answer: Mapping[str, Any] = field(repr=False)

    @property
    def serving(self) -> str | None:
        """The form in which it is had without the applicant; None where nothing serves."""
        return _SERVING.get(self.outcome)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a material of an answer."""
        return cls(
            code=answer["code"],
            name=answer["name"],
            outcome=answer["outcome"],
            license=answer.get("license"),
            answer=answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """办件: what is not among its materials nobody may ask for."""

    number: str
    materials: Sequence[Material]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a case of an answer."""
        materials = tuple(Material.of(item) for item in answer["materials"])
        return cls(number=answer["case"], materials=materials)


class Yinxin:
    """One instance, as one system calls it; close it, or use it in a ``with`` block."""

    def __init__(self, address: str, token: str, *, timeout_seconds: float = _SECONDS) -> None:
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def open_case(
        self,
        matter: str,
        applicant: Applicant,
        *,
        situation: Mapping[str, str] = _NOTHING,
        parties: Mapping[str, Applicant] = _NOBODY,
    ) -> Case:
        """Open a case (收件); every material that a rule spares is looked up in every region.

        Raises:
            Refused: ``SITUATION_OPEN`` with the question that comes next, and others.
        """
        body: dict[str, Any] = {"matter": matter, "applicant": applicant.as_json()}
        if situation:
            body["situation"] = dict(situation)
        if parties:
            body["parties"] = {code: party.as_json() for code, party in parties.items()}
        return Case.of(self._ask("POST", "/cases", json=body))

    def read_case(self, number: str) -> Case:
        """Return a case as it stands."""
        return Case.of(self._ask("GET", f"/cases/{number}"))

    def decide(
        self, case: Case, material: Material, form: str, **more: str | bool
    ) -> Mapping[str, Any]:
        """Record how a material is had.

        Args:
            case: The case.
            material: Of its materials one.
            form: ``e_license``, ``exempt``, ``data_check``, ``department_check``, ``commitment``,
                ``deferral`` or ``paper``.
            more: ``reason``, ``approver``, ``note``, ``voluntary``, as the interface has them.

        Raises:
            Refused: ``ELICENSE_AVAILABLE`` where paper was demanded that exists electronically.
        """
        path = f"/cases/{case.number}/materials/{material.code}/decision"
        return self._ask("POST", path, json={"form": form, **more})

    def issue_receipt(self, case: Case) -> Mapping[str, Any]:
        """Issue the receipt (受理通知书), once every required material is decided."""
        return self._ask("POST", f"/cases/{case.number}/receipt")

    def read_license(self, case: Case, identifier: str, kind: str = "pdf") -> bytes:
        """Return a file of a license that a case found; the holder sees the use."""
        path = f"/licenses/{identifier}/files/{kind}"
        return self._send("GET", path, params={"case": case.number}).content

    def verify(self, data: bytes) -> Mapping[str, Any]:
        """Return the report on a file; its ``conclusion`` has three values."""
        return self._ask("POST", "/verifications", files={"file": ("file", data)})

    def _ask(self, method: str, path: str, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx's
        answer: Mapping[str, Any] = self._send(method, path, **more).json()
        return answer

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        response = self._http.request(method, path, **more)
        if response.is_success:
            return response
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        raise Refused(response.status_code, problem if isinstance(problem, dict) else {})
