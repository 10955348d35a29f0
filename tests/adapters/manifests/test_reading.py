"""From paths to objects: files, folders and standard input, in a stable order, whatever lies in them."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from readiness.adapters.manifests import Document, Problem, Source, discover, read, read_source

OBJECT = "apiVersion: v1\nkind: A\nmetadata: {name: NAME}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str | None = None) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(OBJECT.replace("NAME", Path(path).stem) if text is None else text, encoding="utf-8")


def outline(paths: list[str], stdin: bytes | None = None, limit: int = 10_000) -> list[str]:
    """`source name` of documents, and the problems."""
    items = read(paths, None if stdin is None else io.BytesIO(stdin), limit=limit)
    return [
        f"{item.source} {item.obj['metadata']['name']}" if isinstance(item, Document) else f"{item.level} {item}"
        for item in items
    ]


def test_folders_are_read_wholly_and_in_order(folder: Path) -> None:
    for path in ("k/b.yaml", "k/a.yml", "k/c/d.json", "k/c/a.yaml", "k/b/z.yaml", "k/read.me", "k/x.yaml.bak"):
        write(path)
    expected = ["k/a.yml a", "k/b/z.yaml z", "k/b.yaml b", "k/c/a.yaml a", "k/c/d.json d"]
    assert outline(["k"]) == expected
    assert outline(["./k/"]) == expected


def test_named_files_keep_their_order_and_may_be_called_anything(folder: Path) -> None:
    write("z.yaml")
    write("manifest.txt")
    write("a b.yaml")
    assert outline(["z.yaml", "./manifest.txt", "a b.yaml"]) == [
        "z.yaml z",
        "./manifest.txt manifest",
        "a b.yaml a b",
    ]


def test_a_file_is_read_once(folder: Path) -> None:
    write("k/a.yaml")
    assert outline(["k/a.yaml", "k", "k/a.yaml", "k/../k"]) == ["k/a.yaml a"]


def test_hidden_files_and_folders_are_read_only_when_named(folder: Path) -> None:
    write("k/.git/a.yaml")
    write("k/.b.yaml")
    write("k/c.yaml")
    assert outline(["k"]) == ["k/c.yaml c"]
    assert outline(["k/.git", "k/.b.yaml"]) == ["k/.git/a.yaml a", "k/.b.yaml .b"]


def test_a_loop_of_links_ends(folder: Path) -> None:
    write("k/a.yaml")
    Path("k/loop").symlink_to("..")
    Path("k/self").symlink_to("self")
    Path("k/self.yaml").symlink_to("self.yaml")
    assert outline(["k"]) == [
        "k/a.yaml a",
        "error k/self.yaml: too many levels of symbolic links",
    ]


def test_links_are_followed_once(folder: Path) -> None:
    write("base/a.yaml")
    Path("k/one").mkdir(parents=True)
    Path("k/one/base").symlink_to("../../base")
    Path("k/two").symlink_to("one")
    Path("k/three.yaml").symlink_to("../base/a.yaml")
    assert outline(["k"]) == ["k/one/base/a.yaml a"]


def test_a_broken_link_to_a_manifest_is_an_error_and_any_other_is_not(folder: Path) -> None:
    Path("k").mkdir()
    Path("k/a.yaml").symlink_to("nowhere")
    Path("k/b").symlink_to("nowhere")
    assert outline(["k"]) == ["error k/a.yaml: no such file or directory"]


def test_a_config_map_mounted_as_a_folder_is_read_once(folder: Path) -> None:
    write("k/..2026_01/a.yaml")
    Path("k/..data").symlink_to("..2026_01")
    Path("k/a.yaml").symlink_to("..data/a.yaml")
    assert outline(["k"]) == ["k/a.yaml a"]


@pytest.mark.timeout(10)
def test_pipes_and_devices_are_refused_without_waiting(folder: Path) -> None:
    Path("k").mkdir()
    os.mkfifo("k/a.yaml")
    refused = "not a regular file; `-` reads standard input"
    assert outline(["k"]) == [f"error k/a.yaml: {refused}"]
    assert outline(["k/a.yaml", "/dev/zero"]) == [
        f"error k/a.yaml: {refused}",
        f"error /dev/zero: {refused}",
    ]


@pytest.mark.parametrize("path", ["missing.yaml", "missing/folder", ""])
def test_a_missing_path_is_an_error(folder: Path, path: str) -> None:
    assert outline([path]) == [f"error {path}: no such file or directory"]


def test_a_path_that_no_system_has_is_an_error(folder: Path) -> None:
    [problem] = discover(["a\0b"])
    assert isinstance(problem, Problem)
    assert problem.level == "error"


def test_an_empty_folder_is_a_warning(folder: Path) -> None:
    Path("k/sub").mkdir(parents=True)
    write("k/read.me")
    assert outline(["k"]) == ["warning k: no manifests here (.yaml, .yml, .json)"]


def test_what_may_not_be_read_is_an_error(folder: Path) -> None:
    write("k/a.yaml")
    write("k/b/c.yaml")
    write("k/d.yaml")
    Path("k/a.yaml").chmod(0)
    Path("k/b").chmod(0)
    folder.chmod(0o755)
    user = os.geteuid()
    os.seteuid(user or 65534)  # root may read everything
    try:
        lines = outline(["k"])
    finally:
        os.seteuid(user)
        Path("k/b").chmod(0o700)
    assert lines == ["error k/a.yaml: permission denied", "error k/b: permission denied", "k/d.yaml d"]


def test_a_file_that_disappears_is_an_error(folder: Path) -> None:
    write("a.yaml")
    [source] = discover(["a.yaml"])
    Path("a.yaml").unlink()
    assert isinstance(source, Source)
    [problem] = read_source(source)
    assert str(problem) == "a.yaml: no such file or directory"


def test_a_file_that_is_too_large_is_refused_and_the_next_is_read(folder: Path) -> None:
    write("a.yaml", "#" * 10_001)
    write("b.yaml")
    write("c.yaml", OBJECT + "#" * (10_000 - len(OBJECT)))
    assert outline(["a.yaml", "b.yaml", "c.yaml"]) == [
        "error a.yaml: larger than 10,000 bytes",
        "b.yaml b",
        "c.yaml NAME",
    ]


def test_a_broken_file_does_not_stop_the_rest(folder: Path) -> None:
    write("k/a.yaml")
    write("k/b.yaml", "a: [\n")
    write("k/c.yaml", OBJECT + "---\na: b: c\n---\n" + OBJECT)
    write("k/values.yaml", "replicas: 3\n")
    assert outline(["k"]) == [
        "k/a.yaml a",
        "error k/b.yaml:2:1: did not find expected node content (while parsing a flow node)",
        "k/c.yaml NAME",
        "error k/c.yaml:5:5: mapping values are not allowed in this context",
        "k/c.yaml NAME",
        "info k/values.yaml:1:1: not a Kubernetes object: no apiVersion and no kind",
    ]


def test_standard_input_is_read(folder: Path) -> None:
    write("a.yaml")
    assert outline(["a.yaml", "-", "-"], OBJECT.encode()) == ["a.yaml a", "stdin NAME"]
    assert outline(["-"], b"a: [") == [
        "error stdin:2:1: did not find expected node content (while parsing a flow node)"
    ]
    assert outline(["-"], b"x" * 10_001) == ["error stdin: larger than 10,000 bytes"]


@pytest.mark.parametrize("stdin", [b"", b" \n", None])
def test_empty_standard_input_is_a_warning(stdin: bytes | None) -> None:
    assert outline(["-"], stdin) == ["warning stdin: standard input is empty"]


def test_a_file_called_dash_is_read_as_a_path(folder: Path) -> None:
    write("-")
    assert outline(["./-"]) == ["./- -"]


def test_a_name_that_is_not_utf_8_can_be_printed(folder: Path) -> None:
    Path(os.fsdecode(b"k")).mkdir()
    Path(os.fsdecode(b"k/\xff.yaml")).write_text("a: [", encoding="utf-8")
    [line] = outline(["k"])
    assert line.encode().startswith(b"error k/?.yaml:2:1: ")


def test_nothing_named_is_nothing_read() -> None:
    assert outline([]) == []


def test_reading_manifests_loads_nothing_heavy() -> None:
    heavy = {"aiohttp", "asyncio", "click", "httpx", "kopf", "kubernetes", "orjson", "pydantic", "rich"}
    program = f"import readiness.adapters.manifests, sys; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
