"""A skeleton is no service yet: wherever somebody must still write, its file is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from portal.catalogue.checking.report import Report
from portal.catalogue.model import Service

MARK: Final = "〔填写〕"
"""Stands in a skeleton (``portal new-service``) before what somebody must write."""


def check_filled_in(service: Service, file: str, report: Report) -> None:
    """Every place that is still marked."""
    if MARK in service.model_dump_json():
        for path, words in _words_in(service.model_dump(exclude_none=True), ""):
            if MARK in words:
                report.add(file, path, f"write your own words in place of {words!r}")


def _words_in(part: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _words_in(value, f"{path}.{key}".lstrip("."))
    elif isinstance(part, list | tuple):
        for place, value in enumerate(part):
            name = value.get("id") or value.get("kind") or place if isinstance(value, dict) else place
            yield from _words_in(value, f"{path}[{name}]")
