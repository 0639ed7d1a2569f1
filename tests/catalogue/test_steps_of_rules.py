"""Steps, units and limits of every service as rules.md 10b.4 has them; where it is silent, as section 10.

A row is the steps in order: ``unit days`` with ``p`` for days that do not count in the promise, ``cal`` for
calendar days, ``=step`` for the days of another step and ``?`` for a step that not every application has.
"""

import pytest

from portal.catalogue.elements import total_clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Step

CATALOGUE = load_catalogue()

UNITS = {
    "town_desk": "town",
    "county_federation": "county",
    "city_federation": "city",
    "provincial_federation": "province",
    "hospital": "hospital",
    "civil_affairs": "civil",
    "human_resources": "human",
    "medical_insurance": "medical",
    "education": "education",
    "contractor": "contractor",
}

ASSESSED = "hospital p30cal, county p5?, county 10, county =review, county 5"
"""评定 p, 公示 p 5 (not under 18), 审核批准 10, 制证 5 (art. 9)."""
ASSESSED_AGAIN = "hospital p30cal?, county p5?, county 10?, county =review?, county 5"
"""The same where it is assessed only if something has changed; the card is made either way."""

TABLE = {
    # 10b.4 ZJ-01, ZJ-06: 受理 desk 1 + 县残联 2 | 评定 p | 公示 p 5 | 审核批准 10 | 制证 5 | 18
    "zj-01": (f"town 1, county 2, {ASSESSED}", 18),
    "zj-06": (f"town 1, county 2, {ASSESSED}", 18),
    # 10b.4 ZJ-02, ZJ-03: 收件 1 | 核验 5 | 制证 5 | 11; a new assessment is CH-A from 评定 (ZJ-02)
    "zj-02": (f"town 1, county 5, {ASSESSED_AGAIN}", 11),
    "zj-03": ("town 1, county 5, county 5", 11),
    # 10b.4 ZJ-04: 收件 1 | 迁出确认 3 | 迁入审核 5 | 换发 5 | 14
    "zj-04": (f"town 1, county 3, county 5, {ASSESSED_AGAIN}", 14),
    # 10b.4 ZJ-05: 收件 1 | 县残联 5 | cool-off p 5 if voluntary | 6; N11 and 10 days to answer (ZJ-05)
    "zj-05": ("town 1, county p5?, county p10?, county 5", 6),
    # 10b.4 ZJ-07: 市残联 同意 5 | 复评 p | 结论 10 | 省级专家 p; each stage has its own
    "zj-07": ("city 5?, hospital p30cal?, city 10?, province p30cal?, county 5?, county 5?", None),
    # 10b.4 BT-01: 受理推送 3 | 乡镇初审 3 | 县残联 3 | 县民政 4 (核对 p) | 公示 p, 反馈 3 | 16
    "bt-01": ("town 3, town 3, county 3, civil p10, civil 4, civil p5?, civil 3, town =award", 16),
    # 10b.4 BT-02: 3 | 3 | 3 | 4 | 反馈 3 | 16
    "bt-02": ("town 3, town 3, county 3, civil 4, town 3", 16),
    # 10b.4 BT-03: 乡镇核实 5 | 县民政 5 | 10; N11, 10 days to answer, the decision (BT-03)
    "bt-03": ("town 5, civil 5, civil p10?, civil 5?", 10),
    # 10b.4 BT-04: 民政+残联 10 | 10
    "bt-04": ("county 10, civil =certificate_check", 10),
    # 10b.4 GZ-01: 初审 5 | 资格 5 | 评估 15 | 方案/公示/施工 p | 验收 10 + 结算 10 | 45; 回访 90 d (GZ-01)
    "gz-01": (
        "town 5, county 5, county 15, county p30cal, county p30cal, county p5?, county p30cal, "
        "contractor p60cal, county 10, county 10, town p90cal",
        45,
    ),
    # 10b.4 SB: 名单 5 | 比对 10 | 财政 p | 15
    "sb-01": ("town 5, county =intake, human 10, human p30cal", 15),
    "sb-02": ("town 5, county =intake, medical 10, medical p30cal", 15),
    # 10b.4 KF-01: 初审 3 | 评估 p | 县残联 5 | 配发/报销 10 | 18
    "kf-01": ("town 3, contractor p15, county 5, county =county_review, county 10", 18),
    # 10b.4 KF-02: 县残联 10 (比对 p) | 机构 p | 结算 p | 10
    "kf-02": ("town 10, civil p10?, county =intake, county =intake, county p30cal", 10),
    # 10b.4 KF-03, KF-04, JT, TY: 受理 2 | 审核 5 | 决定 3 | 10; what follows the decision is not counted
    "kf-03": ("town 2, county 5, county 3, county p30cal", 10),
    "kf-04": ("town 2, county 5, county 3", 10),
    "jt-01": ("town 2, county 5, county 3, county p5", 10),
    "ty-01": ("town 2, county 5, county 3, county p30cal", 10),
    # 10b.4 JY: 初审 5 | 残联 5 | 教育/财政 10 | 20
    "jy-01": ("town 5, county 5, education 10, education p30cal", 20),
    # 10b.4 CY: 初审 5 | 核查 10 | 公示 p | 决定 5 | 20
    "cy-01": ("town 5, county 10, county p5, county 5, county p30cal", 20),
    "cy-02": ("town 5, county 10, county p5, human 5, human p30cal", 20),
    "cy-03": ("town 5, county 10, county p5?, county 5, county p30cal", 20),
    # 10b.4 SQ-01: 登记 1 | 告知 ≤ 15 calendar | 办理 ≤ 60 (+30) calendar; 5 and 15 (section 10)
    "sq-01": ("county 1, county 5?, county 15?, county 15?, county 15cal?, county 60cal?", None),
}


def said(step: Step) -> str:
    clock = step.clock
    days = f"={clock.shares_with}" if clock.shares_with else f"{'' if clock.counts else 'p'}{clock.days}"
    calendar = "cal" if clock.unit == "calendar" else ""
    return f"{UNITS[step.unit]} {days}{calendar}{'?' if step.when else ''}"


@pytest.mark.parametrize("code", sorted(TABLE))
def test_steps_units_and_limits_are_those_of_the_rules(code: str) -> None:
    service = CATALOGUE.definition(code, "demo").service
    assert ", ".join(said(step) for step in service.steps) == TABLE[code][0]


@pytest.mark.parametrize("code", sorted(TABLE))
def test_promised_total_is_that_of_the_rules(code: str) -> None:
    total = total_clock(CATALOGUE.definition(code, "demo"))
    assert (total.days if total else None) == TABLE[code][1]


def test_every_service_that_is_applied_for_stands_in_the_table() -> None:
    applied_for = {code for code, one in CATALOGUE.services.items() if not one.bundle}
    assert applied_for == set(TABLE)
    assert len(CATALOGUE.services) == 28  # 25 here, three bundles that lead to them


def test_a_petition_may_take_thirty_calendar_days_more() -> None:
    step = CATALOGUE.definition("sq-01", "demo").step("petition")
    assert step is not None
    assert step.clock.extension is not None
    assert step.clock.extension.days == 30
