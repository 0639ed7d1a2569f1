"""Finding a service from what someone typed: characters, pinyin, initials or English, best first.

Pure: the index is built once at start-up from the words of the services, nothing about a search is kept.
A long question still finds something, because pairs of characters and single words count too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from portal.catalogue.field_types.normalise import half_width, trimmed
from portal.catalogue.model import Service
from portal.catalogue.texts import Text

LONGEST_QUERY = 80
SHORTEST_LATIN = 2
"""Letters: one letter stands in almost every pinyin and says nothing."""

SHORTEST_HELD = 3
"""Characters: a shorter form stands in too many a question by chance."""

NAME, KEYWORD, SUMMARY = 3, 3, 1
"""How much a find in each kind of words counts."""

SAME, STARTS, HOLDS, IS_HELD, WORDS, PAIRS = 10.0, 6.0, 5.0, 4.0, 3.0, 2.0
"""How well a phrase fits a query: equal to it, beginning with it, holding it, held by it, sharing words."""

ENOUGH = 0.5
"""Which share of a query's words or pairs of characters must be found."""

FILLERS = re.compile(
    r"我想|我要|想要|怎么办理|怎么办|怎么|如何|什么|哪里|在哪|申请|办理|请问|可以|[的了吗呢办要想]"
)
"""What every question says and no service is told apart by."""

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Phrase:
    """One name, keyword or summary in the forms in which it may be typed."""

    weight: int
    written: str
    pinyin: str
    initials: str
    words: frozenset[str]

    @property
    def latin_forms(self) -> tuple[str, str, str]:
        return self.written, self.pinyin, self.initials


@dataclass(frozen=True)
class SearchIndex:
    phrases: Mapping[str, tuple[Phrase, ...]]
    """The phrases of each service, by its code."""
    holding: Mapping[str, frozenset[str]]
    """Which services say a character, or two that are neighbours, in any form."""
    saying: Mapping[str, frozenset[str]]
    """Which services have a form that is just this."""
    words: Mapping[str, frozenset[str]]
    """Which services say a word that begins so: its first letters, two and more."""

    def find(self, typed: str) -> list[str]:
        """Codes of the services that fit, best first. Empty for what says nothing."""
        query = normal(typed)
        if not _squeezed(query):
            return []
        scores = {code: _score(self.phrases[code], query) for code in self.near(query)}
        return sorted(
            (code for code, score in scores.items() if score), key=lambda code: (-scores[code], code)
        )

    def near(self, query: str) -> frozenset[str]:
        """Nobody but these can fit: they hold the whole query, are held by it, or share words or pairs."""
        squeezed = _squeezed(query)
        held = (
            squeezed[i:j] for i in range(len(squeezed)) for j in range(i + SHORTEST_HELD, len(squeezed) + 1)
        )
        return self._holding_all(squeezed).union(
            *(self.saying.get(one, ()) for one in held),
            *(self.words.get(one, ()) for one in _LATIN.findall(query)),
            *(self.holding.get(pair, ()) for pair in _pairs(query)),
        )

    def _holding_all(self, squeezed: str) -> frozenset[str]:
        parts = _neighbours(squeezed) or {squeezed}
        first, *others = sorted((self.holding.get(one, frozenset()) for one in parts), key=len)
        return first.intersection(*others)


def normal(typed: str) -> str:
    """Half-width, lower case, without control characters, single spaces, at most LONGEST_QUERY characters."""
    visible = "".join(letter if letter.isprintable() else " " for letter in typed[: LONGEST_QUERY * 4])
    return " ".join(trimmed(half_width(visible)).lower().split())[:LONGEST_QUERY]


