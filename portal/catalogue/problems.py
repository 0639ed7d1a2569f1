"""How the catalogue says no: every mistake at once, each with its file, its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one file. ``path`` names things by their id (``pages[hukou].title.en``)."""

    file: str
    path: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.advice}"


class CatalogueErrors(ValueError):
    """The catalogue cannot be used; ``problems`` lists everything that has to be put right."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
