"""What an outcome does besides closing its step: named effects with their parameters.

The names are those of the table in ``usecases/effects.py``; ``catalogue/checking/effects.py`` holds that what
an effect reads is there to be read.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Setting

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


class ReplaceCertificate(Frozen):
    """A new card in place of the one in force: the old one is void from today (rules.md 2.2, 2.3, 2.5).

    A card from before this portal is first entered from the form of ``entered_in`` (``card_on_file`` is
    ``entered``: ``card_number``, ``card_valid_to``, ``assessed``).
    """

    name: Literal["replace_certificate"]
    cause: Literal["lost", "exchange", "change"]
    """``lost`` adds the next B suffix and keeps the last day; ``exchange`` and ``change`` begin new years."""
    entered_in: Code
    """The step whose form says whether the old card is on record, and what it says where it is not."""
    components_from: Code | None = None
    """The step that assessed anew; the components of the old card where empty."""
    years: Code = "certificate_years"


class MoveCertificate(Frozen):
    """迁移: the deciding unit becomes the issuer, and a frozen card is in force again (rules.md 2.5)."""

    name: Literal["move_certificate"]
    entered_in: Code


class CancelCertificate(Frozen):
    """The certificate is cancelled; a new one is possible after a year (art. 24, rules.md 2.5, ZJ-05)."""

    name: Literal["cancel_certificate"]
    entered_in: Code
    reason_field: Code
    """The answer that says why: death, below_standard, own_wish, duplicate, other."""


class ReopenRefused(Frozen):
    """The application that was refused on the assessment objected to is handled again, from where its new
    assessment stands (残疾人证管理办法 art. 25, ZJ-07).

    Where the portal has none, it was opened elsewhere, on the day in ``reopened_on`` of the form.
    """

    name: Literal["reopen_refused"]
    components_from: Annotated[tuple[Code, ...], Setting(min_length=1)]
    """The steps that may have assessed anew, the one with the last word first."""


class GrantBenefit(Frozen):
    """The person gets a benefit of the region's list (``regions/*.toml`` benefits) from a month on."""

    name: Literal["grant_benefit"]
    benefit: Code
    amount_field: Code | None = None
    """The field of the deciding step's form with the amount in yuan; the region's group where empty."""
    year_field: Code | None = None
    """The answer that says for which year, where it is given once a year."""


class ChangeBenefit(Frozen):
    """A benefit goes on as it is, with another amount, or ends with a month (BT-03, rules.md 3.4)."""

    name: Literal["change_benefit"]
    to: Literal["continue", "changed", "faded", "stopped", "restored"]
    """``faded``: less and less by the stages of the region (渐退), then nothing."""
    benefit_field: Code
    """The field of the deciding step's form that says which benefit."""
    amount_field: Code | None = None
    month_field: Code | None = None
    """The first month (``changed``, ``faded``, ``restored``) or the first month without it (``stopped``)."""


Effect: TypeAlias = Annotated[
    IssueCertificate
    | ReplaceCertificate
    | MoveCertificate
    | CancelCertificate
    | ReopenRefused
    | GrantBenefit
    | ChangeBenefit,
    Setting(discriminator="name"),
]
"""Any effect, told apart by its name."""

CERTIFICATE_EFFECTS = (IssueCertificate, ReplaceCertificate, MoveCertificate, CancelCertificate)
