"""The places of the whole country by their official codes, as the National Bureau of Statistics lists them.

Provinces, cities and counties of 2023-06-30 are in the repository. Townships, and lists of later years, are
read from files: ``code,name`` and any further columns, in UTF-8.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

COUNTIES = Path(__file__).parent / "places-2023-06-30.csv.gz"
LONGEST_NAME = 60
_CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}")

Level = Literal["province", "city", "county", "township"]
LEVELS: dict[int, Level] = {2: "province", 4: "city", 6: "county", 9: "township"}


class NoPlaces(ValueError):
    """A file that is no list of places; the words name file, line and what is wrong."""


@dataclass(frozen=True)
class PlaceLine:
    """One line of the list. Its code says where it lies: a county's four first digits are its city's."""

    code: str
    name: str

    @property
    def level(self) -> Level:
        return LEVELS[len(self.code)]

    @property
    def parent(self) -> str | None:
        return {2: None, 4: self.code[:2], 6: self.code[:4], 9: self.code[:6]}[len(self.code)]


def read_places(file: Path) -> list[PlaceLine]:
    """Every line of a list of places, plain or compressed (.gz). Raises NoPlaces."""
    try:
        if file.suffix == ".gz":
            with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as packed:
                return _read(file, packed)
        with file.open(encoding="utf-8-sig", newline="") as plain:
            return _read(file, plain)
    except OSError as wrong:
        raise NoPlaces(f"{file} cannot be read: {wrong.strerror or 'it is not compressed'}.") from None
    except (EOFError, UnicodeDecodeError, csv.Error):
        raise NoPlaces(f"{file} is not a list in UTF-8.") from None


def _read(file: Path, lines: Iterable[str]) -> list[PlaceLine]:
    reader = csv.DictReader(lines)
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise NoPlaces(f"{file}: the first line must name the columns code and name.")
    found: dict[str, PlaceLine] = {}
    for row in reader:
        code, name = (row["code"] or "").strip(), (row["name"] or "").strip()
        if not _CODE.fullmatch(code) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise NoPlaces(f"{file}, line {reader.line_num}: no place has this code and name.")
        if code in found:
            raise NoPlaces(f"{file}, line {reader.line_num}: {code} stands there twice.")
        found[code] = PlaceLine(code, name)
    return list(found.values())
