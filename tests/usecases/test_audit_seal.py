"""The sealed audit on both databases: whole when untouched, and every kind of tampering is found."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal import clock
from portal.store import Store
from portal.store.audit import AuditDetails, AuditEvent, AuditLeaf, AuditSeal
from portal.usecases.actor import SYSTEM
from portal.usecases.audit import FIRST, record_event
from portal.usecases.audit_export import NotAnExport, export_audit, verify_export
from portal.usecases.audit_seal import merkle_root, seal_events
from portal.usecases.audit_verify import verify_audit

TABLES = ("audit_events", "audit_seals", "audit_leaves")


@pytest.fixture
def sealed(store: Store) -> Store:
    """Two streams of four events, sealed three by three, the last two not sealed yet."""
    with store.transaction() as db:
        for number in range(8):
            record_event(db, SYSTEM, f"application:{number % 2}", "thing:do", details={"number": number})
            if number in (2, 5):
                assert seal_events(db) is not None
    return store


def tamper(store: Store, *statements: str) -> list[str]:
    """Change the tables behind the portal's back, guards taken down; what verifying says then."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount >= 1
    else:
        with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert file.execute(statement).rowcount >= 1
    with store.reading() as db:
        return [str(found) for found in verify_audit(db).breaks]


def test_untouched_audit_is_whole(sealed: Store) -> None:
    with sealed.reading() as db:
        verdict = verify_audit(db)
    assert (verdict.events, verdict.seals, verdict.unsealed, verdict.breaks) == (8, 2, 2, ())


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", TABLES)
def test_database_refuses_changes(sealed: Store, table: str, statement: str) -> None:
    column = "event_id" if table == "audit_leaves" else "id"
    with pytest.raises(DatabaseError), sealed.transaction() as db:
        db.execute(text(statement.format(table).replace("id = id", f"{column} = {column}")))


@pytest.mark.parametrize(
    "change",
    [
        "tag = 'thing:dO'",
        "actor_kind = 'staff'",
        "person_id = 7",
        "at = '2020-01-01 00:00:00'",
        "channel = 'post'",
    ],
)
def test_changed_event_is_found(sealed: Store, change: str) -> None:
    found = tamper(sealed, f"UPDATE audit_events SET {change} WHERE stream = 'application:0' AND seq = 2")
    assert found[0].startswith("application:0 event 2: was changed")


def test_changed_event_with_a_new_hash_breaks_chain_and_seal(sealed: Store) -> None:
    found = tamper(
        sealed, f"UPDATE audit_events SET hash = '{'ab' * 32}' WHERE stream = 'application:0' AND seq = 2"
    )
    assert any("application:0 event 3: does not name the hash" in one for one in found)
    assert any("seal 1: its events do not give its root" in one for one in found)


def test_deleted_event_is_found_in_chain_and_seal(sealed: Store) -> None:
    found = tamper(
        sealed, "DELETE FROM audit_details WHERE event_id = 3", "DELETE FROM audit_events WHERE id = 3"
    )
    assert any("application:0 event 3: follows event 1" in one for one in found)
    assert any("seal 1: 1 of its 3 events are missing" in one for one in found)


def test_cut_tail_is_found_by_its_seal(sealed: Store) -> None:
    with sealed.reading() as db:
        first = db.scalars(
            select(AuditEvent.id).where(AuditEvent.stream == "application:1", AuditEvent.seq == 3)
        ).one()
    found = tamper(
        sealed,
        f"DELETE FROM audit_details WHERE event_id >= {first}",
        f"DELETE FROM audit_leaves WHERE event_id >= {first}",
        f"DELETE FROM audit_events WHERE id >= {first}",
    )
    assert any("seal 2: 1 of its 3 events are missing" in one for one in found)


def test_swapped_events_are_found(sealed: Store) -> None:
    where = "WHERE stream = 'application:0' AND seq ="
    found = tamper(
        sealed,
        f"UPDATE audit_events SET seq = 99 {where} 2",
        f"UPDATE audit_events SET seq = 2 {where} 3",
        f"UPDATE audit_events SET seq = 3 {where} 99",
    )
    assert any("application:0 event 2" in one for one in found)
    assert any("application:0 event 3" in one for one in found)


def test_moved_leaf_is_found(sealed: Store) -> None:
    found = tamper(
        sealed,
        "UPDATE audit_leaves SET position = 99 WHERE event_id = 1",
        "UPDATE audit_leaves SET position = 0 WHERE event_id = 2",
        "UPDATE audit_leaves SET position = 1 WHERE event_id = 1",
    )
    assert found == ["seal 1: its events do not give its root: one was changed, added or moved"]


