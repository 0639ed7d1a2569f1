"""A small HTTP server on this machine that answers as a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


# Takes the request, gives the status and the JSON to answer with.
Answer = Callable[[Asked], tuple[int, Any]]


@dataclass
class Loopback:
    """The server's address and everything it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@pytest.fixture
def loopback() -> Iterator[Callable[[Answer], Loopback]]:
    """`loopback(answer)` starts a server; all stop with the test."""
    running: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> Loopback:
        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                asked = Asked(self.command, self.path, dict(self.headers), body)
                here.asked.append(asked)
                status, said = answer(asked)
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        here = Loopback(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return here

    yield start
    for server in running:
        server.shutdown()
        server.server_close()
