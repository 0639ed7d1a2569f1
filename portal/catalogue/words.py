"""The words themselves: what standard Chinese and easy-read may not say (words.md 1 and 2).

A machine holds only what a machine can see: length, forbidden words, rare characters, brackets. Whether
a text is understood is found out by reading it with people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from pydantic import BaseModel

from portal.catalogue.checking.voices import household_texts
from portal.catalogue.loader import Catalogue
from portal.catalogue.texts import Text

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LONGEST_EASY_LINE = 20
LONGEST_SENTENCE = 30
"""Both in Han characters, without what does not count."""

NOT_COUNTED = re.compile(
    r"\{\w*\}|%\(\w+\)[sd]|[0-9]+年[0-9]+月[0-9]+日|[0-9]+个?(?:工作日|小时|分钟|周岁|月|天|年|元)"
)
"""Names (placeholders), dates and units do not count towards the length of a line."""

LEGAL_WORDS = (
    *("残疾人联合会", "残疾人证", "残疾人", "残联", "评定", "监护人", "受理", "公示"),
    *("居住证", "永久居留", "户口簿"),
)
"""Words of the law that stay as they are, in every text, and are explained where they first appear."""

ALLOWED = ("其他", "其中", "及时", "应该", "被子", *LEGAL_WORDS)
"""Words that hold a forbidden character without its meaning."""

NEVER = ("残废", "弱智", "聋哑", "智障", "点击这里", "点击此处", "你", "残障人士")
EASY_NEVER = (
    *("予以", "须", "逾期", "届时", "经审核", "及", "其", "该", "被", "之"),
    *("否则", "除非", "不得不", "不能不", "哦", "！", "!", "百分之", "分之", "%", "％"),
)
MARKS = re.compile(r"[\u2460-\u24ff\u2600-\u27bf\U0001f000-\U0001faff]")
EASY_MARKS = re.compile(r"(?<!GB)[（）()\[\]【】〔〕{}/／；;]")
"""Brackets, slashes and semicolons; the one in GB/T is part of a standard's name."""

HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!]|[,;:?!](?=[\u4e00-\u9fff])")
TYPED_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\w\u4e00-\u9fff])|(?<=[A-Za-z0-9]) +(?=[\u4e00-\u9fff])")
NUMBER = re.compile(r"[0-9]+")
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]")

STAFF_ONLY = re.compile(r"steps\[[^]]*\]\.(?:fields|outcomes)")
NAMES = re.compile(r"(?:units|places|service_points)\[[^]]*\]\.(?:name|address)|\.sms$")
"""Proper names and text messages have their own rules and no easy form."""

STAFF_ROOMS = re.compile(
    r"templates/(?:desk|inspect|manage|office|staff)/|templates/errors/visit_over"
    r"|portal/web/(?:amount|bulk|decision_form|desk|exports|figures|inspect|manage|office|offline|proof)\w*\.py"
    r"|portal/web/(?:queue|review|staff|task|work)\w*\.py"
    r"|portal/web/visits?(?:_\w+)?\.py"
)
"""Templates and modules that only staff meet: theirs is standard Chinese and English (words.md 2)."""

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, "lazy_ngettext": (1, 2)}


@cache
def common_characters() -> frozenset[str]:
    """Level 1 of 通用规范汉字表 (2013): the 3,500 characters that school teaches first."""
    file = Path(__file__).with_name("common-characters.txt")
    return frozenset(file.read_text(encoding="utf-8").replace("\n", ""))


def check_standard(text: str) -> list[str]:
    """What standard Chinese may not say: each fault in a few words; empty when there is none."""
    faults = [f"“{word}” must not be used" for word in NEVER if word in text]
    faults += [f"“{mark}” cannot be read aloud" for mark in MARKS.findall(text)]
    faults += [f"half-width “{mark}” beside Chinese" for mark in HALF_WIDTH.findall(text)]
    if TYPED_SPACE.search(PLACEHOLDER.sub("", text)):
        faults.append("a typed space beside Chinese")
    for sentence in re.split(r"[。？！；\n]", text):
        if (length := count_characters(sentence)) > LONGEST_SENTENCE:
            faults.append(f"a sentence of {length} characters: “{sentence[:12]}…”")
    return faults


def check_easy(text: str) -> list[str]:
    """What easy-read may not say (words.md 2, rules 1, 3, 4 and 6); empty when there is no fault."""
    plain = PLACEHOLDER.sub("", text)
    rest = plain
    for word in ALLOWED:
        rest = rest.replace(word, "")
    faults = [f"“{word}” must not be used" for word in NEVER if word in text]
    faults += [f"“{word}” is too difficult" for word in EASY_NEVER if word in rest]
    faults += [f"“{mark}” is not used" for mark in EASY_MARKS.findall(plain)]
    rare = sorted({character for character in HAN.findall(rest) if character not in common_characters()})
    faults += [f"“{character}” is a rare character" for character in rare]
    for line in text.splitlines():
        if (length := count_characters(line)) > LONGEST_EASY_LINE:
            faults.append(f"a line of {length} characters: “{line[:12]}…”")
        if len(re.findall(r"[。？](?=.)", line)) > 0:
            faults.append(f"two sentences in one line: “{line[:12]}…”")
    return faults


