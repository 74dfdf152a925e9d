"""The demo's scene: somebody with licenses of 宝鸡 opens a restaurant in 芜湖 (开办餐饮店).

Everything happens over HTTP, as a window, a department and an approver would do it.
"""

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from api.demo_country import APPROVER, ISSUER, SUPERVISOR, WINDOW, DemoRegion
from api.demo_steps import Row
from api.homes import Home
from api.matter_words import EXEMPTIONS
from api.settings import OWN
from certs.faces.pictures import preview
from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from certs.samples.food_business import food_business_rows
from certs.samples.real_estate_title import real_estate_title_rows
from verify.matters.ways import ExemptionClass, Way

MATTER: Final = "open-restaurant"
SITUATION: Final = {
    "stage": "registered",
    "premises": "owned",
    "venue": "other",
    "drainage": "building",
    "sign": "no",
}
_OPERATOR_NUMBER: Final = "610302198506120034"
_TOLD: Final = ("required", "replaced", "demanded", "refusals", "freshness")
_SEED: Final = 2027
_LOOKS: Final = 60
_PAUSE_SECONDS: Final = 0.5
_TITLE: Final = "property-title"
_LICENSE: Final = "business-license"
_SIGNED_SHEET: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm" height="297mm">'
    '<rect width="210" height="297" fill="#fff"/>'
    '<path d="M120 260 q10 -20 20 0 t20 0 t25 -8" fill="none" stroke="#222" stroke-width="1"/>'
    "</svg>"
)
_REGISTERS: Final = ("enterprise", "real-estate")
_OWN: Final = ("application-form", "floor-plan")
_GIVEN: Final = {
    "supervising_agency": "芜湖市镜湖区市场监督管理局（样例）",
    "supervisors": "样例监管人员",
    "hotline": "12315",
    "signatory": "吕样溪",
}
_ANSWERS: Final = {
    "premises": "芜湖市镜湖区样例路 9 号",
    "premises-area": "120",
    "business-form": "餐饮服务经营者",
    "business-items": "热食类食品制售",
    "contact": "样例联系人",
    "phone": "0553-0000000",
}
_CLASSES: Final = {
    "exempt": Way.EXEMPT,
    "e_license": Way.E_LICENSE,
    "data_checked": Way.DATA_CHECK,
    "department_checked": Way.DEPARTMENT_CHECK,
}


def connect_sources(out: Path, accepting: DemoRegion, holding: DemoRegion) -> None:
    """Let 芜湖 ask its own departments, and the registers that 宝鸡 offers."""
    departments = _directory(("public-security", "market", "natural-resources"), OWN)
    with Home(out / accepting.folder).settings_file.open("a", encoding="utf-8") as file:
        file.write(f"registers = {_directory(_REGISTERS, holding.code)}\n")
        file.write(f"departments = {departments}\n")
    with Home(out / holding.folder).settings_file.open("a", encoding="utf-8") as file:
        file.write(f"registers = {_directory(_REGISTERS, OWN)}\n")


def _directory(names: Sequence[str], region: str) -> str:
    """Return an inline table that says who answers for each name."""
    return "{ " + ", ".join(f'{name} = "{region}"' for name in names) + " }"


