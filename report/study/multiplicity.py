"""What the analysis plan says of several hypotheses tested together, so that the chance of error stays bounded."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Model, Name, Text
from report.study.endpoints import Specified
from report.study.faults import refuse

Procedure = Literal["bonferroni", "holm", "hochberg", "benjamini_hochberg", "fixed_sequence"]


class Hypothesis(Model):
    """One null hypothesis: the test of an endpoint, and of which arm against the reference where there are several."""

    endpoint: Name
    method: Name
    arm: Name | None = None


class Gate(Model):
    """Hypotheses that are tested together, once all of the gates before have been rejected."""

    procedure: Procedure
    hypotheses: tuple[Hypothesis, ...] = Field(min_length=1)


class Multiplicity(Model):
    """A plan for several tests, at the two-sided level ``alpha``: one gate, or several that open one after the other.

    With one gate this is Bonferroni's, Holm's, Hochberg's or Benjamini and Hochberg's procedure, or a fixed sequence;
    with several it is serial gatekeeping: a gate is tested once every hypothesis of those before it is rejected.
    """

    id: Name
    label: Text
    alpha: float = Field(gt=0, lt=0.5)
    gates: tuple[Gate, ...] = Field(min_length=1)
    specified_in: Specified
    source: Text

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """All of them, in the order of the gates."""
        return tuple(each for gate in self.gates for each in gate.hypotheses)

    @model_validator(mode="after")
    def _several(self) -> Self:
        if len(self.hypotheses) < 2:
            raise refuse("one hypothesis needs no plan for several", "name another one, or take the plan out", "gates")
        named: list[Hypothesis] = []
        for at, gate in enumerate(self.gates):
            for number, each in enumerate(gate.hypotheses):
                if each in named:
                    told, where = "this hypothesis stands twice", ("gates", at, "hypotheses", number)
                    raise refuse(told, "take one of the two out", *where)
                named.append(each)
        return self

    @model_validator(mode="after")
    def _rate_is_no_gate(self) -> Self:
        if len(self.gates) > 1 and any(gate.procedure == "benjamini_hochberg" for gate in self.gates):
            told = "benjamini_hochberg bounds the rate of false discoveries, and opens no gate"
            raise refuse(told, "write another procedure, or one gate alone", "gates")
        return self
