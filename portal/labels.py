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
    "liaison": Text(
        zh="村（社区）残疾人专职委员", easy="村、社区的专职委员", en="Village or community liaison"
    ),
    "desk_clerk": Text(zh="窗口工作人员", en="Desk clerk"),
    "township_clerk": Text(zh="乡镇（街道）工作人员", easy="乡镇、街道的工作人员", en="Township clerk"),
    "county_reviewer": Text(zh="县残联审核", en="County reviewer"),
    "county_approver": Text(zh="县残联批准", en="County approver"),
    "hospital": Text(zh="评定机构", en="Assessment hospital"),
    "upper_reviewer": Text(zh="市（省）残联审核", easy="市或者省残联审核", en="City or provincial reviewer"),
    "department_officer": Text(zh="部门审定", en="Officer of a department"),
    "contractor": Text(zh="评估和施工单位", en="Assessor or contractor"),
    "lead": Text(zh="单位负责人", en="Head of unit"),
    "inspector": Text(zh="监督员", en="Inspector"),
    "administrator": Text(zh="系统管理员", en="Administrator"),
}

CHANNELS: Labels = {
    "online": Text(zh="网上", en="Online"),
    "counter": Text(zh="窗口", en="Counter"),
    "phone": Text(zh="电话", en="Phone"),
    "home_visit": Text(zh="上门", easy="到家里办", en="Home visit"),
    "post": Text(zh="邮寄", en="Post"),
    "paper": Text(zh="纸质表", easy="纸上填的表", en="Paper form"),
    "system": Text(zh="系统", en="System"),
}

VISITOR_STANDINGS: Labels = {
    "self": Text(zh="本人", en="For themselves"),
    "representative": Text(zh="代办人", en="For somebody else"),
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
    "work": Text(zh="就业创业", easy="找工作，自己创业", en="Work"),
    "travel": Text(zh="出行", en="Travel"),
    "voice": Text(zh="咨询投诉", easy="提问和投诉", en="Questions and complaints"),
    "bundle": Text(zh="一件事", easy="几件事一次办", en="Several matters at once"),
}

DISABILITIES: Labels = {
    "visual": Text(zh="视力残疾", easy="视力：看东西", en="Visual"),
    "hearing": Text(zh="听力残疾", easy="听力：听声音", en="Hearing"),
    "speech": Text(zh="言语残疾", easy="言语：说话", en="Speech"),
    "limb": Text(zh="肢体残疾", easy="肢体：走路和活动", en="Physical"),
    "intellectual": Text(zh="智力残疾", easy="智力：学习和听懂话", en="Intellectual"),
    "psychiatric": Text(zh="精神残疾", easy="精神：心情和想法", en="Psychiatric"),
    "multiple": Text(zh="多重残疾", easy="多重：不止一种", en="Multiple"),
}
"""Categories of a certificate (rules.md 2.2)."""

GRADES: Labels = {
    "1": Text(zh="一级", easy="一级，最重", en="Grade 1, the most severe"),
    "2": Text(zh="二级", en="Grade 2"),
    "3": Text(zh="三级", en="Grade 3"),
    "4": Text(zh="四级", easy="四级，最轻", en="Grade 4, the least severe"),
}

CERTIFICATE_STATES: Labels = {
    "valid": Text(zh="有效", easy="能用", en="Valid"),
    "expiring": Text(zh="有效，快到期了", easy="能用，快到期了", en="Valid, expires soon"),
    "expired": Text(zh="已经过期", easy="过期了，不能用", en="Expired"),
    "frozen": Text(zh="已经冻结", easy="停用了，现在不能用", en="Frozen"),
    "lost": Text(zh="已经挂失", easy="丢了，不能用", en="Reported lost"),
    "cancelled": Text(zh="已经注销", easy="注销了，不能再用", en="Cancelled"),
}

CERTIFICATE_TONES: Mapping[str, str] = {
    "valid": "good",
    "expiring": "caution",
    "expired": "bad",
    "frozen": "bad",
    "lost": "bad",
    "cancelled": "bad",
}

