"""The table of pages, and which page is checked under which settings."""

from dataclasses import dataclass, replace
from itertools import product

from pages.account_pages import PAGES as ACCOUNT
from pages.again_pages import PAGES as AGAIN
from pages.away_pages import PAGES as AWAY
from pages.benefit_pages import PAGES as BENEFITS
from pages.calendar_pages import PAGES as CALENDAR
from pages.certificate_pages import PAGES as CERTIFICATES
from pages.chain_pages import PAGES as CHAIN
from pages.deciding_pages import PAGES as DECIDING
from pages.document_pages import PAGES as DOCUMENTS
from pages.figure_pages import PAGES as FIGURES
from pages.home_visit_pages import PAGES as HOME_VISITS
from pages.household_pages import PAGES as HOUSEHOLD
from pages.inspection_pages import PAGES as INSPECTIONS
from pages.journey_pages import PAGES as JOURNEY
from pages.letter_pages import PAGES as LETTERS
from pages.needs_pages import PAGES as NEEDS
from pages.notice_pages import PAGES as NOTICES
from pages.offline_pages import PAGES as OFFLINE
from pages.people_pages import PAGES as PEOPLE
from pages.proof_pages import PAGES as PROOF
from pages.public_pages import PAGES as PUBLIC
from pages.queue_pages import PAGES as QUEUES
from pages.rating_pages import PAGES as RATINGS
from pages.reassessment_pages import PAGES as REASSESSMENTS
from pages.refusal_pages import PAGES as REFUSALS
from pages.representation_pages import PAGES as REPRESENTATIONS
from pages.second_look_pages import PAGES as SECOND_LOOKS
from pages.service_pages import PAGES as SERVICES
from pages.staff_pages import PAGES as STAFF
from pages.staff_security_pages import PAGES as STAFF_SECURITY
from pages.states import PageState
from pages.visit_journey_pages import PAGES as VISIT_JOURNEYS
from pages.visit_pages import PAGES as VISITS
from pages.voice_pages import PAGES as VOICES
from pages.waiver_pages import PAGES as WAIVERS
from pages.working_pages import PAGES as WORKING
from support import Look, pairwise
from support.browser import WIDE
from support.pairs import SETTINGS
from support.visitor import Settings

PAGES: tuple[PageState, ...] = (
    *PUBLIC,
    *ACCOUNT,
    *CERTIFICATES,
    *BENEFITS,
    *NEEDS,
    *JOURNEY,
    *AGAIN,
    *DOCUMENTS,
    *NOTICES,
    *WAIVERS,
    *RATINGS,
    *LETTERS,
    *PROOF,
    *STAFF,
    *STAFF_SECURITY,
    *VISITS,
    *VISIT_JOURNEYS,
    *VOICES,
    *DECIDING,
    *SECOND_LOOKS,
    *REPRESENTATIONS,
    *CHAIN,
    *HOUSEHOLD,
    *PEOPLE,
    *CALENDAR,
    *AWAY,
    *REFUSALS,
    *QUEUES,
    *WORKING,
    *FIGURES,
    *INSPECTIONS,
    *SERVICES,
    *HOME_VISITS,
    *OFFLINE,
    *REASSESSMENTS,
)
EVERY_SETTING = {**SETTINGS, "spacing": ("normal", "wide"), "elder": ("0", "1")}
DRAWN_BY_SERVER = ("language", "elder")
"""Settings that may change elements and words. All others change attributes of the root, or the window."""
FIRST_LOOK = Look(theme="light", size=18, spacing="normal", width=WIDE)
LOOKS = tuple(
    Look(theme, size, spacing, width)
    for theme, size, spacing, width in product(
        *(EVERY_SETTING[name] for name in ("theme", "size", "spacing", "width"))
    )
)
"""Of one drawing."""


@dataclass(frozen=True)
class Row:
    """A page in a state under one choice of settings."""

    page: PageState
    settings: Settings

    @property
    def name(self) -> str:
        return f"{self.page.name} [{'-'.join(str(value) for value in self.settings.values())}]"


@dataclass(frozen=True)
class Drawing:
    """A page in a state as the server draws it once, to be looked at under every one of `LOOKS`."""

    page: PageState
    language: str
    elder: str

    @property
    def name(self) -> str:
        return f"{self.page.name} [{self.language}-{self.elder}]"

    @property
    def settings(self) -> Settings:
        """Under which it is opened."""
        first = {name: getattr(FIRST_LOOK, name) for name in ("theme", "size", "spacing", "width")}
        return {"language": self.language, "elder": self.elder, **first}

    @property
    def looks(self) -> tuple[Look, ...]:
        """Under which it is looked at: a page in its usual version also as it is for elders, most pages being
        the same but for the root."""
        for_elders = tuple(replace(look, elder="1") for look in LOOKS)
        return for_elders if self.elder == "1" else LOOKS + for_elders


def rows() -> list[Row]:
    """Each page of every run under the next of the choices in which all pairs meet."""
    choices = pairwise(EVERY_SETTING)
    pages = [page for page in PAGES if page.is_in_every_run]
    return [Row(page, choices[number % len(choices)]) for number, page in enumerate(pages)]


def drawings() -> list[Drawing]:
    """With all of `LOOKS`: every page under every choice. The two versions of a page stand side by side."""
    return [
        Drawing(page, language, elder)
        for page in PAGES
        for language, elder in product(*(EVERY_SETTING[name] for name in DRAWN_BY_SERVER))
    ]
