"""What each event of an application's history is called, by its tag in the audit."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

EVENTS: Final = {
    "application:start": _l("开始填写"),
    "application:submit": _l("提交"),
    "application:resubmit": _l("补好，再次提交"),
    "application:withdraw": _l("撤回"),
    "application:advance": _l("送到下一步"),
    "application:complete": _l("办完"),
    "application:return": _l("请申请人补正"),
    "application:approve": _l("同意办理"),
    "application:refuse": _l("不同意办理"),
    "application:not_accept": _l("不受理"),
    "application:lapse": _l("过期未补，结束"),
    "application:end": _l("停止办理"),
    "application:reopen": _l("重新审查"),
    "application:suspend": _l("暂停办理"),
    "application:claim": _l("领取"),
    "application:release": _l("退回给本单位"),
    "application:read": _l("打开申请"),
    "application:leave": _l("看完了"),
    "application:read_history": _l("看办理记录"),
    "application:read_refused": _l("想打开，没有权限"),
    "application:second_claim": _l("另有人用同一证件号申请"),
    "consultation:ask": _l("征询意见"),
    "consultation:read": _l("看征询的问题"),
    "consultation:answer": _l("答复征询"),
    "consultation:withdraw": _l("收回征询"),
    "consultation:late": _l("征询没有按时答复"),
    "correction:recount": _l("重新计算补正的日子"),
    "certificate:issue": _l("发残疾人证"),
    "document:add": _l("交来文件"),
    "document:copy": _l("扫描材料"),
    "document:infected": _l("在文件里查到病毒"),
    "document:read": _l("看文件"),
    "document:describe": _l("写文件的文字说明"),
    "document:name": _l("给文件起名字"),
    "document:rotate": _l("转动文件"),
    "document:remove": _l("删除文件"),
    "draft:warn": _l("提醒草稿快要删除"),
    "evidence:promise": _l("本人承诺"),
    "evidence:see": _l("登记看过的原件"),
    "message:send": _l("留言"),
    "message:read": _l("看留言"),
    "note:add": _l("写内部便条"),
    "notice:send": _l("发通知"),
    "notice:read": _l("看通知"),
    "notice:print": _l("打印通知"),
    "notice:deliver": _l("登记通知送到"),
    "objection:make": _l("对公示提意见"),
    "objection:read": _l("看对公示的意见"),
    "objection:answer": _l("答复对公示的意见"),
    "person:report_death": _l("登记申请人去世"),
    "person:undo_death": _l("改回误登记的去世"),
    "public_notice:open": _l("公示"),
    "public_notice:end": _l("公示撤下"),
    "register:ask": _l("问登记系统"),
    "register:answer": _l("登记系统答复"),
    "slip:off": _l("关掉查询码"),
    "slip:on": _l("打开查询码"),
    "step:half": _l("时间过半"),
    "step:late": _l("超期"),
    "step:recount": _l("重新计算最晚的日子"),
    "task:open": _l("有了要做的事"),
    "task:finish": _l("办好要做的事"),
    "task:drop": _l("要做的事不用办了"),
}


def event_words(tag: str) -> str:
    """The event in words; one that has none yet is called by its tag, so that nothing is left out."""
    return str(EVENTS[tag]) if tag in EVENTS else _("其他记录（%(tag)s）", tag=tag)
