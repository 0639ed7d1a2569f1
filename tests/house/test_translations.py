"""Translations cannot drift: English is complete, and no translation loses a name or a tag of its source."""

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portal.i18n import TRANSLATED
from tests.house.sources import ROOT

TRANSLATIONS = ROOT / "translations"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]|\{(\w*)\}")

each_language = pytest.mark.parametrize("locale", TRANSLATED)


def catalogue(locale: str) -> Catalog:
    file = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        return read_po(opened, locale=locale, abort_invalid=True)


def messages(locale: str) -> list[Message]:
    found = [message for message in catalogue(locale) if message.id]
    assert found, f"no words in {locale}"
    return found


def texts(of: object) -> list[str]:
    return [str(part) for part in of] if isinstance(of, list | tuple) else [str(of)]


def test_every_folder_of_translations_is_a_language_we_offer() -> None:
    assert {path.name for path in TRANSLATIONS.iterdir() if path.is_dir()} == set(TRANSLATED)


def test_english_is_complete() -> None:
    assert [m.id for m in messages("en") if not all(texts(m.string))] == []


@each_language
def test_no_translation_is_a_guess(locale: str) -> None:
    assert [m.id for m in messages(locale) if m.fuzzy] == []


@each_language
def test_placeholders_are_those_of_the_source(locale: str) -> None:
    found = []
    for message in messages(locale):
        wanted = {match.group() for match in PLACEHOLDER.finditer(texts(message.id)[0])}
        for text in texts(message.string):
            if text and {match.group() for match in PLACEHOLDER.finditer(text)} != wanted:
                found.append(text)
    assert found == []


@each_language
def test_no_markup_hides_in_a_translation(locale: str) -> None:
    assert [text for m in messages(locale) for text in texts(m.string) if re.search(r"<[a-z/]", text)] == []


def test_the_source_words_are_collected_for_translators() -> None:
    assert (TRANSLATIONS / "messages.pot").is_file()
