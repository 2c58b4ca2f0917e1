"""B6 and B7: what a daemon costs that has nothing to do, and how punctual it is."""

import time

from machine import Threads
from machine import memory_mib
from machine import until
from table import Row
from table import bounded
from table import percentile
from worlds import Home
from worlds import Server
from worlds import arrivals

WAITING = 100_000
# Threads that a start has set going end after ten seconds without work.
SETTLED_S = 12


def idle(tools, seconds=60, accounts=6):
    """B6."""
    with Home(tools.hayon) as home, Server([tools.anchor("platform")]) as server:
        names = home.have_accounts(server, accounts)
        later = int(time.time() * 1000) + 7 * 86_400_000
        home.seed(range(later, later + WAITING), names)
        with home.daemon() as pid:
            # What the start has set going is over.
            time.sleep(SETTLED_S)
            threads, before = Threads(pid), memory_mib(pid)
            threads.look_for(seconds)
            woken, used = threads.wake_ups(), threads.cpu_ms()
            memory, peak = memory_mib(pid), memory_mib(pid, "VmHWM")
        what = f"a daemon, {accounts} accounts, {WAITING:,} future posts, {seconds} s"
        yield bounded(Row("B6", f"{what}: wake-ups/s", f"{woken / seconds:.2f}", "timer 0.15"), woken / seconds, 0.3)
        yield bounded(Row("B6", "the same, CPU ms/s", f"{used / seconds:.3f}", "timer 0.07"), used / seconds, 0.1)
        yield bounded(Row("B6", "the same, memory (peak)", f"{memory:.1f} ({peak:.1f}) MiB", "node 40 MiB"), peak, 15, " MiB")
        growth = memory - before
        yield bounded(Row("B6", "the same, growth", f"{growth:.2f} MiB"), growth, 0.25, " MiB")


def punctual(tools, count=1_000, every_ms=20, at_once=50):
    """B7."""
    with Home(tools.hayon) as home, Server([tools.anchor("platform")]) as server:
        names = home.have_accounts(server, 1)
        first = int(time.time() * 1000) + 4_000
        dues = [first + at * every_ms for at in range(count)]
        home.seed(dues, names)
        with home.daemon():
            arrived = []

            def all_there():
                arrived.extend(at for at, _ in arrivals(server))
                time.sleep(0.5)
                return len(arrived) >= count

            until(all_there, "posts on time")
            late = [at - due for at, due in zip(sorted(arrived), dues)]
            p50, p99 = percentile(late, 0.5), percentile(late, 0.99)
            what = f"{count:,} posts, one every {every_ms} ms: due → first byte, p50"
            yield bounded(Row("B7", what, f"{p50:.1f} ms", "graphile-worker 4.2 ms"), p50, 5, " ms")
            yield bounded(Row("B7", "the same, p99", f"{p99:.1f} ms", "graphile-worker 13.8 ms"), p99, 50, " ms")
            early = sum(1 for it in late if it < 0)
            yield bounded(Row("B7", "the same, too early", str(early)), early, 0)
            heard = []
            for number in range(at_once):
                began = time.time() * 1000
                home.run("post", "--queue", f"now-{number}")
                at, _ = until(lambda: arrivals(server), "a post at once")[0]
                heard.append(at - began)
            p50, p99 = percentile(heard, 0.5), percentile(heard, 0.99)
            what = f"`hayon post --queue`, {at_once} times: its start → first byte by the daemon, p50 (p99)"
            yield Row("B7", what, f"{p50:.1f} ({p99:.1f}) ms")
