"""ZJ-07: somebody objects to an assessment, and the city reads what was concluded before."""

from collections.abc import Callable
from datetime import date, timedelta

from pages.again_pages import handed_in
from pages.staff_pages import OFFICE, OFFICE_ROUTE, PREVIEW, officer, work
from pages.states import PageState, Reach, sending
from support import PLAIN, Someone, Stage, Staged

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.usecases.demo_people import demo_id_number
from tests.support.any_service import answers_to
from tests.support.office import REGION

ZJ = load_catalogue().definition("zj-07", REGION.code)
CITY = officer("upper-city")
BORN = date(1988, 11, 2)


def objecting(stage: Stage, applicant: Someone, number: str, days_ago: int) -> Staged:
    """In the hands of the city; the conclusion had come so many days before."""
    own = {"yy_received_on": (clock.today() - timedelta(days=days_ago)).isoformat()}
    answers = answers_to(ZJ, REGION, "self", number, own)
    with stage.transaction() as db:
        staged = Staged(handed_in(db, applicant, ZJ, answers).reference, applicant)
    stage.claim(CITY(stage), staged)
    return staged


def in_time(stage: Stage) -> Staged:
    """By somebody whom the counter knows, and who was refused on an assessment that was made here."""

    def make() -> Staged:
        number = demo_id_number(BORN, int(stage.new_phone()[-4:]))
        applicant = stage.refused({**PLAIN, "p_id_no": number}).applicant
        stage.prove_identity(applicant)
        return objecting(stage, applicant, number, 0)

    made: Staged = stage.once(("zj-07", "in time"), make)
    return made


def late(stage: Stage) -> Staged:
    """By somebody whose assessment was made elsewhere."""

    def make() -> Staged:
        number = demo_id_number(BORN, int(stage.new_phone()[-4:]))
        return objecting(stage, stage.resident(), number, 40)

    made: Staged = stage.once(("zj-07", "late"), make)
    return made


def at_the_city(make: Callable[[Stage], Staged], query: str = "") -> Reach:
    return work(CITY, OFFICE, make, query)


PAGES = (
    PageState(OFFICE_ROUTE, "zj-07 with the first assessment", at_the_city(in_time)),
    PageState(OFFICE_ROUTE, "zj-07 late, without one", at_the_city(late)),
    PageState(OFFICE_ROUTE, "zj-07 error", sending(at_the_city(late, "?outcome=look_again"), PREVIEW), 422),
)