def build_index(services: Iterable[Service]) -> SearchIndex:
    """The index of these services by their names, keywords and summaries in every language."""
    phrases = {service.code: _phrases_of(service) for service in services}
    holding, saying, words = (defaultdict[str, set[str]](set) for _ in range(3))
    for code, said in phrases.items():
        for form in {form for phrase in said for form in phrase.latin_forms}:
            saying[form].add(code)
            for part in (*form, *_neighbours(form)):
                holding[part].add(code)
        for word in {word for phrase in said for word in phrase.words}:
            for end in range(SHORTEST_LATIN, len(word) + 1):
                words[word[:end]].add(code)
    return SearchIndex(phrases, _frozen(holding), _frozen(saying), _frozen(words))


def _frozen(found: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
    return {key: frozenset(codes) for key, codes in found.items()}


def _neighbours(written: str) -> set[str]:
    return {written[i : i + 2] for i in range(len(written) - 1)}


def _phrases_of(service: Service) -> tuple[Phrase, ...]:
    code = Text(zh=service.code, en=service.code.replace("-", ""))
    sources = [
        *((NAME, words) for text in (service.name, code) for words in _words_of(text)),
        *((KEYWORD, words) for words in service.keywords),
        *((SUMMARY, words) for words in _words_of(service.summary)),
    ]
    return tuple(_phrase(weight, words) for weight, words in sources)


def _words_of(text: Text) -> set[str]:
    return {text.zh, text.say("easy"), text.en}


def _phrase(weight: int, source: str) -> Phrase:
    written = normal(source)
    han = "".join(_HAN.findall(written))
    syllables = lazy_pinyin(han)
    return Phrase(
        weight,
        written.replace(" ", ""),
        "".join(syllables),
        "".join(syllable[0] for syllable in syllables),
        frozenset(_LATIN.findall(written)),
    )


def _score(phrases: tuple[Phrase, ...], query: str) -> float:
    squeezed = _squeezed(query)
    latin = _LATIN.findall(query)
    if _LATIN.fullmatch(squeezed):
        if len(squeezed) < SHORTEST_LATIN:
            return 0.0
        return max(_as_latin(phrases, squeezed), _as_words(phrases, latin))
    return max(_as_written(phrases, squeezed), _as_pairs(phrases, query), _as_words(phrases, latin))


def _squeezed(query: str) -> str:
    return query.replace(" ", "").replace("'", "")


def _pairs(query: str) -> set[str]:
    """What a question says in Chinese, in pairs, without what every question says."""
    rows = (row for part in _HAN.findall(query) for row in FILLERS.split(part) if row)
    return {row[i : i + 2] for row in rows for i in range(max(1, len(row) - 1))}


def _as_written(phrases: tuple[Phrase, ...], query: str) -> float:
    return max((phrase.weight * _fit(phrase.written, query) for phrase in phrases), default=0.0)


def _as_latin(phrases: tuple[Phrase, ...], query: str) -> float:
    """Pinyin in full or by initials, or an English name typed without spaces."""
    return max(
        (phrase.weight * max(_fit(form, query) for form in phrase.latin_forms) for phrase in phrases),
        default=0.0,
    )


def _fit(form: str, query: str) -> float:
    if not form:
        return 0.0
    if form == query:
        return SAME
    if form.startswith(query):
        return STARTS
    if query in form:
        return HOLDS
    return IS_HELD if len(form) >= SHORTEST_HELD and form in query else 0.0


def _as_words(phrases: tuple[Phrase, ...], wanted: list[str]) -> float:
    """Latin words, each the beginning of a word that the service says anywhere."""
    telling = [word for word in wanted if len(word) >= SHORTEST_LATIN]
    said = {word for phrase in phrases for word in phrase.words}
    found = sum(any(word.startswith(one) for word in said) for one in telling)
    return WORDS * found / len(telling) if telling and found / len(telling) > ENOUGH else 0.0


def _as_pairs(phrases: tuple[Phrase, ...], query: str) -> float:
    """How many pairs of neighbouring characters of a question the service says."""
    pairs = _pairs(query)
    found = sum(any(pair in phrase.written for phrase in phrases) for pair in pairs)
    return PAIRS * found / len(pairs) if pairs and found / len(pairs) >= ENOUGH else 0.0
