"""What no file of the repository may be or say."""

import operator
import re
import sysconfig
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGE, ROOT, files, python_files, shown, text_files

_VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base"})
_NAMED_BY_THEIR_FOLDER = frozenset({PACKAGE / "policy/v1alpha1/base.py"})  # the base of the API's models

# Addresses of registries come from the settings of whoever installs, and images in examples are from
# registry.shop.example. In parts, or this file would name them.
_REGISTRIES = [
    ".".join(parts)
    for parts in (("pypi", "org"), ("pythonhosted", "org"), ("proxy", "golang"), ("npmjs", "org"), ("index", "docker"),
                  ("registry", "k8s", "io"), ("gcr", "io"), ("ghcr", "io"), ("quay", "io"))
]  # fmt: skip
_UNFINISHED = re.compile(r"(#|//).*\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SOMEBODYS_MACHINE = re.compile(r"(?<![\w.$}~-])/(work|Users|root)/")


def test_the_standard_librarys_operator_is_not_shadowed() -> None:
    assert not (ROOT / "operator/__init__.py").exists()
    assert Path(operator.__file__).parent == Path(sysconfig.get_path("stdlib"))


def test_no_module_has_a_name_that_could_hold_anything() -> None:
    vague = [path for path in python_files() if path.stem in _VAGUE_NAMES and path not in _NAMED_BY_THEIR_FOLDER]
    assert not [shown(path) for path in vague]


@pytest.mark.parametrize("registry", _REGISTRIES)
def test_no_file_names_a_registry(registry: str) -> None:
    assert not [shown(path) for path, text in text_files() if registry in text]


def test_nothing_is_left_for_later() -> None:
    assert not [shown(path) for path, text in text_files() if _UNFINISHED.search(text)]


def test_no_file_knows_somebodys_machine() -> None:
    found = {shown(path): _SOMEBODYS_MACHINE.search(text) for path, text in text_files()}
    assert not {path: match.group() for path, match in found.items() if match}


def test_scripts_can_be_run() -> None:
    scripts = [path for path in files() if path.read_bytes()[:2] == b"#!"]
    assert scripts
    assert not [shown(path) for path in scripts if not path.stat().st_mode & 0o100]


def _linked(page: Path) -> list[Path]:
    links = [link.partition("#")[0] for link in _LINK.findall(page.read_text()) if ":" not in link]
    return [(page.parent / link).resolve() for link in links if link]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [path for path in files() if path.suffix == ".md"]
    links = {(page, target) for page in pages for target in _linked(page)}
    assert links
    assert not [(shown(page), target) for page, target in links if not target.exists()]


def test_every_page_can_be_reached_from_the_index() -> None:
    found, waiting = set(), [ROOT / "docs/README.md"]
    while waiting:
        page = waiting.pop()
        if page not in found:
            found.add(page)
            waiting += [target for target in _linked(page) if target.suffix == ".md"]
            waiting += [path for target in _linked(page) if target.is_dir() for path in target.glob("*.md")]
    pages = {path for path in files() if path.suffix == ".md" and path.is_relative_to(ROOT / "docs")}
    assert not sorted(map(shown, pages - found))


def test_decisions_are_numbered_and_listed_in_that_order() -> None:
    names = sorted(path.name for path in (ROOT / "docs/design").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert [link for link in _LINK.findall((ROOT / "docs/design/README.md").read_text()) if link in names] == names
