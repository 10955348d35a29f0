"""Columns of text, aligned."""

from collections.abc import Callable, Sequence

Style = Callable[[str], str]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], styles: dict[int, Style] | None = None) -> str:
    """Rows under a header, two spaces apart. `styles` colour columns by number; colour does not count as width."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    styles = styles or {}
    lines = [_line(header, widths, {})]
    lines += [_line(row, widths, styles) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], styles: dict[int, Style]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    padded[-1] = cells[-1]
    return "  ".join(styles[column](cell) if column in styles else cell for column, cell in enumerate(padded)).rstrip()
