"""The detector finds the samples it must find, passes over the others, and repeats no value."""

import base64
import dataclasses
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from readiness.model.credentials import Hit, find_in_arguments, find_in_text, find_in_value, names, words
from readiness.model.credentials.search import MAX_HITS, MAX_TEXT, MAX_VALUE
from readiness.model.credentials.shapes import SHAPES, SHORTEST_TOKEN, Shape

NAMED = "value named like a credential"
SAMPLES: dict[str, Any] = yaml.load((Path(__file__).parent / "credentials.yaml").read_text(), Loader=yaml.CSafeLoader)
FINDINGS, QUIET = SAMPLES["findings"], SAMPLES["quiet"]


def joined(value: Any) -> str:
    return "".join(joined(part) for part in value) if isinstance(value, list) else str(value)


def samples(of: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(sample, id=f"{number}") for number, sample in enumerate(of)]


def test_samples_are_many_on_both_sides() -> None:
    for side in (FINDINGS, QUIET):
        assert sum(len(side[kind]) for kind in ("values", "texts", "arguments")) >= 90


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.what)
def test_a_short_value_without_an_at_sign_has_no_shape(shape: Shape) -> None:
    least, _ = re._parser.parse(shape.pattern).getwidth()  # type: ignore[attr-defined]
    assert least >= SHORTEST_TOKEN or ")@" in shape.pattern


@pytest.mark.parametrize("sample", samples(FINDINGS["values"]))
def test_finds_value(sample: dict[str, Any]) -> None:
    name, value = sample["name"], joined(sample["value"])
    assert find_in_value(name, value) == Hit(sample.get("what", NAMED), name)


@pytest.mark.parametrize("sample", samples(QUIET["values"]))
def test_passes_over_value(sample: dict[str, Any]) -> None:
    assert find_in_value(sample["name"], joined(sample["value"])) is None


@pytest.mark.parametrize("sample", samples(FINDINGS["texts"]))
def test_finds_in_text(sample: dict[str, Any]) -> None:
    expected = [Hit(what[0] if what else NAMED, name, line) for line, name, *what in sample["hits"]]
    assert list(find_in_text(sample["key"], joined(sample["text"]))) == expected


@pytest.mark.parametrize("sample", samples(QUIET["texts"]))
def test_passes_over_text(sample: dict[str, Any]) -> None:
    assert find_in_text(sample["key"], joined(sample["text"])) == ()


@pytest.mark.parametrize("sample", samples(FINDINGS["arguments"]))
def test_finds_in_arguments(sample: dict[str, Any]) -> None:
    hits = find_in_arguments([joined(arg) for arg in sample["args"]])
    assert [hit.name for hit in hits] == sample["names"]
    assert all(hit.line is None for hit in hits)


@pytest.mark.parametrize("sample", samples(QUIET["arguments"]))
def test_passes_over_arguments(sample: dict[str, Any]) -> None:
    assert find_in_arguments([joined(arg) for arg in sample["args"]]) == ()


@pytest.mark.parametrize("value", ["changeme", "password", "<password>", "***", "db-password"])
def test_placeholders_are_findings_on_demand(value: str) -> None:
    assert find_in_value("DB_PASSWORD", value) is None
    assert find_in_value("DB_PASSWORD", value, placeholders=False) == Hit(NAMED, "DB_PASSWORD")


def test_samples_of_issuers_are_findings_on_demand() -> None:
    sample = "gh" + "p_" + "x" * 36
    assert find_in_value("X", sample, placeholders=False) == Hit("GitHub token", "X")
    assert find_in_text("x", "a: 1\nurl: redis://:password@db\n", placeholders=False) == (
        Hit("URL with a password", "url", 2),
    )


@pytest.mark.parametrize("value", ["$(DB_PASSWORD)", "/run/secrets/db", ""])
def test_references_are_no_findings_even_without_placeholders(value: str) -> None:
    assert find_in_value("DB_PASSWORD", value, placeholders=False) is None


def test_own_names_replace_the_built_in_rule() -> None:
    names = [re.compile("(?i)kennwort"), re.compile("^geheim")]
    assert find_in_value("DB_KENNWORT", "hunter2", names=names) == Hit(NAMED, "DB_KENNWORT")
    assert find_in_value("DB_PASSWORD", "hunter2", names=names) is None
    assert find_in_text("app.yaml", "a: 1\ngeheim: hunter2\npassword: hunter2\n", names=names) == (
        Hit(NAMED, "geheim", 2),
    )
    assert find_in_arguments(["--kennwort", "hunter2"], names=names) == (Hit(NAMED, "kennwort"),)


def test_own_names_keep_shapes_and_what_is_surely_no_secret() -> None:
    names = [re.compile("kennwort")]
    random = joined(SAMPLES["parts"]["mixed40"])
    assert find_in_value("URL", "redis://:hunter2@db", names=names) == Hit("URL with a password", "URL")
    assert find_in_value("VALUE", random, names=names) == Hit("high-entropy value", "VALUE")
    assert find_in_value("CLIENT_ID", random, names=names) is None


