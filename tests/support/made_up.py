"""Valid answers to any question of the catalogue: made up from what the question says of itself.

What only a person could know (a name, an ID number, a place) is always that of the same example person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal import clock
from portal.catalogue.model import Definition, Field, Place, Region

ADULT_ID = "880000199001010011"
CREDIT_CODE = "91350100M000100Y43"
"""The example of GB 32100-2015."""
CARD = "12"
"""What follows the ID number on a card for sight, grade 2, as ``category`` and ``grade`` say below."""

KNOWN: Mapping[str, Any] = {
    "p_name": "示例王小明",
    "p_id_type": "resident",
    "card_on_file": "entered",
    "category": "visual",
    "grade": "2",
    "visitor_1": "示例工作人员甲",
    "visitor_2": "示例工作人员乙",
}
"""Answers that have to go together, by field."""

LONG = "示例：这里写清楚情况和要求。"


def answer_to(field: Field, region: Region, id_number: str = ADULT_ID) -> Any:
    """An answer as the portal keeps it, which stands by itself."""
    if field.kind == "id_number" and not field.id.startswith("g_"):
        return id_number
    if field.kind == "certificate_number":
        return id_number + CARD
    if field.id in KNOWN:
        return KNOWN[field.id]
    first = _first_choice(field, region)
    today = clock.today()
    by_kind: dict[str, Any] = {
        "choice": first,
        "multi": [first],
        "yes_no": "yes",
        "confirm": True,
        "place": {"code": township_of(region).code, "written": "3组"},
        "id_number": ADULT_ID,
        "date": (today + timedelta(days=30) if field.not_past else today - timedelta(days=3)).isoformat(),
        "year": _within(field, today.year),
        "integer": _within(field, 1),
        "money": _within(field, 10_000),
        "tel": "19900000001",
        "email": "shili@example.cn",
        "account": "6222020000000000000",
        "credit_code": CREDIT_CODE,
        "longtext": LONG,
        "documents": [],
    }
    if field.kind == "group":
        rows = max(field.min_count or 0, 1) if field.required else 0
        return [
            {member.id: answer_to(member, region, id_number) for member in field.fields} for _ in range(rows)
        ]
    if field.kind == "date" and field.id == "card_valid_to":
        return (today + timedelta(days=400)).isoformat()
    return by_kind.get(field.kind, "示例")


def township_of(region: Region) -> Place:
    """Where the example person lives: the first township of the region."""
    return next(place for place in region.places if place.level == "township")


def fillings_for(definition: Definition, region: Region) -> dict[str, str | list[str]]:
    """What somebody types or chooses on the pages of a service, by the name of the control."""
    filled: dict[str, str | list[str]] = {}
    for page in definition.pages:
        for field in page.fields:
            if field.kind == "place":
                township = township_of(region)
                filled |= {field.id: township.name.zh, f"{field.id}-place": township.code}
            elif field.kind == "group":
                filled |= {f"{field.id}-1-{one.id}": typed_into(one, region) for one in field.fields}
            elif field.kind != "documents":
                filled[field.id] = typed_into(field, region)
    return filled


def typed_into(field: Field, region: Region) -> str | list[str]:
    """The same as somebody types or chooses it on a page; empty for what may stay empty."""
    answer = answer_to(field, region)
    if field.kind == "date":
        year, month, day = answer.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    if field.kind == "money":
        return str(answer // 100)
    if field.kind == "confirm":
        return "yes"
    if field.kind == "multi":
        return [str(one) for one in answer]
    return str(answer)


def _first_choice(field: Field, region: Region) -> str | None:
    if field.choices_from == "institutions":
        return next(unit.code for unit in region.units if unit.kind == "hospital")
    if field.choices_from == "service_points":
        return region.service_points[0].code
    if field.choices_from == "units":
        return region.units[0].code
    return next((one.value for one in field.choices if one.value != "upload" and one.when is None), None)


def _within(field: Field, wanted: int) -> int:
    return min(max(wanted, field.min or 0), field.max if field.max is not None else wanted)
