"""Cut a byte stream into lines of any length."""

from collections.abc import AsyncIterable, AsyncIterator


async def split_lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield complete lines without their line feed; what a broken stream leaves unfinished is dropped.

    asyncio's own readline refuses lines over its limit, and a Secret or a ConfigMap is a line of a megabyte.
    The pieces of a long line are joined once, so its cost grows with its length and not with its square.
    """
    pieces: list[bytes] = []
    async for chunk in chunks:
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        if not others:
            continue
        yield b"".join(pieces)
        for line in others[:-1]:
            yield line
        pieces = [others[-1]]
