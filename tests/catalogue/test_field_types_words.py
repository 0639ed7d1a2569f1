"""Names, free words, dates, choices, places and groups."""

import json
from datetime import date

import pytest

from portal.catalogue.field_types import (
    FIELD_TYPES,
    GROUP,
    FieldContext,
    FieldError,
    FieldOptions,
    GroupError,
    Member,
    mask_name,
    message,
    same_name,
)

TODAY = date(2026, 11, 22)
CONTEXT = FieldContext(TODAY)
PLAIN = FieldOptions()


def parsed(kind: str, *raw: str, options: FieldOptions = PLAIN):
    return FIELD_TYPES[kind].parse(raw, options)


def refusal(kind: str, *raw: str, options: FieldOptions = PLAIN) -> FieldError:
    with pytest.raises(FieldError) as raised:
        parsed(kind, *raw, options=options)
    return raised.value


@pytest.mark.parametrize(
    "name",
    [
        "王小明", "李四", "𠮷田", "\U00031350一", "㛃", "陳大文", "阿依古丽·买买提", "Jean-Luc O’Brien",
        "ئابدۇللا", "⺁氏",
        "\ue843", "葛\U000e0100城", "﨑", "〇", "a" * 50, "𠮷" * 50,
    ],
)  # fmt: skip
def test_names_of_any_script_are_kept_exactly(name):
    assert parsed("name", name) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("王" * 51, "too_long"),
        ("王\x00明", "control_characters"),
        ("王\n明", "control_characters"),
        ("王\x7f明", "control_characters"),
        ("王😀", "emoji_in_name"),
        ("王☺", "emoji_in_name"),
        ("王1️⃣", "emoji_in_name"),
        ("🇨🇳", "emoji_in_name"),
        ("王\ud800", "unreadable"),
    ],
)
def test_names_that_cannot_be_kept_say_why(typed, code):
    assert refusal("name", typed).code == code


def test_name_is_trimmed_of_everything_invisible():
    assert parsed("name", "\u3000\u200b 王小明\u2800\u3164\ufeff\u00a0") == "王小明"
    assert parsed("name", "\u202e王小明") == "王小明"
    assert parsed("name", "\u3164\u2800") == ""


def test_private_use_character_in_a_name_warns():
    kind = FIELD_TYPES["name"]
    assert [w.code for w in kind.warnings("王\ue843", PLAIN, CONTEXT)] == ["name_private_use"]
    assert kind.warnings("王𠮷", PLAIN, CONTEXT) == []


@pytest.mark.parametrize("dot", "‧•・·・⋅")
def test_names_with_any_dot_are_the_same(dot):
    assert same_name(f"阿依古丽{dot}买买提", "阿依古丽·买买提")
    assert same_name(f"阿依古丽 {dot} 买买提", "阿依古丽·买买提")


def test_different_names_are_not_the_same():
    assert not same_name("王小明", "王晓明")
    assert not same_name("﨑", "崎")  # what Unicode normalisation would not part
    assert same_name("JOHN  SMITH", "John Smith")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王某明"), ("李四", "李某"), ("阿", "阿某"), ("欧阳小明", "欧某明"),
        ("阿依古丽·买买提", "阿某"),
        ("John Smith", "J某"), ("葛\U000e0100城", "葛\U000e0100某"),
        ("𠮷小田", "𠮷某田"), ("", "某"), ("\ufe0f", "\ufe0f某"),
    ],
)  # fmt: skip
def test_masked_name_has_no_asterisk_and_hides_the_rest(name, masked):
    assert mask_name(name) == masked


def test_long_text_keeps_lines_and_emoji():
    assert parsed("longtext", " 一\r\n二\r三\u2028四\t😀 ") == "一\n二\n三\n四 😀"


def test_one_line_text_turns_line_ends_into_spaces():
    assert parsed("text", "一\r\n二") == "一 二"


def test_text_beyond_its_length_says_both_numbers():
    error = refusal("longtext", "字" * 501, options=FieldOptions(max_length=500))
    assert message(error, "zh") == "请不超过500个字。现在有501个字。"
    assert message(error, "en") == "Use at most 500 characters. There are 501 now."


def test_text_shorter_than_asked_is_refused():
    (error,) = FIELD_TYPES["longtext"].validate("短", FieldOptions(min_length=10), CONTEXT)
    assert error.code == "too_short"


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22", "20261122", "2026年11月22日", "2026/11/22", "2026.11.22", "２０２６年１１月２２日",
        "2026－11－22",
        "2026 11 22", "2026年11月22号", " 2026 年 11 月 22 日 ", "22 November 2026", "22 nov 2026",
        "2026。11。22",
    ],
)  # fmt: skip
def test_dates_are_read_however_they_are_typed(typed):
    assert parsed("date", typed) == "2026-11-22"


