"""The table of pages, and which page is checked under which settings."""

from dataclasses import dataclass
from itertools import product

from pages.account_pages import PAGES as ACCOUNT
from pages.certificate_pages import PAGES as CERTIFICATES
from pages.journey_pages import PAGES as JOURNEY
from pages.public_pages import PAGES as PUBLIC
from pages.staff_pages import PAGES as STAFF
from pages.states import PageState
from support import pairwise
from support.pairs import SETTINGS
from support.visitor import Settings

PAGES: tuple[PageState, ...] = (*PUBLIC, *ACCOUNT, *CERTIFICATES, *JOURNEY, *STAFF)
EVERY_SETTING = {**SETTINGS, "spacing": ("normal", "wide"), "elder": ("0", "1")}


@dataclass(frozen=True)
class Row:
    """A page in a state under one choice of settings."""

    page: PageState
    settings: Settings

    @property
    def name(self) -> str:
        return f"{self.page.name} [{'-'.join(str(value) for value in self.settings.values())}]"


def rows(*, is_full: bool) -> list[Row]:
    """Every page under every choice, or each under the next of the choices in which all pairs meet."""
    if is_full:
        names = list(EVERY_SETTING)
        choices = [dict(zip(names, one, strict=True)) for one in product(*EVERY_SETTING.values())]
        return [Row(page, choice) for page in PAGES for choice in choices]
    choices = pairwise(EVERY_SETTING)
    return [Row(page, choices[number % len(choices)]) for number, page in enumerate(PAGES)]
