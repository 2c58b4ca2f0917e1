"""B9, B10 and B11: files to a storage behind a slow line, beside the tools that others wrote."""

import os
import tempfile

from machine import MIB
from machine import in_turn
from table import Row
from table import at_most
from table import bounded
from table import median
from worlds import Home
from worlds import Server

LATENCY_MS = 30
BYTES_PER_SECOND = 20_000_000
PART_BYTES = 8 * MIB
FILM = b"\0\0\0\x20ftypisom"
ROUNDS = 5


def write(path, size, hole=False):
    """A file that hayon takes for a film; no two pieces of it are alike, unless most of it is a hole."""
    with open(path, "wb") as file:
        file.write(FILM)
        if hole:
            file.truncate(size)
            return
        for at in range(len(FILM), size, MIB):
            file.write(os.urandom(min(MIB, size - at)))


def commands(tools, home, server, folder, connections):
    """How each tool uploads all files of a folder; each writes its settings into the home."""
    files = sorted(folder.iterdir())
    host = server.address.removeprefix("http://")
    (home.folder / "rclone.conf").write_text(
        "[s]\ntype = s3\nprovider = Other\naccess_key_id = id\nsecret_access_key = secret\n"
        f"endpoint = {server.address}\nregion = us-east-1\nforce_path_style = true\n"
    )
    (home.folder / "s3cfg").write_text(
        f"[default]\naccess_key = id\nsecret_key = secret\nhost_base = {host}\nhost_bucket = {host}\n"
        "use_https = False\nbucket_location = us-east-1\n"
    )
    one_or_all = files if len(files) == 1 else [f"{folder}/"]
    endpoint = ["--endpoint-url", server.address]
    rclone = ["--config", home.folder / "rclone.conf", "--ignore-times", "--ignore-checksum"]
    others = {
        "s5cmd": [*endpoint, "cp", *(["-c", "16", "-p", "16"] if len(files) == 1 else []), *one_or_all, "s3://bench/temp/"],
        "aws": ["s3", "cp", "--recursive", folder, "s3://bench/temp/", *endpoint],
        "rclone": ["copy", folder, "s:bench/temp", *rclone],
        "s3cmd": ["-c", home.folder / "s3cfg", "put", "-q", *files, "s3://bench/temp/"],
    }
    found = {"hayon": [tools.hayon, "media", "upload", *files]}
    if len(files) == 1:
        port = server.address.rsplit(":", 1)[1]
        found["floor"] = [tools.anchor("uploader"), port, files[0], connections, PART_BYTES]
    for name, words in others.items():
        if tools.other(name):
            found[name] = [*tools.other(name), *words]
    return found


class Scene:
    """A home, a sink behind a line, and files to send."""

    def __init__(self, tools, latency_ms, bytes_per_second):
        self.tools = tools
        self.home = Home(tools.hayon)
        self.server = Server([tools.anchor("sink"), latency_ms, bytes_per_second])
        self.home.keep_media_in(self.server.address)
        self.home.variables["HAYON_MASTODON_INSTANCE"] = "https://mastodon.invalid"
        self.home.variables["HAYON_MEDIA_OWNER"] = "bench"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.__exit__()
        self.home.__exit__()

    def files(self, name, count, size, hole=False):
        folder = self.home.folder / name
        folder.mkdir()
        for number in range(count):
            write(folder / f"{number:04}.mp4", size, hole)
        return folder

    def sockets(self, command):
        """How many connections a command has at a time, at most."""
        self.server.ask("/ledger")
        in_turn(self.tools, 1, [command], self.home.variables)
        return int(self.server.ask("/ledger").split()[1])


def medians(runs):
    return [median([getattr(run, field) for run in runs]) for field in ("wall_ms", "cpu_ms", "memory_mib")]


def film(tools):
    """B9."""
    with Scene(tools, LATENCY_MS, BYTES_PER_SECOND) as scene:
        folder = scene.files("film", 1, 100 * MIB)
        connections = scene.sockets([tools.hayon, "media", "upload", *folder.iterdir()])
        every = commands(tools, scene.home, scene.server, folder, connections)
        runs = in_turn(tools, ROUNDS, list(every.values()), scene.home.variables)
        used = {name: medians(each) for name, each in zip(every, runs)}
    wall, cpu, memory = used["hayon"]
    for name, (theirs, _, theirs_memory) in used.items():
        what = f"100 MiB, 30 ms and 20 MB/s a connection ‖ {name}"
        if name == "hayon":
            continue
        if name == "floor":
            what = f"{what}, {connections} connections too"
        row = Row("B9", what, f"{wall / 1000:.2f} s", f"{theirs / 1000:.2f} s", f"{wall / theirs:.2f}")
        limit = {"floor": 1.3, "s5cmd": 1.1}.get(name)
        yield at_most(row, wall / theirs, limit) if limit else row
    per_gb = [it / 1000 / (100 * MIB / 1e9) for it in (cpu, used["floor"][1])]
    row = Row("B9", "the same, CPU s/GB ‖ floor", f"{per_gb[0]:.2f}", f"{per_gb[1]:.2f}")
    yield at_most(row, per_gb[0] / per_gb[1], 1.5)
    others = ", ".join(f"{name} {it[2]:.0f}" for name, it in used.items() if name not in ("hayon", "floor"))
    yield bounded(Row("B9", "the same, memory", f"{memory:.1f} MiB", others), memory, 24, " MiB")


def pictures(tools):
    """B10."""
    with Scene(tools, LATENCY_MS, BYTES_PER_SECOND) as scene:
        folder = scene.files("pictures", 200, MIB)
        every = commands(tools, scene.home, scene.server, folder, 0)
        sockets = scene.sockets(every["hayon"])
        runs = in_turn(tools, 3, list(every.values()), scene.home.variables)
        used = {name: medians(each) for name, each in zip(every, runs)}
    wall = used.pop("hayon")[0]
    for name, (theirs, *_) in used.items():
        row = Row("B10", f"200 × 1 MiB ‖ {name}", f"{wall / 1000:.2f} s", f"{theirs / 1000:.2f} s", f"{wall / theirs:.2f}")
        yield at_most(row, wall / theirs, 0.5) if name == "aws" else row
    yield bounded(Row("B10", "the same, connections at a time", str(sockets)), sockets, 32)


def memory(tools):
    """B11."""
    with Scene(tools, 0, 0) as scene:
        small, large = scene.files("small", 1, 10 * MIB), scene.files("large", 1, 2048 * MIB, hole=True)
        sends = [[tools.hayon, "media", "upload", *folder.iterdir()] for folder in (small, large)]
        runs = in_turn(tools, 3, sends, scene.home.variables)
        ours = [medians(each)[2] for each in runs]
        others = {name: commands(tools, scene.home, scene.server, large, 8).get(name) for name in ("aws", "rclone", "s5cmd", "floor")}
        others = {name: command for name, command in others.items() if command}
        theirs = {name: medians(in_turn(tools, 1, [command], scene.home.variables)[0])[2] for name, command in others.items()}
    row = Row("B11", "memory: 2 GiB ‖ 10 MiB", f"{ours[1]:.1f} MiB", f"{ours[0]:.1f} MiB")
    yield at_most(row, ours[1] / ours[0], 1.1)
    told = ", ".join(f"{name} {it:.0f}" for name, it in theirs.items())
    yield bounded(Row("B11", "memory: 2 GiB", f"{ours[1]:.1f} MiB", f"{told} MiB"), ours[1], 32, " MiB")