def test_date_in_three_boxes_is_read():
    assert parsed("date", "2026", "１1", "2日") == "2026-11-02"
    assert parsed("date", "", " ", "") == ""
    assert refusal("date", "2026", "", "2").code == "date_incomplete"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-02-30", "2026年2月没有30日。请查看后重新填写。"),
        ("1900-02-29", "1900年2月没有29日。请查看后重新填写。"),
        ("2026-13-01", "没有13月。请填写1到12月。"),
        ("2026-00-01", "没有0月。请填写1到12月。"),
        ("0026-01-01", "请查看年份。年份要在1850到2150之间。"),
        ("26-1-1", "请写明年、月、日，例如2026年11月22日。"),
        ("昨天", "请写明年、月、日，例如2026年11月22日。"),
        ("22 Foo 2026", "请写明年、月、日，例如2026年11月22日。"),
    ],
)
def test_wrong_dates_name_the_problem(typed, said):
    assert message(refusal("date", typed), "zh") == said


@pytest.mark.parametrize(
    ("options", "value", "code"),
    [
        (FieldOptions(not_future=True), "2026-11-23", "date_future"),
        (FieldOptions(not_future=True), "2026-11-22", ""),
        (FieldOptions(not_past=True), "2026-11-21", "date_past"),
        (FieldOptions(earliest="2026-01-01"), "2025-12-31", "date_min"),
        (FieldOptions(latest="2026-01-01"), "2026-01-02", "date_max"),
        (FieldOptions(not_before_field="issued_on"), "2020-05-05", "date_before_other"),
        (FieldOptions(), "", "required_date"),
        (FieldOptions(required=False), "", ""),
        (FieldOptions(), "not a date", "answer_again"),
    ],
)
def test_dates_beyond_their_bounds_are_refused(options, value, code):
    context = FieldContext(TODAY, {"issued_on": "2020-05-06"})
    found = FIELD_TYPES["date"].validate(value, options, context)
    assert [error.code for error in found] == ([code] if code else [])


def test_dates_are_worded():
    kind = FIELD_TYPES["date"]
    assert kind.format("2026-11-22", "zh") == "2026年11月22日"
    assert kind.format("2026-11-02", "en") == "2 November 2026"
    assert message(FieldError("date_min", day="2026-01-02"), "en") == "Enter 2 January 2026 or a later date."
    assert message(refusal("date", "2026-02-30"), "en") == "February 2026 has no day 30. Check the date."


CHOICES = FieldOptions(choices=("visual", "hearing", "none"), exclusive=("none",), has_unknown=True)


def test_choice_outside_the_list_is_refused():
    assert parsed("choice", "visual", options=CHOICES) == "visual"
    assert parsed("choice", "unknown", options=CHOICES) == "unknown"
    assert refusal("choice", "smell", options=CHOICES).code == "choice_unknown"
    assert refusal("choice", "unknown", options=FieldOptions(choices=("a",))).code == "choice_unknown"


def test_choice_that_left_the_list_is_asked_again():
    (error,) = FIELD_TYPES["choice"].validate("smell", CHOICES, CONTEXT)
    assert error.code == "choice_unknown"


def test_several_choices_are_kept_once_in_the_order_of_the_list():
    assert parsed("multi", "hearing", "visual", "hearing", options=CHOICES) == ["visual", "hearing"]


