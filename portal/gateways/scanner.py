"""Virus scanners: none, or clamd, which takes a file in pieces and says what it found (INSTREAM)."""

from __future__ import annotations

import socket
import struct
from typing import IO, Literal, Protocol
from urllib.parse import urlsplit

Verdict = Literal["unscanned", "clean", "infected", "waiting"]
"""``unscanned``: nobody scans here; ``waiting``: the scanner did not answer, ask again later."""

PIECE_BYTES = 64 * 1024
TIMEOUT_SECONDS = 20.0


class Scanner(Protocol):
    """Looks through a file before anybody may see it. ``is_on``: whether anybody looks at all."""

    @property
    def is_on(self) -> bool: ...

    def scan(self, file: IO[bytes]) -> Verdict:
        """What it thinks of everything from the file's present place on. Raises nothing of its own."""


class NoScanner:
    """Nobody looks; files are made harmless by being read and written anew."""

    is_on = False

    def scan(self, file: IO[bytes]) -> Verdict:
        """See Scanner."""
        return "unscanned"


class Clamd:
    """A clamd that listens at ``tcp://host:port``."""

    is_on = True

    def __init__(self, address: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(address)
        self._address = (parts.hostname or "", parts.port or 0)
        self._timeout = timeout

    def scan(self, file: IO[bytes]) -> Verdict:
        """See Scanner."""
        try:
            with socket.create_connection(self._address, self._timeout) as line:
                line.sendall(b"zINSTREAM\0")
                while piece := file.read(PIECE_BYTES):
                    line.sendall(struct.pack("!I", len(piece)) + piece)
                line.sendall(struct.pack("!I", 0))
                said = line.makefile("rb").readline()
        except OSError:
            return "waiting"
        if said.rstrip(b"\0\n").endswith(b" FOUND"):
            return "infected"
        return "clean" if said.startswith(b"stream: OK") else "waiting"
