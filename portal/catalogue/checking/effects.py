"""Effects of outcomes: what they read is asked before them, and what they need of a region is there."""

from __future__ import annotations

from portal.catalogue.checking.report import Report
from portal.catalogue.model import (
    CERTIFICATE_EFFECTS,
    CancelCertificate,
    ChangeBenefit,
    Field,
    GrantBenefit,
    IssueCertificate,
    MoveCertificate,
    OutcomeKind,
    ReopenRefused,
    ReplaceCertificate,
    Service,
    Step,
)
from portal.catalogue.model.effects import ASSESSED, COMPONENTS, GRADES
from portal.catalogue.reading import Source

CARD_ON_FILE = ("card_on_file", "card_number", "card_valid_to")
"""What is asked about a card that was issued before this portal (``shared/fields.toml``)."""

AGAIN = "N20"
"""What tells somebody that a refused application is handled again."""
REMINDER = "N14"
"""What tells a holder that a certificate will end."""
MOVED = "N22"
"""What tells a holder that the household registration has moved away from a certificate."""
OFFER = "N15"
"""What tells somebody what may be open to them: by a new card, or after payments that failed."""
OF_BENEFITS = ("N12",)
OF_MONTHLY = ("N12", "N15", "N21")
"""What is said of a benefit while it runs: that it was paid or failed, what to do then, that it is looked at
again."""

ROWS = {"category": set(COMPONENTS), "grade": {str(grade) for grade in GRADES}}
"""The columns of the group ``assessed``, and what may be chosen in each."""


def check_effects(service: Service, file: str, source: Source, report: Report) -> None:
    """Every effect of every outcome of a service."""
    for place, step in enumerate(service.steps):
        before = {one.id: one for one in service.steps[: place + 1]}
        for outcome in step.outcomes:
            path = f"steps[{step.id}].outcomes[{outcome.id}].effects"
            if outcome.effects and outcome.kind != OutcomeKind.APPROVE:
                report.add(file, path, "only an outcome that grants (approve) has effects")
            for effect in outcome.effects:
                if isinstance(effect, IssueCertificate):
                    _check_issue(effect, before, service, file, path, source, report)
                elif isinstance(effect, ReopenRefused):
                    _check_reopening(effect, before, service, file, f"{path}[{effect.name}]", report)
                elif isinstance(effect, CERTIFICATE_EFFECTS):
                    _check_card(effect, before, service, file, f"{path}[{effect.name}]", report)
                else:
                    _check_benefit(effect, before, service, file, f"{path}[{effect.name}]", source, report)


def _check_issue(
    effect: IssueCertificate,
    before: dict[str, Step],
    service: Service,
    file: str,
    path: str,
    source: Source,
    report: Report,
) -> None:
    named = f"{path}[{effect.name}]"
    report.known(file, f"{named}.components_from", effect.components_from, before, "earlier step")
    if (step := before.get(effect.components_from)) is not None:
        _check_assessed(step, file, named, report)
    _check_reminder(service, file, report)
    _check_said(service, (OFFER,), file, report)
    for region_file, region in source.regions.items():
        if service.code in region.services and effect.years not in {one.name for one in region.parameters}:
            report.add(region_file, "parameters", f"add {effect.years!r}: {service.code} needs it")


def _check_card(
    effect: ReplaceCertificate | MoveCertificate | CancelCertificate,
    before: dict[str, Step],
    service: Service,
    file: str,
    path: str,
    report: Report,
) -> None:
    """An old card may be from before this portal: the form of a step must be able to enter it."""
    report.known(file, f"{path}.entered_in", effect.entered_in, before, "step up to this one")
    if (step := before.get(effect.entered_in)) is not None:
        asked = {field.id for field in step.fields}
        for name in CARD_ON_FILE:
            report.known(file, f"{path}.entered_in", name, asked, f"field of step {step.id!r}")
        _check_assessed(step, file, path, report)
    if not isinstance(effect, CancelCertificate):
        _check_reminder(service, file, report)
    if isinstance(effect, ReplaceCertificate):
        _check_said(service, (OFFER,), file, report)
    if isinstance(effect, ReplaceCertificate) and effect.components_from is not None:
        report.known(file, f"{path}.components_from", effect.components_from, before, "step up to this one")
        if (assessing := before.get(effect.components_from)) is not None:
            _check_assessed(assessing, file, path, report)


