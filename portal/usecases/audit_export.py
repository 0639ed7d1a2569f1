"""The audit as a file that proves itself: JSON lines that anyone can check without the portal.

Line 1 names the format and the public key. Then every event, stream by stream; then every seal with the
hashes of its events. ``docs/audit.md`` says how to check it by hand. Details stay here: they may hold words
about people, and the chain does without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.store.audit import AuditEvent, AuditSeal
from portal.usecases.audit_seal import public_key
from portal.usecases.audit_verify import (
    Break,
    Sealed,
    Verdict,
    check_chains,
    check_seal,
    check_seals,
    stored_events,
    stored_seals,
)

FORMAT = "portal-audit-1"
EVENT_COLUMNS = (
    "stream",
    "seq",
    "at",
    "tag",
    "actor_kind",
    "actor_id",
    "role",
    "unit_code",
    "person_id",
    "authority",
    "channel",
    "details_hash",
    "previous_hash",
)
"""In the order in which they are hashed."""


class NotAnExport(ValueError):
    """The file is not an export of the audit; the text says at which line it stops being one."""


def export_audit(db: Session) -> Iterator[str]:
    """The lines of the file, without their ends."""
    yield head_line(db)
    for event in stored_events(db):
        yield event_line(event)
    for sealed in stored_seals(db):
        yield seal_line(sealed)


def head_line(db: Session, *, is_part: bool = False) -> str:
    """``is_part``: only some chains, and the seals that hold their events."""
    head = {"kind": "head", "format": FORMAT, "signature": "Ed25519", "public_key": public_key(db)}
    return _line({**head, "part": True} if is_part else head)


def event_line(event: AuditEvent) -> str:
    row = {name: getattr(event, name) for name in EVENT_COLUMNS}
    return _line({"kind": "event", **row, "at": event.at.isoformat(), "hash": event.hash})


def seal_line(sealed: Sealed) -> str:
    seal = sealed.seal
    return _line(
        {
            "kind": "seal",
            "number": sealed.number,
            "sealed_at": seal.sealed_at.isoformat(),
            "leaf_count": seal.leaf_count,
            "root": seal.root,
            "previous_root": seal.previous_root,
            "signature": seal.signature.hex(),
            "events": list(sealed.hashes),
        }
    )


def verify_export(lines: Iterable[str], key: str | None = None) -> Verdict:
    """Judge a file by itself, and by ``key`` (hexadecimal) where one is known from elsewhere. Of a part, each
    chain and each seal is judged by itself.

    Raises NotAnExport.
    """
    head, events, seals = _read(lines)
    breaks = list(check_chains(events))
    if key is not None and key != head["public_key"]:
        breaks.append(Break("line 1", "the key is not the one that was expected"))
    held = {event.hash for event in events}
    if head.get("part") is True:
        for sealed in seals:
            breaks += check_seal(sealed, key or head["public_key"])
        known = {one for sealed in seals for one in sealed.hashes}
        return Verdict(len(events), len(seals), len(held - known), tuple(breaks))
    breaks += check_seals(seals, key or head["public_key"])
    for sealed in seals:
        missing = sum(one not in held for one in sealed.hashes)
        if missing:
            breaks.append(Break(f"seal {sealed.number}", f"{missing} of its events are not in the file"))
    sealed_events = sum(len(sealed.hashes) for sealed in seals)
    return Verdict(len(events), len(seals), max(0, len(events) - sealed_events), tuple(breaks))


def _read(lines: Iterable[str]) -> tuple[dict[str, Any], list[AuditEvent], list[Sealed]]:
    head: dict[str, Any] = {}
    events: list[AuditEvent] = []
    seals: list[Sealed] = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            kind = row.pop("kind")
            if number == 1:
                head = row
                if kind != "head" or row["format"] != FORMAT or len(bytes.fromhex(row["public_key"])) != 32:
                    raise ValueError("not our head")
            elif kind == "event":
                events.append(AuditEvent(**{**row, "at": datetime.fromisoformat(row["at"])}))
            else:
                seals.append(_sealed(row))
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise NotAnExport(f"line {number} is not what an export of the audit holds") from wrong
    if not head:
        raise NotAnExport("the file is empty")
    return head, events, seals


def _sealed(row: dict[str, Any]) -> Sealed:
    seal = AuditSeal(
        sealed_at=datetime.fromisoformat(row["sealed_at"]),
        leaf_count=int(row["leaf_count"]),
        root=str(row["root"]),
        previous_root=str(row["previous_root"]),
        signature=bytes.fromhex(row["signature"]),
    )
    return Sealed(int(row["number"]), seal, tuple(row["events"]))


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=True, separators=(",", ":"))
