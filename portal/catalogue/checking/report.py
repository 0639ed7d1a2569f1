"""Where the checks write down what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from portal.catalogue.problems import Problem


class Report:
    """The problems found so far; ``add`` says where, and what to do."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, file: str, path: str, advice: str) -> None:
        self.problems.append(Problem(file, path, advice))

    def once(self, file: str, path: str, codes: Iterable[str]) -> None:
        """Each code must stand once."""
        for code, count in Counter(codes).items():
            if count > 1:
                self.add(file, f"{path}[{code}]", f"{code!r} stands {count} times; give each its own name")

    def known(self, file: str, path: str, code: str | None, codes: Iterable[str], what: str) -> None:
        """A code that is named must be one of ``codes``."""
        if code is not None and code not in codes:
            self.add(file, path, f"there is no {what} {code!r}; name one that exists")
