"""The page of HTML can be read: by those who see little, in the dark, by those who hear it."""

import re
from pathlib import Path

import pytest
from tests.adapters.render.documents import everything
from tests.adapters.render.reading import Markup

import readiness.adapters.render
from readiness.adapters.render import render

STYLE = Path(readiness.adapters.render.__file__).with_name("page.css").read_text()
_COLOUR = re.compile(r"--(\w+): (#[0-9a-f]+);")
_ENOUGH = 4.5  # WCAG 2.2, AA: the contrast of a text with what it stands on


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("number, where", [(0, "by day"), (1, "in the dark"), (2, "on paper")])
def test_every_colour_of_a_text_stands_out(number: int, where: str) -> None:
    palettes = [dict(_COLOUR.findall(block)) for block in re.findall(r":root {(.*?)}", STYLE, re.DOTALL)]
    assert len(palettes) == 3
    palette = palettes[number]
    for name in ("ink", "faint", "good", "fair", "bad", "open"):
        assert _contrast(palette[name], palette["paper"]) >= _ENOUGH, f"{name} {where}"


def test_every_class_of_the_page_has_a_style_or_none_is_meant() -> None:
    page = Markup(render(everything(), "html"))
    used = {word for name, value in page.attributes if name == "class" for word in (value or "").split()}
    assert used - {"waived", "notApplicable"} <= set(re.findall(r"\.([A-Za-z]+)", STYLE))


def test_a_reader_hears_what_each_table_and_cell_is_about() -> None:
    page = Markup(render(everything(), "html"))
    assert page.tags["table"] == page.tags["caption"] == page.tags["thead"]
    assert page.tags["th"] == sum(name == "scope" for name, _ in page.attributes)
    assert page.tags["main"] == page.tags["h1"] == 1
    anchors = {value for name, value in page.attributes if name == "id"}
    assert {f"#{each}" for each in anchors} == {value for name, value in page.attributes if name == "href"}
    assert ("lang", "en") in page.attributes
