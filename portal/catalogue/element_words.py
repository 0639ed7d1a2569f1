"""What the elements of a service are called, and how they are put (rules.md 5.1, GB/T 39554.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.catalogue.model import UnitKind
from portal.catalogue.texts import Language, Text

UNIT_KINDS: Final[Mapping[UnitKind, Text]] = {
    UnitKind.TOWN_DESK: Text(
        zh="乡镇（街道）窗口", easy="乡镇或者街道窗口", en="Township (subdistrict) counter"
    ),
    UnitKind.COUNTY_FEDERATION: Text(zh="县级残联", en="County federation"),
    UnitKind.CITY_FEDERATION: Text(zh="市残联", en="City federation"),
    UnitKind.PROVINCIAL_FEDERATION: Text(zh="省残联", en="Provincial federation"),
    UnitKind.HOSPITAL: Text(zh="评定医院", en="Assessment hospital"),
    UnitKind.CIVIL_AFFAIRS: Text(zh="县民政局", en="County civil affairs bureau"),
    UnitKind.HUMAN_RESOURCES: Text(
        zh="县人力资源和社会保障局", en="County human resources and social security bureau"
    ),
    UnitKind.MEDICAL_INSURANCE: Text(zh="县医疗保障局", en="County medical insurance bureau"),
    UnitKind.EDUCATION: Text(zh="县教育局", en="County education bureau"),
    UnitKind.CONTRACTOR: Text(zh="承办机构", en="Contractor"),
}
"""What a kind of unit is called."""

LEVELS: Final[Mapping[UnitKind, Text]] = {
    UnitKind.TOWN_DESK: Text(zh="乡镇（街道）级", easy="乡镇、街道", en="Township"),
    UnitKind.CITY_FEDERATION: Text(zh="市级", easy="市里", en="City"),
    UnitKind.PROVINCIAL_FEDERATION: Text(zh="省级", easy="省里", en="Province"),
}
"""On which level of government a kind of unit acts; what is not named here acts in a county."""

COUNTY_LEVEL: Final = Text(zh="县级", easy="县里", en="County")

ONCE_PER: Final[Mapping[str, Text]] = {
    "subject": Text(zh="每人同时办一件", easy="一个人，一次办一件", en="One at a time for each person"),
    "year": Text(zh="每人每年一次", easy="一个人，一年一次", en="Once a year for each person"),
    "school_year": Text(
        zh="每人每学年一次", easy="一个人，一学年一次", en="Once a school year for each person"
    ),
    "household": Text(zh="每户同时办一件", easy="一家，一次办一件", en="One at a time for each household"),
    "none": Text(zh="次数没有限制", easy="想办几次都可以", en="As often as needed"),
}
"""How often a service may be applied for."""

NAMES: Final[Mapping[str, Text]] = {
    "name": Text(zh="事项名称", easy="叫什么", en="Name"),
    "code": Text(zh="事项编码", easy="编号", en="Code"),
    "type": Text(zh="事项类型", easy="哪一类", en="Type"),
    "lead": Text(zh="主管单位", easy="谁来管", en="Lead unit"),
    "units": Text(zh="实施主体", easy="谁来办", en="Carried out by"),
    "level": Text(zh="行使层级", easy="哪一级办", en="Level of government"),
    "once": Text(zh="办理次数", easy="能办几次", en="How often"),
    "conditions": Text(zh="受理条件", easy="谁能办", en="Conditions"),
    "not_for": Text(zh="不能办的情况", easy="什么情况不能办", en="When it is not given"),
    "materials": Text(zh="办事材料", easy="要交什么", en="Documents"),
    "steps": Text(zh="办理流程和时限", easy="要走几步", en="Steps and their limits"),
    "special": Text(zh="特殊环节", easy="另外算时间的步骤", en="Special steps"),
    "time": Text(zh="承诺时限", easy="一共要多久", en="Promised time"),
    "fee": Text(zh="收费", easy="要不要钱", en="Fee"),
    "basis": Text(zh="设定依据", easy="根据什么规定", en="Legal basis"),
    "where": Text(zh="办理地点和时间", easy="去哪里办", en="Where and when"),
    "visits": Text(zh="到现场次数", easy="要去几次", en="Visits needed"),
    "telephone": Text(zh="咨询电话", easy="问事情打电话", en="Telephone for questions"),
    "supervision": Text(zh="监督渠道", easy="不满意，找谁", en="Whom to complain to"),
    "faq": Text(zh="常见问题", en="Common questions"),
    "remedies": Text(zh="救济途径", easy="不同意怎么办", en="Remedies"),
}
"""The elements of an implementation list, in its order."""

BETWEEN: Final[Mapping[Language, str]] = {"zh": "；", "easy": "\n", "en": "; "}
"""What stands between two facts."""
AFTER_NAME: Final[Mapping[Language, str]] = {"zh": "：", "easy": "\n", "en": ": "}
"""What stands between a name and what is said of it."""

SAID: Final[Mapping[str, Text]] = {
    "working": Text(zh="{days}个工作日", en="{days} working day(s)"),
    "calendar": Text(zh="{days}天", en="{days} day(s)"),
    "shared": Text(zh="和前一步一起算", en="shares the days of the step before"),
    "not_counted": Text(zh="不算在总时间里", en="does not count in the total"),
    "sometimes": Text(zh="{what}（有的人才要）", easy="{what}，有的人才要", en="{what} (only for some)"),
    "may_follow": Text(zh="{what}（有时才有）", easy="{what}，有时才有", en="{what} (only sometimes)"),
    "total": Text(
        zh="最多{time}。特殊环节不算在内。",
        easy="最多{time}。\n另外算时间的，不在里面。",
        en="At most {time}, without the special steps.",
    ),
    "no_total": Text(
        zh="每一步的时限分别计算。", easy="每一步，分开算时间。", en="Each step has its own limit."
    ),
    "supervision": Text(
        zh="不满意，可以在本网站投诉。", easy="不满意，可以在这里投诉。", en="Complain here on this website."
    ),
    "visits_none": Text(
        zh="0次。可以在网上交申请，每样材料都有不到窗口的办法。",
        easy="不用去。\n可以在网上交申请。\n交东西，也不用到窗口。",
        en="None: it can be handed in online, and each document can be shown without a visit.",
    ),
    "visits_papers": Text(
        zh="交材料：{count}次，要到窗口看原件。",
        easy="要交的东西，到窗口给人看。\n一共{count}次。",
        en="Documents: {count} visit(s), to show originals at the counter.",
    ),
    "visits_assessment": Text(
        zh="评定：1次，要和评定的人见面。交申请不用到窗口。",
        easy="要和评定的医生见面，1次。\n交申请，不用到窗口。",
        en="Assessment: 1 meeting with whoever assesses. Handing in needs no visit.",
    ),
}
"""Sentences that the elements are put in."""
