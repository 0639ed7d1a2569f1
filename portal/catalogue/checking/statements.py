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

RULE = re.compile(
    r"[0-9０-９]|\{(?:days|local)_|[两二三四五六七八九十百]个?(?:天|日|月|年|元|周岁|工作日)|必须|应当|不得|有义务"
)
"""A number, date, limit or duty in Chinese: whoever reads it may ask where it stands."""

BRACES = re.compile(r"\{([^{}]*)\}")
ALWAYS_FILLED = {"name", "signature", "told_on"}


def check_statements(service: Service, file: str, report: Report) -> None:
    """Guide, findings, rules, remedies and evidence: a rule needs a citation, a citation must exist."""
    for path, text, cite in _statements(service):
        report.known(file, f"{path}.cite", cite, service.citations, "citation")
        if cite is None and RULE.search(text.zh):
            report.add(file, f"{path}.cite", "this states a number or a duty; say where it stands (cite)")
    for evidence in service.evidence:
        report.known(file, f"evidence[{evidence.id}].cite", evidence.cite, service.citations, "citation")


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
