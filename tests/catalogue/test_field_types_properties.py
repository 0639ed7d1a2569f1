"""What holds for every kind, whatever is typed."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from portal.catalogue.field_types import (
    FIELD_TYPES,
    MESSAGES,
    FieldContext,
    FieldError,
    FieldOptions,
    Member,
    message,
)

TODAY = date(2026, 11, 22)
OPTIONS = FieldOptions(
    min=0,
    max=10**9,
    max_length=40,
    choices=("a", "b", "c"),
    min_count=0,
    max_count=5,
    has_unknown=True,
    members=(Member("m", "name", FieldOptions()), Member("n", "date", FieldOptions())),
)
CONTEXT = FieldContext(TODAY, {"other": "11010519491231002X"})
ANYTHING = st.one_of(
    st.text(alphabet=st.characters(), max_size=60),
    st.text(alphabet="0123456789０１-－/年月日. xXaAbB@\x00\ud800\u200b", max_size=30),
)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@given(raw=st.lists(ANYTHING, max_size=4))
def test_parse_gives_a_value_or_a_field_error_and_nothing_else(kind, raw):
    field_type = FIELD_TYPES[kind]
    try:
        value = field_type.parse(raw, OPTIONS)
    except FieldError as refusal:
        said = message(refusal, "zh")
    else:
        assert_usable(field_type, value)
        said = ""
    assert "{" not in said


def assert_usable(field_type, value):
    json.dumps(value, ensure_ascii=False).encode()  # storable: no lone surrogate
    assert "\x00" not in json.dumps(value, ensure_ascii=False)
    for language in ("zh", "easy", "en"):
        assert isinstance(field_type.format(value, language, {}, OPTIONS), str)
        assert isinstance(field_type.spoken(value, language, {}, OPTIONS), str)
    for error in field_type.validate(value, OPTIONS, CONTEXT):
        assert "{" not in message(error, "easy")
    field_type.warnings(value, OPTIONS, CONTEXT)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@given(
    stored=st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=9),
        st.lists(st.text(max_size=3)),
        st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
    )
)
def test_a_stored_value_of_any_shape_is_validated_and_worded_without_falling(kind, stored):
    field_type = FIELD_TYPES[kind]
    assert isinstance(field_type.validate(stored, OPTIONS, CONTEXT), list)
    assert isinstance(field_type.format(stored, "zh", {}, OPTIONS), str)


class Unread(str):
    """A text that tells when anyone looks further than its length."""

    __slots__ = ()

    def translate(self, table):
        raise AssertionError("read before its length was looked at")

    strip = splitlines = replace = encode = __iter__ = translate


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("character", ["1", "王", "\u200b", "\ud800"])
def test_ten_megabytes_are_refused_unread(kind, character):
    with pytest.raises(FieldError):
        FIELD_TYPES[kind].parse([Unread(character * 10_000_000)], OPTIONS)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_blank_is_empty_required_and_says_nothing(kind):
    field_type = FIELD_TYPES[kind]
    for raw in ([], [""], [" \u3000\u200b"]):
        value = field_type.parse(raw, FieldOptions())
        assert value == field_type.empty
        (error,) = field_type.validate(value, FieldOptions(), CONTEXT)
        assert error.code.startswith("required_")
        assert field_type.validate(value, FieldOptions(required=False), CONTEXT) == []
        assert field_type.format(value, "zh") == ""


def test_empty_lists_are_never_shared():
    FIELD_TYPES["multi"].empty.append("a")
    assert FIELD_TYPES["multi"].empty == []


def id_numbers():
    def build(area, born, order):
        digits = f"{area}{born:%Y%m%d}{order:03d}"
        return digits + mod_11_2.calc_check_digit(digits)

    areas = st.sampled_from(["110105", "880000", "810000", "830000", "911124"])
    return st.builds(build, areas, st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))


def credit_codes():
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    def build(office, area, body):
        code = office + area + body
        return code + uscc.calc_check_digit(code)

    return st.builds(
        build,
        st.sampled_from(["91", "92", "12", "N2", "A1"]),
        st.from_regex(r"[0-9]{6}", fullmatch=True),
        st.text(signs, min_size=9, max_size=9),
    )


VALUES = {
    "id_number": id_numbers(),
    "certificate_number": st.builds(
        lambda n, c, g, b: f"{n}{c}{g}{b}",
        id_numbers(),
        st.integers(1, 7),
        st.integers(1, 4),
        st.sampled_from(["", "B1", "B12"]),
    ),
    "tel": st.one_of(
        st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"(010|02[1-9]|0[3-9][0-9]{2})-[2-9][0-9]{6,7}", fullmatch=True),
    ),
    "date": st.dates(date(1850, 1, 1), date(2150, 12, 31)).map(date.isoformat),
    "money": st.integers(1, 10**11 - 1),
    "integer": st.integers(0, 10**9 - 1),
    "year": st.integers(1000, 9999),
    "account": st.from_regex(r"[0-9]{8,30}", fullmatch=True),
    "email": st.just("wang@example.com"),
    "credit_code": credit_codes(),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_what_is_shown_can_be_typed_back(kind, language):
    field_type = FIELD_TYPES[kind]

    @given(VALUES[kind])
    def round_trip(value):
        assert field_type.parse([field_type.format(value, language)], FieldOptions()) == value

    round_trip()


@given(id_numbers())
def test_any_one_wrong_digit_of_an_id_number_is_found(number):
    for place in (0, 5, 9, 16):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(FieldError):
            FIELD_TYPES["id_number"].parse([wrong], FieldOptions())


FORBIDDEN_WORDS = re.compile("您|点击|予以|须|逾期|届时|经审核|该|残废|[①-⑳★]|否则|除非")
PLACEHOLDER = re.compile(r"\{[a-z]+\}")


@pytest.mark.parametrize("code", MESSAGES)
def test_messages_are_complete_and_follow_the_words(code):
    text = MESSAGES[code]
    for words in (text.zh, text.easy or ""):
        assert words.endswith("。")
        assert not FORBIDDEN_WORDS.search(words)
        assert not re.search(r"[\u4e00-\u9fff] [0-9]|[0-9] [\u4e00-\u9fff]|[,;:?()]", words)
        assert set(PLACEHOLDER.findall(words)) <= set(PLACEHOLDER.findall(text.zh))
    assert text.en.endswith(".")


@pytest.mark.parametrize("code", MESSAGES)
def test_easy_messages_have_short_sentences_without_signs(code):
    easy = MESSAGES[code].easy or ""
    assert not re.search(r"[；（）()/！!]", easy)
    for sentence in easy.split("。"):
        plain = re.sub(r"[A-Za-z0-9@.]+(年|月|日)?", "", PLACEHOLDER.sub("", sentence))
        assert len(plain) <= 20, sentence
