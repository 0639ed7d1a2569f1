"""What a service is: the frozen shapes that every TOML file of the catalogue must fill.

Three layers (rules.md 10.0): the *item* (``services/*.toml``), its *implementation* in a region
(``regions/*.toml``) and the generated *guide*. ``Definition`` is the resolved whole that an application
is pinned to: it depends on nothing outside itself but what is live by date (units, institutions, phones).
"""

from __future__ import annotations

from portal.catalogue.model.base import Citation, Code, Frozen, PageCode
from portal.catalogue.model.effects import Effect, IssueCertificate
from portal.catalogue.model.journey import (
    Alternative,
    Block,
    Choice,
    Declaration,
    Evidence,
    Field,
    FileKind,
    Meaning,
    Page,
    Question,
    Section,
    Way,
    headings_of,
)
from portal.catalogue.model.notices import USUAL, Notice, NoticeLine, NoticeVariant
from portal.catalogue.model.process import (
    Clock,
    Deemed,
    Extension,
    Outcome,
    OutcomeKind,
    Post,
    Reason,
    Remedy,
    Role,
    Step,
    StepKind,
    StepPaper,
    UnitKind,
)
from portal.catalogue.model.region import Facility, HelpWay, Parameter, Place, Region, ServicePoint, Unit
from portal.catalogue.model.service import (
    DEFINITION_FORMAT,
    AcceptancePlace,
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
    "USUAL",
    "AcceptancePlace",
    "Alternative",
    "Answers",
    "Block",
    "Category",
    "Choice",
    "Citation",
    "Clock",
    "Code",
    "Declaration",
    "Deemed",
    "Definition",
    "Effect",
    "Evidence",
    "Extension",
    "Facility",
    "Field",
    "FileKind",
    "Finding",
    "Frozen",
    "GuidePart",
    "HelpWay",
    "IssueCertificate",
    "Meaning",
    "Notice",
    "NoticeLine",
    "NoticeVariant",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PageCode",
    "Parameter",
    "Place",
    "Post",
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
    "StepPaper",
    "Unit",
    "UnitKind",
    "Way",
    "headings_of",
]
