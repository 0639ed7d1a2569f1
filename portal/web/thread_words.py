"""Messages between the office and the applicant as the applicant reads them, with marks of what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.i18n import moment_text
from portal.web.preferences import language


@dataclass(frozen=True)
class ShownMessage:
    """One message as it is read. ``mark`` says whether the other side has read it."""

    heading: str
    when: str
    words: str
    mark: str


def shown_to_applicant(thread: Iterable[Any], units: Mapping[str, Mapping[str, str]]) -> list[ShownMessage]:
    """With the unit that writes, never the person; one's own carry whether the office has read them."""
    return [_to_applicant(one, units) for one in thread]


def _to_applicant(one: Any, units: Mapping[str, Mapping[str, str]]) -> ShownMessage:
    when = moment_text(one.at, language())
    if one.side == "applicant":
        return ShownMessage(_("您"), when, one.words, _read(one))
    names = units.get(one.unit_code or "", {})
    return ShownMessage(names.get(language()) or names.get("zh") or _("工作人员"), when, one.words, "")


def _read(one: Any) -> str:
    """Whether the office has read what the applicant wrote."""
    if one.read_at is None:
        return _("工作人员还没有看。")
    return _("工作人员%(when)s看了。", when=moment_text(one.read_at, language()))
