"""What has been found good already, so that the product of pages and settings can be stopped and resumed.

A drawing is known by what was checked (the page with the addresses of its style sheets and scripts, which
name their content; axe-core and our own checks), whatever state or language it was drawn for; and, so that a
resumed run need not even open it, by the files of the project.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "access"
SOURCES = ("portal", "templates", "static", "translations", "a11y-tests", "constraints.txt")
CHECKS = tuple(
    f"a11y-tests/support/{name}"
    for name in ("axe.py", "focus.py", "focus.js", "layout.py", "layout.js", "looks.py", "looks.js")
)
_DIGITS = re.compile(r"(/static/[\w./-]+)|\d")
_ROOT = re.compile(r'(<html\b[^>]*?)(?: data-elder="")?(?: class="large")?>')
_SWITCH = re.compile(r'(\belder=\d")[^<]*')
_SECRETS = re.compile(
    r'((?:<input type="hidden"[^>]*value|data-options)=")[^"]*|(/(?:enrol|link|identity)/)[\w.~-]+'
)


@dataclass(frozen=True)
class Verdict:
    """Of one drawing: `bad` are its looks that are not good, with what is wrong."""

    drawing: str
    project: str
    content: str
    bad: Mapping[str, Sequence[str]]


class Remembered:
    """The verdicts of this and earlier runs, one a line; several browsers at once may add to the file."""

    def __init__(self, folder: Path = FOLDER, project: str | None = None) -> None:
        self._folder = folder
        self._file = folder / "verdicts.jsonl"
        self.project = project or hash_of(*SOURCES)

    def is_good(self, drawing: str) -> bool:
        """Whether this drawing was good and no file of the project has changed since."""
        verdict = self._latest().get(drawing)
        return verdict is not None and not verdict.bad

    def is_good_content(self, content: str) -> bool:
        """Whether the same page was good under the same checks, whatever else has changed."""
        return any(verdict.content == content and not verdict.bad for verdict in self._verdicts())

    def add(self, drawing: str, content: str, bad: Mapping[str, Sequence[str]] | None = None) -> None:
        """Remember it, whatever happens next."""
        self._folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"drawing": drawing, "project": self.project, "content": content, "bad": bad or {}})
        with self._file.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())  # in one write, so that lines of two browsers do not mix

    def count(self, drawings: Sequence[str]) -> int:
        """How many of these have a verdict."""
        latest = self._latest()
        return sum(name in latest for name in drawings)

    def report(self, drawings: Sequence[str], looks: int, checked_with: str) -> str:
        """How far it has come with `drawings`, all there are, of `looks` looks each, and what is wrong."""
        latest = self._latest()
        known = [latest[name] for name in drawings if name in latest]
        bad = sum(len(verdict.bad) for verdict in known)
        lines = [
            "# Every page under every choice of settings",
            "",
            f"Checked with {checked_with}.",
            f"{len(known) * looks - bad} of {len(drawings) * looks} rows are good, {bad} are not; "
            f"{(len(drawings) - len(known)) * looks} are still to be checked.",
        ]
        for verdict in known:
            for faults, names in _same_faults(verdict.bad).items():
                lines += ["", f"## {verdict.drawing} {', '.join(names)}", "", "```", *faults, "```"]
        return "\n".join(lines) + "\n"

    def write_report(self, drawings: Sequence[str], looks: int, checked_with: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        words = self.report(drawings, looks, checked_with)
        (self._folder / "report.md").write_text(words, encoding="utf-8")

    def _latest(self) -> dict[str, Verdict]:
        return {verdict.drawing: verdict for verdict in self._verdicts() if verdict.project == self.project}

    def _verdicts(self) -> list[Verdict]:
        if not self._file.is_file():
            return []
        lines: list[dict[str, Any]] = [
            json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()
        ]
        return [Verdict(**line) for line in lines]


def key_of(*parts: str) -> str:
    """One word for all of them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def content_of(source: str) -> str:
    """The page without what differs from one drawing to the next: tokens, references, times; and without the
    attributes of the root and the link by which the version for elders is on or off."""
    either_version = _SWITCH.sub(r"\1", _ROOT.sub(r"\1>", source))
    return _DIGITS.sub(lambda found: found[1] or "0", _SECRETS.sub(r"\1\2", either_version))


@cache
def hash_of(*names: str) -> str:
    """One word for all files below these names."""
    found = hashlib.sha256()
    for name in names:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()


def _same_faults(bad: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    """Looks with the very same faults, together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for look, faults in bad.items():
        together.setdefault(tuple(faults), []).append(look)
    return together