@pytest.mark.parametrize("column", ["root", "previous_root"])
def test_changed_seal_is_found(sealed: Store, column: str) -> None:
    found = tamper(sealed, f"UPDATE audit_seals SET {column} = '{'cd' * 32}' WHERE id = 2")
    assert any("seal 2: its signature does not fit" in one for one in found)


def test_removed_seal_is_found(sealed: Store) -> None:
    found = tamper(sealed, "DELETE FROM audit_seals WHERE id = 1")
    assert "seal 2: does not name the root of the seal before it: one is missing or out of order" in found
    assert "seal 1: is missing although 3 events were sealed by it" in found


def test_changed_details_are_found_and_erased_ones_are_not_missed(sealed: Store) -> None:
    with sealed.transaction() as db:
        db.get_one(AuditDetails, 1).details = {"number": 99}
        db.delete(db.get_one(AuditDetails, 2))
    with sealed.reading() as db:
        assert [str(one) for one in verify_audit(db).breaks] == [
            "application:0 event 1: its details were changed"
        ]


def test_seals_are_chained_and_nothing_new_needs_none(sealed: Store) -> None:
    with sealed.transaction() as db:
        assert seal_events(db) is not None
        assert seal_events(db) is None
        seals = db.scalars(select(AuditSeal).order_by(AuditSeal.id)).all()
        leaves = db.scalars(select(AuditLeaf.event_id).order_by(AuditLeaf.seal_id, AuditLeaf.position)).all()
    assert [seal.previous_root for seal in seals] == [FIRST, seals[0].root, seals[1].root]
    assert leaves == list(range(1, 9))


def test_event_that_committed_late_is_sealed_by_the_next(store: Store) -> None:
    """On PostgreSQL numbers are given before the commit, so a lower one may appear after a higher one."""
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    with store.transaction() as slow:
        record_event(slow, SYSTEM, "application:slow", "thing:do")
        with store.transaction() as quick:
            record_event(quick, SYSTEM, "application:quick", "thing:do")
        with store.transaction() as db:
            assert seal_events(db) is not None
    with store.transaction() as db:
        seal = seal_events(db)
        assert seal is not None
        assert seal.leaf_count == 1
        assert verify_audit(db).breaks == ()


def test_merkle_root_is_that_of_rfc_6962() -> None:
    """The root of three leaves, built by hand: H(1, H(1, a, b), c)."""
    hashes = [sha256(bytes([n])).hexdigest() for n in range(3)]
    a, b, c = (sha256(b"\0" + bytes.fromhex(one)).digest() for one in hashes)
    by_hand = sha256(b"\1" + sha256(b"\1" + a + b).digest() + c).hexdigest()
    assert merkle_root(hashes) == by_hand
    with pytest.raises(ValueError, match="without leaves"):
        merkle_root([])


@pytest.fixture
def exported(sealed: Store) -> list[str]:
    with sealed.reading() as db:
        return list(export_audit(db))


def test_export_proves_itself_and_holds_no_details(exported: list[str]) -> None:
    verdict = verify_export(exported)
    assert (verdict.events, verdict.seals, verdict.unsealed, verdict.breaks) == (8, 2, 2, ())
    assert "number" not in json.loads(exported[1])


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [
            line.replace("thing:do", "thing:no", 1) if n == 2 else line for n, line in enumerate(lines)
        ],
        lambda lines: lines[:2] + lines[3:],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: lines[:9] + lines[10:],
    ],
    ids=["one byte", "one event removed", "two events swapped", "one seal removed"],
)
def test_tampered_export_is_found(exported: list[str], change: Callable[[list[str]], list[str]]) -> None:
    assert verify_export(change(exported)).breaks != ()


def test_export_signed_with_another_key_is_found(exported: list[str]) -> None:
    assert any("the key is not the one" in str(one) for one in verify_export(exported, "ab" * 32).breaks)


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"kind":"head"}', "\0"])
def test_file_that_is_no_export_is_refused(line: str) -> None:
    with pytest.raises(NotAnExport):
        verify_export([line])


def test_sealing_time_is_part_of_the_signature(sealed: Store, db: Session) -> None:
    seal = db.scalars(select(AuditSeal).order_by(AuditSeal.id)).first()
    assert seal is not None
    assert abs((seal.sealed_at - clock.now()).total_seconds()) < 60
    db.rollback()
    found = tamper(sealed, "UPDATE audit_seals SET sealed_at = '2020-01-01 00:00:00+00' WHERE id = 1")
    assert found == ["seal 1: its signature does not fit"]
