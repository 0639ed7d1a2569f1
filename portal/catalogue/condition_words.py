"""Conditions in words, for a form on paper that cannot hide what is not asked of somebody: 只有……才填。

Questions are named by their number on the sheet. What is known before the sheet is printed (who fills it in)
is left out of the words; what nobody can say of a question on the sheet has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from portal.catalogue.conditions import Condition
from portal.catalogue.texts import Language, Text

AGE: Final = "@age"
"""Years of age on the day of asking (``conditions``)."""

NameOf = Callable[[str], tuple[int, Mapping[str, str]] | None]
"""The number of a field on the sheet and the words of its choices; None where the sheet does not ask it."""

ALL_OF: Final = Text(zh="，而且", en=" and ")
ANY_OF: Final = Text(zh="，或者", en=" or ")
CHOSE: Final = Text(zh="第{number}题选了“{choices}”", en="question {number} is answered “{choices}”")
CHOSE_ONE: Final = Text(
    zh="第{number}题选了“{choices}”中的一个", en="question {number} is answered one of “{choices}”"
)
NOT_CHOSE: Final = Text(
    zh="第{number}题没有选“{choices}”", en="question {number} is not answered “{choices}”"
)
FILLED: Final = Text(zh="第{number}题填了", en="question {number} is filled in")
EMPTY: Final = Text(zh="第{number}题没有填", en="question {number} is left empty")
AT_LEAST: Final = Text(zh="第{number}题是{limit}或者更多", en="question {number} is {limit} or more")
LESS: Final = Text(zh="第{number}题不到{limit}", en="question {number} is less than {limit}")
OLD_ENOUGH: Final = Text(zh="满{limit}岁", en="the person is {limit} or older")
YOUNGER: Final = Text(zh="不满{limit}岁", en="the person is younger than {limit}")
YES: Final = Text(zh="是", en="Yes")


def condition_words(
    condition: Condition, known: Mapping[str, Any], name_of: NameOf, language: Language
) -> str:
    """For whom something is, as a clause; empty where it is for everybody who has this sheet.

    ``known``: what holds for the whole sheet, such as ``{"@acting": "self"}``.
    """
    return _said(condition, False, known, name_of, language)


def _said(
    condition: Condition, is_denied: bool, known: Mapping[str, Any], name_of: NameOf, language: Language
) -> str:
    if condition.field is not None:
        return _compared(condition, is_denied, known, name_of, language)
    if condition.not_ is not None:
        return _said(condition.not_, not is_denied, known, name_of, language)
    parts = condition.all_ or condition.any_ or ()
    joined = ALL_OF if (condition.all_ is not None) != is_denied else ANY_OF
    clauses = [_said(part, is_denied, known, name_of, language) for part in parts]
    if joined is ANY_OF and "" in clauses:
        return ""  # one of the ways is open to everybody
    return joined.say(language).join(dict.fromkeys(clause for clause in clauses if clause))


def _compared(
    condition: Condition, is_denied: bool, known: Mapping[str, Any], name_of: NameOf, language: Language
) -> str:
    field = str(condition.field)
    if field in known:
        return ""
    if field == AGE:
        limit = condition.at_least if condition.at_least is not None else condition.less_than
        is_old = (condition.at_least is not None) != is_denied
        return (OLD_ENOUGH if is_old else YOUNGER).say(language).format(limit=limit)
    named = name_of(field)
    if named is None:
        return ""
    number, words = named
    if condition.answered is not None:
        return (FILLED if condition.answered != is_denied else EMPTY).say(language).format(number=number)
    if condition.at_least is not None or condition.less_than is not None:
        is_more = (condition.at_least is not None) != is_denied
        limit = condition.at_least if condition.at_least is not None else condition.less_than
        return (AT_LEAST if is_more else LESS).say(language).format(number=number, limit=limit)
    return _chosen(condition, is_denied, number, words, language)


def _chosen(
    condition: Condition, is_denied: bool, number: int, words: Mapping[str, str], language: Language
) -> str:
    wanted: tuple[Any, ...]
    if condition.any_of is not None:
        wanted = condition.any_of
    elif condition.contains is not None:
        contains = condition.contains
        wanted = (contains,) if isinstance(contains, str) else contains
    else:
        wanted = (condition.is_,)
    named = [words.get(str(one), YES.say(language) if one is True else str(one)) for one in wanted]
    pattern = NOT_CHOSE if is_denied else CHOSE if len(named) == 1 else CHOSE_ONE
    between = "”、“" if language != "en" else "”, “"
    return pattern.say(language).format(number=number, choices=between.join(named))
