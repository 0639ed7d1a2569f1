"""What every measurement gives: one row with its limit, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Row:
    """``at_least`` limits are ratios, more is better; ``at_most`` limits are sizes, less is better."""

    name: str
    value: float
    unit: str
    limit: float
    settings: dict[str, Any] = field(default_factory=dict)
    kind: Literal["at_least", "at_most"] = "at_least"

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.kind == "at_least" else self.value <= self.limit


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """The rows as a JSON list of {name, value, unit, limit, holds, settings}."""
    listed = [
        {
            **{name: part for name, part in asdict(row).items() if name not in ("settings", "kind")},
            "holds": row.holds,
            "settings": {**row.settings, "limit_is": row.kind.replace("_", " ")},
        }
        for row in rows
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows for a terminal."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'name':{width}}  {'value':>10}  {'limit':>10}  unit"]
    for row in rows:
        sign = "≥" if row.kind == "at_least" else "≤"
        told = "holds" if row.holds else "DOES NOT HOLD"
        spread = "  ({lowest_round:g} to {highest_round:g})" if "lowest_round" in row.settings else ""
        lines.append(
            f"{row.name:{width}}  {row.value:>10g}  {sign}{row.limit:>9g}  {row.unit}"
            f"{spread.format(**row.settings)}  {told}"
        )
    return "\n".join(lines)
