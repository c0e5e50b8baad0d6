import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amdp.web.colour import (
    DARK_SURFACES,
    DEFAULT,
    LIGHT_SURFACES,
    WHITE,
    brand_css,
    contrast,
    dark_palette,
    light_palette,
    rgb,
    to_hex,
)

colours = st.tuples(*[st.integers(0, 255)] * 3)


def test_contrast_is_that_of_wcag():
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert contrast(rgb("#123456"), rgb("#123456")) == 1


@given(colours)
def test_a_colour_is_written_and_read_alike(colour):
    assert rgb(to_hex(colour)) == colour


@given(colours)
def test_every_colour_becomes_readable_on_paper(colour):
    palette = light_palette(colour)
    assert contrast(rgb(palette.accent), WHITE) >= 4.5
    for surface in (*LIGHT_SURFACES, rgb(palette.wash)):
        assert contrast(rgb(palette.ink), surface) >= 4.5


@given(colours)
def test_every_colour_becomes_readable_on_the_dark_page(colour):
    palette = dark_palette(colour)
    assert contrast(rgb(palette.accent), rgb(palette.on_accent)) >= 4.5
    for surface in (*DARK_SURFACES, rgb(palette.wash)):
        assert contrast(rgb(palette.ink), surface) >= 4.5


def test_a_readable_colour_is_left_alone():
    assert light_palette(rgb(DEFAULT)).accent == DEFAULT


@given(colours)
def test_the_stylesheet_holds_nothing_but_colours(colour):
    css = brand_css(to_hex(colour))
    assert css.count("--accent-ink:") == 2
    assert re.fullmatch(r"[-\w:,\[\]=\"#.{};\s]+", css)


def test_what_is_no_colour_becomes_ours():
    assert brand_css("red; } body { display: none") == brand_css(DEFAULT)
