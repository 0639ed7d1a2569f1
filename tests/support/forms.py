"""Filling in a rendered form the way a person does: only what the page offers can be chosen or sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bs4 import Tag

from tests.support.pages import Page, name_of, squeezed, words

# What a test may put into a field: text, a tick, several choices, a file as (name, content).
Filling = str | bool | Sequence[str] | tuple[str, bytes]


@dataclass(frozen=True)
class Sending:
    """What a browser would send: where to, how, and the pairs in the order of the page."""

    method: str
    address: str
    pairs: list[tuple[str, Any]]
    is_multipart: bool


def find_button(page: Page, wanted: str) -> Tag:
    """The submit button called `wanted`, or the first of the form with that selector (`#id`, `.class`)."""
    if wanted.startswith(("#", ".", "form")):
        form = page.tree.select_one(wanted)
        assert form is not None, f"no form {wanted} on {page.url}"
        button = form.select_one("button:not([type=button]), input[type=submit]")
        assert button is not None, f"form {wanted} has no button on {page.url}"
        return button
    buttons = [tag for tag in page.named("button", "input") if _submits(tag) and not tag.has_attr("hidden")]
    named = [button for button in buttons if squeezed(name_of(button, page)) == squeezed(wanted)]
    offered = [name_of(button, page) for button in buttons]
    assert named, f"no button {wanted!r} on {page.url}; there are {offered}"
    assert len(named) == 1, f"{len(named)} buttons {wanted!r} on {page.url}; name the form by its id"
    return named[0]


def _submits(tag: Tag) -> bool:
    return tag.get("type") == "submit" or (tag.name == "button" and tag.get("type") != "button")


def fill(page: Page, button: Tag, fillings: Mapping[str, Filling]) -> Sending:
    """The form of `button` with `fillings` (by name or by label) put in and the button pressed."""
    form = button.find_parent("form")
    assert form is not None, f"button {words(button)!r} stands outside every form"
    controls = form.find_all(["input", "select", "textarea"])
    by_name = {_name(form, controls, key, page): value for key, value in fillings.items()}
    pairs: list[tuple[str, Any]] = []
    seen: set[str] = set()
    for control in form.find_all(["input", "select", "textarea", "button"]):
        name = str(control.get("name", ""))
        if control.name == "button" or control.get("type") in {"submit", "button", "reset"}:
            if control is button and name:
                pairs.append((name, str(control.get("value", ""))))
            continue
        if not name or control.has_attr("disabled"):
            continue
        if name not in by_name:
            pairs.extend((name, value) for value in _as_rendered(control))
        elif name not in seen:
            seen.add(name)
            pairs.extend((name, value) for value in _as_filled(controls, name, by_name[name], page))
    return Sending(
        method=str(form.get("method", "get")).upper(),
        address=str(button.get("formaction") or form.get("action") or page.url),
        pairs=pairs,
        is_multipart=form.get("enctype") == "multipart/form-data",
    )


def rendered_values(form: Tag) -> dict[str, list[str]]:
    """What the form holds when nobody touches it, by name."""
    values: dict[str, list[str]] = {}
    for control in form.find_all(["input", "select", "textarea"]):
        if control.get("name") and control.get("type") not in {"submit", "button", "reset", "file"}:
            values.setdefault(str(control["name"]), []).extend(_as_rendered(control))
    return values


def _as_rendered(control: Tag) -> list[Any]:
    if control.name == "textarea":
        # The first line feed after the tag is not part of the value; parsing has already dropped it.
        return [control.get_text()]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [_value(option) for option in chosen]
    if control.get("type") in {"radio", "checkbox"}:
        return [_value(control)] if control.has_attr("checked") else []
    if control.get("type") == "file":
        return [(BytesIO(b""), "")]
    return [_value(control)]


def _as_filled(of_form: Sequence[Tag], name: str, filling: Filling, page: Page) -> list[Any]:
    controls = [tag for tag in of_form if tag.get("name") == name]
    first = controls[0]
    if first.get("type") == "file":
        assert isinstance(filling, tuple), f"{name} is a file: give (file name, content)"
        file_name, content = filling
        assert isinstance(content, bytes)
        return [(BytesIO(content), file_name)]
    offers = _offers(controls, page)
    if offers is None:
        return [str(filling)] if isinstance(filling, str | bool) else [str(part) for part in filling]
    if isinstance(filling, bool):
        assert len(offers) == 1, f"{name} offers {sorted(offers)}; say which"
        return [next(iter(offers))] if filling else []
    wanted = [filling] if isinstance(filling, str) else [str(part) for part in filling]
    return [_offered(name, want, offers) for want in wanted if want]


def _offers(controls: list[Tag], page: Page) -> dict[str, str] | None:
    """Value -> label of everything that can be chosen; None where anything can be typed."""
    if controls[0].name == "select":
        return {_value(option): words(option) for option in controls[0].find_all("option")}
    if controls[0].get("type") in {"radio", "checkbox"}:
        return {_value(control): _label(control, page) for control in controls}
    return None


def _offered(name: str, wanted: str, offers: Mapping[str, str]) -> str:
    if wanted in offers:
        return wanted
    values = [value for value, label in offers.items() if squeezed(label) == squeezed(wanted)]
    assert len(values) == 1, f"{name} does not offer {wanted!r}; it offers {dict(offers)}"
    return values[0]


def _name(form: Tag, of_form: Sequence[Tag], key: str, page: Page) -> str:
    """The name of the field called `key`: its name, or the words of its label or legend."""
    controls = [tag for tag in of_form if tag.get("name")]
    names = {str(control["name"]) for control in controls}
    if key in names:
        return key
    labelled = {
        str(control["name"]) for control in controls if squeezed(_label(control, page)) == squeezed(key)
    }
    for fieldset in form.find_all("fieldset"):
        legend = fieldset.find("legend")
        if legend is not None and squeezed(words(legend)) == squeezed(key):
            labelled |= {str(tag["name"]) for tag in fieldset.select("input[name]") if tag in controls}
    assert len(labelled) == 1, f"no single field {key!r} on {page.url}; there are {sorted(names)}"
    return labelled.pop()


def _label(control: Tag, page: Page) -> str:
    label = page.label_for(str(control["id"])) if control.get("id") else None
    label = label or control.find_parent("label")
    if label is not None:
        return words(label)
    return name_of(control, page) if control.get("aria-labelledby") else ""


def _value(tag: Tag) -> str:
    if tag.has_attr("value"):
        return str(tag["value"])
    return words(tag) if tag.name == "option" else "on" if tag.get("type") in {"radio", "checkbox"} else ""
