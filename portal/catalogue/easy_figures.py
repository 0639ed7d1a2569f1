"""Easy-read is written, not copied: figures of all texts of the catalogue, for a test and for writers.

What one text may not say stands in ``words``; here is what only all of them together can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from portal.catalogue.loader import Catalogue
from portal.catalogue.texts import Text
from portal.catalogue.words import HAN, NUMBER, count_characters, has_easy_form, texts_of_catalogue

LONG_TEXT = 20
"""Han characters of the source; what is longer has to be said in other words."""

LEAST_REWRITTEN_PERCENT = 90
MEDIAN_SENTENCE, LONGEST_SENTENCE = 15, 25
SENTENCE = re.compile(r"[。？]|：\n")
"""Where a sentence ends: a colon at the end of a line begins a list; a comma there ends none."""


@dataclass(frozen=True)
class EasyFigures:
    """Of every text that readers of easy-read meet, in the voice of 您 and of a proxy."""

    texts: int
    long_texts: int
    copied: tuple[str, ...]
    """Paths of long texts whose easy-read says the same characters."""
    sentences: int
    median_sentence: float
    longest_sentence: int
    lost_numbers: tuple[str, ...]
    """Paths of texts with a number that their easy-read does not name. It may name more: 两名 is 2个人."""

    @property
    def rewritten_percent(self) -> float:
        return 100 * (1 - len(self.copied) / self.long_texts) if self.long_texts else 100.0

    def faults(self) -> list[str]:
        """What does not hold, in a few words each."""
        said = [f"{path}.easy: a number is lost" for path in self.lost_numbers]
        if self.rewritten_percent < LEAST_REWRITTEN_PERCENT:
            said += [f"{path}.easy: copied from the source" for path in self.copied]
        if self.median_sentence > MEDIAN_SENTENCE:
            said.append(f"easy: the median sentence has {self.median_sentence:g} characters")
        if self.longest_sentence > LONGEST_SENTENCE:
            said.append(f"easy: a sentence has {self.longest_sentence} characters")
        return said


def measure_easy(catalogue: Catalogue) -> EasyFigures:
    """The figures of the whole catalogue."""
    pairs = [
        (f"{path}{voice}", source, easy)
        for path, text, is_for_staff in texts_of_catalogue(catalogue)
        if has_easy_form(path, is_for_staff=is_for_staff)
        for voice, source, easy in _voices(text)
    ]
    long_ones = [one for one in pairs if count_characters(one[1]) > LONG_TEXT]
    lengths = [length for _path, _source, easy in pairs for length in _sentences(easy)]
    return EasyFigures(
        texts=len(pairs),
        long_texts=len(long_ones),
        copied=tuple(path for path, source, easy in long_ones if HAN.findall(source) == HAN.findall(easy)),
        sentences=len(lengths),
        median_sentence=median(lengths) if lengths else 0,
        longest_sentence=max(lengths, default=0),
        lost_numbers=tuple(path for path, source, easy in pairs if _numbers(source) - _numbers(easy)),
    )


def _voices(text: Text) -> Iterator[tuple[str, str, str]]:
    """Source and easy-read of a text as it is read to the person, and to whoever acts for them."""
    yield "", text.zh, text.easy or text.zh
    if text.proxy_easy:
        yield "#proxy", text.proxy_zh or text.zh, text.proxy_easy


def _sentences(easy: str) -> Iterator[int]:
    for sentence in SENTENCE.split(easy):
        if length := count_characters(sentence):
            yield length


def _numbers(words: str) -> set[str]:
    return set(NUMBER.findall(words))
