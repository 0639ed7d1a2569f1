"""A new service to begin with: everything that a service has, and a mark wherever somebody must write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from portal.catalogue.checking.filled_in import MARK

__all__ = ["MARK", "SERVICES", "skeleton_of", "write_skeleton"]

HERE: Final = Path(__file__).parent
SERVICES: Final = HERE / "services"
CODE: Final = re.compile(r"[a-z]{2}-[0-9]{2}")


def skeleton_of(code: str) -> str:
    """The file of a new service. Raises ``ValueError`` for what is no code (zj-08)."""
    if CODE.fullmatch(code) is None:
        raise ValueError(code)
    text = (HERE / "skeleton.toml").read_text(encoding="utf-8")
    prefix = code.replace("-", "")
    return text.replace("CODE_UPPER", code.upper()).replace("CODE", code).replace("PREFIX", prefix)


def write_skeleton(code: str, folder: Path) -> Path:
    """Write it into a folder of services.

    Raises ``ValueError`` for what is no code, ``FileExistsError`` where the catalogue or the folder has that
    service already, and ``OSError`` where nothing can be written.
    """
    text = skeleton_of(code)
    if (SERVICES / f"{code}.toml").exists():
        raise FileExistsError(code)
    file = folder / f"{code}.toml"
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    return file
