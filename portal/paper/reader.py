"""The reading process: takes one file from its input, answers one line of JSON and the bytes that it made.

Started anew for each file (``python -I -m portal.paper.reader``), with its limits set before it reads a byte:
what a hostile file brings down is this process alone.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

from portal.paper.images import read_image
from portal.paper.pdfs import read_pdf
from portal.paper.shapes import LARGEST_BYTES, Fault, Made

MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 20
OUTPUT_BYTES: Final = 80 * 1024 * 1024

HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
PDF_BEGINS_WITHIN: Final = 1024

LIMITS: Final = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 16),
)


def reader_of(content: bytes) -> Callable[[bytes], Made]:
    """How to read a file, by what it is and never by its name. Raises Fault."""
    if not content:
        raise Fault("file_empty")
    if content.startswith(b"\xff\xd8\xff"):
        return lambda photo: read_image(photo, "JPEG")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return lambda photo: read_image(photo, "PNG")
    if is_heif(content):
        return lambda photo: read_image(photo, "HEIF")
    if b"%PDF-" in content[:PDF_BEGINS_WITHIN]:
        return read_pdf
    raise Fault("file_unknown_kind")


def is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS


def answer(source: BinaryIO, out: BinaryIO) -> None:
    """Read the file and write what was made of it, or the code of its fault."""
    try:
        content = source.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise Fault("file_too_large", max=LARGEST_BYTES // 1024**2)
        read = reader_of(content)
        if not is_heif(content):  # whose library works in a thread, which counts as a process
            _limit(resource.RLIMIT_NPROC, 0)
        made = read(content)
    except Fault as fault:
        out.write(json.dumps({"fault": fault.code, "params": fault.params}).encode() + b"\n")
        return
    except (MemoryError, RecursionError):
        out.write(b'{"fault": "file_too_heavy", "params": {}}\n')
        return
    out.write(json.dumps(made.header()).encode() + b"\n")
    for part in made.parts:
        out.write(part)


def take_limits() -> None:
    """Only for a process of its own: limits hold until it ends."""
    for kind, most in LIMITS:
        _limit(kind, most)


def _limit(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


def main() -> None:
    """Read one file."""
    take_limits()
    answer(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
