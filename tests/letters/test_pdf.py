"""Letters as PDF/UA-1: the same facts as everywhere, every word tagged, small fonts, no empty boxes."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest

from portal.catalogue.texts import LANGUAGES, Language
from portal.letters import Letter, TypesettingFailed, as_pdf, as_text, has_layout, render_notice, typesetting
from portal.letters.paper import as_paper
from tests.letters.test_letters import EVERY_FACT, EVERY_KIND, Row, facts

pytestmark = pytest.mark.skipif(not has_layout(), reason="the layout libraries are not installed")

RARE = "示例𠮷𡙸阿卜杜热合曼·买买提"
MOST_FONT_BYTES = 60 * 1024


def letter_of(key: str, language: Language, **about: Any) -> Letter:
    officers = {"reasons": ["R13"], "summary": "评定没有达到标准", "words": "详见报告"}
    told = facts(**{**EVERY_FACT, **officers, **about})
    return render_notice(EVERY_KIND, Row(key, told), language)


@pytest.fixture(scope="module")
def refusals() -> dict[Language, tuple[Letter, bytes]]:
    """The longest kind of letter in each language, to somebody with a rare name."""
    letters = {language: letter_of("N10", language, subject_name=RARE) for language in LANGUAGES}
    return {language: (letter, as_pdf(letter)) for language, letter in letters.items()}


def words_of(pdf: bytes) -> str:
    """Everything that the file says, without spaces: lines break where the paper ends."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s", "", text)


def elements(node: pikepdf.Object, depth: int = 0) -> Iterator[tuple[str, pikepdf.Object]]:
    """Every element of the structure, in reading order."""
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield str(kid.S)[1:], kid
            yield from elements(kid, depth + 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_says_every_line_of_the_plain_text(
    refusals: dict[Language, tuple[Letter, bytes]], language: Language
) -> None:
    letter, pdf = refusals[language]
    said = words_of(pdf)
    for line in as_text(letter).splitlines():
        assert re.sub(r"\s", "", line) in said, line
    page = html.unescape(re.sub(r"<[^>]+>", "", as_paper(letter)))
    for line in as_text(letter).splitlines():
        assert line in page, line


@pytest.mark.parametrize("key", ["N07", "N09", "N12", "N15", "N21"])
def test_letters_full_of_facts_can_be_laid_out(key: str) -> None:
    letter = letter_of(key, "zh")
    said = words_of(as_pdf(letter))
    assert all(re.sub(r"\s", "", line) in said for line in letter.result)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_of_pdf_ua_that_a_program_can_check_are_kept(
    refusals: dict[Language, tuple[Letter, bytes]], language: Language, tmp_path: Any
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(refusals[language][1])
    report = pdfua.validate(str(file))
    assert [finding for outcome in report.outcomes for finding in outcome.findings] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_file_names_its_language_title_and_kind(
    refusals: dict[Language, tuple[Letter, bytes]], language: Language
) -> None:
    letter, content = refusals[language]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == ("en" if language == "en" else "zh-CN")
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == letter.title
            assert about["pdfuaid:part"] == "1"


def test_headings_stand_in_order_without_gaps(refusals: dict[Language, tuple[Letter, bytes]]) -> None:
    with pikepdf.open(io.BytesIO(refusals["zh"][1])) as pdf:
        levels = [
            int(kind[1]) for kind, _ in elements(pdf.Root.StructTreeRoot) if re.fullmatch("H[1-6]", kind)
        ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_lists_are_lists_and_no_word_stands_outside_the_structure(
    refusals: dict[Language, tuple[Letter, bytes]],
) -> None:
    with pikepdf.open(io.BytesIO(refusals["zh"][1])) as pdf:
        found = list(elements(pdf.Root.StructTreeRoot))
        kinds = [kind for kind, _ in found]
        assert kinds.count("LI") == kinds.count("LBody") > 2
        tagged = {
            (element.Pg.objgen, int(kid))
            for _, element in found
            for kid in (element.K if isinstance(element.get("/K"), pikepdf.Array) else [element.get("/K")])
            if kid is not None and not isinstance(kid, pikepdf.Dictionary)
        }
        for page in pdf.pages:
            assert loose_words(page, tagged) == []


def loose_words(page: pikepdf.Page, tagged: set[Any]) -> list[str]:
    """Text that is neither an artifact nor part of an element."""
    standing: list[bool] = []
    loose = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            number = operands[1].get("/MCID") if str(operator) == "BDC" else None
            is_artifact = str(operands[0]) == "/Artifact"
            standing.append(is_artifact or (page.objgen, int(number if number is not None else -1)) in tagged)
        elif str(operator) == "EMC":
            standing.pop()
        elif str(operator) in ("Tj", "TJ") and not any(standing):
            loose.append(str(operands))
    return loose


def test_chinese_in_an_english_letter_is_marked_as_chinese(
    refusals: dict[Language, tuple[Letter, bytes]],
) -> None:
    with pikepdf.open(io.BytesIO(refusals["en"][1])) as pdf:
        languages = [str(one.get("/Lang", "")) for _, one in elements(pdf.Root.StructTreeRoot)]
    assert languages.count("zh-CN") >= 4  # number, name, officer's words, law
    assert languages.count("") > languages.count("zh-CN")


def test_embedded_fonts_stay_small(refusals: dict[Language, tuple[Letter, bytes]]) -> None:
    for _letter, content in refusals.values():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            sizes = [
                len(one[key].read_raw_bytes())
                for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
                for key in ("/FontFile2", "/FontFile3")
                if key in one
            ]
        assert sizes
        assert sum(sizes) < MOST_FONT_BYTES


def test_large_print_is_larger() -> None:
    letter = letter_of("N01", "zh")
    sizes = []
    for is_large in (False, True):
        document = pypdfium2.PdfDocument(as_pdf(letter, is_large=is_large))
        page = document[0].get_textpage()
        sizes.append(max(page.get_charbox(place)[3] - page.get_charbox(place)[1] for place in range(7)))
        document.close()
    assert sizes[1] == pytest.approx(sizes[0] * 1.5, rel=0.05)


@pytest.mark.parametrize("character", ["\ue000", "\U0003134a", "\U000323af"])
def test_character_that_no_font_has_is_a_failure_and_not_an_empty_box(character: str) -> None:
    with pytest.raises(TypesettingFailed) as failed:
        as_pdf(letter_of("N01", "zh", subject_name=f"示例{character}"))
    assert failed.value.why == "no_glyph"
    assert str(failed.value) == "no_glyph"


def test_markup_in_a_name_is_words() -> None:
    name = "<img src='file:///etc/passwd'><b>{{ 7 }}"
    assert re.sub(r"\s", "", name) in words_of(as_pdf(letter_of("N01", "zh", subject_name=name)))


def test_machine_without_the_libraries_offers_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "find_library", lambda _name: None)
    has_layout.cache_clear()
    try:
        assert not has_layout()
        with pytest.raises(TypesettingFailed, match="no_layout"):
            as_pdf(letter_of("N01", "zh"))
    finally:
        has_layout.cache_clear()


def test_process_that_is_too_slow_or_breaks_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = letter_of("N01", "zh")
    monkeypatch.setattr(typesetting, "WALL_SECONDS", 0.01)
    with pytest.raises(TypesettingFailed, match="too_slow"):
        as_pdf(letter)
    monkeypatch.undo()
    monkeypatch.setattr(typesetting, "style_of_paper", lambda: 7)  # what the process cannot read
    with pytest.raises(TypesettingFailed, match="broken"):
        as_pdf(letter)
