"""Registers of facts as a window asks them: the own ones here, the others by letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from certs.regions import RegionCode
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant
from verify.departments.ports import Courier
from verify.errors import ShareError, SourceSilentError
from verify.matters.situations import Answers
from verify.registers.desk import RegisterDesk
from verify.registers.questions import FACT, FactQuestion, fact_body, parse_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedRegisters:
    """The registers that the settings name; the port is ``DataSource``.

    Attributes:
        own: This region.
        name: Its name, as holders read who asked.
        directory: The regions that answer, by the register's name.
        desk: The own registers.
        courier: Reaches the others.
    """

    own: RegionCode
    name: str
    directory: Mapping[str, RegionCode]
    desk: RegisterDesk
    courier: Courier

    def region_of(self, source: str) -> RegionCode | None:
        """Return the region whose register has the name, or None."""
        return self.directory.get(source)

    def check(self, source: str, item: str, applicant: Applicant, _situation: Answers) -> Reply:
        """Ask whether what a material would show is so; of the situation it learns nothing.

        Raises:
            SourceSilentError: The register did not answer, or none has the name.
        """
        return self._ask(FactQuestion(register=source, item=item, applicant=applicant))

    def check_on(self, day: date, source: str, item: str, owner: Applicant) -> Reply:
        """Ask whether something was so of somebody from the beginning of a day to its end.

        Raises:
            SourceSilentError: The register did not answer, or cannot tell of the past.
        """
        return self._ask(FactQuestion(register=source, item=item, applicant=owner, day=day))

    def _ask(self, question: FactQuestion) -> Reply:
        source = question.register
        region = self.directory.get(source)
        if region is None:
            raise SourceSilentError(source)
        if region == self.own:
            return self.desk.answer(question, user=f"{self.name}（{self.own}）")
        try:
            return parse_reply(self.courier.ask(region, FACT, fact_body(question)))
        except ShareError as error:
            raise SourceSilentError(source) from error
