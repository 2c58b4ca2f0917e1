"""B1 and B2: what it costs to start, and to accept a post."""

import time

from machine import in_turn
from machine import syncs
from table import Row
from table import at_most
from table import bounded
from table import exactly
from table import median
from worlds import Home
from worlds import Server

WAITING = 100_000


def wall(runs):
    return median([run.wall_ms for run in runs])


def memory(runs):
    return median([run.memory_mib for run in runs])


def start(tools, rounds=101):
    """B1."""
    with Home(tools.hayon) as home, Server([tools.anchor("platform")]) as server:
        version = [tools.hayon, "--version"]
        dynamic, static = [tools.anchor("hello-dynamic")], [tools.anchor("hello-static")]
        ours, theirs, least = in_turn(tools, rounds, [version, dynamic, static], home.variables)
        row = Row("B1", "`hayon --version` ‖ dynamic Rust hello", f"{wall(ours):.2f} ms", f"{wall(theirs):.2f} ms")
        yield at_most(row, wall(ours) / wall(theirs), 2)
        row = Row("B1", "`hayon --version` ‖ static Rust hello", f"{wall(ours):.2f} ms", f"{wall(least):.2f} ms")
        yield Row(row.id, row.what, row.hayon, row.anchor, f"{wall(ours) / wall(least):.2f}")
        row = Row("B1", "the same, memory", f"{memory(ours):.1f} MiB", f"{memory(theirs):.1f} MiB")
        yield bounded(row, memory(ours), 10, " MiB")
        for name, argument in {"toot": "--version", "crosspost": "--help"}.items():
            yield slower(tools, home, name, argument)
        names = home.have_accounts(server, 2)
        later = int(time.time() * 1000) + 86_400_000
        home.seed(range(later, later + WAITING), names)
        listed = [tools.hayon, "list", "--limit", "20"]
        database = home.folder / "anchor.db"
        in_turn(tools, 1, [[tools.anchor("outbox"), "make", database]], home.variables)
        ours, theirs = in_turn(tools, rounds, [listed, [tools.anchor("outbox"), "query", database]], home.variables)
        what = "`hayon list --limit 20`, 100,000 posts ‖ open + query"
        row = Row("B1", what, f"{wall(ours):.2f} ms", f"{wall(theirs):.2f} ms")
        yield at_most(row, wall(ours) / wall(theirs), 2.5)
        row = Row("B1", "the same, memory", f"{memory(ours):.1f} MiB", f"{memory(theirs):.1f} MiB")
        yield bounded(row, memory(ours), 10, " MiB")


def slower(tools, home, name, argument):
    row = Row("B1", f"`hayon --version` ‖ `{name} {argument}`", "", "not to be had here", target="≤ 1/50 ×")
    command = tools.other(name)
    if not command:
        return row
    commands = [[tools.hayon, "--version"], [*command, argument]]
    # The help of `crosspost` ends with 1.
    ours, theirs = in_turn(tools, 9, commands, home.variables, codes=(0, 1))
    ratio = wall(ours) / wall(theirs)
    return Row(row.id, row.what, f"{wall(ours):.2f} ms", f"{wall(theirs):.0f} ms", f"1/{1 / ratio:.0f}", row.target, ratio <= 1 / 50)


def enqueue(tools, rounds=101):
    """B2."""
    with Home(tools.hayon) as home, Server([tools.anchor("platform")]) as server:
        home.have_accounts(server, 2)
        database = home.folder / "anchor.db"
        in_turn(tools, 1, [[tools.anchor("outbox"), "make", database]], home.variables)
        post = [tools.hayon, "post", "--at", "in 1h", "--to", "a1,a2", "--again", "x"]
        ours, theirs = in_turn(tools, rounds, [post, [tools.anchor("outbox"), "insert", database]], home.variables)
        what = '`hayon post --at "in 1h" --to a,b --again "x"` ‖ open + durable insert'
        row = Row("B2", what, f"{wall(ours):.2f} ms", f"{wall(theirs):.2f} ms")
        yield at_most(row, wall(ours) / wall(theirs), 2)
        # One in some twenty finds the log full, which begins anew with two more.
        counts = [syncs(post, home.variables, home.folder / "calls") for _ in range(5)]
        count = median(counts)
        yield exactly(Row("B2", "the same, fsyncs (asserted in `tests/cli/cost.rs`)", str(count)), count, 1)
