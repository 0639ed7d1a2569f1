"""Templates: nothing inline, nothing unused, every word translatable, every form with its token."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tests.house.sources import TEMPLATES, templates

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
EASY = TEMPLATES.parent / "translations" / "zh_Hans@easy" / "LC_MESSAGES" / "messages.po"
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
HAN_WORDS = re.compile(HAN.pattern + "+")

# The languages call themselves in their own words, whatever the page is in.
OWN_NAMES = {"中文", "易读版"}

INLINE = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "unescaped": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
    "placeholder": re.compile(r"<(?:input|textarea)[^>]*\splaceholder\s*=", re.I),
    "disabled button": re.compile(r"<button[^>]*\sdisabled\b", re.I),
    "focus on a control": re.compile(r"<(?:input|textarea|select|button|a)\b[^>]*\sautofocus\b", re.I),
}


def easy_words() -> Iterator[tuple[str, str]]:
    """Every text with its easy-read translation, plural forms in one."""
    with EASY.open("rb") as catalogue:
        for message in read_po(catalogue, locale="zh_Hans"):
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            said = message.string if isinstance(message.string, tuple) else (message.string or "",)
            if texts[0]:
                yield texts[0], "".join(said)


SEVERAL_LINES = {text for text, said in easy_words() if "\n" in said}
"""Texts whose easy-read translation stands on several lines."""


def source(path: Path) -> str:
    """The template without its comments, which are nobody's words."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)


@cache
def parsed(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(source(path), filename=str(path))


def faults(check: Callable[[Path], Iterable[str]]) -> list[str]:
    """What a check finds in any template, each with its place."""
    return [f"{path.relative_to(TEMPLATES)}: {fault}" for path in templates() for fault in check(path)]


def test_nothing_is_inline_or_unescaped() -> None:
    assert faults(inline_things) == []


def inline_things(path: Path) -> Iterator[str]:
    text = source(path)
    return (name for name, pattern in INLINE.items() if pattern.search(text))


def test_every_import_is_used() -> None:
    assert faults(unused_imports) == []


def unused_imports(path: Path) -> set[str]:
    tree = parsed(path)
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    imported: set[str] = set()
    for node in tree.find_all(nodes.FromImport):
        imported |= {name if isinstance(name, str) else name[1] for name in node.names}
    imported |= {node.target for node in tree.find_all(nodes.Import)}
    return imported - used


def test_every_post_form_carries_its_token() -> None:
    assert faults(forms_without_token) == []


def forms_without_token(path: Path) -> Iterator[str]:
    for form in re.findall(r"<form\b.*?</form>", source(path), flags=re.S | re.I):
        if re.search(r"method\s*=\s*[\"']?post", form, re.I) and "csrf_token" not in form:
            yield form[:120]


def test_every_word_can_be_translated() -> None:
    assert faults(lambda path: (one for one in untranslatable(parsed(path)) if one not in OWN_NAMES)) == []


def untranslatable(tree: nodes.Node) -> Iterator[str]:
    """Chinese words in the template that no gettext call surrounds."""
    if isinstance(tree, nodes.Call) and isinstance(tree.node, nodes.Name) and tree.node.name in GETTEXT:
        return
    if isinstance(tree, nodes.TemplateData) and HAN.search(tree.data):
        yield from HAN_WORDS.findall(tree.data)
    elif isinstance(tree, nodes.Const) and isinstance(tree.value, str) and HAN.search(tree.value):
        yield tree.value
    for child in tree.iter_child_nodes():
        yield from untranslatable(child)


def test_text_of_several_lines_keeps_them_apart() -> None:
    assert faults(lambda path: lost_lines(parsed(path))) == []


def lost_lines(tree: nodes.Node) -> Iterator[str]:
    """Texts that are written straight into the page although the easy-read one has several lines."""
    for output in tree.find_all(nodes.Output):
        for written in output.nodes:
            yield from (text for text in said_in(written) if text in SEVERAL_LINES)


def said_in(node: nodes.Node) -> Iterator[str]:
    """The texts that an expression writes itself; what goes into a macro is the macro's to keep apart."""
    if isinstance(node, nodes.CondExpr | nodes.Concat | nodes.Add):
        for child in node.iter_child_nodes():
            yield from said_in(child)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        yield from (one.value for one in node.args[:1] if isinstance(one, nodes.Const))
