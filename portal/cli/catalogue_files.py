"""Commands for writers of services: a skeleton, a preview, what changes, what is unverified, files of all."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections.abc import Iterator
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue import skeleton
from portal.catalogue.differences import differences
from portal.catalogue.elements import Element, clock_text, elements_of
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Citation, Definition, Page, Region
from portal.catalogue.texts import Language, Text
from portal.cli.workplace import CommandError, opened, read_settings, region_of, say
from portal.i18n import LOCALES
from portal.usecases.definitions import find_definition_by_start, find_newest_definition

HEAD = ("code", "service", "element", "name", "text", "basis", "status")
BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take Chinese for something else."""


def new_service(arguments: Namespace) -> None:
    """Write the skeleton of a service, with every place marked that is to be filled in."""
    code = arguments.code.lower()
    folder = Path(arguments.folder) if arguments.folder else skeleton.SERVICES
    try:
        file = skeleton.write_skeleton(code, folder)
    except ValueError:
        raise CommandError("A code is two letters and two digits, such as zj-08.") from None
    except FileExistsError:
        raise CommandError(f"{code} exists already; change its file, or choose another code.") from None
    except OSError as wrong:
        raise CommandError(f"{folder} cannot be written: {wrong.strerror}.") from None
    say(f"{file} is there. Fill in what is marked {skeleton.MARK}, then: portal check-catalogue")


def preview(arguments: Namespace) -> None:
    """Guide, pages in their order and steps as text. Nothing is opened, nothing is kept."""
    region = region_of(read_settings())
    for line in _preview(_definition(arguments.code, region), region, arguments.language):
        say(line)


def _definition(code: str, region: Region) -> Definition:
    """The service as its file says it now. Raises CommandError."""
    found = load_catalogue().find_definition(code.lower(), region.code)
    if found is None:
        raise CommandError(f"The region {region.code} gives no service {code}; add it to its services.")
    return found


def _preview(definition: Definition, region: Region, language: Language) -> Iterator[str]:
    service = definition.service
    yield from (f"# {service.name.say(language)} ({service.code.upper()})", service.summary.say(language))
    for element in elements_of(definition, region, language):
        yield from ("", f"## {element.name}")
        yield from (f"- {_line(one.text, one.basis)}" for one in element.lines)
    titles = {section.id: section.title for section in service.sections}
    section = ""
    for page in definition.pages:
        if page.section != section:
            section = page.section
            yield from ("", f"## {titles[section].say(language)}")
        yield from _page(page, language)
    for step in service.steps:
        yield from ("", f"## {step.name.say(language)}: {clock_text(step.clock, language)}")
        yield from (f"- {outcome.label.say(language)} {outcome.notice or ''}" for outcome in step.outcomes)


def _page(page: Page, language: Language) -> Iterator[str]:
    yield from ("", f"### {page.title.say(language)} [{page.id}]{' ?' if page.when else ''}")
    if page.intro:
        yield page.intro.say(language)
    for one in page.fields:
        yield f"- {one.label.say(language)} [{one.id}, {one.kind}]{' ?' if one.when else ''}"
        yield from (f"    {choice.label.say(language)}" for choice in one.choices)


def _line(text: str, basis: Citation | None) -> str:
    law = f"{basis.title}{basis.article} [{basis.status}]" if basis else ""
    return " ".join(part for part in (text, law) if part)


def diff_service(arguments: Namespace) -> None:
    """What changes for people between two forms of a service, where it is stored or in its file."""
    settings = read_settings()
    own = _definition(arguments.code, region_of(settings))
    with opened(settings) as store, store.reading() as db:
        old, new = (_form(db, own, name) for name in (arguments.old, arguments.new))
        lines = differences(old, new)
    say("\n".join(lines) if lines else "Nothing changes.")


def _form(db: Session, own: Definition, name: str) -> Definition:
    """``file``, ``stored`` (the newest), or the first digits of a hash. Raises CommandError."""
    if name == "file":
        return own
    if name == "stored":
        newest = find_newest_definition(db, own)
        found = newest[1] if newest else None
    else:
        found = find_definition_by_start(db, own.service.code, own.region, name)
    if found is None:
        raise CommandError(f"There is no single stored form {name} of {own.service.code}.")
    return found


