"""您 and "you" on the pages of whoever acts for another: there they mean the helper, never the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.catalogue.texts import Language
from tests.support.pages import Page

ADDRESSED = re.compile(r"您|\b[Yy]ou(?:r|rs|rself)?\b")

CHINESE = re.compile(
    r"您和(?:申请人|示例\S+)是什么关系|您是(?:不是)?(?:申请人|示例\S+)的|您叫什么|您(?:用|有)哪种证件"
    r"|您的(?:证件号码|电话号码|姓名|身份)|您来办|您的父母|请您帮忙"
    r"|(?:告诉|提醒|发给)您|您选的方式|您现在不用做什么|您可以撤回|您正在替"
)
ENGLISH = re.compile(
    r"[Yy]our (?:name|identity|phone number|ID card)\b|[Yy]ou are the applicant's|Are you the applicant's"
    r"|that you are applying|Which document do you have|What are you to\b"
    r"|[Yy]ou (?:can|may|cannot|need not|submit|filled in|no longer want|already have|do not have it now)\b"
    r"|(?:tell|remind|come to|letters to) you\b|you chose|please you"
)
THE_HELPER: Mapping[Language, re.Pattern[str]] = {"zh": CHINESE, "easy": CHINESE, "en": ENGLISH}
"""What is said to the helper of themselves: who they are, that they will be told."""


@dataclass
class ProxyReader:
    """Reads pages, and keeps every line that says 您 of somebody else than the helper."""

    language: Language
    found: set[str] = field(default_factory=set)

    def __call__(self, page: Page) -> None:
        parts = [part for part in (page.tree.title, page.tree.main) if part is not None]
        for line in (line for part in parts for line in part.get_text("\n", strip=True).splitlines()):
            rest = CHINESE.sub("", THE_HELPER[self.language].sub("", line))  # what is not translated yet
            if ADDRESSED.search(rest):
                self.found.add(line)
