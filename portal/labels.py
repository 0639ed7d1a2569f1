"""The human words for every value that the code keeps as a code (words.md 3), in one place."""

from __future__ import annotations

from collections.abc import Mapping

from portal.catalogue.texts import Language, Text

Labels = Mapping[str, Text]


def label(table: Labels, value: str, language: Language) -> str:
    """The word for a value. KeyError where the table has none: a missing word must show in a test."""
    return table[value].say(language)


STATES: Labels = {
    "draft": Text(zh="草稿（还没交）", easy="草稿，还没交", en="Draft, not submitted"),
    "submitted": Text(zh="已收到", en="Received"),
    "in_review": Text(zh="审核中", easy="工作人员在看", en="In review"),
    "returned": Text(zh="需要您补材料", easy="请您补材料", en="We need something from you"),
    "approved": Text(zh="同意办理", easy="同意了", en="Approved"),
    "refused": Text(zh="不同意办理", easy="没有同意", en="Refused"),
    "not_accepted": Text(zh="不受理（不归这里办）", easy="这里不能办", en="Not accepted (not decided here)"),
    "withdrawn": Text(zh="您已撤回", easy="您不办了", en="Withdrawn by you"),
    "lapsed": Text(zh="过期未补，已结束", easy="没有按时补好，已经结束", en="Ended: not completed in time"),
    "ended": Text(zh="已结束", en="Ended"),
}

STAFF_STATES: Labels = {
    **STATES,
    "returned": Text(zh="待申请人补正", en="Waiting for the applicant"),
    "withdrawn": Text(zh="申请人已撤回", en="Withdrawn by the applicant"),
}
"""The same said to staff, of whom nothing is asked."""

STATE_TONES: Mapping[str, str] = {
    "draft": "info",
    "in_review": "info",
    "returned": "caution",
    "approved": "success",
    "refused": "error",
    "not_accepted": "error",
    "withdrawn": "info",
    "lapsed": "error",
    "ended": "info",
}

ROLES: Labels = {
    "desk_clerk": Text(zh="窗口工作人员", en="Desk clerk"),
    "township_clerk": Text(zh="乡镇（街道）工作人员", en="Township clerk"),
    "county_reviewer": Text(zh="县残联审核", en="County reviewer"),
    "county_approver": Text(zh="县残联批准", en="County approver"),
    "hospital": Text(zh="评定机构", en="Assessment hospital"),
    "administrator": Text(zh="系统管理员", en="Administrator"),
}

CHANNELS: Labels = {
    "online": Text(zh="网上", en="Online"),
    "counter": Text(zh="窗口", en="Counter"),
    "phone": Text(zh="电话", en="Phone"),
    "home_visit": Text(zh="上门", easy="到家里办", en="Home visit"),
    "post": Text(zh="邮寄", en="Post"),
    "system": Text(zh="系统", en="System"),
}

IDENTITY_LEVELS: Labels = {
    "unproven": Text(zh="身份还没有核实", easy="还没有核对身份证", en="Identity not yet confirmed"),
    "proven": Text(zh="身份已核实", easy="已经核对身份证", en="Identity confirmed"),
}

CATEGORIES: Labels = {
    "certificate": Text(zh="残疾人证", en="Disability certificate"),
    "subsidy": Text(zh="补贴和待遇", easy="补贴", en="Subsidies and benefits"),
    "retrofit": Text(zh="家庭无障碍改造", easy="把家里改得方便", en="Barrier-free home retrofit"),
    "care": Text(zh="康复和辅助器具", en="Rehabilitation and assistive devices"),
    "school": Text(zh="上学", en="School"),
    "work": Text(zh="就业创业", easy="找工作", en="Work"),
    "travel": Text(zh="出行", en="Travel"),
    "voice": Text(zh="咨询投诉", easy="提问和投诉", en="Questions and complaints"),
    "bundle": Text(zh="一件事", easy="几件事一次办", en="Several matters at once"),
}