def unverified(_arguments: Namespace) -> None:
    """Every statement that rests on a citation which nobody has compared with the original, by service, and
    what each region says without having compared it. Examples of a demo region say so themselves."""
    catalogue, count = load_catalogue(), 0
    for service in catalogue.services.values():
        found = [
            (path, cite, text)
            for path, cite, text in _cited(service, "")
            if service.citations[cite].status == "unverified"
        ]
        if found:
            say(f"{service.code} {service.name.zh}")
        for path, cite, text in found:
            say(f"  {path}: {text} [{service.citations[cite].title}{service.citations[cite].article}]")
        count += len(found)
    for region in catalogue.regions.values():
        local = list(_local(region, ""))
        if local:
            say(f"{region.code} {region.name.zh}")
        for path, source in local:
            say(f"  {path} [{source}]")
        count += len(local)
    say(f"{count} statement(s) rest on what is unverified.")


def _local(part: Any, path: str) -> Iterator[tuple[str, str]]:
    """Everything of a region that nobody has compared with its source: place and source."""
    if isinstance(part, tuple):
        for number, one in enumerate(part):
            name = next(
                (str(getattr(one, k)) for k in ("receives", "code", "name", "service") if hasattr(one, k)),
                number,
            )
            yield from _local(one, f"{path}[{name}]")
        return
    if getattr(part, "status", None) == "unverified":
        yield path, getattr(part, "source", "") or getattr(part, "cite", "")
    for key in type(part).model_fields if hasattr(type(part), "model_fields") else ():
        yield from _local(getattr(part, key), f"{path}.{key}".lstrip("."))


def _cited(part: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Everything in a service that names a citation: place, key, its words."""
    if isinstance(part, tuple):
        for number, one in enumerate(part):
            name = next((str(getattr(one, k)) for k in ("id", "kind", "code") if hasattr(one, k)), number)
            yield from _cited(one, f"{path}[{name}]")
        return
    fields = type(part).model_fields if hasattr(type(part), "model_fields") else {}
    if cite := getattr(part, "cite", None) if "cite" in fields else None:
        yield path, cite, _words_of(part)
    for key in fields:
        if key not in ("when", "needs", "cite"):
            yield from _cited(getattr(part, key), f"{path}.{key}".lstrip("."))


def _words_of(part: Any) -> str:
    texts = (getattr(part, key, None) for key in ("text", "title", "otherwise", "name"))
    said = next((text.zh for text in texts if isinstance(text, Text)), None)
    return (said or f"{part.days} days" if hasattr(part, "days") else said or "").replace("\n", "")


def export_catalogue(arguments: Namespace) -> None:
    """Every element of every service, one a row: a CSV and an HTML file for each language."""
    folder = Path(arguments.folder)
    region = region_of(read_settings())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for language in LOCALES:
            rows = list(_rows(region, language))
            (folder / f"catalogue-{language}.csv").write_text(_csv(rows), encoding="utf-8", newline="")
            page = _html(rows, region, language)
            (folder / f"catalogue-{language}.html").write_text(page, encoding="utf-8")
    except OSError as wrong:
        raise CommandError(f"{folder} cannot be written: {wrong.strerror}.") from None
    say(f"{len(region.services)} service(s), {len(rows)} elements, {len(LOCALES)} languages: see {folder}.")


def _rows(region: Region, language: Language) -> Iterator[tuple[str, ...]]:
    catalogue = load_catalogue()
    for code in region.services:
        definition = catalogue.definition(code, region.code)
        name = definition.service.name.say(language)
        for element in elements_of(definition, region, language):
            yield (code.upper(), name, element.code, element.name, *_told(element))


def _told(element: Element) -> tuple[str, str, str]:
    bases = [one.basis for one in element.lines if one.basis]
    return (
        "\n".join(one.text for one in element.lines if one.text),
        "\n".join(dict.fromkeys(f"{one.title}{one.article}" for one in bases)),
        " ".join(sorted({one.status for one in bases})),
    )


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(rows)
    return text.getvalue()


def _html(rows: list[tuple[str, ...]], region: Region, language: Language) -> str:
    """A page that stands by itself: one table, its head and the first cell of each row as headings."""
    title = escape(region.site_name.say(language))
    head = "".join(f'<th scope="col">{name}</th>' for name in HEAD)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell).replace(chr(10), '<br>')}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<!doctype html>\n<html lang="{LOCALES[language].html_lang}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>\n<table><caption>{title}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></main></body></html>\n"
    )
