#!/usr/bin/env python3
"""How fast hayon is, beside what others need for the same: one table from one run.

    tests/bench/all.py [B1 B5 …] [--hayon target/release/hayon] [--long]

Every pair is measured in turn, and the figures are medians. Absolute times say something about the
machine: compare within one run. Counts are exact, and the tests assert them. `--long` also does what
takes minutes each: ten minutes of idling, a backlog of a million, a build from nothing.
"""

import argparse
import time

import building
import machine
import publishing
import queueing
import starting
import table
import tools
import uploading
import waiting

BENCHMARKS = {
    "B1": lambda tools, _: starting.start(tools),
    "B2": lambda tools, _: starting.enqueue(tools),
    "B4": lambda tools, is_long: queueing.backlog(tools, (1_000, 100_000, 1_000_000) if is_long else (1_000, 100_000)),
    "B5": lambda tools, _: queueing.work_off(tools),
    "B6": lambda tools, is_long: waiting.idle(tools, 600 if is_long else 60),
    "B7": lambda tools, _: waiting.punctual(tools),
    "B8": lambda tools, _: publishing.paths(tools),
    "B9": lambda tools, _: uploading.film(tools),
    "B10": lambda tools, _: uploading.pictures(tools),
    "B11": lambda tools, _: uploading.memory(tools),
    "B12": lambda *_: building.elsewhere(),
    "B14": lambda tools, is_long: building.size(tools, is_long),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("ids", nargs="*", metavar="ID", help=f"of {', '.join(BENCHMARKS)}; all if none is named")
    arguments.add_argument("--hayon", default=tools.ROOT / "target" / "release" / "hayon")
    arguments.add_argument("--long", action="store_true")
    asked = arguments.parse_args()
    ids = asked.ids or list(BENCHMARKS)
    unknown = [id for id in ids if id not in BENCHMARKS]
    if unknown:
        arguments.error(f"there is no {', '.join(unknown)}")
    everything = tools.Tools(asked.hayon)
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {tools.what_is_here()}; load at the beginning: {machine.load()}", flush=True)
    rows = []
    failed = []
    for id in ids:
        began, load = time.monotonic(), machine.load()
        try:
            for row in BENCHMARKS[id](everything, asked.long):
                rows.append(row)
                print(f"  {row.id:4} {row.what}: {row.hayon}", flush=True)
        # What was measured before is told all the same.
        except (Exception, SystemExit) as error:
            failed.append(id)
            print(f"  {id:4} failed: {error}", flush=True)
        print(f"  {id:4} took {time.monotonic() - began:.0f} s, load {load} to {machine.load()}", flush=True)
    print(f"load at the end: {machine.load()}\n\n{table.text(rows)}")
    counts = [sum(row.met is met for row in rows) for met in (True, False)]
    print(f"\n{counts[0]} met, {counts[1]} missed")
    if failed:
        raise SystemExit(f"not measured: {', '.join(failed)}")


main()
