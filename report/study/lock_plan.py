"""What the study file says of its locks: what the trial calls them, and who must sign a hard one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from report.study.data import Model, Text
from report.study.faults import refuse


class Signatory(Model):
    """Somebody who must sign a hard lock before its paper is final: in which role, and what the signature means."""

    role: Text
    meaning: Text


class LockPlan(Model):
    """The trial's own names for its locks, and its signatories."""

    names: dict[Literal["snapshot", "soft", "hard"], Text] = Field(default_factory=dict)
    signatories: tuple[Signatory, ...] = ()

    @field_validator("signatories")
    @classmethod
    def _a_role_once(cls, signatories: tuple[Signatory, ...]) -> tuple[Signatory, ...]:
        roles = [each.role for each in signatories]
        for index, role in enumerate(roles):
            if role in roles[:index]:
                told = f"two signatories have the same role, {role}"
                raise refuse(told, "name each role once, such as first and second statistician", index, "role")
        return signatories

    def meaning(self, role: str) -> str:
        """Return what the signature of a role means; empty where the role is none of the signatories'."""
        return next((each.meaning for each in self.signatories if each.role == role), "")
