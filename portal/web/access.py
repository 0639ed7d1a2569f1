"""Who may come in: every view carries exactly one of these marks, and what carries none is closed.

The marks only say; ``enforce`` (before every request) acts on them, so no view can forget to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed
from portal.usecases.actor import VISITOR, Actor

View = TypeVar("View", bound=Callable[..., Any])
Mark = Callable[[Callable[..., Any]], Callable[..., Any]]
"""A decorator that says who may come in."""


OFFICE = (
    Role.COUNTY_REVIEWER,
    Role.COUNTY_APPROVER,
    Role.TOWNSHIP_CLERK,
    Role.HOSPITAL,
    Role.UPPER_REVIEWER,
    Role.DEPARTMENT_OFFICER,
    Role.CONTRACTOR,
    Role.LEAD,
)

COUNTER = (Role.DESK_CLERK, Role.TOWNSHIP_CLERK)


@dataclass(frozen=True)
class Access:
    kind: str  # public, applicant, signed_in, any_staff, staff
    roles: tuple[Role, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(self.roles)})" if self.roles else self.kind

    def admits(self, actor: Actor) -> bool:
        if self.kind == "public":
            return True
        if self.kind == "signed_in":
            return actor.kind in ("resident", "staff")
        if self.kind == "applicant":
            return actor.kind == "resident"
        if self.kind == "any_staff":
            return actor.kind == "staff"
        return actor.kind == "staff" and actor.role in self.roles


def _mark(view: View, access: Access) -> View:
    if hasattr(view, "portal_access"):
        raise RuntimeError(f"{view.__name__} says twice who may come in")
    view.portal_access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone, signed in or not."""
    return _mark(view, Access("public"))


def applicant(view: View) -> View:
    """A signed-in resident (who may act for someone else)."""
    return _mark(view, Access("applicant"))


def signed_in(view: View) -> View:
    """Residents and staff alike, where the use case says whose it is: a document that is looked at."""
    return _mark(view, Access("signed_in"))


def any_staff(view: View) -> View:
    """Staff at any post or none yet: choosing one."""
    return _mark(view, Access("any_staff"))


def staff(*roles: Role) -> Callable[[View], View]:
    """Staff who sit at a post with one of these roles."""
    return lambda view: _mark(view, Access("staff", roles))


def desk(view: View) -> View:
    """Whoever stands beside people: counter staff, and liaisons, who see only what they do themselves."""
    return _mark(view, Access("staff", (*COUNTER, Role.LIAISON)))


def counter(view: View) -> View:
    """Counter staff: the unit's own work, which no liaison sees."""
    return _mark(view, Access("staff", COUNTER))


def office(view: View) -> View:
    """Whoever works on applications behind the counter, and the heads of their units."""
    return _mark(view, Access("staff", OFFICE))


def admin(view: View) -> View:
    """Administrators: settings, units and staff, never applications."""
    return _mark(view, Access("staff", (Role.ADMINISTRATOR,)))


def actor() -> Actor:
    """Who makes this request."""
    found = g.get("actor", VISITOR)
    assert isinstance(found, Actor)
    return found


def access_of(view: Callable[..., Any]) -> Access | None:
    return getattr(view, "portal_access", None)


def enforce() -> Response | None:
    """Before each request: open to whom the view's mark admits, closed to everyone else."""
    if request.endpoint is None:
        return None  # no such address: the error page says so
    access = access_of(current_app.view_functions[request.endpoint])
    who = actor()
    if access is not None and access.admits(who):
        return None
    if access is None or who.kind != "visitor":
        raise NotAllowed
    is_for_staff = access.kind.endswith("staff") or (access.kind == "signed_in" and g.locked)
    front = staff_front() if is_for_staff else "/sign-in"
    where = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(f"{front}?{urlencode({'next': where})}", 303)


def staff_front() -> str:
    """Where staff show who they are: at the door, or at the lock of the session that they left open."""
    return "/staff/unlock" if g.locked else "/staff/sign-in"


def register(app: Flask) -> None:
    app.before_request(enforce)
