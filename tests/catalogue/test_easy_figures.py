"""Easy-read of the whole catalogue is written, not copied; and what is copied, long or lost is found."""

from dataclasses import replace

import pytest

from portal.catalogue.easy_figures import EasyFigures, measure_easy
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Reason
from portal.catalogue.texts import Text

CATALOGUE = load_catalogue()
SOURCE = "请在收到通知的15个工作日里，把缺少的材料交到办事窗口，也可以在网上交。"


@pytest.fixture(scope="module")
def figures() -> EasyFigures:
    return measure_easy(CATALOGUE)


def of_one(zh: str, easy: str | None) -> EasyFigures:
    """The figures of a catalogue that says nothing else."""
    reasons = {"R01": reason_saying(Text(zh=zh, easy=easy, en="English"))}
    return measure_easy(
        replace(CATALOGUE, services={}, blocks={}, regions={}, notices={}, questionnaire=(), reasons=reasons)
    )


def reason_saying(text: Text) -> Reason:
    one = next(iter(CATALOGUE.reasons.values()))
    silent = {name: None for name in type(one).model_fields if isinstance(getattr(one, name), Text)}
    return one.model_copy(update={**silent, "text": text})


def test_nine_of_ten_long_texts_are_said_in_other_words(figures: EasyFigures) -> None:
    assert figures.long_texts > 500
    assert figures.rewritten_percent >= 90


def test_sentences_are_short(figures: EasyFigures) -> None:
    assert figures.median_sentence <= 15
    assert figures.longest_sentence <= 25


def test_every_number_of_the_source_is_there(figures: EasyFigures) -> None:
    assert figures.lost_numbers == ()
    assert figures.faults() == []


def test_a_copied_text_is_found_though_its_lines_are_broken_elsewhere() -> None:
    assert of_one(SOURCE, None).copied == ("R01.text",)
    assert of_one(SOURCE, SOURCE.replace("，", "，\n")).copied == ("R01.text",)
    assert "R01.text.easy: copied from the source" in of_one(SOURCE, None).faults()


def test_a_long_sentence_and_a_lost_number_are_found() -> None:
    found = of_one(SOURCE, "材料不够，请您再交一次，\n可以自己来，也可以请别人来，\n还可以在网上交。")
    assert found.copied == ()
    assert found.longest_sentence > 25
    assert found.lost_numbers == ("R01.text",)


def test_a_line_that_ends_with_a_colon_begins_a_list() -> None:
    assert of_one("示例", "能看出在做生意的东西：\n交税的单子。").longest_sentence == 10
