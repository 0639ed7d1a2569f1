"""The journeys of the other services: what they ask that no service before them asks, to the receipt.

BT-01, GZ-01 and SQ-01 are looked at in every run, one more by the seed of the day (support/rotation.py), all
others by `make access`. What is asked alike there is looked at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pages.journey_pages import NONSENSE, QUESTION
from pages.staff_pages import OFFICE, OFFICE_ROUTE, PREVIEW, officer, work
from pages.states import PageState, Reach, emptied, plain, sending
from selenium.webdriver.common.by import By
from support import Stage, Staged, Visitor
from support.drafts import decided, drafted, handed_in, waited
from support.rotation import drawn

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Definition, Page
from portal.usecases.decisions import Deciding
from tests.support.any_service import services_of
from tests.support.office import DEFINITION, REGION

EVERY_DAY = ("bt-01", "gz-01", "sq-01")
OTHERS = tuple(code for code in services_of(REGION.code) if code not in (DEFINITION.service.code, *EVERY_DAY))
TODAY = drawn(OTHERS)
WRONG = {
    **NONSENSE,
    "money": "很多",
    "account": "卡号",
    "certificate_number": "88000019",
    "credit_code": "91350100M000100Y44",
}
"""What nobody can mean, by the kind of a question."""
CHECK = "/apply/<code>/<reference>/check"
RECEIPT = "/apply/<code>/<reference>/receipt"


def service(code: str) -> Definition:
    return load_catalogue().definition(code, REGION.code)


def draft_with(definition: Definition, page: Page, purpose: str = "") -> Callable[[Stage], Staged]:
    """Each purpose has its own, because even nonsense is kept."""

    def make(stage: Stage) -> Staged:
        mark = (definition.service.code, f"{page.id} {purpose}")
        made: Staged = stage.once(mark, lambda: drafted(stage, definition, page))
        return made

    return make


def own(definition: Definition, make: Callable[[Stage], Staged], path: str) -> Reach:
    """A page of the journey, before its applicant."""

    def reach(visitor: Visitor) -> None:
        staged = make(visitor.stage)
        visitor.sign_in(staged.applicant)
        visitor.open(f"/apply/{definition.service.code}/{staged.reference}/{path}")

    return reach


def asked(definition: Definition, page: Page) -> PageState:
    """A page of questions: with errors where there can be any, else filled.

    Where something is typed only after a choice, the choices stand and what is typed is wrong.
    """
    filled = own(definition, draft_with(definition, page), page.id)
    typed = {one.id: WRONG[one.kind] for one in page.fields if one.kind in WRONG}
    is_asked_at_once = any(one.id in typed and one.when is None for one in page.fields)
    name = f"{definition.service.code} {page.id}"
    if typed and not is_asked_at_once:
        return PageState(QUESTION, f"{name} error", mistyped(filled, typed), 422)
    if typed or any(one.required and one.when is None for one in page.fields):
        return PageState(QUESTION, f"{name} error", mistyped(emptied(filled), typed), 422)
    return PageState(QUESTION, f"{name} filled", filled)


def mistyped(before: Reach, wrong: Mapping[str, str]) -> Reach:
    """Sent with this in each of the questions that the page shows."""

    def reach(visitor: Visitor) -> None:
        before(visitor)
        send_what_is_asked(visitor, wrong)

    return reach


def send_what_is_asked(visitor: Visitor, typed: Mapping[str, str]) -> None:
    shown = visitor.driver.find_elements(By.CSS_SELECTOR, "main form [name]")
    names = {str(one.get_attribute("name")) for one in shown}
    visitor.send({name: value for name, value in typed.items() if name in names})


def ends(definition: Definition) -> Iterator[PageState]:
    """The check before submission, and the receipt after it."""

    def submitted(stage: Stage) -> Staged:
        made: Staged = stage.once(
            (definition.service.code, "submitted"), lambda: handed_in(stage, definition)
        )
        return made

    whole = draft_with(definition, definition.pages[-1], "check")
    yield PageState(CHECK, definition.service.code, own(definition, whole, "check"))
    yield PageState(RECEIPT, definition.service.code, own(definition, submitted, "receipt"))


def row_added(definition: Definition, page: Page) -> PageState:
    """One more row of a group, with nonsense in it."""
    filled = own(definition, draft_with(definition, page, "row"), page.id)
    group = next(one for one in page.fields if one.kind == "group")

    def reach(visitor: Visitor) -> None:
        filled(visitor)
        visitor.press("main button[name=add]")
        wrong = {one.id: WRONG[one.kind] for one in group.fields if one.kind in WRONG}
        rows = range(1, group.max_count + 1)
        send_what_is_asked(
            visitor, {f"{group.id}-{row}-{name}": wrong[name] for row in rows for name in wrong}
        )

    return PageState(QUESTION, f"{definition.service.code} {page.id} another row", reach, 422)


def whole_services() -> Iterator[PageState]:
    """What each service asks that ZJ-01 and those of every day do not ask, and its end.

    A kind of question that no page before has is looked at in every run.
    """
    seen = {as_it_reads(page) for page in DEFINITION.pages}
    kinds = {kind for page in DEFINITION.pages for kind in kinds_of(page)}
    for code in (*EVERY_DAY, *OTHERS):
        definition = service(code)
        pages = [page for page in definition.pages if as_it_reads(page) not in seen]
        for page in pages:
            is_in_every_run = code in (*EVERY_DAY, TODAY) or not kinds_of(page) <= kinds
            kinds |= kinds_of(page)
            for state in states_of(definition, page):
                yield replace(state, is_in_every_run=is_in_every_run)
        for state in ends(definition):
            yield replace(state, is_in_every_run=code in (*EVERY_DAY, TODAY))
        if code in EVERY_DAY:
            seen |= {as_it_reads(page) for page in pages}


def as_it_reads(page: Page) -> str:
    """The same for pages of two services that differ only in the part where they stand."""
    return page.model_copy(update={"section": ""}).model_dump_json()


def kinds_of(page: Page) -> set[str]:
    return {one.kind for one in page.fields}


def states_of(definition: Definition, page: Page) -> Iterator[PageState]:
    yield asked(definition, page)
    if "group" in kinds_of(page):
        yield row_added(definition, page)


def questionnaire(*answers: str) -> Reach:
    """看看我能享受什么 after these answers; ``on`` goes on for the questions that take several or none."""

    def reach(visitor: Visitor) -> None:
        visitor.open("/check")
        for answer in answers:
            visitor.send({"answer": answer})

    return reach


def without_certificate(visitor: Visitor) -> None:
    """The result of whoever has no certificate yet, and has it to get first."""
    visitor.open("/check")
    visitor.send({"answer": "none"})
    to_the_end(visitor)


def to_the_result(visitor: Visitor) -> None:
    """Every question answered with the first choice there is."""
    visitor.open("/check")
    to_the_end(visitor)


def to_the_end(visitor: Visitor) -> None:
    for _ in range(len(load_catalogue().questionnaire)):
        first = visitor.driver.execute_script(
            "const first = document.querySelector('main [name=answer]'); return first && first.value;"
        )
        if first is None:
            return
        visitor.send({"answer": first})


BT = service("bt-01")
CARD = {"found_certificate": "valid", "found_grade": "2", "found_components": ["limb"]}
TO_DECISION = (
    ("clerk-dongfeng", Deciding("accept")),
    ("township-dongfeng", Deciding("agree", form={"checked_how": "papers"})),
    ("reviewer-shili", Deciding("agree", form=CARD)),
    ("civil-shili", Deciding("checked", form={"found_household": "low_income", "found_receives": ["none"]})),
)


def before_decision(stage: Stage) -> Staged:
    """BT-01 in the hands of civil affairs, which decides."""

    def make() -> Staged:
        staged = decided(stage, handed_in(stage, BT), *TO_DECISION)
        stage.claim(stage.staff("civil-shili"), staged)
        return staged

    made: Staged = stage.once(("bt-01", "before decision"), make)
    return made


def before_letter(stage: Stage) -> Staged:
    """BT-01 after its public notice, in the hands of civil affairs, which gives it."""

    def make() -> Staged:
        staged = decided(stage, handed_in(stage, BT), *TO_DECISION, ("civil-shili", Deciding("grant")))
        waited(stage, staged, 21)
        stage.claim(stage.staff("civil-shili"), staged)
        return staged

    made: Staged = stage.once(("bt-01", "before letter"), make)
    return made


def at_civil_affairs(query: str = "", made: Callable[[Stage], Staged] = before_decision) -> Reach:
    return work(officer("civil-shili"), OFFICE, made, query)


PAGES = (
    PageState("/services/<code>", "guide with amounts", plain("/services/bt-01")),
    PageState("/services/<code>", "guide with terms", plain("/services/sq-01")),
    PageState("/check", "error", sending(plain("/check")), 422),
    PageState("/check", "second question", questionnaire("valid")),
    PageState("/check", "result", to_the_result),
    PageState("/check", "result without a certificate", without_certificate),
    PageState(OFFICE_ROUTE, "bt-01 before its decision", at_civil_affairs()),
    PageState(OFFICE_ROUTE, "bt-01 granting", at_civil_affairs("?outcome=approve", before_letter)),
    PageState(
        OFFICE_ROUTE, "bt-01 refusing error", sending(at_civil_affairs("?outcome=refuse"), PREVIEW), 422
    ),
    *whole_services(),
)
