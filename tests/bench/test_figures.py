"""Figures say what was measured, and documents keep what was not measured anew."""

from pathlib import Path

import pytest
from tests.bench.document import PARTS, write
from tests.bench.figures import Figure, percentile, table


@pytest.mark.parametrize(
    "values, aim, verdict",
    [((0.0,), 0.0, "met"), ((1.0,), 0.0, "**missed**"), ((1.0, 9.0, 2.0), 3.0, "met"), ((5.0,), None, "")],
)
def test_an_aim_is_met_by_a_median_of_no_more(values: tuple[float, ...], aim: float | None, verdict: str) -> None:
    assert Figure("start", values, "s", aim).verdict == verdict


def test_repeated_measurements_show_their_extremes() -> None:
    lines = table([Figure("start", (6.0, 4.25, 12.34), "s", 15.0), Figure("writes", (0.0,))]).splitlines()
    assert lines[2] == "| start | 6 s (median of 3: 4.25 to 12.3) | at most 15 s | met |"
    assert lines[3] == "| writes | 0 |  |  |"


def test_percentiles_are_measured_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 50) == 50
    assert percentile(values, 95) == 95
    assert percentile([3.0], 95) == 3.0
    assert percentile([1.0, 2.0], 50) == 1.0


def test_a_figure_survives_its_way_between_processes() -> None:
    figure = Figure("start", (1.0, 2.0), "s", 15.0)
    assert Figure.from_json(figure.as_json()) == figure


def test_a_part_measured_anew_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    first, second = PARTS["operator"].title, PARTS["audit"].title
    write(document, [f"## {second}\n\nold"])
    write(document, [f"## {first}\n\nold"])
    write(document, [f"## {second}\n\nnew"])
    text = document.read_text()
    assert text.startswith("# Benchmarks\n")
    assert text.endswith(f"## {first}\n\nold\n\n## {second}\n\nnew\n")
