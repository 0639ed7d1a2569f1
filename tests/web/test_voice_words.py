"""What the person's own voice says before anything is done: of the application as it is."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from portal.usecases.in_my_name import InMyName
from portal.web.voice_words import EXPLAINED, STOPPED, what_follows


@pytest.mark.parametrize(
    ("state", "held"), [("draft", "draft"), ("in_review", "handed_in"), ("returned", "handed_in")]
)
def test_objecting_says_what_it_holds_up_in_this_application(state: str, held: str) -> None:
    application = SimpleNamespace(state=state, is_hidden=False)
    seen = cast(InMyName, cast(Any, SimpleNamespace(application=application, is_agent_told=True)))
    said = what_follows("stop", seen)
    assert [id(words) for words in said] == [id(STOPPED[held]), id(EXPLAINED["stop"])]
