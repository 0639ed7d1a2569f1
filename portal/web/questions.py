"""One question of the catalogue as a WTForms field: what is typed passes the catalogue's own field types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import StopValidation

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FIELD_TYPES, FieldError, FieldOptions, message
from portal.catalogue.field_types.base import UNKNOWN_WORDS
from portal.catalogue.model import Choice as CatalogueChoice
from portal.catalogue.model import Field, Region, headings_of
from portal.catalogue.texts import Text
from portal.catalogue.wording import Voice, known_values, offered_choices, region_options
from portal.rules.checks import run_check
from portal.rules.places import find_places, full_name
from portal.usecases.national_places import find_national_places, name_of_national_place
from portal.web.parts import reading
from portal.web.plain_form import SHOWN_AS, Choice, Question, showable, shown_again
from portal.web.rendering import private

Typed = MultiDict[str, str]

LONGEST_SHOWN = 4000
"""Characters of an answer that are shown again after a refusal: enough to mend it, not to choke the page."""
WITH_CHOICES = ("choice", "multi", "yes_no")
NOTHING_TYPED = "required_place_name"
OWN = "own"
"""The choice 找不到，我自己写 of a place."""


class AnswerQuestion(Question):
    """A question of the catalogue. It looks at other answers, and errs in the field's own words."""

    def __init__(
        self, field: Field, region: Region, voice: Voice, *, leave_out: str | None = None, **wtforms: Any
    ) -> None:
        """``leave_out`` is a choice that is not offered; whoever sends it all the same reads why not."""
        kind = SHOWN_AS.get(field.kind, field.kind)
        super().__init__(
            voice.say(field.label),
            field.kind if field.kind != "group" else "text",
            hint=voice.say(field.hint),
            is_required=field.required,
            choices=[one for one in _choices(field, region, voice) if one[0] != leave_out],
            max_length=field.max_length if field.kind == "longtext" else None,
            autocomplete=None if voice.is_proxy else field.autocomplete,
            width=field.width,
            **wtforms,
        )
        self.kind = kind
        self.label_text = private(voice, field.label)
        self.field = field
        self.voice = voice
        self.region = region
        self.field_type = FIELD_TYPES[field.kind]
        self.options = region_options(field, region)
        self.is_read = False

    @property
    def raw(self) -> str:
        if self.is_unknown:
            typed = next((text for text in self.raw_data if text != UNKNOWN), "")
            return shown_again(typed, self.kind)[:LONGEST_SHOWN]
        return super().raw[:LONGEST_SHOWN]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen."""
        return not any(text.strip() for text in self.raw_data or [])

    @property
    def is_unknown(self) -> bool:
        """Whether 我不知道 is chosen beside a box in which something else may be typed."""
        return self.has_way_out and UNKNOWN in (self.raw_data or [])

    @property
    def has_way_out(self) -> bool:
        """Whether 我不知道 stands below a box, and not among choices."""
        return self.field.has_unknown and self.field.kind not in WITH_CHOICES

    @property
    def way_out(self) -> Choice | None:
        """我不知道 to tick below the box; None where it is one of the choices, or no answer at all."""
        if not self.has_way_out:
            return None
        return Choice(UNKNOWN, UNKNOWN_WORDS[self.voice.language], "", self.is_unknown)

    def pre_validate(self, form: Form) -> None:
        """Read and check; ``is_read`` says whether what was typed has a meaning, good or not."""
        self.data = self.field_type.empty
        if self.names:
            self.refuse_forged(
                known_values(self.field, self.region) | {value for value, *_more in self.offered}
            )
        try:
            self.data = self.read()
            self.is_read = True
            context = form.context()
            faults = self.field_type.validate(self.data, self.options, context)
            faults += run_check(self.field, self.data, dict(context.answers), self.region)
        except FieldError as fault:
            faults = [fault]
        self.errors = [self.sentence(fault) for fault in faults]
        if faults:
            raise StopValidation

    def read(self) -> Any:
        """The value of what was typed. Raises FieldError."""
        return self.field_type.parse(self.raw_data or [], self.options)

    def sentence(self, fault: FieldError) -> str:
        own = self.field.errors.get(fault.code)
        return self.voice.say(own) if own else message(fault, self.voice.language)

    def show_value(self, value: Any) -> None:
        """Show a stored answer as it would have been typed."""
        self.raw_data = as_typed(self.field, value, self.options)

    def show_typed(self, typed: Typed) -> None:
        """Show again what was typed and could not be read."""
        self.raw_data = typed.getlist(self.name)

    def summary(self) -> list[tuple[str, str]]:
        """(text that names the question, link to its control) for the error summary."""
        if not self.errors:
            return []
        question = self.voice.say(self.field.short or self.field.label).rstrip("？?")
        return [(_("%(question)s：%(error)s", question=question, error=self.errors[0]), "#" + self.id)]


def as_typed(field: Field, value: Any, options: FieldOptions) -> list[str]:
    """A stored answer as it would have been typed."""
    if field.kind in ("choice", "yes_no"):
        return [value] if isinstance(value, str) else []
    if field.kind == "multi":
        return list(value) if isinstance(value, list) else []
    if value in (None, "", []):
        return []
    if field.has_unknown and value == UNKNOWN:
        return [UNKNOWN]
    if field.kind == "confirm":
        return ["yes"] if value else []
    return [FIELD_TYPES[field.kind].format(value, "zh", {}, options)]


class PlaceQuestion(AnswerQuestion):
    """A place: typed, searched, picked from what was found, or written in own words. Works without script."""

    def process(self, formdata: Typed | None, *more: Any, **extra: Any) -> None:
        super().process(formdata, *more, **extra)
        self.picked = formdata.get(f"{self.name}-place", "") if formdata else ""
        self.own_text = showable(formdata.get(f"{self.name}-own", "")[:LONGEST_SHOWN]) if formdata else ""
        self.was_searched = self.is_searching = bool(formdata and self.raw)

    @property
    def is_own(self) -> bool:
        return self.picked == OWN

    def ask_for_a_name(self) -> None:
        """Say what to write to who searches for nothing: else the page comes back without a word."""
        if not self.raw.strip():
            self.errors = [self.sentence(FieldError(NOTHING_TYPED))]

    def sentence(self, fault: FieldError) -> str:
        """As for every question, but nobody is told to choose where nothing is listed yet."""
        if fault.code == "required_place" and not self.was_searched:
            fault = FieldError(NOTHING_TYPED)
        return super().sentence(fault)

    @property
    def places(self) -> list[Choice]:
        """The region's own places first, then those of the whole country."""
        own = [place.code for place in find_places(self.region, self.raw)]
        names = {code: full_name(self.region, code, self.voice.language) for code in own}
        for code, name in self._elsewhere():
            names.setdefault(code, name)
        if self.picked and self.picked != OWN and self.picked not in names:
            picked_name = self._name_of(self.picked)
            names = {self.picked: picked_name, **names} if picked_name else names
        return [Choice(code, name, "", code == self.picked) for code, name in names.items()]

    def _elsewhere(self) -> list[tuple[str, str]]:
        """Only when somebody searches: an answer that is shown again says its own name."""
        if not self.is_searching:
            return []
        with reading() as db:
            return [(found.code, found.full_name) for found in find_national_places(db, self.raw)]

    def _name_of(self, code: str) -> str | None:
        """The whole name of a place of the region or of the country; None for what is neither."""
        if any(place.code == code for place in self.region.places):
            return full_name(self.region, code, self.voice.language)
        with reading() as db:
            return name_of_national_place(db, code)

    def read(self) -> Any:
        if self.is_unknown:
            return self.field_type.parse([self.raw, UNKNOWN], self.options)
        if self.picked == OWN:
            return self.field_type.parse([self.own_text or self.raw], self.options)
        if self.picked:
            name = self._name_of(self.picked)
            if name is None:
                raise FieldError("choice_unknown")
            is_own = any(place.code == self.picked for place in self.region.places)
            # The name of a place elsewhere is kept with the answer: who reads it later has no list of all.
            return self.field_type.parse([self.picked] if is_own else [self.picked, name], self.options)
        if self.raw.strip():
            self.field_type.parse([self.raw], self.options)  # too long or unreadable is said first
            raise FieldError("required_place")
        return self.field_type.empty

    def show_value(self, value: Any) -> None:
        self.raw_data, self.picked, self.own_text = [], "", ""
        if isinstance(value, dict):
            self.picked = value["code"] or OWN
            self.own_text = value["written"]
            name = full_name(self.region, value["code"], self.voice.language) if value["code"] else ""
            self.raw_data = [name or value["written"]]
        self.was_searched = bool(self.raw_data)
        if self.field.has_unknown and value == UNKNOWN:
            self.raw_data = [UNKNOWN]

    def show_typed(self, typed: Typed) -> None:
        self.process(typed)


def _choices(field: Field, region: Region, voice: Voice) -> list[tuple[str, ...]]:
    """Value, words, hint and heading of every choice, 我不知道 last."""
    choices = said_choices(offered_choices(field, region), voice.say)
    if field.kind == "yes_no":
        choices = [("yes", _("是")), ("no", _("否"))]
    if field.has_unknown and field.kind in WITH_CHOICES:
        choices.append((UNKNOWN, UNKNOWN_WORDS[voice.language]))
    return choices


def said_choices(
    choices: Sequence[CatalogueChoice], say: Callable[[Text | None], str]
) -> list[tuple[str, ...]]:
    """Choices of the catalogue as a question offers them: value, words, hint, heading."""
    return [
        (one.value, say(one.label), say(one.hint), say(heading))
        for one, heading in zip(choices, headings_of(choices), strict=True)
    ]
