"""What is told as a rule carries its citation; what a notice promises to fill in is what it fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.catalogue.checking.report import Report
from portal.catalogue.checking.voices import says_you
from portal.catalogue.model import USUAL, Notice, Reason, Service
from portal.catalogue.reading import Source
from portal.catalogue.resolving import notice_keys, notices_of
from portal.catalogue.texts import Text

_UNITS = "天|日|月|年|元|周|岁|星期|季度|学期|小时|分钟|工作日"
RULE = re.compile(
    r"[0-9０-９]|\{(?:days|local)_|百分之|[%％]|一半|一倍"
    rf"|[两二三四五六七八九十百千万半]个?(?:{_UNITS})"
    r"|(?<![哪同有这那某])一个?(?:月|年|周|星期|季度|学期|小时|工作日)"
    r"|[两二三四五六七八九十百]+(?:名|位|份|张|次|处|家|级|寸|倍|成|个?人)"
    r"|每(?:年|月|季度|学期)|当[天月年]|次[日月年]|下个月|[年月]底|以内|至少|最[多少晚]|不超过|未满"
    r"|必须|应当|应该|不得|不准|务必|禁止|只能|(?<!无)须(?!知)|有义务|交回|要先问|要见|要房主"
)
"""A number, date, limit or duty in Chinese, in figures or in words: whoever reads it may ask where it
stands."""

RULE_IN_ENGLISH = re.compile(
    r"\d|%|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half|must|shall|may not|obliged"
    r"|at most|at least|no later than|within \w+ (?:days?|weeks?|months?|years?)|every (?:month|year))\b"
)
"""The same in English. A question (Must I …?) begins with a capital."""

BRACES = re.compile(r"\{([^{}]*)\}")
ALWAYS_FILLED = {"name", "signature", "told_on"}


def check_statements(service: Service, file: str, report: Report) -> None:
    """Guide, findings, rules, remedies and evidence: a rule needs a citation, a citation must exist."""
    for path, text, cite in _statements(service):
        report.known(file, f"{path}.cite", cite, service.citations, "citation")
        if cite is None and _states_rule(text):
            report.add(file, f"{path}.cite", "this states a number or a duty; say where it stands (cite)")
    for evidence in service.evidence:
        report.known(file, f"evidence[{evidence.id}].cite", evidence.cite, service.citations, "citation")


def _states_rule(text: Text) -> bool:
    """Whether one of its languages and voices says so: what one says, all of them have to answer for."""
    said = text.model_dump(exclude_none=True, exclude={"when"})
    return any((RULE_IN_ENGLISH if key.endswith("en") else RULE).search(words) for key, words in said.items())


def _statements(service: Service) -> Iterator[tuple[str, Text, str | None]]:
    for part in service.guide:
        for place, said in enumerate(part.statements):
            yield f"guide[{part.kind}].statements[{place}]", said.text, said.cite
    for place, finding in enumerate(service.findings):
        yield f"findings[{place}]", finding.text, finding.cite
    for rule in service.eligibility:
        yield f"eligibility[{rule.id}]", rule.otherwise, rule.cite
    for place, remedy in enumerate(service.remedies):
        yield f"remedies[{place}]", remedy.text, remedy.cite
        if remedy.deadline:
            yield f"remedies[{place}]", remedy.deadline, remedy.cite


def check_notices(notices: tuple[Notice, ...], report: Report) -> None:
    """What every notice says where no service has words of its own."""
    for notice in notices:
        _check_words(notice, "notices.toml", f"notices[{notice.key}]", report)


def check_letters(service: Service, file: str, source: Source, report: Report) -> None:
    """The words that a service has in place of the usual ones, as they are sent."""
    for key in service.letters:
        report.known(file, f"letters.{key}", key, notice_keys(service), "notice of the service")
    for notice in notices_of(service, source):
        if notice.key in service.letters:
            _check_words(notice, file, f"letters.{notice.key}", report)
        for cite in notice.law:
            report.known(file, f"citations ({notice.key})", cite, service.citations, "citation")


def _check_words(notice: Notice, file: str, path: str, report: Report) -> None:
    """Placeholders and ``needs`` say the same; conditions look at facts that exist; a text message begins
    with the signature."""
    filled: set[str] = set()
    for key, text in notice.texts():
        for language, words in text.model_dump(exclude_none=True, exclude={"when"}).items():
            for name in BRACES.findall(words):
                filled.add(name)
                if name not in {*notice.needs, *ALWAYS_FILLED}:
                    report.add(file, f"{path}.{key}.{language}", f"add {name!r} to needs, or remove it")
            if key.endswith("sms") and not words.startswith("{signature}"):
                report.add(file, f"{path}.{key}.{language}", "begin with {signature}")
    for name in set(notice.needs) - filled:
        report.add(file, f"{path}.needs", f"no text uses {name!r}; remove it")
    for key, condition in notice.conditions():
        for name in set(condition.fields()) - {*notice.needs, *USUAL}:
            report.add(file, f"{path}.{key}", f"there is no fact {name!r}; add it to needs, or to USUAL")


def check_reasons(reasons: tuple[Reason, ...], report: Report) -> None:
    """A reason is read by everyone, so its text and its way to put it right exist in easy-read; and it says
    what is so without 您 (you): the person reads it, and whoever acts for them."""
    for reason in reasons:
        for key in ("zh", "easy", "en"):
            words = getattr(reason.text, key)
            if words and says_you(words, key):
                report.add("reasons.toml", f"reasons[{reason.code}].text.{key}", "say it without 您 (you)")
        for key, text in (("text", reason.text), ("remedy", reason.remedy)):
            if text.easy is None:
                report.add("reasons.toml", f"reasons[{reason.code}].{key}.easy", "write it in easy-read too")
