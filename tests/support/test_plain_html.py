"""Whoever reads a page, the tree is the same: what is read at once is what html5lib would have built, and
html5lib has nothing to forgive in it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from bs4.element import PageElement

from tests.support.client import CheckingClient
from tests.support.plain_html import BLOCKS, HOLDS_ONLY, INLINE, ONLY_IN, ONLY_WORDS, VOID, build
from tests.support.strict_html import StrictParser

NAMES = sorted({*BLOCKS, *INLINE, *ONLY_IN, *HOLDS_ONLY, *ONLY_WORDS, *VOID} - {""})
ATTRIBUTES = (
    *(' class="one  two"', ' id="here"', ' title="&lt;王&gt; &amp;#39;"', " hidden", '\n  lang="zh-CN"'),
    *(' rel="next help"', ' headers="a b"', ' viewBox="0 0 1 1"', ' for="here"', ' charset="utf-8"'),
)
OFFERED = {**HOLDS_ONLY, "ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}, "div": {*BLOCKS, "dt", "dd"}}
WORDS = ("", "", "王小明", "\n", "\n\n 三 ", " &amp;lt; &#39;&nbsp;", "  ")

BEGIN, END = '<!doctype html>\n<html lang="zh-CN">', "</html>\n"


def page(body: str, head: str = '<meta charset="utf-8"><title>页</title>') -> str:
    return f"\n{BEGIN}\n<head>{head}\n</head>\n<body>\n{body}\n</body>\n{END}"


def read_at_once(source: str) -> BeautifulSoup | None:
    soup = BeautifulSoup("", builder=HTML5TreeBuilder(store_line_numbers=False))
    soup.reset()
    return soup if build(soup, source) else None


def read_by_html5lib(source: str) -> tuple[BeautifulSoup, list[Any]]:
    parsers: list[StrictParser] = []

    class Builder(HTML5TreeBuilder):
        def feed(self, markup: Any) -> None:
            parsers.append(StrictParser(tree=self.create_treebuilder))
            parsers[0].parse(markup)

    return BeautifulSoup(source, builder=Builder(store_line_numbers=False)), parsers[0].errors


def told(soup: BeautifulSoup) -> list[Any]:
    """Everything there is to know of a tree, node by node in the order of the source."""
    nodes = list(soup.descendants)
    number: dict[int, int | str] = {id(node): place for place, node in enumerate(nodes)}
    number |= {id(soup): "page", id(None): "none"}
    return [
        (type(node), [number[id(getattr(node, link))] for link in LINKS], _told_of(node)) for node in nodes
    ]


def _told_of(node: PageElement) -> Any:
    if not isinstance(node, Tag):
        return str(node)
    attributes = [(key, type(value), value) for key, value in node.attrs.items()]
    return [getattr(node, kept) for kept in KEPT], type(node.attrs), attributes, len(node.contents)


LINKS = ("parent", "next_element", "previous_element", "next_sibling", "previous_sibling")
KEPT = (
    *("name", "namespace", "prefix", "can_be_empty_element", "interesting_string_types", "hidden"),
    *("known_xml", "is_empty_element", "preserve_whitespace_tags", "cdata_list_attributes"),
)


def made_up(random: Random, name: str, depth: int) -> Iterator[str]:
    """An element and what stands in it, mostly where it may."""
    attributes = "".join(random.sample(ATTRIBUTES, random.choice((0, 0, 1, 2))))
    if name in VOID:
        yield f"<{name}{attributes}{random.choice(('', '', '/'))}>{random.choice(WORDS)}"
        return
    yield f"<{name}{attributes}>{random.choice(WORDS) if name not in HOLDS_ONLY else ''}"
    offered = sorted(OFFERED.get(name, ())) if random.random() < 0.95 else NAMES
    for _ in range(random.randrange(4) if depth else 0):
        yield from made_up(random, random.choice(offered or NAMES), depth - 1)
    if random.random() < 0.99:
        yield f"</{name}>{random.choice(WORDS)}"


def test_tree_of_what_is_read_at_once_is_that_of_html5lib() -> None:
    read = 0
    for seed in range(1_200):
        random = Random(seed)
        source = page("".join(made_up(random, random.choice(NAMES), 4)))
        if (soup := read_at_once(source)) is not None:
            read += 1
            other, errors = read_by_html5lib(source)
            assert errors == [], source
            assert told(soup) == told(other), source
    assert read > 250


@pytest.mark.parametrize(
    "body",
    [
        *(
            "<p>一<p>二",
            "<p><div>一</div></p>",
            "<ul><li>一<li>二</ul>",
            "<b>一<i>二</b></i>",
            "<a>一<b><a>二</a></b></a>",
        ),
        *(
            "<table><tr><td>一</td></tr></table>",
            "<table>一<tbody></tbody></table>",
            "<h2><h3>一</h3></h2>",
            "<div/>",
        ),
        *(
            "<form><form></form></form>",
            "<button><button></button></button>",
            "<p title=一>一</p>",
            "一 & 二",
        ),
        *(
            '<p class="a" class="b">一</p>',
            '<p title="&copy">一</p>',
            "<!-- 一 -->",
            "<P>一</P>",
            "<br></br>",
        ),
        *(
            "<svg><p>一</p></svg>",
            "<select><b>一</b></select>",
            "<textarea><b></textarea>",
            "<script>1</script>",
        ),
        *(
            "<li>一</li>",
            "<dt>一</dt>",
            "<option>一</option>",
            "<td>一</td>",
            "\x01",
            "\r\n",
            "</body>",
            "<body>",
        ),
        *(
            "<template></template>",
            '<svg viewbox="0"></svg>',
            "<x-y></x-y>",
            "<p title='一'>一</p>",
            "<",
            "</p>",
        ),
    ],
)
def test_what_is_odd_is_left_to_html5lib(body: str) -> None:
    assert read_at_once(page("")) is not None
    assert read_at_once(page(body)) is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    "path", ["/", "/services", "/services/zj-01", "/sign-in", "/preferences", "/nowhere"]
)
def test_pages_of_the_portal_are_read_at_once(client: CheckingClient, path: str) -> None:
    answer = client.get(path, 404 if path == "/nowhere" else 200)
    assert read_at_once(answer.text) is not None