@pytest.mark.parametrize(
    ("picked", "code"),
    [
        (("visual", "unknown"), "unknown_and_answer"),
        (("visual", "none"), "exclusive_and_others"),
        (("x",), "choice_unknown"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(picked, code):
    assert refusal("multi", *picked, options=CHOICES).code == code


def test_too_few_and_too_many_choices_are_refused():
    kind = FIELD_TYPES["multi"]
    options = FieldOptions(choices=("a", "b", "c"), min_count=2, max_count=2)
    assert [e.code for e in kind.validate(["a"], options, CONTEXT)] == ["choose_more"]
    assert [e.code for e in kind.validate(["a", "b", "c"], options, CONTEXT)] == ["choose_fewer"]
    assert kind.validate(["a", "b"], options, CONTEXT) == []
    assert [e.code for e in kind.validate([], options, CONTEXT)] == ["required_multi"]


def test_choices_are_worded_by_their_labels():
    labels = {"visual": "视力", "hearing": "听力"}
    assert FIELD_TYPES["multi"].format(["visual", "hearing"], "zh", labels) == "视力、听力"
    assert FIELD_TYPES["multi"].format(["visual", "unknown"], "en", labels) == "视力, I don’t know"
    assert FIELD_TYPES["choice"].format("visual", "zh", labels) == "视力"
    assert FIELD_TYPES["choice"].format("unknown", "zh", labels) == "我不知道"


def test_yes_no_knows_its_words_and_unknown_only_where_offered():
    kind = FIELD_TYPES["yes_no"]
    assert kind.format(parsed("yes_no", "yes"), "zh") == "是"
    assert kind.format("no", "en") == "No"
    assert parsed("yes_no", "unknown", options=FieldOptions(has_unknown=True)) == "unknown"
    assert refusal("yes_no", "unknown").code == "choice_unknown"


def test_box_that_must_be_ticked_is_asked_for():
    kind = FIELD_TYPES["confirm"]
    assert parsed("confirm", "on") is True
    assert parsed("confirm") is False
    assert [e.code for e in kind.validate(False, PLAIN, CONTEXT)] == ["required_confirm"]
    assert kind.validate(False, FieldOptions(required=False), CONTEXT) == []
    assert kind.format(True, "zh") == "已确认"


def test_place_takes_a_code_words_or_both():
    assert parsed("place", "330402", "幸福村3组") == {"code": "330402", "written": "幸福村3组"}
    assert parsed("place", "３３０４０２") == {"code": "330402", "written": ""}
    assert parsed("place", "", "示例县幸福村") == {"code": "", "written": "示例县幸福村"}
    assert parsed("place", "示例县", "幸福村") == {"code": "", "written": "示例县 幸福村"}
    assert parsed("place", "", "") is None
    said = FIELD_TYPES["place"].format(
        {"code": "330402", "written": "幸福村"}, "zh", {"330402": "浙江省嘉兴市南湖区"}
    )
    assert said == "浙江省嘉兴市南湖区幸福村"


def test_unknown_stands_alone_and_satisfies_required():
    kind = FIELD_TYPES["year"]
    options = FieldOptions(has_unknown=True)
    assert kind.parse(["", "unknown"], options) == "unknown"
    assert kind.validate("unknown", options, CONTEXT) == []
    assert kind.format("unknown", "zh") == "我不知道"
    assert refusal("year", "2019", "unknown", options=options).code == "unknown_and_answer"
    assert [e.code for e in kind.validate("unknown", PLAIN, CONTEXT)] == ["answer_again"]


HOUSEHOLD = FieldOptions(
    min_count=1,
    max_count=2,
    members=(
        Member("name", "name", PLAIN),
        Member("relation", "choice", FieldOptions(choices=("mother", "father"))),
        Member("id_no", "id_number", FieldOptions(required=False)),
    ),
)


def test_group_rows_are_read_and_blank_ones_dropped():
    rows = [{"name": ["王 "], "relation": ["mother"], "id_no": [""]}, {"name": [""], "relation": []}, {}]
    assert GROUP.parse_rows(rows, HOUSEHOLD) == [{"name": "王", "relation": "mother", "id_no": ""}]


def test_group_is_read_from_json_by_the_same_rules():
    raw = [json.dumps({"name": "王", "relation": ["mother"], "id_no": "110105 19491231 002x"})]
    assert GROUP.parse(raw, HOUSEHOLD)[0]["id_no"] == "11010519491231002X"
    for broken in ("[", "[]", '{"name": 3}', "[" * 9000, '{"name": [["x"]]}', "1" * 6000):
        assert refusal("group", broken, options=HOUSEHOLD).code == "unreadable"


def test_every_unreadable_field_of_a_group_is_named_at_once():
    rows = [{"name": ["😀"]}, {"name": ["王"], "id_no": ["1"]}]
    with pytest.raises(GroupError) as raised:
        GROUP.parse_rows(rows, HOUSEHOLD)
    found = [(fault.row, fault.member, fault.code) for fault in raised.value.faults]
    assert found == [(0, "name", "emoji_in_name"), (1, "id_no", "id_length")]


def test_group_members_are_validated_in_their_row():
    rows = [
        {"name": "王", "relation": "", "id_no": ""},
        {"name": "", "relation": "mother"},
        {"name": "李", "relation": "father"},
    ]
    found = GROUP.validate(rows, HOUSEHOLD, CONTEXT)
    assert [error.code for error in found] == ["group_fewer", "required_choice", "required_name"]
    assert [e.code for e in GROUP.validate([], HOUSEHOLD, CONTEXT)] == ["required_group"]


def test_group_rows_are_worded_one_a_line():
    rows = [
        {"name": "王芳", "relation": "mother", "id_no": "11010519491231002X"},
        {"name": "王强", "relation": "father"},
    ]
    labels = {
        "name": "姓名",
        "relation": "关系",
        "relation.mother": "母亲",
        "relation.father": "父亲",
        "id_no": "证件号码",
    }
    said = GROUP.format(rows, "zh", labels, HOUSEHOLD)
    assert said == "姓名：王芳；关系：母亲；证件号码：110105 19491231 002X\n姓名：王强；关系：父亲"
    assert "1 1 0 1 0 5" in GROUP.spoken(rows, "zh", labels, HOUSEHOLD)


def test_group_with_too_many_rows_is_refused_unread():
    with pytest.raises(FieldError) as raised:
        GROUP.parse_rows([{}] * 51, HOUSEHOLD)
    assert raised.value.code == "group_fewer"
