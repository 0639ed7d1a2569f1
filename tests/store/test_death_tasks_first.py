"""Tasks about a death that were open before deaths came first come first now too."""

from sqlalchemy import select, text

from portal.store import Store
from portal.store.tasks import Task
from portal.usecases.tasks import AT_ONCE, NO_HURRY, open_task
from tests.support.office import prepare, resident, submitted

KEPT = {("staff_check", "hukou"): NO_HURRY, ("message", "family_death"): NO_HURRY}


def test_open_tasks_about_a_death_are_moved_to_the_top_and_no_others(store: Store) -> None:
    deaths = {("staff_check", "register:death"): AT_ONCE, ("staff_check", "family_death"): AT_ONCE}
    with store.transaction() as db:
        prepare(db)
        application = submitted(db, resident(db))
        for kind, about in (*deaths, *KEPT):
            open_task(db, application, kind, unit_code=application.entries[0].unit_code, about=about)
        db.execute(text("UPDATE alembic_version SET version_num = '0030'"))
    store.migrate("0031")
    with store.reading() as db:
        found = {(one.kind, one.about): one.urgency for one in db.scalars(select(Task))}
    assert {which: found[which] for which in (*deaths, *KEPT)} == deaths | KEPT
