"""Forms of pages that are not in the catalogue: signing in, settings, reports, staff decisions.

Each question goes through the catalogue's field types, so these pages take full-width digits, pasted spaces
and odd names exactly as applications do, and each one fits the macro ``components/field.html``::

    class ReportForm(PlainForm):
        what = Question(_l("哪里不方便？"), "longtext", max_length=1000)
        where = Question(_l("在哪一页？"), is_required=False)
        reply = Question(_l("要不要回复您？"), "choice", choices=[("yes", _l("要")), ("no", _l("不用"))])

    @public
    def report():
        form = ReportForm(sent())                    # what was posted, or kept from an ended session
        if request.method == "POST" and form.validate():
            with transaction() as db: ...            # form.what.data: parsed, there only after validate()
            return redirect(..., 303)
        return render("report.html", form.status, form=form)       # 422 once something is wrong

    {% from "components/form.html" import form as form_tag %}
    {{ error_summary(form.errors_for_summary()) }}
    {% call form_tag("/report", csrf_token()) %}{{ field(form.what) }}…{{ button(_('发送')) }}{% endcall %}
    title: {{ page_title(_('反映问题'), has_errors=form.has_errors) }}

A refusal that only a use case can know: ``form.add_error("what", _("…"))``. Choices known only at run time:
``form.reply.offer([(value, label), ...])`` before ``validate()``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.validators import StopValidation

from portal import clock
from portal.catalogue.field_types import (
    FIELD_TYPES,
    FieldContext,
    FieldError,
    FieldOptions,
    FieldType,
    message,
)
from portal.catalogue.field_types.normalise import compact
from portal.rules.errors import NotFound
from portal.usecases.kept_posts import find_kept_post
from portal.web.access import actor
from portal.web.parts import reading
from portal.web.preferences import language

Words: TypeAlias = Any
"""Text, or a lazy text that is spoken in the language of the request."""
CODE_LENGTH = 6
LONGEST_PASSWORD = 200
CHOSEN = "chosen_"
"""Begins the key of what was chosen and not offered."""
LONGEST_ECHO = 100_000
"""Characters of an answer that are shown again: more than any field takes, less than a page dies of."""


_NO_PAGE_HOLDS = dict.fromkeys(
    code
    for first, last in ((0, 8), (0x0B, 0x1F), (0x7F, 0x9F), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF))
    for code in range(first, last + 1)
) | dict.fromkeys(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
"""Control characters, halves of pairs, and what Unicode keeps for no character at all."""


class CodeType(FieldType[str]):
    """A one-time code: six digits, full width or parted by spaces as they come."""

    shape_code = "code_shape"
    required_code = "code_shape"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        digits = compact(text)
        if len(digits) != CODE_LENGTH or not (digits.isascii() and digits.isdigit()):
            raise FieldError(self.shape_code)
        return digits


class PasswordType(FieldType[str]):
    """A password exactly as typed: managers make them, nobody trims them."""

    raw_limit = LONGEST_PASSWORD
    shape_code = "password_shape"
    required_code = "password_missing"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        return text

    def texts(self, raw: Any, options: FieldOptions) -> list[str]:
        if any(len(one) > self.raw_limit for one in raw):
            raise FieldError(self.shape_code)
        return [one for one in raw if one]


KINDS: Mapping[str, FieldType[Any]] = {
    **FIELD_TYPES,
    "code": CodeType(),
    "password": PasswordType(),
    "search": FIELD_TYPES["text"],
}
SHOWN_AS = {
    "integer": "number",
    "money": "number",
    "account": "number",
    "certificate_number": "id_number",
    "credit_code": "id_number",
}
"""The macro knows fewer kinds: what looks the same is the same there."""

OWN_WORDS: Mapping[str, Words] = {
    "code_shape": _l("请填写短信或邮件里的6个数字。"),
    "password_shape": _l("密码最多200个字。请换短一点的。"),
    "password_missing": _l("请填写密码。"),
}


@dataclass(frozen=True)
class Choice:
    """One card of a question with choices."""

    value: str
    label: Words
    hint: Words
    is_checked: bool
    group: Words = ""  # the heading over it and its neighbours


class Question(Field):  # type: ignore[misc]
    """One field of a form. ``kind`` is one of ``KINDS``; the rest is what the field macro shows.

    ``choices`` are ``(value, label)``, and where there are any with hint and heading; ``words`` replaces the
    sentence of an error code (``required_tel`` …); ``options`` says more to the field type; ``names`` is what
    the choices are numbers or codes of: one that was not offered is then not found, as in an address;
    ``validators`` run last and only on an answer that is good so far. ``max_length`` is shown to the person.
    """

    def __init__(
        self,
        label: Words,
        kind: str = "text",
        *,
        hint: Words = "",
        is_required: bool = True,
        choices: Iterable[tuple[Words, ...]] = (),
        max_length: int | None = None,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        width: str | None = None,
        heading_level: int | None = None,
        spellcheck: bool | None = None,
        lang: str | None = None,
        words: Mapping[str, Words] | None = None,
        options: FieldOptions | None = None,
        names: str | None = None,
        **wtforms: Any,
    ) -> None:
        super().__init__(label, **wtforms)
        self.id = self.name.replace("_", "-")
        self.field_type = KINDS[kind]
        self.kind = SHOWN_AS.get(kind, kind)
        self.label_text = label
        self.hint = hint
        self.is_required = is_required or kind == "confirm"  # a box says by itself that it may stay empty
        self.max_length = max_length
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.width = width
        self.heading_level = heading_level
        self.spellcheck = spellcheck
        self.lang = lang
        self.names = names
        self.own_words = {**OWN_WORDS, **(words or {})}
        self.options = replace(options or FieldOptions(), required=is_required, max_length=max_length)
        self.offer(choices)

    def offer(self, choices: Iterable[tuple[Words, ...]]) -> None:
        """Say what can be chosen, where only the request knows."""
        self.offered = [(str(value), label, *more) for value, label, *more in choices]
        if self.offered:
            self.options = replace(self.options, choices=tuple(str(value) for value, *_rest in self.offered))

    @property
    def raw(self) -> str:
        """What was typed, to be shown again: unchanged, but for characters that no page can hold."""
        typed = self._typed()
        return shown_again(typed[0], self.kind) if typed else ""

    @property
    def choices(self) -> list[Choice]:
        picked = self._typed()
        offered = self.offered
        if self.kind == "yes_no" and not offered:
            offered = [("yes", _("是")), ("no", _("否"))]
        return [
            Choice(str(value), label, more[0] if more else "", value in picked, *more[1:])
            for value, label, *more in offered
        ]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing yet: what was sent is read in ``pre_validate``, when all choices are known."""

    def pre_validate(self, form: Form) -> None:
        """Read and check by the field type; ``data`` is the value, or the type's empty one. Raises NotFound
        for what was not offered of what a question ``names``."""
        self.data = self.field_type.empty
        self.refuse_forged({value for value, *_more in self.offered})
        try:
            self.data = self.field_type.parse(self.raw_data or [], self.options)
            faults = self.field_type.validate(self.data, self.options, FieldContext(clock.today()))
        except FieldError as fault:
            faults = [fault]
        self.errors = [self._sentence(fault) for fault in faults]
        if faults:
            raise StopValidation

    def refuse_forged(self, known: Collection[str]) -> None:
        """Raises NotFound where something else was sent than is ``known`` of what the question ``names``."""
        if self.names and {one for one in self._typed() if one} - set(known):
            raise NotFound(f"{CHOSEN}{self.names}")

    def _sentence(self, fault: FieldError) -> str:
        own = self.own_words.get(fault.code)
        return str(own) if own is not None else message(fault, language())

    def _typed(self) -> list[str]:
        if self.raw_data is not None:
            return list(self.raw_data)
        if self.data in (None, "", False):
            return []
        if self.data is True:
            return ["yes"]
        return [str(one) for one in self.data] if isinstance(self.data, list) else [str(self.data)]


