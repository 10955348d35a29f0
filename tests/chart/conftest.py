"""Fixtures of the chart's tests."""

from pathlib import Path

import pytest
from tests.chart.rendering import Helm, Rendered
from tests.cluster.programs import Programs


@pytest.fixture
def helm(programs: Programs, tmp_path: Path) -> Helm:
    """The pinned Helm."""
    return Helm(programs, tmp_path)


@pytest.fixture
def default(helm: Helm) -> Rendered:
    """The chart with its defaults."""
    return helm.template()
