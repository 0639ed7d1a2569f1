"""What a service is: the frozen shapes that every TOML file of the catalogue must fill.

Three layers (rules.md 10.0): the *item* (``services/*.toml``), its *implementation* in a region
(``regions/*.toml``) and the generated *guide*. ``Definition`` is the resolved whole that an application
is pinned to: it depends on nothing outside itself but what is live by date (units, institutions, phones).
"""

from __future__ import annotations

from portal.catalogue.model.base import Citation, Code, Frozen, PageCode
from portal.catalogue.model.journey import (
    Alternative,
    Block,
    Choice,
    Declaration,
    Evidence,
    Field,
    Page,
    Question,
    Section,
)
from portal.catalogue.model.process import (
    Clock,
    Notice,
    Outcome,
    OutcomeKind,
    Reason,
    Remedy,
    Role,
    Step,
    StepKind,
    UnitKind,
)
from portal.catalogue.model.region import Facility, HelpWay, Parameter, Place, Region, ServicePoint, Unit
from portal.catalogue.model.service import (
    DEFINITION_FORMAT,
    Answers,
    Category,
    Definition,
    Finding,
    GuidePart,
    Service,
    Statement,
)

__all__ = [
    "DEFINITION_FORMAT",
    "Alternative",
    "Answers",
    "Block",
    "Category",
    "Choice",
    "Citation",
    "Clock",
    "Code",
    "Declaration",
    "Definition",
    "Evidence",
    "Facility",
    "Field",
    "Finding",
    "Frozen",
    "GuidePart",
    "HelpWay",
    "Notice",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PageCode",
    "Parameter",
    "Place",
    "Question",
    "Reason",
    "Region",
    "Remedy",
    "Role",
    "Section",
    "Service",
    "ServicePoint",
    "Statement",
    "Step",
    "StepKind",
    "Unit",
    "UnitKind",
]
