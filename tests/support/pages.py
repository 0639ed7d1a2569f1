"""What every HTML page must be, whatever test fetched it: the rules behind the checking client.

Each rule takes the parsed page and yields its faults in words. A page that breaks one fails the test that
fetched it, so no page has to be listed anywhere to be checked. Thousands of pages are read in one run: each
is parsed once and walked once, and the rules look at what was met there.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder

from tests.support.plain_html import build
from tests.support.strict_html import StrictParser

SITE_NAMES = ("一窗通办", "One Window")

# Text a test may type anywhere; where it comes back unescaped, the page gains an element of this class.
HOSTILE_TEXT = "\"'><b class=unescaped>&lt;%(x)s{{7*7}}"

# html5lib 1.1 follows a draft of HTML from 2011. What it refuses wrongly stands here with the reason.
WRONGLY_REFUSED: dict[str, str] = {}

_FORBIDDEN_WORDS = ("点击这里", "点这里", "click here", "Click here")
_TYPED = {"hidden", "submit", "button", "reset", "image"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOWHERE = {"style", "iframe", "object", "embed", "base"}
# What a browser fetches or sends by these attributes; those of the second table only on these elements.
_ASKING = {"src", "srcset"}
_ASKING_OF = {"link": {"href"}, "form": {"action"}}


@dataclass(frozen=True)
class Page:
    """One fetched page: its address, the source and the parsed tree."""

    url: str
    source: str
    tree: BeautifulSoup
    html_lang: str
    forgiven: tuple[Any, ...] = ()
    """What the parser had to forgive, as html5lib tells it: ((line, column), code, details)."""

    @cached_property
    def tags(self) -> list[Tag]:
        """Every element in the order of the source."""
        return [node for node in self.tree.descendants if isinstance(node, Tag)]

    @cached_property
    def text(self) -> str:
        """Every text of the page, as it stands there."""
        return self.tree.get_text()

    @cached_property
    def words(self) -> str:
        """The text of the page as a person meets it, white space folded."""
        return words(self.tree)

    def named(self, *names: str) -> list[Tag]:
        """Every element of these names, in the order of the source."""
        if len(names) == 1:
            return self._by_name.get(names[0], [])
        if not any(name in self._by_name for name in names):
            return []
        return [tag for tag in self.tags if tag.name in names]

    def having(self, attribute: str) -> list[Tag]:
        return self._by_attribute.get(attribute, [])

    def target(self, identity: str) -> Tag | None:
        return self._first_by_id.get(identity)

    def label_for(self, identity: str) -> Tag | None:
        return self._first_label.get(identity)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.tags:
            found[tag.name].append(tag)
        return found

    @cached_property
    def _by_attribute(self) -> Mapping[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.tags:
            for attribute in tag.attrs:
                found[attribute].append(tag)
        return found

    @cached_property
    def _first_by_id(self) -> Mapping[str, Tag]:
        return {str(tag["id"]): tag for tag in reversed(self.having("id"))}

    @cached_property
    def _first_label(self) -> Mapping[str, Tag]:
        labels = [tag for tag in self.named("label") if tag.has_attr("for")]
        return {str(tag["for"]): tag for tag in reversed(labels)}


class _Remembering(HTML5TreeBuilder):
    """Builds the tree of BeautifulSoup and keeps what the parser had to forgive."""

    forgiven: tuple[Any, ...] = ()

    def feed(self, markup: Any) -> None:
        if build(self.soup, markup):
            return
        parser = StrictParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None
        self.forgiven = tuple(parser.errors)


def read_page(url: str, source: str, html_lang: str = "zh-CN") -> Page:
    """Parse `source`; `html_lang` is the language the page is expected to be in."""
    builder = _Remembering(store_line_numbers=False)
    return Page(url, source, BeautifulSoup(source, builder=builder), html_lang, builder.forgiven)


def faults(page: Page) -> list[str]:
    """Every fault of the page, in words; empty when it is as it must be."""
    return [fault for rule in RULES for fault in rule(page)]


def words(tag: Tag) -> str:
    """The text of `tag` as a person meets it, white space folded."""
    return " ".join(tag.get_text(" ", strip=False).split())


def squeezed(text: str) -> str:
    """Text without any white space: Chinese sets none, and source lines break anywhere."""
    return "".join(text.split())


def described(tag: Tag) -> str:
    """A short form of a tag for a message."""
    opening = str(tag).split(">", 1)[0] + ">"
    return f"{opening} {words(tag)[:40]!r}" if words(tag) else opening


def name_of(tag: Tag, page: Page) -> str:
    """The accessible name of a link or button: aria-labelledby, aria-label, then the text and images."""
    if references := tag.get("aria-labelledby"):
        found = [page.target(reference) for reference in str(references).split()]
        return " ".join(words(target) for target in found if target)
    if label := tag.get("aria-label"):
        return str(label)
    if tag.name == "input":
        return str(tag.get("value", ""))
    inside = (part for part in tag.descendants if isinstance(part, Tag))
    images = [str(part.get("alt", "")) for part in inside if part.name == "img"]
    return " ".join([words(tag), *images]).strip()


def _type_of(control: Tag) -> str:
    return str(control.get("type", "")).lower()


def parses_strictly(page: Page) -> Iterator[str]:
    for (line, column), code, details in page.forgiven:
        if code not in WRONGLY_REFUSED:
            text = page.source.splitlines()[line - 1][max(0, column - 60) : column + 20]
            yield f"HTML error {code} {details or ''} at line {line}: …{text}…"


def has_one_h1_named_in_title(page: Page) -> Iterator[str]:
    headings = page.named("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
        return
    title = page.named("title")
    if not title or not words(title[0]):
        yield "no title"
        return
    said, heading = words(title[0]), headings[0]
    # A heading may name a person; a title never does, since it stays in the browser's history.
    if page.having("data-private"):
        heading = copy(heading)
        for private in heading.select("[data-private]"):
            private.replace_with(str(private["data-private"]))
    if squeezed(heading.get_text()) not in squeezed(said):
        yield f"title {said!r} does not contain the h1 {words(headings[0])!r}"
    if not said.endswith(SITE_NAMES):
        yield f"title {said!r} does not end with the name of the site"


def is_in_the_right_language(page: Page) -> Iterator[str]:
    said = next((html.get("lang") for html in page.named("html")), None)
    if said != page.html_lang:
        yield f"html lang is {said!r}, expected {page.html_lang!r}"
    for tag in page.having("lang"):
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(tag["lang"])):
            yield f"lang {tag['lang']!r} is not a language tag"


def ids_are_unique(page: Page) -> Iterator[str]:
    seen: set[str] = set()
    for tag in page.having("id"):
        identity = str(tag["id"])
        if identity in seen or not identity or identity.split() != [identity]:
            yield f"id {identity!r} stands twice, is empty or holds a space"
        seen.add(identity)


def references_have_targets(page: Page) -> Iterator[str]:
    for attribute in (
        "aria-describedby",
        "aria-labelledby",
        "aria-controls",
        "aria-details",
        "for",
        "headers",
        "list",
    ):
        for tag in page.having(attribute):
            value = tag[attribute]
            references = value if isinstance(value, list) else str(value).split()
            for reference in references:
                if page.target(reference) is None:
                    yield f"{attribute}={reference!r} points nowhere: {described(tag)}"
    for link in page.named("a"):
        address = str(link.get("href", ""))
        fragment = address[1:]
        if not address.startswith("#"):
            continue
        if not fragment or page.target(fragment) is None:
            yield f"link to nowhere: {described(link)}"


def controls_have_labels(page: Page) -> Iterator[str]:
    for control in page.named("input", "select", "textarea"):
        if control.name == "input" and control.get("type", "text") in _TYPED:
            continue
        label = page.label_for(str(control["id"])) if control.get("id") else None
        label = label or control.find_parent("label")
        if not (label and words(label)) and not (control.get("aria-labelledby") and name_of(control, page)):
            yield f"no label: {described(control)}"
        if control.has_attr("placeholder"):
            yield f"a placeholder is no hint: {described(control)}"
    for button in page.named("button", "input", "a"):
        is_pressed = button.name == "button" or _type_of(button) == "submit" or button.has_attr("href")
        if is_pressed and not name_of(button, page):
            yield f"nothing to say aloud: {described(button)}"


def order_and_focus_are_left_alone(page: Page) -> Iterator[str]:
    for tag in page.having("disabled"):
        if tag.name in {"option", "optgroup"}:
            continue
        yield f"disabled: {described(tag)}"
    # The error summary takes the focus, so that it is read first; a control never does.
    for tag in page.having("autofocus"):
        if tag.get("tabindex") != "-1":
            yield f"takes the focus by itself: {described(tag)}"
    for tag in page.having("tabindex"):
        # 0 makes a scrolling region reachable, -1 a target of focus; anything else changes the order.
        if tag["tabindex"] not in {"0", "-1"}:
            yield f"an order of its own: {described(tag)}"


def radio_groups_have_legends(page: Page) -> Iterator[str]:
    groups = defaultdict(list)
    for control in page.named("input"):
        if _type_of(control) == "radio":
            groups[control.get("name")].append(control)
    for name, radios in groups.items():
        for radio in radios:
            fieldset = radio.find_parent("fieldset")
            legend = fieldset.find("legend") if fieldset else None
            if legend is None or not words(legend):
                yield f"radio buttons {name!r} without fieldset and legend"
                break


def headings_do_not_skip(page: Page) -> Iterator[str]:
    before = 0
    for heading in page.named(*_HEADINGS):
        if before == 0 and heading.get("id") == "errors-title":
            continue  # what has to be mended is said first, before the page's own heading
        level = int(heading.name[1])
        if level > before + 1:
            yield f"heading {words(heading)!r} is h{level} after h{before}"
        if not words(heading):
            yield f"empty h{level}"
        before = level


def no_heading_is_said_again(page: Page) -> Iterator[str]:
    """A question that is called as the heading above it is the heading: who listens hears it once."""
    heading = ""
    for tag in page.named(*_HEADINGS, "label", "legend"):
        said = words(tag)
        if tag.name in _HEADINGS:
            heading = said
        elif said == heading and not tag.select_one(",".join(_HEADINGS)) and tag.parent.name not in _HEADINGS:
            yield f"{tag.name} {said!r} says again what the heading above it says"


def forms_are_safe(page: Page) -> Iterator[str]:
    for form in page.named("form"):
        method = str(form.get("method", "get")).lower()
        token = form.select_one("input[type=hidden][name=csrf_token]")
        if method == "post" and not (token and token.get("value")):
            yield f"POST form without CSRF token: {described(form)}"
        if method != "post" and token:
            yield f"GET form puts a CSRF token into the address: {described(form)}"
        if not form.select_one("button:not([type=button]), input[type=submit]"):
            yield f"form without a button: {described(form)}"


def nothing_is_inline(page: Page) -> Iterator[str]:
    for tag in page.tags:
        for attribute in tag.attrs:
            if attribute == "style" or attribute.startswith("on"):
                yield f"inline {attribute}: {described(tag)}"
        is_script_inside = tag.name == "script" and not tag.has_attr("src")
        if is_script_inside or tag.name in _NOWHERE or tag.get("target") == "_blank":
            yield f"<{tag.name}> has no place in a page: {described(tag)}"
        if str(tag.get("href", "")).lower().startswith("javascript:"):
            yield f"script in an address: {described(tag)}"


def nothing_comes_from_elsewhere(page: Page) -> Iterator[str]:
    own = urlsplit(page.url).netloc
    for tag in page.tags:
        asking = tag.attrs.keys() & (_ASKING | _ASKING_OF.get(tag.name, set()))
        for attribute in sorted(asking):
            address = str(tag[attribute])
            is_path = address.startswith("/") and not address.startswith("//")
            if not is_path and urlsplit(urljoin(page.url, address)).netloc != own:
                yield f"asks another host: {described(tag)}"


def links_say_where_they_go(page: Page) -> Iterator[str]:
    targets = defaultdict(set)
    for link in page.named("a"):
        if link.has_attr("href"):
            targets[name_of(link, page)].add(str(link["href"]))
    for name, written in targets.items():
        if len(written) > 1 and len(addresses := {urljoin(page.url, one) for one in written}) > 1:
            yield f"links of one name {name!r} go to {sorted(addresses)}"
    for forbidden in _FORBIDDEN_WORDS:
        if forbidden in page.words:
            yield f"says {forbidden!r}"


def images_have_words(page: Page) -> Iterator[str]:
    for image in page.named("img"):
        if not image.has_attr("alt"):
            yield f"image without alt: {described(image)}"
    for svg in page.named("svg"):
        named = svg.get("role") == "img" and (svg.get("aria-labelledby") or svg.get("aria-label"))
        if svg.get("aria-hidden") != "true" and not named:
            yield f"svg neither decorative nor named: {described(svg)}"


def tables_are_tables(page: Page) -> Iterator[str]:
    for table in page.named("table"):
        caption = table.find("caption")
        if caption is None or not words(caption):
            yield f"table without caption: {words(table)[:60]!r}"
        if not table.find("th"):
            yield f"table without header cells: {words(table)[:60]!r}"
        for header in table.find_all("th"):
            if header.get("scope") not in {"row", "col", "rowgroup", "colgroup"}:
                yield f"header cell without scope: {described(header)}"


def user_text_is_escaped(page: Page) -> Iterator[str]:
    for tag in page.having("class"):
        if "unescaped" in tag["class"]:
            yield f"user text became markup: {described(tag)}"
    if "&lt;" in page.text and HOSTILE_TEXT not in page.text:
        yield "text was escaped twice"


def _is_a_stop(tag: Tag) -> bool:
    return tag.name == "button" or (tag.has_attr("href") if tag.name == "a" else _type_of(tag) != "hidden")


def landmarks_are_there(page: Page) -> Iterator[str]:
    if len(page.named("main")) != 1:
        yield f"{len(page.named('main'))} main instead of one"
    first = next((tag for tag in page.named("a", "button", "input") if _is_a_stop(tag)), None)
    if first is None or not str(first.get("href", "")).startswith("#"):
        yield "the first stop of the keyboard is not the skip link"


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    parses_strictly,
    has_one_h1_named_in_title,
    is_in_the_right_language,
    ids_are_unique,
    references_have_targets,
    controls_have_labels,
    order_and_focus_are_left_alone,
    radio_groups_have_legends,
    headings_do_not_skip,
    no_heading_is_said_again,
    forms_are_safe,
    nothing_is_inline,
    nothing_comes_from_elsewhere,
    links_say_where_they_go,
    images_have_words,
    tables_are_tables,
    user_text_is_escaped,
    landmarks_are_there,
)
