"""What the people of the demonstration write where nothing is on offer: ordinary words of ordinary days.

Names say 示例, and so do the two who visit; nothing here is anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from portal import clock
from portal.catalogue.model import Field

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "a_access_note": ("门口有三级台阶，请从东边的小路进来。", "家里有狗，来以前请先发短信。", ""),
    "zj_cause": ("小时候发高烧，后来右腿没有力气。", "前年摔了一跤，腰一直没有好。", "生下来就看不清。"),
    "zj_home_visit_why": ("下不了楼，家里只有一位老人。",),
    "person_wish": ("她想快一点办好，不想再跑一趟。", "他说听家里的。"),
    "b_bank": ("农村信用社", "邮政储蓄银行", "农业银行"),
    "gz_wishes": (
        "门口想要一个坡道，厕所想装扶手，蹲下去起不来。",
        "洗澡的地方太滑，想换成防滑的地面，再装一个凳子。",
        "门铃听不见，想要会闪灯的。",
    ),
    "gz_assist_devices": ("轮椅，在屋里用拐杖。", "助听器。", "盲杖。"),
    "sq_which": ("镇便民服务中心", "县政府旁边的人行道", "县医院的门诊"),
    "sq_text": (
        "便民服务中心门口的坡道被电动车挡住了，轮椅上不去。说过两次，还是这样。",
        "请问我的残疾人证明年到期，要提前多久换？要不要再去医院？",
        "上个月交的材料，到现在没有人给我回话。我听不清电话，请发短信。",
    ),
    "visitor_1": ("示例工作人员甲",),
    "visitor_2": ("示例工作人员乙",),
    "visit_measures": ("门口台阶三级，一共高45厘米。厕所门宽62厘米，没有扶手。",),
    "visit_needs": ("本人想自己推轮椅出门，不想每次都叫人抬。",),
    "plan_words": ("门口做一条坡道，长5.4米，宽1.2米，右边装扶手。门口装一个会闪灯的门铃。",),
}
"""By question or by what it means, in turn for one person after another; some leave empty what they may."""


def words_of(field: Field, number: int) -> str | None:
    """What the person with this number writes; None where nothing is prepared."""
    if field.means in ("hukou_detail", "living_detail"):
        return f"{number % 9 + 1}组{number}号"
    found = WORDS.get(field.means or field.id)
    return found[number % len(found)] if found else None


def form_of(outcome_id: str) -> Mapping[str, Any]:
    """What officers write where the first choice would make no story."""
    today = clock.today()
    forms: Mapping[str, Mapping[str, Any]] = {
        "eligible": {"found_certificate": "valid", "found_grade": "2", "found_components": ["limb"]},
        "forward": {"sorted_as": "complaint"},
        "wait_card": {"resume_on": (today + timedelta(days=45)).isoformat()},
        "visited": {"visited_on": today.isoformat()},
        "propose": {
            "plan_items": [
                {"item": "ramp", "quantity": "1个", "cost": 6_800_00},
                {"item": "doorbell", "quantity": "1个", "cost": 260_00},
            ],
            "plan_days": 6,
        },
        "agree": {"told_on": today.isoformat()},
        "checked": {"found_household": "dibao", "found_receives": ["none"]},
    }
    return forms.get(outcome_id, {})
