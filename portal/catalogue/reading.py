"""From TOML files to shapes: syntax and shape only; what the shapes say of each other is in ``checking``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from portal.catalogue.likeness import Likeness, Shared
from portal.catalogue.model import Block, Frozen, Notice, Question, Reason, Region, Service
from portal.catalogue.problems import Problem

Shape = TypeVar("Shape", bound=BaseModel)

NOTHING_SHARED: Shared = {}
NAME_KEYS = ("id", "code", "value", "way", "key", "name", "kind")
"""What a part of a list is called in a path, in order of preference; its number where it has none."""


class ReasonsFile(Frozen):
    """The whole of ``reasons.toml``."""

    reasons: tuple[Reason, ...]


class NoticesFile(Frozen):
    """The whole of ``notices.toml``."""

    notices: tuple[Notice, ...]


class QuestionnaireFile(Frozen):
    """The whole of ``questionnaire.toml``: what is asked once for all services."""

    questions: tuple[Question, ...]


class Source(BaseModel):
    """Everything that could be read, by file name, with what could not."""

    services: dict[str, Service] = Field(default_factory=dict)
    blocks: dict[str, Block] = Field(default_factory=dict)
    regions: dict[str, Region] = Field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    notices: tuple[Notice, ...] = ()
    questionnaire: tuple[Question, ...] = ()


def read_source(root: Path) -> tuple[Source, list[Problem]]:
    """Every file under ``root``; a file with a mistake is left out and its mistakes are listed."""
    problems: list[Problem] = []
    shared = _read_shared(root, problems)
    source = Source(
        services=_read_folder(root, "services", Service, problems, shared),
        blocks=_read_folder(root, "blocks", Block, problems, shared),
        regions=_read_folder(root, "regions", Region, problems),
    )
    reasons = _read_file(root, "reasons.toml", ReasonsFile, problems)
    notices = _read_file(root, "notices.toml", NoticesFile, problems)
    questionnaire = _read_file(root, "questionnaire.toml", QuestionnaireFile, problems, shared)
    source.questionnaire = questionnaire.questions if questionnaire else ()
    source.reasons = reasons.reasons if reasons else ()
    source.notices = notices.notices if notices else ()
    return source, problems


def _read_shared(root: Path, problems: list[Problem]) -> Shared:
    """What services take with ``like``: by file, each part by its name."""
    files = sorted((root / "shared").glob("*.toml"))
    return {path.stem: _read_toml(root, f"shared/{path.name}", problems) or {} for path in files}


def _read_folder(
    root: Path, folder: str, shape: type[Shape], problems: list[Problem], shared: Shared = NOTHING_SHARED
) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for path in sorted((root / folder).glob("*.toml")):
        file = f"{folder}/{path.name}"
        thing = _read_file(root, file, shape, problems, shared)
        if thing is None:
            continue
        found[file] = thing
        code = getattr(thing, "code", path.stem)
        if code != path.stem:
            problems.append(Problem(file, "code", f"write {path.stem!r}, the name of the file, or rename it"))
    return found


def _read_file(
    root: Path, file: str, shape: type[Shape], problems: list[Problem], shared: Shared = NOTHING_SHARED
) -> Shape | None:
    raw = _read_toml(root, file, problems)
    if raw is None:
        return None
    likeness = Likeness(file, shared)
    raw = likeness.whole(raw)
    problems += likeness.problems
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            advice = mistake["msg"][0].lower() + mistake["msg"][1:]
            problems.append(Problem(file, place_of(raw, mistake["loc"]), advice))
        return None


def _read_toml(root: Path, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        return tomllib.loads((root / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(file, "(file)", "write this file; the catalogue needs it"))
    except UnicodeDecodeError as error:
        problems.append(Problem(file, f"byte {error.start}", "save the file as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(file, "(syntax)", f"correct the TOML: {error}"))
    return None


def place_of(raw: Any, steps: tuple[str | int, ...]) -> str:
    """Where a mistake stands: list parts by their id, so that a writer finds them by searching."""
    path = ""
    here = raw
    for step in steps:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
            path += f"[{_name_of(here) or step}]"
            continue
        here = here.get(step) if isinstance(here, dict) else None
        path += f".{step}" if path else step
    return path or "(file)"


def _name_of(part: Any) -> str | None:
    if not isinstance(part, dict):
        return None
    return next((part[key] for key in NAME_KEYS if isinstance(part.get(key), str)), None)
