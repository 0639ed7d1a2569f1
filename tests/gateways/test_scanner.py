"""The scanner's client against a small clamd on this machine."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from portal.gateways.scanner import PIECE_BYTES, Clamd, NoScanner

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

Judge = Callable[[bytes], bytes]


def judge(content: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@pytest.fixture
def clamd() -> Iterator[Callable[[Judge], Clamd]]:
    """`clamd(judge)` starts a server that speaks INSTREAM; all stop with the test."""
    running: list[socketserver.TCPServer] = []

    def start(judge: Judge) -> Clamd:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                assert self.rfile.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", self.rfile.read(4))[0]:
                    content += self.rfile.read(length)
                self.wfile.write(judge(content))

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return Clamd(f"tcp://127.0.0.1:{server.server_address[1]}", timeout=5)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_harmless_file_in_many_pieces_is_clean(clamd: Callable[[Judge], Clamd]) -> None:
    assert clamd(judge).scan(BytesIO(b"x" * (3 * PIECE_BYTES + 1))) == "clean"


def test_virus_across_two_pieces_is_found(clamd: Callable[[Judge], Clamd]) -> None:
    assert clamd(judge).scan(BytesIO(b"x" * (PIECE_BYTES - 10) + EICAR)) == "infected"


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: who knows\0"])
def test_anything_but_a_verdict_means_ask_again(clamd: Callable[[Judge], Clamd], said: bytes) -> None:
    assert clamd(lambda _content: said).scan(BytesIO(b"x")) == "waiting"


def test_scanner_that_is_not_there_means_ask_again() -> None:
    assert Clamd("tcp://127.0.0.1:9", timeout=1).scan(BytesIO(b"x")) == "waiting"


def test_without_scanner_nothing_is_claimed() -> None:
    assert NoScanner().scan(BytesIO(EICAR)) == "unscanned"
