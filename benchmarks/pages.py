"""How fast pages are, as parts of a bare Jinja page on the same gunicorn in the same run.

A number of pages a second says more about the machine than about the portal; the ratio of two numbers
that were taken in turns, parts of a second apart, travels.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from statistics import median

from benchmarks import visitors
from benchmarks.prepared import Prepared
from benchmarks.rows import Row
from portal.cli.serving import THREADS
from portal.cli.web_process import COLLECT_EVERY

ROUNDS = 5
WARM_UP_SECONDS = 1.0
CONNECTIONS = 4
TURNS = 6
"""In which a round asks for the bare page and the page: bare, page, bare, page."""

PUBLIC_LIMIT = 0.5
PERSONAL_LIMIT = 0.2
"""Parts of the bare page: what everyone reads, and what is made for one person from the database."""


@dataclass(frozen=True)
class Measured:
    """One page: its name in the table, its address, the least part of the bare page that it must reach."""

    name: str
    path: str
    limit: float
    session: str | None = None

    def request(self) -> str:
        cookie = f"Cookie: session={self.session}\r\n" if self.session else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n"


def measure(prepared: Prepared, portal_port: int, bare_port: int, seconds: float) -> list[Row]:
    """``seconds`` for each page and round, and as many for the bare page in turns with it."""
    session = prepared.session
    pages = [
        Measured("pages.home", "/", PUBLIC_LIMIT),
        Measured("pages.guide", "/services/zj-01", PUBLIC_LIMIT),
        Measured("pages.question", f"{prepared.application}/{QUESTION}", PERSONAL_LIMIT, session),
        Measured("pages.check", f"{prepared.application}/check", PERSONAL_LIMIT, session),
    ]
    bare = (bare_port, Measured("bare", "/", 1.0))
    found: dict[str, list[tuple[float, float]]] = {page.name: [] for page in pages}
    for page in pages:
        _ask([bare, (portal_port, page)], WARM_UP_SECONDS)
    for _round in range(ROUNDS):
        for page in pages:
            yardstick, rate = _ask([bare, (portal_port, page)], seconds)
            found[page.name].append((rate, yardstick))
    return [_row(page, found[page.name], seconds) for page in pages]


QUESTION = "contact-channels"
"""A page with choices in the midst of the application, all of whose other pages are answered."""


def _ask(asked: list[tuple[int, Measured]], seconds: float) -> list[float]:
    """Answers a second of each of them, asked for in turns by a process of its own."""
    told = {
        "asked": [(port, page.request()) for port, page in asked],
        "connections": CONNECTIONS,
        "seconds": seconds,
        "turns": TURNS,
    }
    asking = subprocess.run(
        [sys.executable, visitors.__file__],
        input=json.dumps(told),
        capture_output=True,
        check=False,
        text=True,
    )
    if asking.returncode != 0:
        raise RuntimeError(f"{[page.name for _port, page in asked]}: {asking.stderr}")
    rates: list[float] = json.loads(asking.stdout)
    return rates


def _row(page: Measured, rounds: list[tuple[float, float]], seconds: float) -> Row:
    ratios = [found / yardstick for found, yardstick in rounds]
    settings = {
        "lowest_round": round(min(ratios), 3),
        "highest_round": round(max(ratios), 3),
        "bare_pages_a_second": round(median(yardstick for _, yardstick in rounds)),
        "pages_a_second": round(median(found for found, _ in rounds)),
        "rounds": ROUNDS,
        "turns_a_round": TURNS,
        "seconds": seconds,
        "connections": CONNECTIONS,
        "gunicorn": f"gthread, one process a processor, {THREADS} threads",
        "garbage": f"frozen at start, collected every {COLLECT_EVERY} objects; the bare page's alike",
        "processors": os.cpu_count(),
        "gzip": False,
        "database": "SQLite",
    }
    return Row(page.name, round(median(ratios), 3), "of a bare page", page.limit, settings)