WHY_NOT_ISSUE: Labels = {
    "no_id_number": Text(
        zh="现在不能发证：没有18位的身份证号，编不出证号。请先核对本人的身份证。",
        en="No certificate can be issued: the certificate number begins with an ID number of 18 characters, "
        "and there is none. See the person's ID card first.",
    ),
    "other_id_number": Text(
        zh="现在不能发证：申请里的身份证号，和窗口核对过的不一样。请先查清是谁的。",
        en="No certificate can be issued: the ID number of the application is not the one that was seen at "
        "the counter. Find out whose it is first.",
    ),
    "has_certificate": Text(
        zh="现在不能发证：这个人已经有一本没有注销的残疾人证。请改办换证或者补证。",
        en="No certificate can be issued: this person has one that is not cancelled. "
        "It can be exchanged or re-issued.",
    ),
    "no_certificate": Text(
        zh="现在不能办：这个人在这里没有残疾人证的记录。请先照登记系统录入原来的证。",
        en="This cannot be done: no certificate of this person is on record here. "
        "Enter the earlier one as the register shows it.",
    ),
    "on_record": Text(
        zh="现在不能办：录入的证号和这里记录的不一样。请先查清是哪一本证。",
        en="This cannot be done: the number that was entered is not the one on record. "
        "Find out first which certificate it is.",
    ),
    "has_benefit": Text(
        zh="现在不能办：这个人已经在领这项待遇。要改金额，请办待遇变更。",
        en="This cannot be done: this person gets the benefit already. A change of it changes its amount.",
    ),
    "paid_already": Text(
        zh="现在不能办：这个月（这一年、这一次）已经记录发放成功。",
        en="This cannot be done: this month, year or time was recorded as paid already.",
    ),
    "no_benefit": Text(
        zh="现在不能办：没有查到可以恢复的这项待遇。",
        en="This cannot be done: there is no such benefit to be given again.",
    ),
    "no_amount": Text(
        zh="现在不能办：不知道现在每月发多少。请先查清金额。",
        en="This cannot be done: it is not known how much is given each month. Look that up first.",
    ),
    "no_fading": Text(
        zh="现在不能办：本地没有写明逐步减少的办法。",
        en="This cannot be done: the region does not say how a benefit is given less and less.",
    ),
    "no_group": Text(
        zh="现在不能办：还不知道属于哪一类，算不出金额。请先查清缺少的情况。",
        en="This cannot be done: it is not known yet which group applies, so there is no amount. "
        "Look up what is missing first.",
    ),
    "no_components": Text(
        zh="现在不能发证：评定结果里没有类别和等级。请先让评定机构填好。",
        en="No certificate can be issued: the assessment names no category and grade. "
        "The institution has to fill them in first.",
    ),
}
"""What stands against what an outcome brings about, said to staff, mostly before they decide."""

CANCEL_REASONS: Labels = {
    "lost": Text(zh="挂失，已经补办新证", easy="丢了，已经换新的", en="Lost, and replaced"),
    "replaced": Text(zh="已经换领新证", easy="已经换了新证", en="Exchanged for a new card"),
    "death": Text(zh="持证人去世", en="The holder has died"),
    "below_standard": Text(
        zh="评定以后，不再符合残疾标准",
        easy="评定了，现在够不上等级",
        en="Below the standard after assessment",
    ),
    "own_wish": Text(zh="本人自愿注销", easy="自己不要了", en="By the holder’s own wish"),
    "duplicate": Text(zh="重复办的证", easy="办了两个，去掉一个", en="Issued twice"),
    "other": Text(zh="别的原因", en="Another reason"),
}
"""Why a certificate is no more (rules.md 2.5, ZJ-05)."""

BENEFIT_STATES: Labels = {
    "granted": Text(zh="正在享受", easy="现在有", en="Being given"),
    "stopped": Text(zh="已经停发", easy="不发了", en="Stopped"),
    "ended": Text(zh="已经变更", easy="后来变了", en="Changed since"),
}

BENEFIT_TONES: Mapping[str, str] = {"granted": "good", "stopped": "bad", "ended": "plain"}

BENEFIT_FLAGS: Labels = {
    "certificate_cancelled": Text(
        zh="残疾人证已经注销，请看一看这项待遇要不要变更。",
        en="The certificate was cancelled; look whether the benefit changes.",
    ),
    "certificate_restored": Text(
        zh="残疾人证注销错了，已经恢复，请看一看这项待遇是不是照旧。",
        en="The certificate had been cancelled by mistake and is restored; look whether the benefit stays "
        "as it was.",
    ),
    "certificate_moved": Text(
        zh="残疾人证已经迁走，请看一看这项待遇由谁发。",
        en="The certificate has moved; look who gives the benefit from now on.",
    ),
    "certificate_changed": Text(
        zh="残疾类别或等级变了，请看一看这项待遇要不要变更。",
        en="Category or grade has changed; look whether the benefit changes.",
    ),
    "certificate_frozen": Text(zh="残疾人证已经冻结，请看一看。", en="The certificate is frozen: review."),
    "review_unanswered": Text(
        zh="提醒过两次，还没有回答复核。请先打电话或者上门问，不要因为没有回答就停发。",
        en="Two reminders of the review went unanswered. Call or visit first; silence stops nothing.",
    ),
}
"""What happened that a benefit may rest on, said to whoever decides on it."""

PAYMENT_OUTCOMES: Labels = {
    "paid": Text(zh="发放成功", easy="发了", en="Paid"),
    "failed": Text(zh="没有发成功", easy="没有发成", en="Failed"),
}

