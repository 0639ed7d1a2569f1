"""Tasks, originals, registers and deaths as staff and applicants meet them. No script."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.gateways import from_settings
from portal.gateways.registers import SimulatedRegisters
from portal.rules.references import grouped
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application, Submission
from portal.store.evidence import EvidenceCheck, RegisterCheck
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.register_checks import DEATH_TASK
from portal.usecases.tasks import open_task
from portal.worker import Worker
from tests.support.client import CheckingClient
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DEFINITION,
    DESK,
    REGION,
    SUBJECT,
    resident,
    sign_in_staff,
    submitted,
)
from tests.support.pages import HOSTILE_TEXT
from tests.support.people import sign_in

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

WAYS = {f"evidence_{one}": "later" for one in ("hukou", "photo", "guardian", "permit")}
SEEN = {
    "how": "desk",
    "name": SUBJECT,
    "number": "88000019881102001X",
    "valid_to": "2036年5月1日",
    "seal": "none",
    "is_same": True,
}


def apply(house: Store, *, is_proven: bool = False) -> str:
    """An application at the counter whose ID card is to be brought there."""
    with house.transaction() as db:
        made = submitted(db, resident(db), own={**ANSWERS, **WAYS, "evidence_identity": "desk"})
        if is_proven:
            db.get_one(Account, made.account_id).identity_level = "proven"
            made.person.is_proven = True
        answers = db.scalars(select(Submission.answers)).one()
        open_evidence_tasks(db, made, DEFINITION, answers)
        return made.reference


@pytest.fixture
def reference(house: Store) -> str:
    return apply(house)


def officer(app: Flask, house: Store, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor]:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, actor


@pytest.fixture
def clerk(app: Flask, house: Store) -> CheckingClient:
    return officer(app, house, "clerk", Role.DESK_CLERK, DESK)[0]


def seeing(reference: str) -> str:
    """The name of the task to see the ID card."""
    return f"看原件：身份证（收件号{grouped(reference)}）"


def ask_registers(app: Flask, house: Store) -> None:
    """The worker's turn."""
    settings = app.extensions["portal"].settings
    worker = Worker(settings, REGION, house, from_settings(settings))
    while worker.ask_one_register():
        pass


