"""How a page in a certain state is reached: one line of the table of pages."""

from collections.abc import Callable
from dataclasses import dataclass

from support import Someone, Stage, Visitor

Reach = Callable[[Visitor], None]


@dataclass(frozen=True)
class PageState:
    """A page of one address (`route`, a rule of the URL map) in one state, and how a visitor reaches it.

    What is not `is_in_every_run` is looked at by `make access` alone.
    """

    route: str
    state: str
    reach: Reach
    status: int = 200
    is_in_every_run: bool = True

    @property
    def name(self) -> str:
        return f"{self.route} {self.state}"


def plain(path: str) -> Reach:
    """Just open it."""
    return lambda visitor: visitor.open(path)


def signed_in(who: Callable[[Stage], Someone], path: str) -> Reach:
    """Open it as somebody."""

    def reach(visitor: Visitor) -> None:
        visitor.sign_in(who(visitor.stage))
        visitor.open(path)

    return reach


def sending(before: Reach, press: str = "main form .actions button", **fields: str | bool) -> Reach:
    """Reach a page, fill it in and press a button of its form."""

    def reach(visitor: Visitor) -> None:
        before(visitor)
        visitor.send(fields, press)

    return reach


def emptied(before: Reach) -> Reach:
    """Reach a page and take back every answer that it shows."""

    def reach(visitor: Visitor) -> None:
        before(visitor)
        visitor.clear()

    return reach
