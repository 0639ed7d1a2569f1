"""One draft in two tabs of one browser: handed in in both it is handed in once, and both say so."""

from sqlalchemy import func, select
from support import PLAIN, Person

from portal.store.applications import Application, Submission

DECLARED = {"declarations": ["cs_truth"]}


def test_draft_that_is_handed_in_in_two_tabs_has_one_receipt_in_both(person: Person) -> None:
    driver, staged = person.driver, person.stage.draft(PLAIN)
    check = f"/apply/zj-01/{staged.reference}/check"
    person.visitor.sign_in(staged.applicant)
    person.visitor.open(check)
    driver.switch_to.new_window("tab")
    person.visitor.open(check)
    said = []
    for tab in driver.window_handles:
        driver.switch_to.window(tab)
        assert person.submit() == staged.reference
        said.append((person.path, person.main))
    assert said[0] == said[1]
    with person.stage.transaction() as db:
        handed_in = select(func.count()).select_from(Submission).join(Application)
        assert db.scalar(handed_in.where(Application.reference == staged.reference)) == 1
