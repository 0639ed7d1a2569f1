"""Runs what is to be measured, prints the table, keeps it in ``var/bench/latest.json``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import pages
from benchmarks.prepared import prepare
from benchmarks.rows import table, write_rows
from tests.support.serving import ROOT

LATEST = ROOT / "var" / "bench" / "latest.json"
SECONDS, FULL_SECONDS = 1.5, 5.0


def main() -> int:
    """Returns 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="longer rounds")
    seconds = FULL_SECONDS if parser.parse_args().full else SECONDS
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as made:
        folder = Path(made)
        prepared = prepare(folder / "var")
        rows = pages.measure(prepared, folder, seconds)
    write_rows(rows, LATEST)
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1
