"""The camera: allowed on the pages of a visit on which papers are taken in, and nowhere else."""

import pytest
from flask import Flask

from portal.web.responses import WITH_CAMERA
from tests.support.people import furnish
from tests.support.visits import Counter, visitor_at

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def counter(app: Flask) -> Counter:
    furnish(app)
    return visitor_at(app)


def policy(counter: Counter, path: str) -> str:
    answer = counter.client.get(path)
    assert len(answer.response.headers.getlist("Permissions-Policy")) == 1
    return answer.response.headers["Permissions-Policy"]


def test_camera_is_open_to_pages_where_papers_are_taken_in(counter: Counter) -> None:
    answers = {"part/papers": {"evidence_hukou": "upload"}, "check": {}}
    for rest, own in answers.items():
        reference = counter.filled(own=own)
        assert "camera=(self)" in policy(counter, counter.at(reference, rest)), rest
        assert counter.client.page.select("script[src*=camera]"), rest


def test_camera_is_closed_everywhere_else(counter: Counter) -> None:
    reference = counter.filled()
    for path in (
        "/",
        "/desk/visits",
        counter.href(),
        counter.at(reference),
        counter.at(reference, "read/papers"),
    ):
        assert "camera=()" in policy(counter, path), path
        assert not counter.client.page.select("script[src*=camera]"), path


def test_pages_with_a_camera_are_pages_that_there_are(app: Flask) -> None:
    assert set(app.view_functions) >= WITH_CAMERA
