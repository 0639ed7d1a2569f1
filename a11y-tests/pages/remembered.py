"""What has been found good already, so that the product of pages and settings can be stopped and resumed.

A row is known by the content that was checked (the page as drawn, style sheets by their hashed addresses,
the settings, the checks), and, so that a resumed run need not draw it again, by the files of the project.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "access"
SOURCES = ("portal", "templates", "static", "translations", "a11y-tests", "constraints.txt")
_DIGITS = re.compile(r"\d")
_SECRETS = re.compile(r'(<input type="hidden"[^>]*value=")[^"]*|(/(?:enrol|link|identity)/)[\w.~-]+')


class Remembered:
    """The rows of this and earlier runs that were good, kept in a file from row to row."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._file = folder / "done.json"
        self._faults: dict[str, list[str]] = {}
        self._keys = set(json.loads(self._file.read_text())) if self._file.is_file() else set()
        self.project = _hash_of_project()

    def has(self, key: str) -> bool:
        return key in self._keys

    def add(self, *keys: str) -> None:
        """Remember them, whatever happens next."""
        self._keys.update(keys)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".part")
        draft.write_text(json.dumps(sorted(self._keys), indent=0))
        draft.replace(self._file)

    def blame(self, row: str, faults: list[str]) -> None:
        """Keep for the report what is wrong."""
        self._faults[row] = faults

    def write_report(self, rows: Sequence[str], checked_with: str) -> None:
        """Write report.md: how far it has come with `rows`, all there are, and what is wrong."""
        good = sum(self.has(key_of(row, self.project)) for row in rows)
        lines = [
            "# Every page under every choice of settings",
            "",
            f"Checked with {checked_with}.",
            f"{good} of {len(rows)} rows are good, {len(self._faults)} of this run are not; "
            f"{len(rows) - good - len(self._faults)} are still to be checked.",
        ]
        for row, faults in self._faults.items():
            lines += ["", f"## {row}", "", "```", *faults, "```"]
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def key_of(*parts: str) -> str:
    """One word for all of them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def content_of(source: str) -> str:
    """The page without what differs from one drawing to the next: tokens, references, times."""
    return _DIGITS.sub("0", _SECRETS.sub(r"\1\2", source))


def _hash_of_project() -> str:
    found = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()