def _check_reopening(
    effect: ReopenRefused, before: dict[str, Step], service: Service, file: str, path: str, report: Report
) -> None:
    for name in effect.components_from:
        report.known(file, f"{path}.components_from", name, before, "earlier step")
        if (step := before.get(name)) is not None:
            _check_assessed(step, file, path, report)
    _check_said(service, (AGAIN,), file, report)


def _check_benefit(
    effect: GrantBenefit | ChangeBenefit,
    before: dict[str, Step],
    service: Service,
    file: str,
    path: str,
    source: Source,
    report: Report,
) -> None:
    """What is read of forms is asked in one of the steps so far, and the region gives what is granted."""
    asked = {field.id for step in before.values() for field in step.fields}
    names = {"amount_field": effect.amount_field}
    if isinstance(effect, ChangeBenefit):
        names |= {"benefit_field": effect.benefit_field, "month_field": effect.month_field}
    for name, field in names.items():
        if field is not None:
            report.known(file, f"{path}.{name}", field, asked, "field of a step up to this one")
    if isinstance(effect, ChangeBenefit):
        _check_said(service, OF_MONTHLY, file, report)
        for region_file, region in source.regions.items():
            if effect.to == "faded" and service.code in region.services and not region.fading:
                report.add(region_file, "fading", f"say how a benefit fades: {service.code} needs it")
        return
    is_monthly = any(
        one.period == "month"
        for region in source.regions.values()
        for one in region.benefits
        if one.code == effect.benefit
    )
    _check_said(service, OF_MONTHLY if is_monthly else OF_BENEFITS, file, report)
    if effect.year_field is not None:
        pages = [*service.pages, *(page for block in source.blocks.values() for page in block.pages)]
        answers = asked | {field.id for page in pages for field in page.fields}
        report.known(file, f"{path}.year_field", effect.year_field, answers, "question")
    for region_file, region in source.regions.items():
        given = {one.code for one in region.benefits if one.service == service.code}
        if service.code in region.services and effect.benefit not in given:
            report.add(region_file, "benefits", f"add {effect.benefit!r} of {service.code}, which grants it")


def _check_reminder(service: Service, file: str, report: Report) -> None:
    if REMINDER not in service.notices:
        report.add(file, "notices", f"add {REMINDER!r}: a certificate ends, and its holder is reminded")
    if MOVED not in service.notices:
        report.add(file, "notices", f"add {MOVED!r}: a household moves, and the holder is told what to do")


def _check_said(service: Service, keys: tuple[str, ...], file: str, report: Report) -> None:
    for key in keys:
        if key not in service.notices:
            report.add(file, "notices", f"add {key!r}: what comes of this effect is told with it")


def _check_assessed(step: Step, file: str, path: str, report: Report) -> None:
    group = next((field for field in step.fields if field.id == ASSESSED and field.kind == "group"), None)
    if group is None:
        report.add(file, path, f"the form of step {step.id!r} needs a group {ASSESSED!r}")
        return
    asked = {field.id: _choices(field) for field in group.fields}
    for name, values in ROWS.items():
        if not asked.get(name) or not asked[name] <= values:
            said = ", ".join(sorted(values))
            report.add(
                file, f"steps[{step.id}].fields[{ASSESSED}].fields", f"{name!r} is a choice among {said}"
            )


def _choices(field: Field) -> set[str]:
    return {choice.value for choice in field.choices}
