"""Lists as files: what the list shows, made by the worker, for the asker alone, gone after a week."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.config import Settings
from portal.gateways import Gateways, from_settings
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store import Store
from portal.store.accounts import StaffRole
from portal.store.audit import AuditEvent
from portal.store.exports import Export
from portal.usecases.actor import Actor
from portal.usecases.exports import (
    LEASE,
    MOST_WAITING,
    ask_export,
    get_export,
    list_exports,
    note_made,
    note_progress,
    open_export,
    sweep_exports,
    take_export,
)
from portal.usecases.queue_lists import EVERYTHING, QueueFilters
from portal.usecases.spreadsheets import as_csv, as_xlsx, safe_cell
from portal.worker import Worker
from tests.support.office import DESK, REGION, SUBJECT, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def gateways(settings: Settings) -> Gateways:
    return from_settings(settings)


@pytest.fixture
def head(store: Store) -> Actor:
    with store.transaction() as db:
        prepare(db)
        for _number in range(3):
            submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": "unknown"})
        return staff_account(db, "head", Role.LEAD, DESK)[0]


def asked(store: Store, actor: Actor, form: str = "csv") -> int:
    with store.transaction() as db:
        return ask_export(db, actor, "unit", form, "zh", EVERYTHING).id  # type: ignore[arg-type]


def made(store: Store, settings: Settings, gateways: Gateways) -> None:
    Worker(settings, REGION, store, gateways).make_export()


def test_a_file_holds_the_list_with_masked_names(
    store: Store, settings: Settings, gateways: Gateways, head: Actor
) -> None:
    number = asked(store, head)
    made(store, settings, gateways)
    with store.transaction() as db:
        export, content = open_export(db, head, gateways.files, number)
        assert (export.state, export.done, export.is_cut) == ("ready", 3, False)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["收件号", "服务", "申请人"]
    assert len(rows) == 4
    assert SUBJECT not in content.decode()
    assert {row[7] for row in rows[1:]} == {"在办"}
    with store.reading() as db:
        tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("export:%"))).all()
    assert tags == ["export:ask", "export:read"]


def test_an_xlsx_holds_text_and_no_formula(
    store: Store, settings: Settings, gateways: Gateways, head: Actor
) -> None:
    number = asked(store, head, "xlsx")
    made(store, settings, gateways)
    with store.transaction() as db:
        content = open_export(db, head, gateways.files, number)[1]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 4


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u3000=1", "\r=1", "＝1+1", "＠SUM(A1)"]
)
def test_what_a_program_would_carry_out_is_made_safe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert f"'{text[0]}" in as_csv(["名"], [[text]]).decode()


@pytest.mark.parametrize("text", ["", "示例", "1-2", "2026-11-23", "a=b"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_formulas_are_text_in_xlsx() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx("表", ["名"], [["=1+1"]]))) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_it_is_for_the_asker_at_that_post_alone_and_for_a_week(
    store: Store,
    settings: Settings,
    gateways: Gateways,
    head: Actor,
    clock_at: Callable[[str], None],
) -> None:
    number = asked(store, head)
    made(store, settings, gateways)
    with store.transaction() as db:
        colleague = staff_account(db, "colleague", Role.LEAD, DESK)[0]
        for other in (colleague, Actor("staff", head.account_id, True, Role.DESK_CLERK, DESK, "880001")):
            with pytest.raises(NotFound):
                get_export(db, other, number)
        assert list_exports(db, colleague) == []
        key = get_export(db, head, number).file_key or ""
    clock_at("2026-11-30T09:01+08:00")
    with store.transaction() as db:
        with pytest.raises(NotFound):
            get_export(db, head, number)
        sweep_exports(db, gateways.files)
        assert db.get_one(Export, number).file_key is None
    with pytest.raises(FileNotFoundError):
        gateways.files.get(key)


def test_who_left_the_post_gets_nothing(
    store: Store, settings: Settings, gateways: Gateways, head: Actor
) -> None:
    number = asked(store, head)
    with store.transaction() as db:
        post = db.scalars(select(StaffRole).where(StaffRole.account_id == head.account_id)).one()
        post.to_on = clock.today() - timedelta(days=1)
    made(store, settings, gateways)
    with store.reading() as db:
        export = db.get_one(Export, number)
        assert (export.state, export.error, export.file_key) == ("failed", "left_post", None)


def test_a_worker_that_died_leaves_it_to_another_and_does_not_finish_it(
    store: Store, head: Actor, clock_at: Callable[[str], None]
) -> None:
    asked(store, head)
    with store.transaction() as db:
        first = take_export(db)
    with store.transaction() as db:
        assert take_export(db) is None
    later = clock.now() + LEASE + timedelta(seconds=1)
    clock_at(later.isoformat())
    with store.transaction() as db:
        second = take_export(db)
    assert first is not None
    assert second is not None
    assert second.stale_key == first.file_key
    with store.transaction() as db:
        assert not note_progress(db, first, 1)
        assert not note_made(db, first, b"old", is_cut=False)
        assert note_made(db, second, b"new", is_cut=False)


def test_what_is_not_offered_is_refused(store: Store, head: Actor) -> None:
    with store.transaction() as db:
        for which, form in (("mine", "csv"), ("unit", "exe")):
            with pytest.raises(NotFound):
                ask_export(db, head, which, form, "zh", EVERYTHING)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            ask_export(db, Actor("resident", 1), "unit", "csv", "zh", EVERYTHING)
        for _number in range(MOST_WAITING):
            ask_export(db, head, "unit", "csv", "zh", QueueFilters(service="zj-01"))
        with pytest.raises(Conflict):
            ask_export(db, head, "unit", "csv", "zh", EVERYTHING)
