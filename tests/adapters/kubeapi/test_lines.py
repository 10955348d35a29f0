"""A stream of bytes becomes lines, however it was cut."""

from collections.abc import AsyncIterator

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.adapters.kubeapi.lines import split_lines

LINES = st.lists(st.binary().filter(lambda line: b"\n" not in line), max_size=8)


def cut(content: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(min(place, len(content)) for place in places)
    return [content[start:end] for start, end in zip([0, *ends], [*ends, len(content)], strict=True)]


async def chunks_of(parts: list[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@settings(deadline=None)
@given(LINES, st.lists(st.integers(0, 200)))
async def test_lines_survive_any_way_of_cutting(lines: list[bytes], places: list[int]) -> None:
    content = b"".join(line + b"\n" for line in lines)
    found = [line async for line in split_lines(chunks_of(cut(content, places)))]
    assert found == lines


async def test_what_a_broken_stream_leaves_unfinished_is_dropped() -> None:
    found = [line async for line in split_lines(chunks_of([b'{"whole":1}\n{"ha', b'lf"']))]
    assert found == [b'{"whole":1}']


async def test_a_line_of_many_megabytes_arrives_whole() -> None:
    piece = b"x" * 65536
    found = [line async for line in split_lines(chunks_of([*([piece] * 256), b"\n"]))]
    assert [len(line) for line in found] == [2**24]
