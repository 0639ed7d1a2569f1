"""Whether a portal that offers five hundred services is as quick as ours, asked in turns in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from types import MappingProxyType
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.pages import QUESTION
from benchmarks.prepared import Prepared
from benchmarks.rows import Row
from portal.app import create_app
from portal.catalogue.loader import Catalogue
from portal.catalogue.model import Service
from portal.catalogue.texts import Text
from portal.rules.search import build_index
from portal.web.services import INDEX

SERVICES = 500
ROUNDS = 5
PAGES_A_ROUND = 40
LIMIT = 1.2
SEARCHED = quote("残疾证")
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "qzxjvkwybfpgucmdlhrsnioeta")
"""What becomes of each in the names of services that are nobody's."""
"""Times the processor's time with our own services."""


def measure(prepared: Prepared) -> list[Row]:
    """Home, a search that finds the same, and a page of an application, with ours and with five hundred."""
    apps = (create_app(prepared.settings), create_app(prepared.settings))
    parts = apps[1].extensions["portal"]
    enlarged = enlarge(parts.catalogue, prepared.settings.region)
    apps[1].extensions["portal"] = replace(parts, catalogue=enlarged)
    try:
        offered = enlarged.regions[prepared.settings.region].services
        apps[1].extensions[INDEX] = build_index(enlarged.services[code] for code in offered)
        question = f"{prepared.application}/{QUESTION}"
        return [
            _row("catalogue.home_500", [_visitor(app, "/") for app in apps]),
            _row("catalogue.search_500", [_visitor(app, f"/services?q={SEARCHED}") for app in apps]),
            _row("catalogue.question_500", [_visitor(app, question, prepared.session) for app in apps]),
        ]
    finally:
        for app in apps:
            app.extensions["portal"].store.close()


def enlarge(catalogue: Catalogue, region_code: str) -> Catalogue:
    """The catalogue with copies of the region's services under codes of their own."""
    region = catalogue.regions[region_code]
    services, definitions = dict(catalogue.services), dict(catalogue.definitions)
    codes = list(region.services)
    while len(codes) < SERVICES:
        original = region.services[len(codes) % len(region.services)]
        code = f"{original}-{len(codes)}"
        services[code] = _renamed(catalogue.services[original], code)
        definition = catalogue.definition(original, region_code)
        definitions[code, region_code] = definition.model_copy(update={"service": services[code]})
        codes.append(code)
    regions = {**catalogue.regions, region_code: region.model_copy(update={"services": tuple(codes)})}
    return replace(
        catalogue,
        services=MappingProxyType(services),
        regions=MappingProxyType(regions),
        definitions=MappingProxyType(definitions),
    )


def _renamed(service: Service, code: str) -> Service:
    """The same under a name of its own: as long, in other characters."""
    texts = {name: _other_words(getattr(service, name)) for name in ("name", "summary")}
    keywords = tuple(_other(words) for words in service.keywords)
    return service.model_copy(update={"code": code, "keywords": keywords, **texts})


def _other_words(text: Text) -> Text:
    return Text(zh=_other(text.zh), en=_other(text.en), easy=_other(text.easy) if text.easy else None)


def _other(words: str) -> str:
    """Each character another one, always the same for the same."""
    return "".join(
        chr(0x4E00 + (ord(one) * 31 + 7) % 0x5000) if one > "\u3400" else one.translate(LETTERS)
        for one in words
    )


def _visitor(app: Flask, path: str, session: str | None = None) -> Callable[[], float]:
    """Asks once for the page and gives the seconds of the processor."""
    client: FlaskClient = app.test_client()
    if session:
        client.set_cookie("session", session)

    def ask() -> float:
        begun = time.process_time()
        answer = client.get(path)
        taken = time.process_time() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return taken

    return ask


def _row(name: str, asking: list[Callable[[], float]]) -> Row:
    for ask in asking:
        for _ in range(PAGES_A_ROUND // 4):
            ask()
    ratios: list[float] = []
    for _round in range(ROUNDS):
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(PAGES_A_ROUND):
            for ask, found in zip(asking, taken, strict=True):
                found.append(ask())
        ratios.append(median(taken[1]) / median(taken[0]))
    settings = {
        "lowest_round": round(min(ratios), 3),
        "highest_round": round(max(ratios), 3),
        "rounds": ROUNDS,
        "pages_a_round": PAGES_A_ROUND,
        "services": SERVICES,
        "measured": "seconds of the processor, in one process, in turns",
    }
    return Row(name, round(median(ratios), 3), "times ours", LIMIT, settings, "at_most")