class PlainForm(Form):  # type: ignore[misc]
    """A form of ``Question`` fields. Answers given as keywords stand in it when nothing was sent."""

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self)

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 422 when something in it has to be changed."""
        return 422 if self.has_errors else 200

    def add_error(self, name: str, sentence: str) -> None:
        """Add what only a use case could know about a question."""
        self[name].errors = [*self[name].errors, sentence]

    def errors_for_summary(self) -> list[tuple[str, str]]:
        """(text that names the question, link to its control), in the order of the page."""
        return [
            (
                _("%(question)s：%(error)s", question=str(one.label_text).rstrip("？?"), error=one.errors[0]),
                "#" + one.id,
            )
            for one in self
            if one.errors
        ]


def shown_again(text: str, kind: str) -> str:
    """A typed text as the control of its kind shows it."""
    kept = showable(text[:LONGEST_ECHO])
    return kept.strip("\n") if kind != "longtext" else kept


def showable(text: str) -> str:
    """A text without what no page can hold; rare and private characters of names stay."""
    return text.translate(_NO_PAGE_HOLDS)


def sent() -> MultiDict[str, str] | None:
    """What to fill a form with: the post, or what was typed before the session ended (``?kept=``)."""
    if request.method == "POST":
        return request.form
    if not (wishes := request.args):
        return None
    token = wishes.get("kept")
    if not token or actor().account_id is None:
        return None
    with reading() as db:
        kept = find_kept_post(db, actor(), token, request.path)
    return MultiDict(kept) if kept else None
