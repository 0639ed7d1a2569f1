"""What the browser tests ask a real browser: axe-core, and what axe-core cannot know."""

from support.axe import assert_accessible, axe_version, keep_axe_ready
from support.browser import Chromium, asked_for, open_chromium
from support.cast import Someone
from support.focus import TabStop, assert_focus_is_visible, tab_stops
from support.keyboard import Filling, Keyboard
from support.layout import (
    assert_borders_in_forced_colours,
    assert_fits_width,
    assert_shape_holds,
    assert_survives_text_spacing,
    assert_targets_are_large,
)
from support.looks import Look, faults_of_looks, wear
from support.pairs import pairwise
from support.person import Person
from support.server import Server, start_server
from support.stage import ELSEWHERE, LONG, PLAIN, Held, Posted, Stage, Staged
from support.tree import assert_in_order, spoken_names, spoken_order
from support.visitor import Visitor
from support.whole_page import faults_of_page

__all__ = [
    "ELSEWHERE",
    "LONG",
    "PLAIN",
    "Chromium",
    "Filling",
    "Held",
    "Keyboard",
    "Look",
    "Person",
    "Posted",
    "Server",
    "Someone",
    "Stage",
    "Staged",
    "TabStop",
    "Visitor",
    "asked_for",
    "assert_accessible",
    "assert_borders_in_forced_colours",
    "assert_fits_width",
    "assert_focus_is_visible",
    "assert_in_order",
    "assert_shape_holds",
    "assert_survives_text_spacing",
    "assert_targets_are_large",
    "axe_version",
    "faults_of_looks",
    "faults_of_page",
    "keep_axe_ready",
    "open_chromium",
    "pairwise",
    "spoken_names",
    "spoken_order",
    "start_server",
    "tab_stops",
    "wear",
]
