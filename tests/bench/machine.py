"""What the machine says of processes: how long they took, what they used, how often they woke."""

import dataclasses
import pathlib
import re
import subprocess
import time

MIB = 1 << 20


@dataclasses.dataclass
class Run:
    """One run of a command."""

    wall_ms: float
    cpu_ms: float
    memory_mib: float


def load():
    """The load average of the last minute."""
    return pathlib.Path("/proc/loadavg").read_text().split()[0]


def in_turn(tools, rounds, commands, variables, codes=(0,)):
    """Runs each of `commands` once, then each again, and returns the runs of each; they may end with `codes`.

    A program of a few hundred kilobytes starts them: Linux counts to the memory of a process what that
    had which started it, so from here every figure would be that of Python.
    """
    words = [str(tools.anchor("measure")), str(rounds)]
    for command in commands:
        words += ["--", *map(str, command)]
    done = subprocess.run(words, env=variables, capture_output=True, text=True)
    runs = [[] for _ in commands]
    for line in done.stdout.splitlines():
        index, wall_ns, cpu_us, memory_kib, code = map(int, line.split())
        if code not in codes:
            raise SystemExit(f"{commands[index][:6]} ended with {code}:\n{done.stderr[-2000:]}")
        runs[index].append(Run(wall_ns / 1e6, cpu_us / 1e3, memory_kib / 1024))
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return runs


def syncs(command, variables, log):
    """How often `command`, run to its end, asks for something to be on the disk."""
    calls = "trace=fsync,fdatasync,sync_file_range"
    traced = ["strace", "-f", "-qq", "-o", str(log), "-e", calls, *map(str, command)]
    done = subprocess.run(traced, env=variables, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stderr[-2000:]}")
    # A call that another thread interrupts has two lines, of which one is `resumed`.
    call = re.compile(r" (fsync|fdatasync|sync_file_range)\(")
    return sum(1 for line in log.read_text().splitlines() if call.search(line))


class Threads:
    """What the threads of a process do while this is looked at: how often they are woken, how long they
    run. A thread that ends takes its counts along, so that they are read now and then, not at the end."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}/task")
        self.before = self._read()
        self.last = dict(self.before)

    def look_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(0.5, max(0, end - time.monotonic())))
            self.last |= self._read()

    def wake_ups(self):
        return self._sum(0)

    def cpu_ms(self):
        """By `schedstat`: the clock ticks of `stat` are too coarse."""
        return self._sum(1) / 1e6

    def _sum(self, at):
        return sum(counts[at] - self.before.get(thread, (0, 0))[at] for thread, counts in self.last.items())

    def _read(self):
        found = {}
        for thread in self.folder.iterdir():
            try:
                status, run = (thread / "status").read_text(), (thread / "schedstat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            switches = re.search(r"\nvoluntary_ctxt_switches:\s*(\d+)", status)
            found[thread.name] = (int(switches[1]), int(run.split()[0]))
        return found


def memory_mib(pid, field="VmRSS"):
    """The memory of a process now, or with `VmHWM` the most it ever had."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{field}:\s*(\d+)", status)[1]) / 1024


def until(look, what, seconds=120):
    """Waits until `look` returns something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    raise SystemExit(f"waited in vain for {what}")