@cache
def words_of_residents(root: Path = ROOT) -> frozenset[str]:
    """Every text of the interface that a resident or representative may meet, in standard Chinese."""
    found: set[str] = set()
    for folder in ("portal", "templates"):
        for name, _line, words, *_rest in extract_from_dir(root / folder, METHODS, keywords=KEYWORDS):
            if not STAFF_ROOMS.match(f"{folder}/{name}"):
                found.add(words if isinstance(words, str) else words[0])
    return frozenset(found)


def check_words(
    catalogue: Catalogue, po_files: Iterable[Path] = (), residents: frozenset[str] | None = None
) -> list[str]:
    """Every fault of every text, as ``place: language: fault``.

    Of a gettext catalogue the source is standard Chinese. Easy-read translations are checked too, and where
    there is none, the source itself must be easy if it is one of the texts that ``residents`` meet.
    """
    found = [f"{place}: {fault}" for place, fault in _in_catalogue(catalogue)]
    for file in po_files:
        found += _in_po_file(file, words_of_residents() if residents is None else residents)
    return found


def count_characters(words: str) -> int:
    """Han characters, without what does not count towards the length of a line."""
    return len(HAN.findall(NOT_COUNTED.sub("", words)))


def _in_catalogue(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for path, text, is_for_staff in texts_of_catalogue(catalogue):
        yield from _of_text(path, text, has_easy=has_easy_form(path, is_for_staff=is_for_staff))


def texts_of_catalogue(catalogue: Catalogue) -> Iterator[tuple[str, Text, bool]]:
    """Every text with its path, and whether only staff meet it."""
    household = {
        f"{code}.{path}"
        for code, service in catalogue.services.items()
        for path, _text in household_texts(service)
    }
    for group in (
        catalogue.services,
        catalogue.blocks,
        catalogue.regions,
        catalogue.reasons,
        catalogue.notices,
    ):
        for code, shape in group.items():
            for path, text in texts_in(shape, code):
                yield path, text, _is_for_staff(path) and path not in household
    for question in catalogue.questionnaire:
        for path, text in texts_in(question, f"questionnaire[{question.id}]"):
            yield path, text, False


def has_easy_form(path: str, *, is_for_staff: bool) -> bool:
    """Whether a text is one that people who read easy-read meet; names and text messages are as they are."""
    return not is_for_staff and not NAMES.search(path)


def texts_in(shape: BaseModel, path: str) -> Iterator[tuple[str, Text]]:
    """Every ``Text`` of a shape with its path."""
    for key in type(shape).model_fields:
        yield from _texts_of(getattr(shape, key), f"{path}.{key}")


def _texts_of(value: object, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        yield from texts_in(value, path)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts_of(part, f"{path}.{key}")
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            named = (getattr(part, key, None) for key in ("id", "code", "key", "value", "way", "kind"))
            name = next((own for own in named if own), place)
            yield from _texts_of(part, f"{path}[{name}]")


def _is_for_staff(path: str) -> bool:
    return STAFF_ONLY.search(path) is not None


def _of_text(path: str, text: Text, *, has_easy: bool) -> Iterator[tuple[str, str]]:
    checks: list[tuple[str, str | None, Callable[[str], list[str]]]] = [
        ("zh", text.zh, check_standard),
        ("proxy_zh", text.proxy_zh, check_standard),
    ]
    if has_easy:
        checks += [("easy", text.easy or text.zh, check_easy)]
        checks += [("proxy_easy", text.proxy_easy or (None if text.easy else text.proxy_zh), check_easy)]
    for language, words, check in checks:
        for fault in check(words) if words else ():
            yield f"{path}.{language}", fault
    yield from _lost_numbers(path, text)


def _lost_numbers(path: str, text: Text) -> Iterator[tuple[str, str]]:
    """Nothing is lost on the way to plain words (words.md 2, rule 8): every number is still there."""
    pairs = (
        ("easy", text.zh, text.easy),
        ("proxy_zh", text.zh, text.proxy_zh),
        ("proxy_easy", text.proxy_zh or text.zh, text.proxy_easy),
    )
    for language, full, words in pairs:
        for number in sorted(set(NUMBER.findall(full)) - set(NUMBER.findall(words or full))):
            yield f"{path}.{language}", f"the number {number} is lost"


def _in_po_file(file: Path, residents: frozenset[str]) -> Iterator[str]:
    with file.open("rb") as stream:
        messages = read_po(stream)
    is_easy = "easy" in str(file)
    for message in messages:
        sources = _forms(message.id)
        place = f"{file.name}:{message.lineno}"
        for words in sources:
            yield from (f"{place}: {fault}" for fault in check_standard(words))
        if is_easy and sources:
            yield from (f"{place}: easy: {fault}" for fault in _of_easy(message, sources[0] in residents))


def _of_easy(message: Message, is_of_residents: bool) -> Iterator[str]:
    source, translations = _forms(message.id)[0], _forms(message.string)
    for words in translations:
        yield from check_easy(words)
        lost = set(NUMBER.findall(source)) - set(NUMBER.findall(words))
        yield from (f"the number {number} is lost" for number in sorted(lost))
    if is_of_residents and not translations:
        yield from check_easy(source)


def _forms(words: str | Sequence[str] | None) -> list[str]:
    """A text of gettext is one string, or one for each plural form; what is still empty is left out."""
    return [form for form in ([words] if isinstance(words, str) else list(words or ())) if form]
