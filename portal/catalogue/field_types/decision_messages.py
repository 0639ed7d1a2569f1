"""What to say to an officer when a step may not be decided in the way that was chosen."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.catalogue.field_types.blank import sentence
from portal.catalogue.texts import Text

DECISION_MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        "asked_too_late": sentence(
            "第一次请申请人补材料时没有提这一页，现在不能再要了。请按现有材料办，或者自己核实。",
            "第一次没有提，现在不能再要。",
            "The first request did not name this page, so it cannot be asked for now. "
            "Decide on what is there, or check it yourselves.",
        ),
        "term_not_over": sentence(
            "期限到{day}才满，现在还不能这样处理。到期没有异议，系统会自己接着办。",
            "{day}以后才行。",
            "The term lasts until {day}. Without an objection it goes on by itself after that.",
        ),
        "objection_open": sentence(
            "有一条意见还没有答复，或者已经认定它有道理。请先答复，或者选重新评定。",
            "有一条意见还没有答复。",
            "An objection is not answered yet, or was found to have grounds. "
            "Answer it first, or choose a new assessment.",
        ),
        "evidence_lacking": sentence(
            "还有材料没有核对过，现在不能同意。请先登记看过的原件，或者请申请人补材料。哪几份，看“证明材料”。",
            "还有材料没有核对。请先看原件。",
            "Some evidence has not been checked, so this cannot be granted yet. Record the originals that "
            "were seen, or ask for them. “Evidence” says which.",
        ),
        "another_than": sentence(
            "这里写的是同一个人。要有两个人，请写另一个人的姓名。",
            "写了同一个人。请写另一个人。",
            "This is the same person twice. There must be two people; give the name of the other.",
        ),
        "no_certificate": sentence(
            "这个人在这里没有残疾人证的记录。请选“照登记系统录入”，再填原来的证。",
            "这里没有记录。请录入原来的证。",
            "No certificate of this person is on record here. Choose to enter it, and fill in the old one.",
        ),
        "on_record": sentence(
            "这里已经有这个人的证，证号和录入的不一样。请先查清是哪一本证。",
            "证号和记录的不一样。请先查清。",
            "This person’s certificate is on record with another number. Find out first which one it is.",
        ),
        "has_benefit": sentence(
            "这项待遇现在正在发，不用恢复。",
            "正在发，不用恢复。",
            "This benefit is being given; there is nothing to restore.",
        ),
        "no_benefit": sentence(
            "没有查到可以恢复的这项待遇。",
            "没有查到这项待遇。",
            "There is no such benefit to be given again.",
        ),
        "unchanged": sentence(
            "和原来写的一样，不用改。",
            "和原来一样。",
            "This is what stands there already.",
        ),
        "opens_questions": sentence(
            "改了这一处，还要问别的问题，不能当场改。请选“请申请人补材料”。",
            "改了以后，还要问别的。请申请人自己改。",
            "This would bring up other questions, so it cannot be put right at once. "
            "Ask the applicant for more instead.",
        ),
    }
)
