"""Every question of a service with the place where its writer finds it, and what each must have."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.catalogue.checking.choices import check_groups
from portal.catalogue.checking.report import Report
from portal.catalogue.conditions import UNKNOWN, Condition
from portal.catalogue.evidence_pages import evidence_page
from portal.catalogue.field_types import FIELD_TYPES, MESSAGES
from portal.catalogue.model import Field, Page, Service
from portal.catalogue.reading import Source
from portal.catalogue.resolving import EVIDENCE, in_section

CHOOSING = ("choice", "multi")
"""Kinds that live by their list of choices; yes_no may bring its own words."""


@dataclass(frozen=True)
class Asked:
    """A page of the journey as written, with its file and path."""

    page: Page
    file: str
    path: str

    def place_of(self, field: Field) -> str:
        """The path of a field on this page; an evidence page is written as evidence, without fields."""
        return self.path if self.path.startswith(EVIDENCE) else f"{self.path}.fields[{field.id}]"


def asked_in(service: Service, file: str, source: Source) -> tuple[Asked, ...]:
    """The pages in the order in which they are asked; names that lead nowhere are left out."""
    known: dict[str, tuple[Asked, ...]] = {}
    for page in service.pages:
        known[page.id] = (Asked(page, file, f"pages[{page.id}]"),)
    for block_file, block in source.blocks.items():
        for page in block.pages:
            known[f"{block.code}.{page.id}"] = (Asked(page, block_file, f"pages[{page.id}]"),)
    known[EVIDENCE] = tuple(Asked(evidence_page(e), file, f"evidence[{e.id}]") for e in service.evidence)
    return tuple(
        replace(asked, page=in_section(asked.page, section))
        for section in service.sections
        for name in section.pages
        for asked in known.get(name, ())
    )


def check_fields(service: Service, file: str, asked: tuple[Asked, ...], report: Report) -> None:
    """Kinds, choices, error words and names of every question of the journey and of the steps."""
    fields = [field for one in asked for field in one.page.fields]
    report.once(file, "fields", [f.id for field in fields for f in (field, *field.fields)])
    report.once(file, "pages", [one.page.title.zh for one in asked])  # read back, they are told apart
    report.once(file, "sections", [section.id for section in service.sections])
    report.once(file, "evidence", [evidence.id for evidence in service.evidence])
    for evidence in service.evidence:
        report.once(file, f"evidence[{evidence.id}].alternatives", [w.way for w in evidence.alternatives])
        for code in evidence.proves:
            report.known(file, f"evidence[{evidence.id}].proves", code, {f.id for f in fields}, "field")
    earlier: set[str] = set()
    for one in asked:
        for field in one.page.fields:
            _check_field(field, one.file, one.place_of(field), report)
            _check_way_out(one, field, report)
            for asked_field in (field, *field.fields):
                check_groups(asked_field.choices, one.file, f"{one.place_of(asked_field)}.choices", report)
            for key in ("id_type_field", "not_before_field"):
                other: str | None = getattr(field, key)
                report.known(one.file, f"{one.place_of(field)}.{key}", other, earlier, "earlier field")
            earlier.add(field.id)
    for step in service.steps:
        report.once(file, f"steps[{step.id}].fields", [field.id for field in step.fields])
        for field in step.fields:
            _check_field(field, file, f"steps[{step.id}].fields[{field.id}]", report)
    if not service.bundle:
        _check_subject(service, file, {field.id: field for field in fields}, report)


def _check_field(field: Field, file: str, path: str, report: Report) -> None:
    report.known(file, f"{path}.kind", field.kind, FIELD_TYPES, "kind")
    report.once(file, f"{path}.choices", [choice.value for choice in field.choices])
    if field.kind in CHOOSING and not field.choices and not field.choices_from:
        report.add(file, f"{path}.choices", "write the choices, or where they come from (choices_from)")
    if field.choices and field.kind not in (*CHOOSING, "yes_no"):
        report.add(file, f"{path}.choices", f"a {field.kind} has no choices; remove them or change the kind")
    if bool(field.fields) != (field.kind == "group"):
        report.add(file, f"{path}.fields", "a group, and only a group, has fields of its own")
    if (field.min_count or 0) > 0 and not field.required:
        report.add(file, f"{path}.min_count", "remove it, or make the field required")
    if field.term_days is not None and field.kind != "date":
        report.add(file, f"{path}.term_days", "only a date begins a term; remove it or ask for the day")
    for code in field.errors:
        report.known(file, f"{path}.errors", code, MESSAGES, "error code")
    for member in field.fields:
        if member.kind == "group":
            report.add(file, f"{path}.fields[{member.id}].kind", "a group cannot hold a group; use two pages")
        else:
            _check_field(member, file, f"{path}.fields[{member.id}]", report)


def _check_way_out(one: Asked, field: Field, report: Report) -> None:
    """A required choice has an honest way out, unless it is a plain yes or no about oneself."""
    if field.kind not in CHOOSING or not field.required or field.has_unknown or field.choices_from:
        return
    if any(choice.is_way_out or choice.value in (UNKNOWN, "none", "other") for choice in field.choices):
        return
    if len(field.choices) > PLAIN_CHOICES:
        report.add(
            one.file,
            f"{one.place_of(field)}.choices",
            "add an honest way out (is_way_out = true), such as 我不知道 or 我现在没有",
        )


PLAIN_CHOICES = 5
"""Up to so many choices a list may be complete in itself (a format of letters, a kind of relation)."""


def _check_subject(service: Service, file: str, fields: dict[str, Field], report: Report) -> None:
    """The answers by which everybody else knows the person and the county."""
    for key, kind in (
        ("subject_name_field", "name"),
        ("subject_id_field", "id_number"),
        ("subject_birth_field", "date"),
        ("place_field", "place"),
    ):
        code: str = getattr(service, key)
        if service.anonymous and code not in fields and key != "place_field":
            continue
        report.known(file, key, code, fields, "field")
        if code in fields and fields[code].kind != kind:
            report.add(file, key, f"name a field of kind {kind!r}; {code!r} is a {fields[code].kind!r}")


def conditions_of(one: Asked, field: Field) -> tuple[Condition, ...]:
    """What must hold for a field to be asked."""
    return tuple(when for when in (one.page.when, field.when) if when is not None)
