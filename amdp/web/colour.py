"""An organization's colour, made readable: one hex colour in, a small stylesheet out.

Contrast is WCAG 2.2's. A colour that is too light on paper, or too dark on the dark page, is moved towards
black or white in small steps until text in it reaches 4.5 : 1; the hue stays.
"""

import colorsys
import re
from dataclasses import dataclass

Rgb = tuple[int, int, int]

READABLE = 4.5
STEPS = 100
DEFAULT = "#155e75"
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
# The surfaces on which text in the accent stands; see static/css/tokens.css.
LIGHT_SURFACES: tuple[Rgb, ...] = ((255, 255, 255), (245, 246, 248), (240, 242, 245))
DARK_SURFACES: tuple[Rgb, ...] = ((23, 32, 41), (15, 22, 29), (30, 41, 52))
AMBER_HUE = 35 / 360
NEAR = 35 / 360
HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """One theme's accent: as a surface with text on it, as text, as a wash behind that text."""

    accent: str
    ink: str
    wash: str
    on_accent: str
    parts: tuple[str, str, str]


def is_colour(text: str) -> bool:
    """Is this ``#rrggbb``?"""
    return bool(HEX.fullmatch(text))


def rgb(text: str) -> Rgb:
    """``#155e75`` → (21, 94, 117)."""
    if not is_colour(text):
        raise ValueError("A colour is written as # and six digits or letters from a to f.")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def to_hex(colour: Rgb) -> str:
    """(21, 94, 117) → ``#155e75``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """``share`` of the other colour mixed in."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Relative luminance after WCAG."""
    parts = (value / 255 for value in colour)
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: Rgb, surfaces: tuple[Rgb, ...], towards: Rgb) -> Rgb:
    """The colour, moved towards black or white no further than it takes to read it on every surface."""
    for step in range(STEPS + 1):
        moved = mix(colour, towards, step / STEPS)
        if all(contrast(moved, surface) >= READABLE for surface in surfaces):
            return moved
    return towards


def light_palette(accent: Rgb) -> Palette:
    """For paper: the accent dark enough to be read, white text on it."""
    surface = readable(accent, LIGHT_SURFACES, BLACK)
    wash = mix(surface, WHITE, 0.9)
    ink = readable(surface, (*LIGHT_SURFACES, wash), BLACK)
    parts = (to_hex(ink), to_hex(mix(ink, WHITE, 0.42)), to_hex(mix(ink, WHITE, 0.68)))
    return Palette(to_hex(surface), to_hex(ink), to_hex(wash), "#ffffff", parts)


def dark_palette(accent: Rgb) -> Palette:
    """For the dark page: a surface that carries white text, and a lighter ink."""
    surface = readable(mix(accent, WHITE, 0.12), (WHITE,), BLACK)
    wash = mix(DARK_SURFACES[0], surface, 0.3)
    ink = readable(mix(accent, WHITE, 0.45), (*DARK_SURFACES, wash), WHITE)
    parts = (to_hex(ink), to_hex(mix(ink, DARK_SURFACES[0], 0.4)), to_hex(mix(ink, DARK_SURFACES[0], 0.7)))
    return Palette(to_hex(surface), to_hex(ink), to_hex(wash), "#ffffff", parts)


def is_amber(colour: Rgb) -> bool:
    """Would the second colour of a chart, an amber, look like this one?"""
    hue, _, saturation = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    return saturation > 0.1 and abs(hue - AMBER_HUE) < NEAR


def rules(selector: str, palette: Palette, *, chart: str, second: str) -> str:
    """One theme's block of the stylesheet."""
    lines = {
        "--accent": palette.accent,
        "--accent-rgb": ", ".join(str(value) for value in rgb(palette.accent)),
        "--accent-ink": palette.ink,
        "--accent-wash": palette.wash,
        "--on-accent": palette.on_accent,
        "--chart-1": chart,
        "--chart-2": second,
        "--part-1": palette.parts[0],
        "--part-2": palette.parts[1],
        "--part-3": palette.parts[2],
    }
    return f"{selector} {{ " + " ".join(f"{name}: {value};" for name, value in lines.items()) + " }\n"


def brand_css(accent: str) -> str:
    """The stylesheet that gives every page this accent, checked for both themes."""
    colour = rgb(accent if is_colour(accent) else DEFAULT)
    light, dark = light_palette(colour), dark_palette(colour)
    second = ("#1f4f99", "#8fb8f0") if is_amber(colour) else ("#8a5a12", "#e0b064")
    return rules(':root, [data-bs-theme="light"]', light, chart=light.accent, second=second[0]) + rules(
        '[data-bs-theme="dark"]', dark, chart=dark.ink, second=second[1]
    )
