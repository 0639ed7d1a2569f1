"""A QR code as the path of an inline drawing: decorative, beside words that say the same."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
"""Empty modules on every side, without which cameras do not find the code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class QrDrawing:
    size: int  # modules on a side, quiet zone included
    path: str  # of an SVG path element, one unit a module


def draw_qr(text: str) -> QrDrawing:
    """The dark modules of each row, joined where they touch."""
    rows = [bytes(row) for row in segno.make(text, error="m").matrix]
    path = "".join(_row(row, number + QUIET_ZONE) for number, row in enumerate(rows))
    return QrDrawing(len(rows) + 2 * QUIET_ZONE, path)


def _row(row: bytes, y: int) -> str:
    drawn, x = "", 0
    while (start := row.find(1, x)) >= 0:
        end = row.find(0, start)
        x = end if end >= 0 else len(row)
        drawn += f"M{start + QUIET_ZONE} {y}h{x - start}v1h{start - x}z"
    return drawn
