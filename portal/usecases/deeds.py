"""What every effect of a decision is given: who decides what, on which application, on which facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from portal.catalogue.model import Definition, Region
from portal.store.applications import Application
from portal.usecases.actor import Actor

Forms: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By step id the form of the decision that closed the step last."""


@dataclass(frozen=True)
class Deed:
    """A decision whose outcome has effects."""

    actor: Actor
    application: Application
    definition: Definition
    region: Region
    forms: Forms
    answers: Mapping[str, Any]
    """The newest answers, and over them what officers wrote into the forms of the steps so far."""

    @property
    def step(self) -> str:
        """The step that is decided."""
        return self.application.entries[-1].step

    @property
    def unit_code(self) -> str:
        """The unit that decides, or the one that stands in for it."""
        return self.actor.unit_code or self.application.entries[-1].unit_code