def test_task_leads_to_the_form_and_the_form_finishes_it(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get("/desk/tasks")
    assert SUBJECT not in clerk.text
    clerk.follow(seeing(reference))
    assert "不要打电话" in clerk.text
    clerk.follow("看过了，登记")
    assert clerk.heading() == "登记看过的原件：身份证"
    clerk.submit("登记", SEEN)
    assert clerk.path == f"/desk/applications/{reference}"
    assert "工作人员看过原件（B级）" in clerk.text
    assert "clerk（示例）" in clerk.text
    assert "2036年5月1日" in clerk.text
    assert "880000 19881102 001X" in clerk.text
    clerk.get("/desk/tasks")
    assert "现在没有要做的事" in clerk.text


def test_way_of_a_file_is_said_in_words(clerk: CheckingClient, house: Store, reference: str) -> None:
    with house.transaction() as db:
        submission = db.scalars(select(Submission)).one()
        submission.answers = {**submission.answers, "evidence_identity": "upload"}
    for path in ("", "/evidence/identity"):
        clerk.get(f"/desk/applications/{reference}{path}")
        assert "上传照片或文件" in clerk.text
        assert "upload" not in clerk.text


def test_task_is_finished_with_words(clerk: CheckingClient, house: Store, reference: str) -> None:
    clerk.get("/desk/tasks")
    clerk.follow(seeing(reference))
    clerk.submit("记为已办", {"words": HOSTILE_TEXT})
    with house.reading() as db:
        task = db.scalars(select(Task)).one()
    assert (task.state, task.result) == ("done", HOSTILE_TEXT.strip())
    clerk.get(f"/desk/tasks/{task.id}")
    assert "已经办好" in clerk.text
    assert HOSTILE_TEXT.split("<")[0].strip() in clerk.text


def test_task_that_a_colleague_finished_is_a_409_that_keeps_the_words(
    app: Flask, clerk: CheckingClient, house: Store, reference: str
) -> None:
    colleague, _actor = officer(app, house, "colleague", Role.DESK_CLERK, DESK)
    for client in (clerk, colleague):
        client.get("/desk/tasks")
        client.follow(seeing(reference))
    colleague.submit("记为已办")
    clerk.submit("记为已办", {"words": "打过电话"}, expect=409)
    assert "colleague（示例）" in clerk.text
    assert "打过电话" in clerk.text


def test_tasks_of_other_units_are_not_there(app: Flask, house: Store, reference: str) -> None:
    client, _actor = officer(app, house, "elsewhere", Role.DESK_CLERK, "desk_nanhu")
    client.get("/desk/tasks")
    assert "现在没有要做的事" in client.text
    with house.reading() as db:
        task_id = db.scalars(select(Task.id)).one()
    client.get(f"/desk/tasks/{task_id}", expect=404)
    client.get("/desk/tasks?after=999-HOSTILE")


def test_every_kind_of_task_has_words(
    app: Flask, clerk: CheckingClient, house: Store, reference: str
) -> None:
    kinds = ("home_visit", "staff_check", "describe", "photo", "post_letter", "delivery_failed", "deemed")
    with house.transaction() as db:
        made = db.scalars(select(Application)).one()
        for kind in (*kinds, "objection"):
            open_task(db, made, kind, unit_code=DESK, about="unknown")
        open_task(db, made, "staff_check", unit_code=DESK, about=DEATH_TASK)
    clerk.get("/desk/tasks")
    rows = [row.get_text() for row in clerk.page.select("#tasks tbody th a")]
    assert len(rows) == len(set(rows)) == 10
    clerk.follow(f"登记系统说申请人已经去世，请先核实（收件号{grouped(reference)}）")
    assert not clerk.page.select("a.button")
    clerk.submit("记为已办", {"words": "还在"})


def test_paper_of_somebody_else_is_refused_with_words_and_nothing_is_lost(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get(f"/desk/applications/{reference}/evidence/identity")
    clerk.submit("登记", {**SEEN, "name": "示例李四", "number": "123", "note": "照片旧"}, expect=422)
    assert len(clerk.page.select("#errors a")) == 2
    assert clerk.one("#note").get_text().strip() == "照片旧"
    with house.reading() as db:
        assert db.scalars(select(EvidenceCheck)).all() == []


def test_empty_form_names_every_missing_answer(clerk: CheckingClient, reference: str) -> None:
    clerk.get(f"/desk/applications/{reference}/evidence/identity")
    clerk.submit("登记", expect=422)
    assert {str(link["href"]) for link in clerk.page.select("#errors a")} == {
        "#how",
        "#name",
        "#seal",
        "#is-same",
    }


def test_evidence_that_is_not_asked_is_404(clerk: CheckingClient, reference: str) -> None:
    clerk.get(f"/desk/applications/{reference}/evidence/guardian-x", expect=404)
    clerk.get("/desk/applications/000000000000/evidence/identity", expect=404)


def test_applicant_reads_where_and_when_the_original_was_seen(
    app: Flask, clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get(f"/desk/applications/{reference}/evidence/identity")
    clerk.submit("登记", {**SEEN, "how": "home"})
    with house.reading() as db:
        owner = db.scalars(select(Account).where(Account.kind == "resident")).one()
    applicant = sign_in(app, owner)
    applicant.get(f"/account/applications/{reference}")
    assert "已上门核对原件：身份证，2026年11月23日。" in applicant.text


def test_registers_are_asked_by_the_worker_and_answered_with_source_and_time(
    app: Flask, clerk: CheckingClient, house: Store
) -> None:
    reference = apply(house, is_proven=True)
    clerk.get(f"/desk/applications/{reference}")
    clerk.submit("查：户籍登记")
    assert clerk.path == f"/desk/applications/{reference}"
    assert "正在查" in clerk.text
    assert not clerk.page.select("#ask-household")
    with house.reading() as db:
        assert db.scalars(select(RegisterCheck)).one().state == "queued"
    ask_registers(app, house)
    clerk.get(f"/desk/applications/{reference}")
    assert f"查到了。姓名：{SUBJECT}" in clerk.text
    assert "模拟数据，不是真的" in clerk.text
    assert "2026年11月23日9时00分" in clerk.text
    assert "登记系统确认（A级）" in clerk.text
    clerk.submit("再查一次：户籍登记")


@pytest.mark.parametrize(
    ("register", "number", "words"),
    [
        ("certificate", "880000198811020057", "注销不满1年，2027年7月26日起才能重新申请"),
        ("certificate", "880000198811020065", "已经有残疾人证"),
        ("certificate", "88000019881102001X", "没有查到"),
        ("death", "88000019881102009X", "登记为已经去世"),
        ("household", "880000198811020049", "户籍不在本县"),
        ("household", "880000198811020081", "是另一个姓名"),
    ],
)
def test_answers_of_registers_are_said_in_words(
    app: Flask, clerk: CheckingClient, house: Store, register: str, number: str, words: str
) -> None:
    reference = apply(house, is_proven=True)
    with house.transaction() as db:
        db.scalars(select(Application)).one().person.id_number = number
    clerk.get(f"/desk/applications/{reference}")
    clerk.submit(f"#ask-{register}")
    ask_registers(app, house)
    clerk.get(f"/desk/applications/{reference}")
    assert words in clerk.text


def test_about_an_unproven_account_there_is_no_button_but_the_reason(
    clerk: CheckingClient, reference: str
) -> None:
    clerk.get(f"/desk/applications/{reference}")
    assert "申请人的身份还没有核实" in clerk.text
    assert not clerk.page.select("form[action$='/registers']")
    clerk.post(f"/desk/applications/{reference}/registers", {"register": "household"}, expect=403)


def test_unknown_register_is_404(clerk: CheckingClient, house: Store) -> None:
    reference = apply(house, is_proven=True)
    clerk.get(f"/desk/applications/{reference}")
    clerk.post(f"/desk/applications/{reference}/registers", {"register": "HOSTILE"}, expect=404)


def test_death_is_written_down_and_undone_at_another_counter(
    app: Flask, clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get(f"/desk/applications/{reference}")
    clerk.follow("登记申请人去世")
    clerk.submit("登记去世", expect=422)
    clerk.submit("登记去世", {"source": "family", "died_on": "2027-01-01"}, expect=422)
    clerk.submit("登记去世", {"died_on": "2026-11-20", "words": "儿子来说的"})
    assert clerk.path == f"/desk/applications/{reference}"
    assert "申请人已经去世" in clerk.text
    assert "儿子来说的" in clerk.text
    assert not clerk.page.select("#decision")
    other, _actor = officer(app, house, "elsewhere", Role.DESK_CLERK, "desk_nanhu")
    other.get("/desk/identity")
    other.follow("改回错误的去世登记")
    other.submit("改回来", {"reference": "1234", "is_alive": True}, expect=422)
    other.submit("改回来", {"reference": "000000000000"}, expect=422)
    other.submit("改回来", {"reference": reference})
    assert other.heading() == "已经改回来"
    other.get("/desk/deaths")
    other.submit("改回来", {"reference": reference, "is_alive": True}, expect=422)
    clerk.get(f"/desk/applications/{reference}")
    assert "申请人已经去世" not in clerk.text
    with house.reading() as db:
        assert db.scalars(select(Application)).one().state == "in_review"


def test_county_reads_the_proof_too(app: Flask, house: Store, reference: str) -> None:
    with house.transaction() as db:
        made = db.scalars(select(Application)).one()
        made.entries[0].unit_code, made.entries[0].role = COUNTY, Role.COUNTY_REVIEWER
    client, _actor = officer(app, house, "reviewer", Role.COUNTY_REVIEWER, COUNTY)
    client.get(f"/office/applications/{reference}")
    assert "证明材料" in client.text
    client.get("/office/tasks")
    client.use_language("en")
    client.get(f"/office/applications/{reference}")
    client.get(f"/office/applications/{reference}/evidence/identity")
    client.get(f"/office/applications/{reference}/death")


def test_office_is_told_that_no_register_is_connected_and_can_ask_none(
    app: Flask, house: Store, clerk: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = apply(house, is_proven=True)
    monkeypatch.setattr(SimulatedRegisters, "is_on", False)
    clerk.get(f"/desk/applications/{reference}")
    assert "这里没有连接登记系统" in clerk.text
    assert "还没有查" not in clerk.text
    assert not clerk.page.select("form[action$='/registers']")
    clerk.post(f"/desk/applications/{reference}/registers", {"register": "death"}, expect=403)
    with house.reading() as db:
        assert db.scalars(select(RegisterCheck)).all() == []


def test_hospital_sees_no_registers(app: Flask, house: Store) -> None:
    reference = apply(house, is_proven=True)
    with house.transaction() as db:
        made = db.scalars(select(Application)).one()
        made.entries[0].unit_code, made.entries[0].role = "hospital_first", Role.HOSPITAL
    client, _actor = officer(app, house, "doctor", Role.HOSPITAL, "hospital_first")
    client.get(f"/office/applications/{reference}")
    assert "登记系统" not in client.text
    client.post(f"/office/applications/{reference}/registers", {"register": "death"}, expect=403)