@dataclass(slots=True)
class RestaurantScene:
    """The scene, step by step; each step goes on where the one before ended.

    Attributes:
        http: Connections to both regions.
        holding: 宝鸡, which issued the licenses.
        accepting: 芜湖, where the restaurant opens.
        holding_tokens: Tokens of 宝鸡's people by name.
        accepting_tokens: Tokens of 芜湖's people by name.
    """

    http: httpx.Client
    holding: DemoRegion
    accepting: DemoRegion
    holding_tokens: Mapping[str, str]
    accepting_tokens: Mapping[str, str]
    applicant: dict[str, str] = field(default_factory=dict)
    operator: dict[str, str] = field(default_factory=dict)
    case: str = ""

    def rows(self) -> list[Row]:
        """Play the scene and return its lines of the table."""
        return [
            self._open(),
            self._hear_department(),
            self._fill_in(),
            self._refuse("要求纸质营业执照 · the paper is refused", _LICENSE, {"form": "paper"}),
            self._refuse("以容缺代替 · deferred instead", _TITLE, {"form": "deferral"}),
            self._except(),
            self._settle(),
            self._supervise(),
            self._leave_open(),
        ]

    # Steps ------------------------------------------------------------------------------------

    def _open(self) -> Row:
        """Issue two licenses in 宝鸡, and open the case of their holder in 芜湖."""
        started = time.perf_counter()
        self._issue_licenses()
        opened = self._post("/cases", self._application())
        self.case = opened["case"]
        outcomes = {item["code"]: item["outcome"] for item in opened["materials"]}
        attached = [item for item in opened["materials"] if item["outcome"] == "e_license"]
        from_baoji = {item["region"] for item in attached} == {self.holding.code}
        expected = {
            "application-form": "self_provided",
            "identity-card": "check_running",
            "business-license": "e_license",
            "floor-plan": "self_provided",
            "food-safety-rules": "self_provided",
            "health-certificates": "self_provided",
            "property-title": "e_license",
        }
        return Row(
            step="宝鸡的证照，芜湖开餐饮店 · a restaurant opens",
            result=f"{len(outcomes)} 项材料，{len(attached)} 张宝鸡电子证照已核验 from 宝鸡",
            as_expected=outcomes == expected and from_baoji,
            seconds=time.perf_counter() - started,
            facts={"case": self.case, "outcomes": outcomes},
        )

    def _hear_department(self) -> Row:
        """Let the department answer its question; until then nobody may ask for the card."""
        started = time.perf_counter()
        path = f"/cases/{self.case}/materials/identity-card"
        early = self._try(f"{path}/decision", {"form": "paper", "reason": "P01"})
        receipt = self._question()
        self._post(f"/department-questions/{receipt}/answer", {"reply": "confirmed"}, person=ISSUER)
        heard = self._heard(path)
        self._decide("identity-card", {"form": "department_check"})
        counted = self._classes()
        return Row(
            step="部门核验后免于提交 · heard, and spared",
            result="；".join(f"{EXEMPTIONS[name]} {count}" for name, count in counted.items()),
            as_expected=early == (409, "DEPARTMENT_CHECK_REQUIRED")
            and heard == "department_checked"
            and counted[ExemptionClass.LICENSED] == 2  # noqa: PLR2004 - the two licenses
            and counted[ExemptionClass.ISSUED] == 1,
            seconds=time.perf_counter() - started,
            facts={"exempted": {name.value: count for name, count in counted.items()}},
        )

    def _fill_in(self) -> Row:
        """Fill the form in: what licenses and departments say nobody writes."""
        started = time.perf_counter()
        form = self._get(f"/cases/{self.case}/form")
        open_ones = {item["code"] for item in form["fields"] if not item["value"]}
        answers = {code: text for code, text in _ANSWERS.items() if code in open_ones}
        kept = self._put(
            f"/cases/{self.case}/form", {"version": form["version"], "answers": answers}
        )
        rate = form["prefill"]["rate"]
        return Row(
            step="申请表预填 · the form fills itself in",
            result=f"{rate:.0%}（{form['prefill']['authoritative']}/{form['prefill']['shown']}）",
            as_expected=rate >= 0.5 and kept["version"] == form["version"] + 1,  # noqa: PLR2004 - half of it
            seconds=time.perf_counter() - started,
            facts={"prefill": form["prefill"], "written": len(answers)},
        )

    def _refuse(self, step: str, material: str, wanted: dict[str, str]) -> Row:
        """Try what is not allowed while a license serves."""
        started = time.perf_counter()
        refused = self._try(f"/cases/{self.case}/materials/{material}/decision", wanted)
        return Row(
            step=step,
            result=f"{refused[0]} {refused[1]}",
            as_expected=refused == (409, "ELICENSE_AVAILABLE"),
            seconds=time.perf_counter() - started,
            facts={"code": refused[1]},
        )

    def _except(self) -> Row:
        """Demand an original for a legal reason, to which a second person agrees."""
        started = time.perf_counter()
        path = f"/cases/{self.case}/materials/{_TITLE}/decision"
        wanted = {"form": "paper", "reason": "P09"}
        alone = self._try(path, wanted)
        agreed = self._post(path, {**wanted, "approver": APPROVER})
        return Row(
            step="经审批的例外 · an approved exception",
            result=f"单人 alone {alone[1]}；双人 two {agreed['reason']}",
            as_expected=alone[1] == "APPROVER_REQUIRED" and agreed["demand"],
            seconds=time.perf_counter() - started,
            facts={"alone": alone[1], "approver": agreed["approver"]},
        )

    def _settle(self) -> Row:
        """Decide the rest, approve the case, and have its license verified in 宝鸡."""
        started = time.perf_counter()
        self._decide(_LICENSE, {"form": "e_license"})
        for code in _OWN:
            self._decide(code, {"form": "paper"})
        self._decide("health-certificates", {"form": "deferral"})
        self._declare("food-safety-rules")
        (sample,) = food_business_rows(RegionCode(self.accepting.code), 1, seed=_SEED)
        number = sample["number"]
        settled = self._post(
            f"/cases/{self.case}/outcome",
            {"outcome": "approve", "approver": APPROVER, "given": {**_GIVEN, "number": number}},
        )
        verdict = self._verified_elsewhere(settled["license"])
        return Row(
            step="办结即发证 · approved, and licensed",
            result=f"食品经营许可证，宝鸡核验 verified in 宝鸡：{verdict}",
            as_expected=verdict == "passed",
            seconds=time.perf_counter() - started,
            facts={"license": settled["license"], "verdict": verdict},
        )

    def _supervise(self) -> Row:
        """Read the figures of the matter, as the supervisor does."""
        started = time.perf_counter()
        groups = self._get("/statistics?by=matter", person=SUPERVISOR)["groups"]
        told = next(item for item in groups if item["group"] == MATTER)
        replaced, refused = sum(told["replaced"].values()), sum(told["refusals"].values())
        demanded = "，".join(f"{code} {count}" for code, count in told["demanded"].items())
        return Row(
            step="监督 · supervision",
            result=f"应免 {told['required']} 免 {replaced} spared；要求纸质 demanded {demanded}；"
            f"拒绝 refused {refused}；承诺 declared {told['commitments']}；"
            f"容缺 deferred {told['deferrals']}；"
            f"依据在一小时内 rests on the last hour {told['fresh_rate']:.0%}",
            as_expected=told["cases"] == 1
            and told["demanded"] == told["overrides"] == {"P09": 1}
            and told["refusals"].get("ELICENSE_AVAILABLE") == 2  # noqa: PLR2004 - both detours
            and (replaced, told["commitments"], told["deferrals"]) == (2, 1, 1)
            and told["fresh_rate"] == 1,
            seconds=time.perf_counter() - started,
            facts={key: told[key] for key in _TOLD},
        )

    def _leave_open(self) -> Row:
        """Open a further case, for whoever wants to see at a window how paper is refused."""
        started = time.perf_counter()
        opened = self._post("/cases", self._application())
        outcomes = {item["code"]: item["outcome"] for item in opened["materials"]}
        return Row(
            step="留一件给您办 · one case is left for you",
            result="/window",
            as_expected=outcomes[_LICENSE] == "e_license",
            seconds=time.perf_counter() - started,
            facts={"case": opened["case"]},
        )

    # Parts ------------------------------------------------------------------------------------

    def _application(self) -> dict[str, object]:
        return {
            "matter": MATTER,
            "applicant": self.applicant,
            "situation": SITUATION,
            "parties": {"operator": self.operator},
        }

    def _issue_licenses(self) -> None:
        region = RegionCode(self.holding.code)
        business = dict(business_license_rows(region, 1, seed=_SEED)[0])
        title = dict(real_estate_title_rows(region, 1, seed=_SEED)[0])
        code, name = business["credit_code"], business["company_name"]
        self.applicant = {"code_type": "001", "code": code, "name": name}
        self.operator = {
            "code_type": "111",
            "code": _OPERATOR_NUMBER,
            "name": business["legal_representative"],
        }
        title |= {"owner": name, "holder_code": code, "holder_code_type": "001"}
        for license_type, row in (("business_license", business), ("real_estate_title", title)):
            self._issue(license_type, row)

    def _issue(self, license_type: str, row: dict[str, str]) -> None:
        dates: dict[str, object] = {
            key: row.pop(key) for key in ("valid_from", "valid_to") if key in row
        }
        body = {"type": license_type, "holder": self.applicant, "fields": row} | dates
        answer = self.http.post(
            f"{self.holding.url}/api/v1/licenses",
            json=body,
            headers=_bearer(self.holding_tokens[ISSUER]),
        )
        answer.raise_for_status()

    def _question(self) -> str:
        """Return the receipt of the question that waits; the post brings it within seconds."""
        for _ in range(_LOOKS):
            found = self._get("/department-questions?open=true", person=ISSUER)["questions"]
            mine = [item["receipt"] for item in found if item["case"] == self.case]
            if mine:
                return str(mine[0])
            time.sleep(_PAUSE_SECONDS)
        raise TimeoutError("the department got no question")

    def _heard(self, path: str) -> str:
        """Look again until the answer is there: a region is asked no more often than every 5 s."""
        outcome = "check_running"
        for _ in range(_LOOKS):
            outcome = self._post(f"{path}/lookup", {})["outcome"]
            if outcome != "check_running":
                break
            time.sleep(_PAUSE_SECONDS)
        return str(outcome)

    def _classes(self) -> dict[ExemptionClass, int]:
        case = self._get(f"/cases/{self.case}")
        counted = dict.fromkeys(ExemptionClass, 0)
        for item in case["materials"]:
            way = _CLASSES.get(item["outcome"])
            exemption = way.exemption if way is not None else None
            if exemption is not None:
                counted[exemption] += 1
        return counted

    def _declare(self, material: str) -> None:
        path = f"/cases/{self.case}/materials/{material}/declaration"
        scan = base64.b64encode(_scan()).decode("ascii")
        self._post(path, {"digest": self._get(path)["digest"], "evidence": scan})
        self._decide(material, {"form": "commitment"})

    def _decide(self, material: str, body: dict[str, str]) -> None:
        self._post(f"/cases/{self.case}/materials/{material}/decision", body)

    def _verified_elsewhere(self, license: str) -> str:
        face = self.http.get(
            f"{self.accepting.url}/api/v1/licenses/{license}/files/pdf",
            headers=_bearer(self.accepting_tokens[ISSUER]),
        )
        face.raise_for_status()
        verdict = self.http.post(
            f"{self.holding.url}/api/v1/verifications",
            files={"file": ("license.pdf", face.content, "application/pdf")},
        )
        return str(verdict.json()["conclusion"])

    # The window's calls -----------------------------------------------------------------------

    def _get(self, path: str, *, person: str = WINDOW) -> Any:  # noqa: ANN401 - JSON
        return self._call("GET", path, None, person)

    def _post(self, path: str, body: object, *, person: str = WINDOW) -> Any:  # noqa: ANN401 - JSON
        return self._call("POST", path, body, person)

    def _put(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        return self._call("PUT", path, body, WINDOW)

    def _call(self, method: str, path: str, body: object, person: str) -> Any:  # noqa: ANN401 - JSON
        answer = self.http.request(
            method,
            f"{self.accepting.url}/api/v1{path}",
            json=body,
            headers=_bearer(self.accepting_tokens[person]),
        )
        answer.raise_for_status()
        return answer.json()

    def _try(self, path: str, body: object) -> tuple[int, str]:
        answer = self.http.post(
            f"{self.accepting.url}/api/v1{path}",
            json=body,
            headers=_bearer(self.accepting_tokens[WINDOW]),
        )
        return answer.status_code, str(answer.json().get("code"))


def _scan() -> bytes:
    """Return a sheet that somebody signed, as a scanner would send it."""
    return preview(_SIGNED_SHEET, width_px=496)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