def test_a_line_far_into_one_long_line_is_still_found() -> None:
    text = '{"a": 1}' * 200 + '{"password": "hunter2"}' + '{"a": 1}' * 200
    assert find_in_text("app.json", text) == (Hit(NAMED, "password", 1),)


def test_a_name_that_could_be_a_credential_is_not_repeated() -> None:
    random = joined(SAMPLES["parts"]["mixed36"])
    for name in (f"{random}.password", "password." * 40, "gh" + f"p_{random}.password"):
        hits = find_in_text("app.properties", f"a=1\n{name}=hunter2\n", names=[re.compile("password")])
        assert {(hit.name, hit.line) for hit in hits} == {("app.properties", 2)}


def test_every_word_of_the_rule_has_a_root() -> None:
    """Texts without a root are not searched for names, so a word without one would never be found in them."""
    ends = {*words.PASSWORD_ENDS, *words.SECRET_ENDS}
    known = words.PASSWORDS | words.SECRETS | words.LOGINS | words.HINTS | ends
    assert {word for word in known if not names.has_root(word)} == {"pat"}


def test_hits_are_bounded() -> None:
    text = "\n".join(f"password{n}: hunter2\nurl{n}: redis://:hunter2@db" for n in range(MAX_HITS))
    hits = find_in_text("app.yaml", text)
    assert len(hits) == MAX_HITS
    assert [hit.line for hit in hits] == list(range(1, MAX_HITS + 1))


def test_only_the_start_of_an_overlong_input_is_read() -> None:
    assert find_in_value("X", " " * 8 + "a" * MAX_VALUE + " password=hunter2") is None
    assert find_in_text("x", "a\n" * (MAX_TEXT // 2) + "password: hunter2\n") == ()


def test_nested_json_in_a_token_header_does_no_harm() -> None:
    header = base64.urlsafe_b64encode(b"[" * 1500).decode().rstrip("=")
    assert find_in_value("X", f"{header.replace('W1', 'eyJ', 1)}.{'a' * 20}.{'b' * 20}") is None


def test_hit_is_a_plain_value() -> None:
    hit = Hit("private key", "tls.key", 1)
    assert {field.name for field in dataclasses.fields(hit)} == {"what", "name", "line"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        hit.name = "other"  # type: ignore[misc]


WORDING = str(Hit("", "DB_PASSWORD app.yaml password DATABASE_URL url", 1)) + "".join(
    str(sample.get("what", NAMED)) for sample in FINDINGS["values"]
)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=60)


@given(VALUES)
def test_values_are_never_repeated(value: str) -> None:
    assume(value not in WORDING)
    hits = [
        find_in_value("DB_PASSWORD", value),
        find_in_value("DATABASE_URL", f"redis://:{value}@db"),
        *find_in_text("app.yaml", f"a: 1\npassword: {value}\n"),
        *find_in_text("app.yaml", f'{{"password": "{value}"}}'),
        *find_in_text("app.yaml", value),
        *find_in_arguments([f"--password={value}", "--password", value, f"PASSWORD={value}"]),
    ]
    assert all(value not in f"{hit!s}{hit!r}" for hit in hits)


PIECES = [*(Path(__file__).parent / "credentials.yaml").read_text().split(), "\\", '\\"', "İ", "\ud800", "{{", "$("]
ANYTHING = st.text() | st.lists(st.sampled_from([*PIECES, " ", "\n", ":", "=", "|", "-"])).map("".join)


@given(ANYTHING, ANYTHING)
def test_arbitrary_text_raises_nothing(name: str, text: str) -> None:
    find_in_value(name, text)
    find_in_text(name, text)
    find_in_arguments([name, text])


def takes_less_than(seconds: float, run: Callable[[], object]) -> bool:
    """Whether one of three runs is fast enough, by the processor's time: what else the machine does counts little."""
    return any(_seconds(run) < seconds for _ in range(3))


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


# The goals are a third of these; the rest is room for slow machines.
unmeasured = pytest.mark.skipif(sys.gettrace() is not None, reason="tracing multiplies the times")


@unmeasured
def test_ordinary_values_cost_microseconds() -> None:
    ordinary = [(f"SETTING_{n}_URL", f"http://service-{n}.shop.example:8080/api") for n in range(5000)]
    ordinary += [(f"FEATURE_{n}", "enabled") for n in range(5000)]
    assert takes_less_than(0.3, lambda: [find_in_value(name, value) for name, value in ordinary])


@unmeasured
@pytest.mark.parametrize(
    "unit",
    [
        "server:\n  port: 8080\n  cacheKey: products\n  tokenUrl: https://login.shop.example/token\n",
        '{"id":17,"name":"shop","cacheKey":"products","enabled":true},',
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9.",
        "://a:",
        '"a:@tcp(',
        "password=",
        "password=$",
        "{{",
        "${",
        "$(",
        "curl ",
        "name: ",
        "a ",
        " ",
        "-----BEGIN PRIVATE KEY-----",
        "AKIAQWERTYUIOPASDFGH ",
        "token: ${token:-",
    ],
)
def test_a_full_config_map_costs_a_fraction_of_a_second(unit: str) -> None:
    text = unit * (MAX_TEXT // len(unit))
    assert takes_less_than(0.9, lambda: find_in_text("app.yaml", text))
