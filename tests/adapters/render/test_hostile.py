"""Whatever a manifest is called, and whatever a check says of it, a format stays what it is."""

import json
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from tests.adapters.render.documents import Raw, card, document, everything, finding, line, report
from tests.adapters.render.reading import Markup, markdown, sarif

from readiness.adapters.render import render
from readiness.adapters.render.paint import Paint, printable

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><![CDATA[ &amp; <!-- ",
    "| a | b |\n|---|---|\n\n# head\n- ```\n</details>",
    "[link](https://shop.example) ![x](y) @everyone `code` **b** _i_ ~~s~~ https://shop.example <https://a.b>",
    "\x1b[31mred\x00\x07\r\n\u2028\u202e\ufffe&#x1F4A9;\\",
    "- &anchor *alias !!python/object: {a: b} # %TAG",
    "../../etc/passwd?a#b%2e",
    "",
)  # fmt: skip
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


def hostile(text: str, place: str = "") -> Raw:
    """A list of reports that says this text wherever somebody else chooses the words."""
    said = line(text, "fail", "critical", title=text, category=text, stage=text, references=[text], remedy=text,
                findings=[finding(text, text, text), finding(text, "", "")])  # fmt: skip
    waived = line("waived", "waived", waiver={"name": text, "expirationTime": text}, findings=[finding(text, text, "")])
    unknown = line("asked", "unknown", checks=[
        {"id": text, "outcome": "unknown", "reason": "EvidenceMissing", "findings": [{"message": text}]}
    ])  # fmt: skip
    one = card(said, waived, unknown, line("warned", "warn", "low", title=text, findings=[finding(text)]), policy=text,
               items=text, stage=text, passed=[text, "p"], notApplicable=["n"],
               stages=[{"name": text, "passed": 1, "total": 2, "percent": 50, "reached": False}],
               categories=[{"name": text, "passed": 1, "total": 2, "percent": 50, "target": 100, "state": "Pending"}],
               gates=[{"name": text, "passed": False, "failing": [text]}])  # fmt: skip
    told = document(report(one, card(policy="other"), name=text, namespace=text, source=f"{text}:3"), report(card()))
    missed = {"namespace": text, "kind": "Deployment", "name": text, "file": text, "line": 1}
    told["summary"]["unselected"] = [missed]
    return told


@given(text=texts)
def test_json_and_yaml_say_what_was_said(text: str) -> None:
    told = hostile(text)
    assert json.loads(render(told, "json")) == told
    assert yaml.safe_load(render(told, "yaml")) == told


@given(text=texts)
@pytest.mark.parametrize("output", ["text", "wide"])
@pytest.mark.parametrize("paint", [Paint(), Paint(ascii=True), Paint(width=80)])
def test_text_has_its_own_lines_and_no_control_character(text: str, output: str, paint: Paint) -> None:
    told = render(hostile(text), output, paint)
    assert all(each.isprintable() for each in told.split("\n"))
    if text and not paint.width:
        assert told.count("\n") == render(hostile("a"), output, paint).count("\n")


@given(text=texts.filter(bool))
def test_sarif_is_valid_and_has_the_results_that_it_should(text: str) -> None:
    run = sarif(render(hostile(text), "sarif"))
    assert len(run["results"]) == len(sarif(render(hostile("a"), "sarif"))["results"])
    assert "](" not in "".join(result["message"]["text"] for result in run["results"])


@given(text=texts)
def test_junit_is_xml_whose_sums_are_those_of_its_cases(text: str) -> None:
    root = ET.fromstring(render(hostile(text), "junit"))
    for element in (root, *root.findall("testsuite")):
        found = [len(element.findall(f".//{tag}")) for tag in ("testcase", "failure", "error", "skipped")]
        assert [int(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped")] == found
    (failure,) = root.findall(".//failure")
    assert failure.attrib["message"] == (printable(text) or "fail")


@given(text=texts.filter(str.strip))
@example(text="www.shop.example")
def test_markdown_has_our_elements_alone_and_says_the_name(text: str) -> None:
    page = markdown(render(hostile(text), "markdown"))
    plain = markdown(render(hostile("a"), "markdown"))
    empty = {"p", "li", "b"}  # where nothing is said there may be no element
    assert {tag: count for tag, count in page.tags.items() if tag not in empty} == {
        tag: count for tag, count in plain.tags.items() if tag not in empty
    }
    assert page.rows == plain.rows
    assert not [name for name, _ in page.attributes if name != "style"]
    assert _spaceless(printable(text)) in _spaceless(page.text)


@given(text=texts)
def test_html_has_our_elements_alone_and_says_the_name(text: str) -> None:
    page, plain = Markup(render(hostile(text), "html")), Markup(render(hostile("a"), "html"))
    assert set(page.tags) <= set(plain.tags)
    assert page.rows == plain.rows
    names = {name for name, _ in page.attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "action")]
    assert all(str(value).startswith("#w") for name, value in page.attributes if name == "href")
    assert printable(text) in page.text


def _spaceless(text: str) -> str:
    return "".join(text.replace("\N{ZERO WIDTH SPACE}", "").split())


def test_html_fetches_nothing_and_runs_nothing() -> None:
    page = render(everything(), "html")
    assert "default-src 'none'" in page
    assert not [word for word in ("http://", "https://", "url(", "@import", "<script", "javascript:") if word in page]
