"""A service as one region gives it: blocks and evidence become pages, and the whole gets a content hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from portal.catalogue.conditions import Condition
from portal.catalogue.evidence_pages import evidence_page
from portal.catalogue.localising import filled, local_facts, localised, numbers_of
from portal.catalogue.model import Block, Definition, Notice, NoticeWords, Page, Region, Section, Service
from portal.catalogue.older_formats import brought_up
from portal.catalogue.problems import Problem
from portal.catalogue.reading import Source
from portal.catalogue.remembering import remembered

EVIDENCE = "evidence"
"""The word by which a section asks for the pages that come from the evidence list."""


def resolve(service: Service, region: Region, source: Source) -> Definition:
    """The definition of a service in a region. The source must have passed every check."""
    asked, _ = journey_pages(service, source, "")
    service = localised(service, region)
    numbers, facts = numbers_of(service, region), local_facts(region)
    pages = tuple(filled(page, numbers) for page in asked)
    looked_at = _looked_at(service, pages)
    used_reasons = {code for step in service.steps for outcome in step.outcomes for code in outcome.reasons}
    return Definition(
        region=region.code,
        service=service,
        pages=pages,
        reasons=tuple(reason for reason in source.reasons if reason.code in used_reasons),
        notices=tuple(notices_of(service, source)),
        local={name: said for name, said in facts.items() if name in looked_at},
    )


def _looked_at(service: Service, pages: tuple[Page, ...]) -> set[str]:
    """What the conditions of pages, steps and outcomes ask for: only that becomes part of the definition."""
    conditions = [one.when for one in pages] + [one.when for one in service.steps]
    conditions += [field.when for page in pages for field in page.fields]
    for step in service.steps:
        conditions += [one.when for one in step.fields] + [one.when for one in step.outcomes]
    return {name for when in conditions if when is not None for name in when.fields()}


def journey_pages(service: Service, source: Source, file: str) -> tuple[tuple[Page, ...], list[Problem]]:
    """Every page in order, each with its section; names that lead nowhere are listed as problems."""
    known: dict[str, tuple[Page, ...]] = {page.id: (page,) for page in service.pages}
    for block in source.blocks.values():
        known |= {f"{block.code}.{page.id}": (_of_block(page, block),) for page in block.pages}
    known[EVIDENCE] = tuple(evidence_page(evidence) for evidence in service.evidence)
    pages: list[Page] = []
    problems: list[Problem] = []
    named: set[str] = set()
    for section in service.sections:
        for name in section.pages:
            path = f"sections[{section.id}].pages"
            if name not in known:
                problems.append(Problem(file, path, f"there is no page {name!r}; name a page that exists"))
            elif name in named:
                problems.append(Problem(file, path, f"name {name!r} in one section only"))
            else:
                named.add(name)
                pages += [in_section(page, section) for page in known[name]]
    for name in [page.id for page in service.pages] + [EVIDENCE] * bool(service.evidence):
        if name not in named:
            problems.append(Problem(file, "sections", f"name {name!r} in a section; nobody would see it"))
    return tuple(pages), problems


def _of_block(page: Page, block: Block) -> Page:
    """In an address the page is ``hukou-place``: two blocks may both ask for a place."""
    return page.model_copy(update={"id": f"{block.code}-{page.id}"})


def in_section(page: Page, section: Section) -> Page:
    """The page as it stands in a section: asked only where both say so."""
    both = [when for when in (section.when, page.when) if when is not None]
    when = Condition(all_=tuple(both)) if len(both) > 1 else next(iter(both), None)
    return page.model_copy(update={"section": section.id, "when": when})


def notices_of(service: Service, source: Source) -> Iterator[Notice]:
    """The notices that the service may send, in its own words where it has any."""
    for notice in source.notices:
        if notice.key in notice_keys(service):
            own = service.letters.get(notice.key)
            yield notice if own is None else notice.model_copy(update=said_in(own))


def said_in(words: NoticeWords) -> dict[str, Any]:
    """What a service says in its own words, by part of the notice."""
    return {
        name: getattr(words, name) for name in NoticeWords.model_fields if getattr(words, name) is not None
    }


def notice_keys(service: Service) -> set[str]:
    """Every notice that the service may send."""
    by_outcome = {o.notice for step in service.steps for o in step.outcomes if o.notice}
    by_step = {step.notice for step in service.steps if step.notice}
    return set(service.notices) | by_outcome | by_step


@remembered
def to_json(definition: Definition) -> str:
    """The stored form: canonical, without defaults (so a new optional key does not change old hashes).

    Whoever changes the default of a key raises ``DEFINITION_FORMAT``: stored forms rely on it.
    """
    content = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    content["format"] = definition.format
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Definition:
    """A stored definition as it was pinned. Raises ``pydantic.ValidationError`` for an unknown format."""
    return Definition.model_validate_json(json.dumps(brought_up(json.loads(text))))


def definition_hash(definition: Definition) -> str:
    """The name of a definition by its content: sha256 of the stored form, 64 hexadecimal digits."""
    return hashlib.sha256(to_json(definition).encode("utf-8")).hexdigest()