RATING_GRADES: Labels = {
    "1": Text(zh="非常满意", easy="非常满意，特别好", en="Very satisfied"),
    "2": Text(zh="满意", easy="满意，好", en="Satisfied"),
    "3": Text(zh="基本满意", easy="基本满意，还可以", en="Fairly satisfied"),
    "4": Text(zh="不满意", easy="不满意，不好", en="Dissatisfied"),
    "5": Text(zh="非常不满意", easy="非常不满意，很不好", en="Very dissatisfied"),
}
"""The five grades of 好差评 (rules.md 5.6)."""

RATING_STAGES: Labels = {
    "acceptance": Text(zh="收件和受理", easy="交申请的时候", en="Handing in and acceptance"),
    "process": Text(zh="办理当中", easy="办的时候", en="While it is handled"),
    "close": Text(zh="办完以后", en="After it was finished"),
    "follow_up": Text(zh="改好以后再评", easy="改好了，再评一次", en="Again, after it was put right"),
}

RATING_ASPECTS: Labels = {
    "slow": Text(zh="办得太慢", en="It took too long"),
    "unclear": Text(zh="说明看不懂，或者说得不对", en="The guidance was unclear or wrong"),
    "trips": Text(zh="跑的次数太多", easy="跑了很多次", en="Too many trips"),
    "site": Text(zh="网页不好用", en="The website was hard to use"),
    "access": Text(zh="有障碍，去不了或者用不了", easy="有障碍，去不了、用不了", en="There was a barrier"),
    "skill": Text(zh="工作人员不熟悉业务", easy="工作人员不会办", en="Staff did not know the matter"),
    "attitude": Text(zh="工作人员态度不好", en="Staff were not friendly"),
    "other": Text(zh="别的", en="Something else"),
}
"""What may have been bad, said by whoever rates."""

RELATIONS: Labels = {
    "parent": Text(zh="父亲或母亲", en="parent"),
    "spouse": Text(zh="丈夫或妻子", en="husband or wife"),
    "child": Text(zh="儿子或女儿", en="son or daughter"),
    "relative": Text(zh="其他亲属", easy="别的亲人", en="other relative"),
    "other": Text(zh="不是亲属", easy="不是亲人", en="not a relative"),
}
"""What somebody who acts for a person is to them, as services ask it (meaning ``relation``)."""

POWERS: Labels = {
    "fill": Text(
        zh="填表、改表，看办到哪一步", easy="填表、改表，看进度", en="Fill in forms, see where things stand"
    ),
    "submit": Text(zh="提交、撤回申请", easy="交申请，或者收回", en="Submit and withdraw applications"),
    "receive_notices": Text(zh="看通知和决定", easy="看通知，看决定", en="Read notices and decisions"),
    "collect": Text(zh="到窗口领证、领东西", easy="去窗口领证、领东西", en="Collect things at the counter"),
    "object": Text(zh="对决定提出不同意见", easy="不同意决定的时候，替本人说", en="Object to decisions"),
}
"""What a mandate may give (民法典 art. 165), in the words of who gives it."""

BASES: Labels = {
    "claimed": Text(zh="自己说的，还没有核实", easy="代办人自己说的，还没查", en="Said, not verified"),
    "minor_guardian": Text(zh="未成年人的监护人", easy="孩子的监护人", en="Guardian of a minor"),
    "adult_guardian": Text(zh="成年人的监护人", easy="大人的监护人", en="Guardian of an adult"),
    "agreed_guardian": Text(
        zh="协议确定的监护人（意定监护）", easy="写好协议的监护人", en="Guardian by agreement"
    ),
    "appointed": Text(zh="居委会、村委会、民政局或者法院指定的监护人", en="Appointed guardian"),
    "entrusted": Text(zh="受本人委托的人", easy="请来帮忙的人", en="Entrusted by the person"),
    "committee": Text(zh="村委会或者居委会", en="Village or residents' committee"),
    "institution": Text(zh="照料机构", easy="照顾人的机构", en="Care institution"),
    "staff": Text(zh="帮办的工作人员", easy="帮忙的工作人员", en="Staff who help"),
}
"""On what it leans that somebody acts for another (rules.md 5.7)."""

STANDINGS: Labels = {
    "asked": Text(zh="等本人答复", en="Waiting for the person"),
    "claimed": Text(zh="自己说的，还没有看证明", easy="还没有看证明", en="Said, no proof seen yet"),
    "active": Text(zh="可以办", en="In force"),
    "suspended": Text(zh="先停下来了", en="On hold"),
    "ended": Text(zh="已经结束", en="Ended"),
    "not_yet": Text(zh="还没有开始", en="Not yet in force"),
    "over": Text(zh="已经到期", easy="时间到了", en="Expired"),
}
"""How an authority stands on a day (``rules/acting``)."""
