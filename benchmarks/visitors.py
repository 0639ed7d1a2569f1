"""Who asks for pages: a process of its own that keeps a few connections busy and counts whole answers.

Written on plain sockets, because what the asking costs is taken from the same processors as the answering
and would make every page look alike. A connection is closed after a few pages, as a person's is, so that no
server process keeps all of them.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from statistics import fmean

PAGES_A_CONNECTION = 25
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ANSWER_SECONDS = 30


@dataclass
class Visitor:
    """One connection: what has come of the present answer, and how many pages it has carried."""

    connection: socket.socket
    come: bytes = b""
    pages: int = 0


def count_answers(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Answers a second. Raises RuntimeError for any answer that is not 200."""
    answered = 0
    with selectors.DefaultSelector() as ready:
        for _ in range(connections):
            _begin(ready, port, request)
        start = time.perf_counter()
        end = start + seconds
        while (now := time.perf_counter()) < end:
            events = ready.select(ANSWER_SECONDS)
            if not events:
                raise RuntimeError(f"no answer within {ANSWER_SECONDS} s")
            for key, _mask in events:
                visitor: Visitor = key.data
                visitor.come += visitor.connection.recv(1 << 18)
                if not _is_whole(visitor.come):
                    continue
                answered += 1
                visitor.come = b""
                visitor.pages += 1
                if visitor.pages == PAGES_A_CONNECTION:
                    ready.unregister(visitor.connection)
                    visitor.connection.close()
                    _begin(ready, port, request)
                else:
                    visitor.connection.sendall(request)
        for key in list(ready.get_map().values()):
            key.data.connection.close()
    return answered / (now - start)


def _begin(ready: selectors.BaseSelector, port: int, request: bytes) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(request)
    ready.register(connection, selectors.EVENT_READ, Visitor(connection))


def _is_whole(come: bytes) -> bool:
    head, parted, body = come.partition(b"\r\n\r\n")
    if not parted:
        if not come:
            raise RuntimeError("the server closed the connection instead of answering")
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"unexpected answer:\n{head.decode('latin-1')}")
    length = LENGTH.search(head)
    if length is None:
        raise RuntimeError("an answer without a length")
    return len(body) >= int(length[1])


def count_in_turns(
    asked: list[tuple[int, bytes]], connections: int, seconds: float, turns: int
) -> list[float]:
    """Answers a second of each of these ports and requests. They are asked for in turns so short that what
    else the machine does in the meantime is shared by all of them."""
    rates = [
        [count_answers(port, request, connections, seconds / turns) for port, request in asked]
        for _turn in range(turns)
    ]
    return [fmean(rates_of_one) for rates_of_one in zip(*rates, strict=True)]


if __name__ == "__main__":
    _told = json.load(sys.stdin)
    _asked = [(_port, _request.encode()) for _port, _request in _told["asked"]]
    print(json.dumps(count_in_turns(_asked, _told["connections"], _told["seconds"], _told["turns"])))
