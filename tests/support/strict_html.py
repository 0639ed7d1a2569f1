"""html5lib with a swifter eye for tags as our templates write them; thousands of pages are read in one run.

What is found, forgiven and built stays html5lib's own: a tag that is odd in any way is left to it.
"""

import re
from typing import Any

import html5lib
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes

# Small letters, every value between double quotes and without a reference.
_PLAIN_ATTRIBUTE = re.compile(r'[\t\n\f ]+([a-z][a-z-]*)(?:="([^"&\0]*)")?')
_PLAIN_TAG = re.compile(rf"(/?)([a-z][a-z0-9]*)((?:{_PLAIN_ATTRIBUTE.pattern})*)[\t\n\f ]*(/?)>")


class _Swift(HTMLTokenizer):
    """Reads a plain tag at once; whatever is odd about one is left to html5lib, letter by letter."""

    def tagOpenState(self) -> bool:
        stream = self.stream
        tag = _PLAIN_TAG.match(stream.chunk, stream.chunkOffset)
        if tag is None:
            return bool(super().tagOpenState())
        ends, name, rest, closes_itself = tag[1], tag[2], tag[3], tag[6]
        attributes = _PLAIN_ATTRIBUTE.findall(rest)
        if (ends and (attributes or closes_itself)) or len(dict(attributes)) < len(attributes):
            return bool(super().tagOpenState())
        stream.chunkOffset = tag.end()
        self.currentToken = {
            "type": tokenTypes["EndTag" if ends else "StartTag"],
            "name": name,
            "data": attributes,
            "selfClosing": bool(closes_itself),
            "selfClosingAcknowledged": False,
        }
        self.emitCurrentToken()
        return True


class StrictParser(html5lib.HTMLParser):
    """Remembers in ``errors`` what it forgives, as html5lib does."""

    def _parse(self, stream: Any, *whole: Any, **options: Any) -> None:
        self.innerHTMLMode, self.container, self.scripting = False, "div", False
        self.tokenizer = _Swift(stream, parser=self, **options)
        self.reset()
        self.mainLoop()
