#!/usr/bin/env python3
"""How hayon uploads beside the tools that others wrote: one S3 server, every tool in turn.

    upload.py --hayon target/release/hayon [--rounds 3] [--gib 1] [--many 1000]

Tools that are not there are left out: `aws`, `rclone`, `s3cmd`, each by its name or by a variable such
as RCLONE=/path/to/rclone. The server is hayon's own sandbox, or the one that S3_ENDPOINT,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and S3_BUCKET name. Absolute times say something about
the machine; compare within one run.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
FILM = b"\0\0\0\x20ftypisom"


def write(path, size):
    """A file that hayon takes for a film, in which no two pieces are alike."""
    with open(path, "wb") as file:
        file.write(FILM)
        left = size - len(FILM)
        while left > 0:
            left -= file.write(os.urandom(min(left, MIB)))


def run(command, env, folder):
    """Wall time, CPU time and peak memory of a command and what it starts."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:6]))}…: {said.decode()[-2000:]}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


class Server:
    """The sandbox, or what the environment names."""

    def __init__(self, hayon, folder):
        self.process = None
        if "S3_ENDPOINT" in os.environ:
            names = ["S3_ENDPOINT", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]
            self.endpoint, self.id, self.secret, self.region = [os.environ[it] for it in names]
            self.bucket = os.environ["S3_BUCKET"]
            return
        command = [hayon, "sandbox", "--port", "0", "--json", "--dir", folder / "sandbox"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        s3 = json.loads(self.process.stdout.readline())["s3"]
        self.endpoint, self.region, self.bucket = s3["address"], s3["region"], s3["bucket"]
        self.id, self.secret = s3["access_key_id"], s3["secret_access_key"]

    def clear(self, folder):
        """What was uploaded in one round does not fill the disk for the next."""
        if self.process:
            bucket = folder / "sandbox" / "s3" / self.bucket
            shutil.rmtree(bucket)
            bucket.mkdir()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


def tools(hayon, server, folder):
    """Each tool with how it uploads the files of a folder."""
    host = server.endpoint.split("://")[1]
    (folder / "s3cfg").write_text(
        f"[default]\naccess_key = {server.id}\nsecret_key = {server.secret}\nhost_base = {host}\n"
        f"host_bucket = {host}\nuse_https = False\nbucket_location = {server.region}\n"
    )
    (folder / "rclone.conf").write_text(
        f"[s]\ntype = s3\nprovider = Other\naccess_key_id = {server.id}\n"
        f"secret_access_key = {server.secret}\nendpoint = {server.endpoint}\n"
        f"region = {server.region}\nforce_path_style = true\n"
    )
    target = f"s3://{server.bucket}/temp/"
    found = {"hayon": lambda files: [hayon, "media", "upload", *files]}

    def add(name, command):
        path = os.environ.get(name.upper()) or shutil.which(name)
        if path:
            found[name] = lambda files: [path, *command(files)]

    endpoint = ["--endpoint-url", server.endpoint]
    add("aws", lambda files: ["s3", "cp", "--recursive", files[0].parent, target, *endpoint])
    config = ["--config", folder / "rclone.conf", "--ignore-times"]
    add("rclone", lambda files: ["copy", files[0].parent, f"s:{server.bucket}/temp", *config])
    add("s3cmd", lambda files: ["-c", folder / "s3cfg", "put", "-q", *files, target])
    return found


def environment(server, folder):
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ["PATH", "LANG", "TMPDIR"] if name in os.environ}
    return kept | {
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": server.id,
        "AWS_SECRET_ACCESS_KEY": server.secret,
        "AWS_REGION": server.region,
        "AWS_DEFAULT_REGION": server.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HAYON_MEDIA_BUCKET": server.bucket,
        "HAYON_MEDIA_REGION": server.region,
        "HAYON_MEDIA_ENDPOINT": server.endpoint,
        "HAYON_MASTODON_INSTANCE": "https://mastodon.invalid",
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--hayon", type=pathlib.Path, default="target/release/hayon")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--gib", type=float, default=1)
    arguments.add_argument("--many", type=int, default=1000)
    asked = arguments.parse_args()
    hayon = asked.hayon.resolve()
    with tempfile.TemporaryDirectory(prefix="hayon-bench-") as name:
        folder = pathlib.Path(name)
        server = Server(hayon, folder)
        try:
            measure(asked, hayon, server, folder)
        finally:
            server.stop()


def measure(asked, hayon, server, folder):
    env = environment(server, folder)
    cases = [
        ("64 MiB", [(1, 64 * MIB)]),
        (f"{asked.gib:g} GiB", [(1, int(asked.gib * 1024) * MIB)]),
        (f"{asked.many} x 100 KiB", [(asked.many, 100 * 1024)]),
    ]
    with open("/proc/loadavg") as load:
        print(f"load at the beginning: {load.read().split()[0]}; {asked.rounds} rounds, medians")
    print(f"{'':18} {'tool':8} {'wall':>8} {'ratio':>6} {'MB/s':>7} {'CPU s':>7} {'peak MiB':>9}")
    for title, parts in cases:
        source = folder / "files"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        files = []
        for count, size in parts:
            for number in range(count):
                files.append(source / f"{number:05}.mp4")
                write(files[-1], size)
        every = tools(hayon, server, folder)
        used = {tool: [] for tool in every}
        for _ in range(asked.rounds):
            for tool, command in every.items():
                used[tool].append(run(command(files), env, folder))
                server.clear(folder)
        size = sum(file.stat().st_size for file in files) / 1e6
        medians = {tool: [statistics.median(it) for it in zip(*runs)] for tool, runs in used.items()}
        for tool, (wall, cpu, peak) in medians.items():
            ratio = wall / medians["hayon"][0]
            print(
                f"{title:18} {tool:8} {wall:8.2f} {ratio:6.2f} {size / wall:7.0f} {cpu:7.2f} {peak:9.1f}",
                flush=True,
            )


main()
