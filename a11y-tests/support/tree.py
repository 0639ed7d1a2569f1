"""What a screen reader gets: Chromium's accessibility tree, in reading order, as lines of text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from selenium.webdriver.remote.webdriver import WebDriver

# Structure without a word of its own; what is inside is read.
_SILENT = {"none", "generic", "LabelText", "InlineTextBox", "LineBreak"}
# What is typed into these is their value already.
_WITHOUT_INSIDE = {"textbox", "searchbox", "spinbutton"}
# Names of these repeat the text inside them, so the text is not said twice.
_NAMED_BY_CONTENT = {"link", "button", "heading", "cell", "columnheader", "rowheader", "option", "term"}
_STATES = (
    "level",
    "checked",
    "selected",
    "expanded",
    "required",
    "invalid",
    "readonly",
    "disabled",
    "current",
)


def spoken_order(driver: WebDriver) -> str:
    """Each thing read on its own line: role, name in quotation marks, value, description, states.

    For example `heading "申请人信息" level=1` or `textbox "姓名" value="王小明" description="必须填。"`.
    """
    nodes = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    return "\n".join(_lines(nodes[0], by_id, ""))


def assert_in_order(lines: Sequence[str], *expected: str) -> None:
    """Each of these lines (regular expressions) is read, one after the other."""
    rest = iter(enumerate(lines))
    for wanted in expected:
        assert any(re.fullmatch(wanted, line) for _, line in rest), (
            f"{wanted} is not read, or not in its place:\n" + "\n".join(lines)
        )


def spoken_names(lines: Sequence[str], role: str) -> list[str]:
    """What is said of everything of this role, in order."""
    return [found[1] for line in lines if (found := re.match(rf'{role} "([^"]*)"', line))]


def _lines(node: Mapping[str, Any], by_id: Mapping[str, Any], inside: str) -> Iterator[str]:
    role = _value(node.get("role"))
    name = " ".join(_value(node.get("name")).split())
    is_silent = node.get("ignored") or role in _SILENT
    if not is_silent and not (role == "StaticText" and (not name or name in inside)):
        yield _line(node, role, name)
    if role in _WITHOUT_INSIDE:
        return
    said = name if role in _NAMED_BY_CONTENT and not is_silent else inside
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _lines(by_id[child], by_id, said)


def _line(node: Mapping[str, Any], role: str, name: str) -> str:
    parts = ["text" if role == "StaticText" else role]
    if name:
        parts.append(f'"{name}"')
    for key in ("value", "description"):
        if said := _value(node.get(key)):
            parts.append(f'{key}="{said}"')
    states = {state["name"]: _value(state["value"]) for state in node.get("properties", ())}
    parts += [
        f"{state}={states[state]}" for state in _STATES if states.get(state, "false") not in {"", "false"}
    ]
    return " ".join(parts)


def _value(field: Mapping[str, Any] | None) -> str:
    if not field or "value" not in field:
        return ""
    value = field["value"]
    return str(value).lower() if isinstance(value, bool) else str(value)
