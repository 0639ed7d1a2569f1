"""What was seen of originals and what registers said, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.catalogue.field_types.identity import ID_GROUPS
from portal.catalogue.field_types.normalise import groups
from portal.i18n import date_text, moment_text
from portal.usecases.deaths import DeathReport
from portal.usecases.evidence import KNOWN, EvidenceState
from portal.usecases.proof import Proof
from portal.web.preferences import language
from portal.web.rendering import say
from portal.web.task_words import task_words_of

LEVELS: Final = {
    "A": _l("登记系统确认（A级）"),
    "B": _l("工作人员看过原件（B级）"),
    "C": _l("只有复印件或者照片，还没有和原件核对（C级）"),
    "D": _l("本人承诺（D级）"),
}
ID_LENGTHS: Final = (18, 20)
SEEN_HOW: Final = {
    "desk": _l("带到窗口"),
    "home": _l("上门看"),
    "post": _l("寄来"),
    "register": _l("在登记系统里查"),
    "promise": _l("本人承诺"),
}
SEALS: Final = {
    "yes": _l("有，看到了"),
    "no": _l("应该有，没有看到"),
    "none": _l("这种材料没有印章"),
}
REGISTER_NAMES: Final = {
    "household": _l("户籍登记"),
    "certificate": _l("残疾人证登记"),
    "death": _l("死亡登记"),
}
WHY_NOT: Final = {
    "identity_first": _l("不能查：账户的主人是谁，还没有核实。请先在窗口核对身份。"),
    "original_first": _l("不能查：还没有看到申请人的身份证原件。请先登记看过的原件。"),
    "no_id_number": _l("不能查：申请里没有证件号码。"),
}
DEATH_SOURCES: Final = {
    "register": _l("登记系统"),
    "document": _l("死亡证明或者户口注销证明"),
    "family": _l("家人来说的"),
    "village": _l("村（居）委会来说的"),
    "other": _l("别的来源"),
}
YEAR: Final = timedelta(days=365)


def way_words(state: EvidenceState) -> str:
    """How the applicant chose to show it."""
    if state.alternative is not None:
        return say(state.alternative.label)
    return _("已核实，没有再问") if state.way == KNOWN else _("上传照片或文件")


def evidence_facts(state: EvidenceState, proof: Proof, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """How it is shown, how well it is proved, who has seen it; the recorded fields stand for the document."""
    facts = [(_("申请人选的办法"), way_words(state))]
    facts.append((_("现在"), str(LEVELS[state.level]) if state.level else _("还没有看到")))
    task = proof.tasks.get(state.evidence.id)
    if task is not None:
        facts.append((_("要做的事"), task_words_of(task.kind)))
    if state.check is not None:
        facts += look_facts(state.check, names)
    if state.outdated is not None:
        facts.append(
            (_("以前看过"), _("%(when)s看过，以后内容有改动，要再看一次。", when=_at(state.outdated)))
        )
    return facts


def look_facts(check: Any, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """Who saw it, when and how, and what it says."""
    facts = [(_("看的时间"), _at(check)), (_("怎么看的"), str(SEEN_HOW[check.seen_how]))]
    if check.seen_by_id is not None:
        facts.append((_("看的人"), names.get(check.seen_by_id, "")))
    return facts + content_facts(check)


def content_facts(check: Any) -> list[tuple[str, str]]:
    """What the paper says, as whoever looked at it wrote it down: its words for those who cannot see it."""
    recorded = check.recorded
    labels = {
        "name": _("上面写的姓名或名称"),
        "number": _("号码"),
        "address": _("地址"),
        "source": _("来源"),
        "note": _("其他"),
    }
    if number := recorded.get("number"):
        recorded = {**recorded, "number": _in_groups(number)}
    facts = [(label, recorded[key]) for key, label in labels.items() if recorded.get(key)]
    if recorded.get("valid_to"):
        facts.append((_("有效期到"), _valid_to(date.fromisoformat(recorded["valid_to"]))))
    if recorded.get("seal"):
        facts.append((_("印章"), str(SEALS[recorded["seal"]])))
    return facts


def _in_groups(number: str) -> str:
    """The number of an ID card or a certificate for the eye; any other as it was written down."""
    return " ".join(groups(number, ID_GROUPS)) if len(number) in ID_LENGTHS else number


def register_facts(check: Any, county: str | None) -> list[tuple[str, str]]:
    """The newest question to a register: what came back, from where and when."""
    if check is None:
        return [(_("结果"), _("还没有查"))]
    if check.state == "queued":
        return [(_("结果"), _("正在查。过一会儿再打开这一页。"))]
    facts = [(_("结果"), register_result(check.register, check.result or {}, county))]
    if check.source:
        facts.append((_("来源"), _("模拟数据，不是真的") if check.is_simulated else check.source))
    facts.append((_("时间"), moment_text(check.answered_at, language())))
    return facts


def register_result(register: str, result: Mapping[str, Any], county: str | None) -> str:
    """One sentence, or two, of what a register said."""
    outcome, facts = result.get("outcome"), result.get("facts") or {}
    if outcome == "unavailable":
        return _("没有得到回答。可以再查一次，或者看原件。")
    if outcome == "mismatch":
        return _("这个号码在登记里是另一个姓名。请看原件。")
    if outcome != "hit":
        return _("没有查到。")
    if register == "household":
        return _household(facts, county)
    if register == "certificate":
        return _certificate(facts)
    return _("登记为已经去世（%(day)s）。请先核实，再办。", day=_day(facts.get("died_on")))


def is_warning(check: Any) -> bool:
    """Whether the answer has to be seen before anybody decides."""
    outcome = (check.result or {}).get("outcome") if check is not None else None
    return outcome == "mismatch" or (outcome == "hit" and check.register != "household")


def death_facts(report: DeathReport) -> list[tuple[str, str]]:
    facts = [(_("去世的日期"), date_text(report.died_on, language()))] if report.died_on else []
    facts.append((_("谁说的"), str(DEATH_SOURCES[report.source])))
    facts.append((_("登记的人"), report.reported_by))
    facts.append((_("登记的日期"), date_text(report.reported_on, language())))
    return facts + ([(_("说明"), report.words)] if report.words else [])


def _household(facts: Mapping[str, str], county: str | None) -> str:
    said = _(
        "查到了。姓名：%(name)s；地址：%(address)s。",
        name=facts.get("name", ""),
        address=facts.get("address", ""),
    )
    place = facts.get("place_code", "")
    if county and place and not place.startswith(county):
        return said + _("户籍不在本县，请核对。")
    return said


def _certificate(facts: Mapping[str, str]) -> str:
    """A certificate in force stands against a new one; so does a cancellation less than a year ago."""
    if facts.get("status") != "cancelled":
        return _("已经有残疾人证，有效期到%(day)s。请核对要不要办新证。", day=_day(facts.get("valid_to")))
    cancelled_on = _date(facts.get("cancelled_on"))
    said = _("以前的残疾人证已经注销（%(day)s）。", day=_day(facts.get("cancelled_on")))
    if cancelled_on is not None and clock.today() < cancelled_on + YEAR:
        return said + _(
            "注销不满1年，%(day)s起才能重新申请。", day=date_text(cancelled_on + YEAR, language())
        )
    return said


def _valid_to(day: date) -> str:
    words = date_text(day, language())
    return _("%(day)s，已经过期", day=words) if day < clock.today() else words


def _at(check: Any) -> str:
    return moment_text(check.seen_at, language())


def _date(iso: str | None) -> date | None:
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None


def _day(iso: str | None) -> str:
    found = _date(iso)
    return date_text(found, language()) if found else _("没有写日期")
