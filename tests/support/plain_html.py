"""Pages as our templates write them, read at once; thousands are read in one run.

The grammar here is far narrower than HTML's: every element is closed by its own tag, in order, and stands
where nothing has to be implied, moved or forgiven. Such a page has the same tree whoever reads it, and
html5lib finds no fault in it. Whatever is odd in any way, even where HTML allows it, is left to html5lib.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import unescape
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import AttributeDict, AttributeValueList, Doctype, PageElement, nonwhitespace_re
from html5lib.constants import adjustSVGAttributes, namespaces

_NAME = "(?:viewBox|[a-z][a-z0-9-]*)"
_ENTITY = "&(?:amp|lt|gt|quot|nbsp|#34|#39);"
_BEGINNING = re.compile(r"[\t\n ]*<!doctype html>[\t\n ]*(?=<html[\t\n >])")
_ENDING = re.compile(r"</body>([\t\n ]*)</html>([\t\n ]*)\Z")
_TAG = re.compile(rf'<(/?)([a-z][a-z0-9]*)((?:[\t\n ]+{_NAME}(?:="[^"]*")?)*)[\t\n ]*(/?)>([^<]*)')
"""A tag, small letters, every value between double quotes; and the words up to the next one."""
_ATTRIBUTE = re.compile(rf'[\t\n ]+({_NAME})(?:="([^"]*)")?')
_REFERS_PLAINLY = re.compile(f"(?:[^&]|{_ENTITY})*")
# What html5lib calls an invalid code point, or would change: line ends of other systems, form feeds.
_ODD = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)

VOID = {"br", "hr", "img", "input", "link", "meta"}
BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
    ),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p"),
    *("section", "summary", "table", "ul"),
}
"""What would end a paragraph that is open."""
INLINE = {
    *("a", "abbr", "b", "br", "button", "code", "em", "i", "img", "input", "label", "legend", "script"),
    *("select", "small", "span", "strong", "svg", "textarea", "time"),
}
ONLY_INLINE = {"button", "h1", "h2", "h3", "h4", "h5", "h6", "p"}
"""Within these, however deep, no block begins."""
NOT_IN_ITSELF = {"a", "button", "form", "table"}
"""However deep."""
ONLY_IN: Mapping[str, set[str]] = {
    "li": {"ul", "ol"},
    "dt": {"dl"},
    "dd": {"dl"},
}
SHAPES = {"circle", "g", "line", "path", "rect"}
OF_SVG = {"svg", *SHAPES}
HOLDS_ONLY: Mapping[str, set[str]] = {
    "": {"html"},
    "html": {"head", "body"},
    "head": {"meta", "link", "title", "script"},
    "table": {"caption", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup"},
    "optgroup": {"option"},
    "svg": SHAPES,
    "g": SHAPES,
}
"""What stands in these; between it there is only white space."""
ONLY_WORDS = {"option", "textarea", "title"}
NOTHING = {"script", *SHAPES} - {"g"}
SPACED = {*HOLDS_ONLY, *NOTHING}
"""Where no words stand."""

_SOUP = BeautifulSoup("", "html5lib")
_Attributes = tuple[dict[str, Any], list[str]]
"""By name, and the names of those that are lists."""


class _Place(dict[str, "_Place | None"]):
    """Where the reader is, as far as that says what may begin there: by name the inside of an element that
    begins here, None where it must not.
    """

    def __init__(self, name: str, is_inline: bool, is_row: bool, around: frozenset[str]) -> None:
        self.name, self.is_inline, self.is_row, self.around = name, is_inline, is_row, around

    def __missing__(self, name: str) -> _Place | None:
        inside = None
        if self._may_begin(name):
            around = self.around | {name} if name in NOT_IN_ITSELF else self.around
            is_row = name == "div" and self.name == "dl"
            inside = _place(name, self.is_inline or name in ONLY_INLINE, is_row, around)
        self[name] = inside
        return inside

    def _may_begin(self, name: str) -> bool:
        if self.name in ONLY_WORDS or self.name in NOTHING or name in self.around:
            return False
        if self.name in HOLDS_ONLY:
            return name in HOLDS_ONLY[self.name]
        if name in ONLY_IN:
            return self.name in ONLY_IN[name] or (self.is_row and name in ("dt", "dd"))
        return name in INLINE or (name in BLOCKS and not self.is_inline)


_place = cache(_Place)
_OUTSIDE = _place("", False, False, frozenset())


def build(soup: BeautifulSoup, page: str) -> bool:
    """Read the page into ``soup``. False where that is for html5lib; then nothing was done."""
    begins, ends = _BEGINNING.match(page), _ENDING.search(page)
    if begins is None or ends is None or _ODD.search(page):
        return False
    # White space after the last tags belongs to the body.
    reader = _Reader(soup)
    if not reader.read(f"{page[begins.end() : ends.start()]}{ends[1]}{ends[2]}</body></html>"):
        return False
    soup.contents += [reader.doctype, reader.root]
    reader.doctype.next_sibling, reader.root.previous_sibling = reader.root, reader.doctype
    return True


class _Reader:
    """Puts the tree of one page together."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self.doctype = Doctype("html")
        self.doctype.parent = soup
        self.last: PageElement = self.doctype
        self.root = _new_tag("html")

    def read(self, page: str) -> bool:
        """Whether all of it is as plain as it has to be."""
        place, parent = _OUTSIDE, self.root
        around: list[tuple[_Place, Tag]] = []
        start = 0
        while start < len(page):
            found = _TAG.match(page, start)
            if found is None:
                return False
            start = found.end()
            is_end, name, raw, is_closed, words = found.groups()
            if is_end:
                if name != place.name or raw or is_closed:
                    return False
                place, parent = around.pop()
            else:
                inside, attributes = place[name], _attributes(name, raw)
                if inside is None or attributes is None:
                    return False
                tag = self._begin(name, attributes, parent)
                if name not in VOID and not (is_closed and name in OF_SVG):
                    if is_closed:
                        return False
                    around.append((place, parent))
                    place, parent = inside, tag
            if words and not self._say(words, place.name, parent):
                return False
        return place is _OUTSIDE and [one.name for one in self.root.contents if one.name] == ["head", "body"]

    def _begin(self, name: str, attributes: _Attributes, parent: Tag) -> Tag:
        if name == "html":
            tag, self.root.parent = self.root, self.soup
            tag.previous_element = self.last
            self.last.next_element = self.last = tag
        else:
            tag = _new_tag(name)
            self._append(tag, parent)
        tag.attrs = AttributeDict(attributes[0])
        for key in attributes[1]:
            tag.attrs[key] = AttributeValueList(tag.attrs[key])
        if name == "meta":
            self.soup.builder.set_up_substitutions(tag)
        return tag

    def _say(self, words: str, name: str, parent: Tag) -> bool:
        """Words, or the white space between tags."""
        if name in SPACED:
            if words.strip("\t\n ") or name in NOTHING or not name:
                return False
            if name == "html" and not parent.contents:
                return True  # white space before the head is nowhere
        elif "&" in words:
            if not _REFERS_PLAINLY.fullmatch(words):
                return False
            words = unescape(words)
        if name == "textarea":
            words = words.removeprefix("\n")
        if words:
            self._append(NavigableString(words), parent)
        return True

    def _append(self, node: PageElement, parent: Tag) -> None:
        node.parent, node.previous_element = parent, self.last
        if parent.contents:
            before = parent.contents[-1]
            node.previous_sibling, before.next_sibling = before, node
        parent.contents.append(node)
        self.last.next_element = self.last = node


@lru_cache(20_000)
def _attributes(name: str, raw: str) -> _Attributes | None:
    """The attributes of an element as BeautifulSoup keeps them; None where something is odd."""
    attributes: dict[str, Any] = {}
    for key, value in _ATTRIBUTE.findall(raw):
        if key in attributes or key in adjustSVGAttributes or (key == "viewBox" and name != "svg"):
            return None
        if not _REFERS_PLAINLY.fullmatch(value):
            return None
        attributes[key] = unescape(value)
    listed = _SOUP.builder.cdata_list_attributes
    lists = [key for key in attributes if key in listed["*"] or key in listed.get(name, ())]
    for key in lists:
        attributes[key] = nonwhitespace_re.findall(attributes[key])
    return attributes, lists


@cache
def _alike(name: str) -> Mapping[str, Any]:
    """What BeautifulSoup keeps of every element of this name."""
    return _SOUP.new_tag(name, namespaces["svg" if name in OF_SVG else "html"]).__dict__


def _new_tag(name: str) -> Tag:
    tag = Tag.__new__(Tag)
    tag.__dict__.update(_alike(name))
    tag.contents = []
    return tag
