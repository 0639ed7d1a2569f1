"""What an outcome does besides closing its step: named effects with their parameters.

The names are those of the table in ``usecases/effects.py``; ``catalogue/checking/effects.py`` holds that what
an effect reads is there to be read.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from portal.catalogue.model.base import Code, Frozen

ASSESSED = "assessed"
"""The group of an assessment's form: a row for each component, ``category`` and ``grade`` (rules.md 2.2)."""
COMPONENTS = ("visual", "hearing", "speech", "limb", "intellectual", "psychiatric")
"""What a component may be, in the order of the nineteenth digit of the number, which begins at 1 (art. 5)."""
GRADES = (1, 2, 3, 4)
"""1 is the most severe."""


class IssueCertificate(Frozen):
    """Make the certificate of the person whom the application is for (残疾人证管理办法 art. 9)."""

    name: Literal["issue_certificate"]
    components_from: Code = "assessment"
    """The step whose decision form holds the group ``assessed``."""
    years: Code = "certificate_years"
    """The region parameter that says for how many years it is valid."""


Effect: TypeAlias = IssueCertificate
"""Any effect; a union told apart by ``name`` as soon as there are two."""
