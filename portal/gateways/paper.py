"""The reading process from our side: start it, wait no longer than is decent, hand on what it made.

Nothing of a stranger's file is looked at in this process, and never more than one part of it is in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from portal.paper.shapes import LARGEST_BYTES, MOST_PAGES, Fault

__all__ = ["LARGEST_BYTES", "MOST_PAGES", "Fault", "Paper", "read_paper"]

WALL_SECONDS = 25.0
AT_ONCE = threading.BoundedSemaphore(2)
"""Files that one process of the server has read at the same time; each may take a gigabyte."""
PATIENCE_SECONDS = 5.0
LONGEST_HEADER = 64 * 1024

Keep = Callable[[int, bytes], None]
"""Takes each part: 0 is the whole, from 1 on the image of a page."""


@dataclass(frozen=True)
class Paper:
    """What a file turned out to be. Of a photo the whole is the image of its only page."""

    media_type: str
    pages: int
    size: int
    pictures: tuple[tuple[int, int], ...]
    """Width and height of the image of each page."""
    quality: tuple[tuple[str, ...], ...]
    """For each page, codes of what may make it hard to read."""
    notes: tuple[str, ...]
    """Codes of what was left out."""


def read_paper(file: IO[bytes], keep: Keep) -> Paper:
    """Have a file read from its beginning. Raises Fault with the code of the words that say what to do."""
    if not AT_ONCE.acquire(timeout=PATIENCE_SECONDS):
        raise Fault("file_reader_busy")
    try:
        with TemporaryFile() as answer:
            _run(file, answer)
            answer.seek(0)
            header = _header(answer)
            for number, size in enumerate(header["sizes"]):
                keep(number, answer.read(size))
    finally:
        AT_ONCE.release()
    return Paper(
        media_type=header["media_type"],
        pages=header["pages"],
        size=header["sizes"][0],
        pictures=tuple((width, height) for width, height in header["pictures"]),
        quality=tuple(tuple(codes) for codes in header["quality"]),
        notes=tuple(header["notes"]),
    )


def _run(file: IO[bytes], answer: IO[bytes]) -> None:
    """One process, one file. A process that is too slow, too large or killed reads nothing."""
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-m", "portal.paper.reader"],
            stdin=file.fileno(),
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Fault("file_too_heavy") from None
    if ended.returncode != 0:
        raise Fault("file_too_heavy")


def _header(answer: IO[bytes]) -> Mapping[str, Any]:
    header: dict[str, Any] = json.loads(answer.readline(LONGEST_HEADER))
    if "fault" in header:
        raise Fault(header["fault"], **header["params"])
    return header
