"""The table that a run prints: a figure of hayon's, the anchor's beside it, and what is aimed at."""

import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """A figure. `met` is None where nothing is aimed at, or nothing could be measured."""

    id: str
    what: str
    hayon: str
    anchor: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None


HEADINGS = ["id", "what", "hayon", "anchor", "ratio", "target", ""]


def at_most(row, ratio, limit):
    """`row` with a ratio of hayon's figure to the anchor's that should not exceed `limit`."""
    return dataclasses.replace(
        row, ratio=f"{ratio:.2f}", target=f"≤ {limit:g} ×", met=ratio <= limit
    )


def bounded(row, figure, limit, unit=""):
    """`row` with a figure of hayon's own that should not exceed `limit`."""
    return dataclasses.replace(row, target=f"≤ {limit:g}{unit}", met=figure <= limit)


def exactly(row, count, expected):
    """`row` with a count that should be just so."""
    return dataclasses.replace(row, target=f"{expected}", met=count == expected)


def median(figures):
    return statistics.median(figures)


def percentile(figures, share):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def text(rows):
    """The rows as Markdown, in columns that can be read as they are."""
    cells = [HEADINGS] + [_cells(row) for row in rows]
    widths = [max(len(line[at]) for line in cells) for at in range(len(HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in cells]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _cells(row):
    verdict = {True: "met", False: "**missed**", None: ""}[row.met]
    return [row.id, row.what, row.hayon, row.anchor, row.ratio, row.target, verdict]
