"""Runs what is to be measured, prints the table, keeps it in ``var/bench/latest.json``."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import catalogue, office_queue, pages, weight
from benchmarks.prepared import Prepared, prepare
from benchmarks.rows import table, write_rows
from tests.support.serving import ROOT, WebServer, on_free_port

BARE = "benchmarks.bare.app:app"

LATEST = ROOT / "var" / "bench" / "latest.json"
SECONDS, FULL_SECONDS = 1.5, 5.0


def main() -> int:
    """Returns 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="longer rounds, a million applications")
    is_full = parser.parse_args().full
    seconds = FULL_SECONDS if is_full else SECONDS
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made:
        folder = Path(made)
        prepared = prepare(folder / "var")
        with _served(prepared, folder) as (portal_port, bare_port):
            rows = pages.measure(prepared, portal_port, bare_port, seconds)
            rows += weight.measure(portal_port)
        rows += catalogue.measure(prepared)
        rows += office_queue.measure(folder / "queue", is_full=is_full)
    write_rows(rows, LATEST)
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


@contextmanager
def _served(prepared: Prepared, folder: Path) -> Iterator[tuple[int, int]]:
    """The portal and the bare page, each on the same gunicorn; their ports."""
    portal = WebServer(prepared.settings, folder / "portal.log")
    try:
        bare = WebServer(on_free_port(prepared.settings), folder / "bare.log", BARE)
        try:
            yield portal.port, bare.port
        finally:
            bare.stop()
    finally:
        portal.stop()
