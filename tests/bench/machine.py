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


def in_turn(tools, rounds, commands, variables):
    """Runs each of `commands` once, then each again, and returns the runs of each.

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
        if code != 0:
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


def wake_ups(pid):
    """How often the threads of a process have been woken from a wait, so far."""
    return _sum_over_threads(pid, "status", lambda text: int(re.search(r"\nvoluntary_ctxt_switches:\s*(\d+)", text)[1]))


def cpu_ms(pid):
    """How long the threads of a process have run, so far: the clock ticks of `stat` are too coarse."""
    return _sum_over_threads(pid, "schedstat", lambda text: int(text.split()[0])) / 1e6


def _sum_over_threads(pid, name, read):
    total = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            total += read((thread / name).read_text())
        except FileNotFoundError:
            pass
    return total


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
