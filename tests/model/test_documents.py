"""Documents in ConfigMaps: what is told of those that cannot be parsed."""

import pytest

from readiness.model.parse.documents import fault_of
from readiness.model.parse.surroundings import config_map

ODD = "it is nested too deeply, or has a number that is too long"


@pytest.mark.parametrize(
    "name, content, fault",
    [
        ("app.json", '{"a": 1}', ""),
        ("app.json", '{"a": }', "line 1, column 7"),
        ("app.json", "[" * 100_000, ODD),
        ("app.json", "9" * 10_000, ODD),
        ("app.toml", "a = 1", ""),
        ("app.toml", "a = 1\nb = ,", "line 2, column 5"),
        ("app.toml", "a = ", "end of document"),
        ("app.toml", "a = " + "[" * 100_000, ODD),
        ("app.json", "{" * 1_000_001, ""),
        ("app.json", 5, ""),
        ("app.yaml", "{", ""),
        ("app.env", "# who\nexport A=1\n\nB_2 = 'x'\nC=", ""),
        (".env", 'KEY="-----BEGIN\nnot a line of its own\n-----END"\nB=2', ""),
        ("app.env", "A=it's\nB", "line 2"),
        ("app.env", "A: 1", "line 1"),
        ("app.env", "A=" + " " * 100_000 + "\nB", "line 2"),
    ],
    ids=range(16),
)
def test_a_broken_document_is_told_with_its_place(name: str, content: object, fault: str) -> None:
    assert fault_of(name, content) == fault


def test_short_documents_without_a_credential_are_kept() -> None:
    data = {
        "a.json": '{"rate": 5}',
        "b.json": '{"rate": }',
        "c.json": '{"password": "kX9$fQ2!vL8mWz4t"}',
        "d.json": f'"{"x" * 16_384}"',
        "e.toml": "rate = 5",
        ".env": "RATE=5",
        "f.yaml": "rate: 5",
        "g.json": 5,
    }
    assert set(config_map({"data": data}).documents) == {"a.json", "e.toml", ".env"}


def test_dashboards_are_not_kept_as_documents() -> None:
    board = {"metadata": {"labels": {"grafana_dashboard": "1"}}, "data": {"a.json": '{"title": "Cart"}'}}
    assert config_map(board).documents == {}
