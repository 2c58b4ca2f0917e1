"""B4 and B5: what a backlog costs, and how fast one is worked off."""

import dataclasses
import re
import subprocess
import time

from machine import in_turn
from table import Row
from table import at_most
from table import bounded
from table import median
from worlds import Home
from worlds import Server
from worlds import arrivals

DUE = 300
ROUNDS = 3
LOOKS = 20
TRACED = 200


def drain(home, server, count, traced_to=None):
    """Lets a daemon deliver what is due, and returns when each post has arrived."""
    command = [str(home.hayon), "daemon", "--once", "--wait", "10m"]
    if traced_to:
        calls = "trace=fsync,fdatasync,sync_file_range"
        command = ["strace", "-f", "-qq", "-o", str(traced_to), "-e", calls, *command]
    arrivals(server)
    done = subprocess.run(command, env=home.variables, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stderr[-2000:]}")
    arrived = sorted(at for at, _ in arrivals(server))
    if len(arrived) != count:
        raise SystemExit(f"{len(arrived)} of {count} posts have arrived")
    return arrived


def per_post_ms(arrived):
    """From one arrival to the next: without the start of the process."""
    return (arrived[-1] - arrived[0]) / (len(arrived) - 1)


def backlog(tools, sizes=(1_000, 100_000)):
    """B4: the time from one delivery to the next, and to look whether there is one, by how many others wait."""
    with Server([tools.anchor("platform")]) as server:
        homes = [Home(tools.hayon) for _ in sizes]
        try:
            later = int(time.time() * 1000) + 86_400_000
            for home, size in zip(homes, sizes):
                home.have_accounts(server, 1)
                home.seed(range(later, later + size), ["a1"])
            times = [[] for _ in sizes]
            for _ in range(ROUNDS):
                for home, each in zip(homes, times):
                    now = int(time.time() * 1000)
                    home.seed(range(now - DUE, now), ["a1"])
                    each.append(per_post_ms(drain(home, server, DUE)))
            commands = [[home.hayon, "--outbox", home.outbox, "daemon", "--once"] for home in homes]
            # The accounts are the same, and what waits is left for later.
            looks = in_turn(tools, LOOKS, commands, homes[0].variables)
        finally:
            for home in homes:
                home.__exit__()
    least = median(times[0])
    for size, each in list(zip(sizes, times))[1:]:
        what = f"a delivery while {size:,} others wait ‖ while {sizes[0]:,} do"
        row = Row("B4", what, f"{median(each):.2f} ms", f"{least:.2f} ms")
        yield at_most(row, median(each) / least, 1.2)
    took, used = ([median([getattr(run, field) for run in runs]) for runs in looks] for field in ("wall_ms", "memory_mib"))
    for size, ms, mib in list(zip(sizes, took, used))[1:]:
        what = f"`hayon daemon --once` that finds {size:,} for later ‖ that finds {sizes[0]:,}"
        yield at_most(Row("B4", what, f"{ms:.1f} ms", f"{took[0]:.1f} ms"), ms / took[0], 1.2)
        yield at_most(Row("B4", "the same, memory", f"{mib:.1f} MiB", f"{used[0]:.1f} MiB"), mib / used[0], 1.2)
    yield Row("B4", "a claim's query plan", "the partial index", target="asserted in `src/outbox/tests`")


def bare(tools, home, task, count, *words):
    """How many rows a second a program that does nothing else has worked off: claimed and completed
    (`cycles`), or published too (`deliver`)."""
    database = home.folder / "bare.db"
    anchor = str(tools.anchor("outbox"))
    if not database.exists():
        subprocess.run([anchor, "make", str(database)], check=True)
    command = [anchor, task, str(database), str(count), *words]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def work_off(tools, count=5_000, accounts=(1, 6)):
    """B5."""
    with Server([tools.anchor("platform")]) as server:
        for number in accounts:
            with Home(tools.hayon) as home:
                names = home.have_accounts(server, number)
                each = count // ROUNDS
                host = server.address.removeprefix("http://")
                rates, floors, publishing = [], [bare(tools, home, "cycles", each)], []
                for _ in range(ROUNDS):
                    now = int(time.time() * 1000)
                    home.seed(range(now - each, now), names)
                    rates.append(1000 / per_post_ms(drain(home, server, each)))
                    publishing.append(bare(tools, home, "deliver", each, host))
                    floors.append(bare(tools, home, "cycles", each))
                whose = "one account" if number == 1 else f"{number} accounts"
                what = f"{count:,} due posts of {whose}, to a null server ‖ claim + complete alone"
                met = median(rates) / median(floors) >= 0.5
                yield dataclasses.replace(beside(what, rates, floors), target="≥ 0.5 ×", met=met)
                yield beside("the same ‖ claim, mark, request and outcome, one after the other", rates, publishing)
                if number == accounts[0]:
                    yield syncs_of_a_post(home, server, names)


def beside(what, rates, floors):
    mine, least = median(rates), median(floors)
    return Row("B5", what, f"{mine:.0f}/s", f"{least:.0f}/s", f"{mine / least:.2f}")


def syncs_of_a_post(home, server, names):
    counts = []
    for count in (TRACED, 2 * TRACED):
        now = int(time.time() * 1000)
        home.seed(range(now - count, now), names)
        log = home.folder / "calls"
        drain(home, server, count, log)
        counts.append(len(re.findall(r" (?:fsync|fdatasync|sync_file_range)\(", log.read_text())))
    # The difference of two runs: what a start and an end cost is in both.
    each = (counts[1] - counts[0]) / TRACED
    return bounded(Row("B5", "fsyncs of a delivery (asserted in `tests/cli/publishing_cost.rs`)", f"{each:.2f}"), each, 4)
