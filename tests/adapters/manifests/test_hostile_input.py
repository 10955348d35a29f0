"""Input made to exhaust a reader ends soon, with a problem."""

import time
import tracemalloc

import pytest

from readiness.adapters.manifests import Document, Problem, parse_bytes

HEAD = b"apiVersion: v1\nkind: A\n"


def the_problem(data: bytes) -> str:
    [problem] = [item for item in parse_bytes(data, "a.yaml") if isinstance(item, Problem)]
    assert problem.level == "error"
    assert problem.line is not None
    return problem.message


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- ", b"? ", b"[{a: "])
@pytest.mark.parametrize("levels", [10_000, 50_000])
def test_deep_nesting_ends_at_once(opening: bytes, levels: int) -> None:
    started = time.process_time()
    message = the_problem(HEAD + b"a: " + opening * levels if opening[:1] in b"[{" else opening * levels)
    assert time.process_time() - started < 1
    assert message in ("nested deeper than 1,000 levels", "a mapping or a list cannot be a key")


def test_deep_json_ends_at_once() -> None:
    assert the_problem(b'{"a":' * 20_000 + b"1" + b"}" * 20_000) == "nested deeper than 1,000 levels"


def test_nesting_below_the_bound_is_read() -> None:
    [document] = parse_bytes(HEAD + b"a: " + b"[" * 998 + b"]" * 998, "a.yaml")
    assert isinstance(document, Document)
    assert document.locate(("a", *[0] * 997)) == (3, 4 + 997)


def test_aliases_cannot_nest_deeper_than_the_bound() -> None:
    text = HEAD + b"a: &a " + b"[" * 600 + b"]" * 600 + b"\nb: " + b"[" * 600 + b"*a" + b"]" * 600 + b"\n"
    assert the_problem(text) == "nested deeper than 1,000 levels"
    chain = b"a0: &a0 []\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 2_000))
    assert the_problem(HEAD + chain) == "nested deeper than 1,000 levels"


def test_an_alias_bomb_is_bounded_by_nodes() -> None:
    bomb = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 10):
        bomb += b"a%d: &a%d [%s]\n" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 10))
    assert the_problem(HEAD + bomb) == "aliases expand to more than 1,000,000 nodes"


def test_aliases_of_a_long_string_are_bounded_by_text() -> None:
    text = HEAD + b"data:\n  a: &a " + b"x" * 100_000 + b"\n"
    text += b"".join(b"  b%d: *a\n" % number for number in range(10_000))
    tracemalloc.start()
    assert the_problem(text) == "aliases expand to more than 64 MiB"
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_merges_are_counted_too() -> None:
    text = HEAD + b"a: &a {" + b", ".join(b"k%d: 1" % number for number in range(1_000)) + b"}\nb:\n"
    assert the_problem(text + b"  <<: *a\n" * 10_000) == "aliases expand to more than 1,000,000 nodes"


def test_a_bomb_does_not_keep_its_neighbours_from_using_aliases() -> None:
    bomb = b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 10_000 + b"]\n"
    good = HEAD + b"a: &a [1]\nb: *a\n"
    items = parse_bytes(b"---\n".join([good, bomb, good]), "a.yaml")
    assert [type(item) for item in items] == [Document, Problem, Document]


def test_many_small_bombs_in_a_file_are_one_big_one() -> None:
    small = HEAD + b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 200 + b"]\n---\n"
    kinds = [type(item) for item in parse_bytes(small * 5, "a.yaml")]
    assert kinds == [Document, Document, Document, Problem, Problem]


def test_an_ordinary_use_of_aliases_is_far_from_the_bounds() -> None:
    text = HEAD + b"a: &a {b: {c: [1, 2, 3]}}\n" + b"".join(b"k%d: *a\n" % number for number in range(1_000))
    [document] = parse_bytes(text, "a.yaml")
    assert isinstance(document, Document)


def test_many_duplicate_keys_end_the_document() -> None:
    keys = b"".join(b"k%d: 1\n" % number for number in range(20_000))
    started = time.process_time()
    assert the_problem(HEAD + keys + keys) == "more than 100 duplicate keys"
    assert time.process_time() - started < 5


@pytest.mark.parametrize("digits", [b"1", b"0x1", b"0b1", b"07", b"1_", b"."])
def test_a_number_of_a_million_digits_is_no_work(digits: bytes) -> None:
    started = time.process_time()
    [document] = parse_bytes(HEAD + b"a: " + digits + b"1" * 1_000_000 + b"\n", "a.yaml")
    assert isinstance(document, Document)
    assert time.process_time() - started < 2


def test_a_document_of_ten_megabytes_is_read() -> None:
    text = HEAD + b"data:\n  a: |\n" + b"    0123456789012345678901234567890123456789012345678901234\n" * 170_000
    started = time.process_time()
    [document] = parse_bytes(text, "a.yaml")
    assert isinstance(document, Document)
    assert len(document.obj["data"]["a"]) == 170_000 * 56
    assert time.process_time() - started < 5


def test_many_json_objects_in_a_row_take_linear_time() -> None:
    started = time.process_time()
    assert len(parse_bytes(b'{"apiVersion":"v1","kind":"A"}' * 5_000, "a.json")) == 5_000
    assert time.process_time() - started < 5
