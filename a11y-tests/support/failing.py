"""The portal for the browser tests, with one address that fails: what people see when the fault is ours."""

from portal.app import create_app
from portal.web.access import public
from support.server import FAILING

app = create_app()


@public
def fail() -> str:
    raise ValueError("a test wants to see what people see now")


app.add_url_rule(FAILING, view_func=fail)
