"""B12, B13 and B14: where the figures of crashes come from, and how large the program is."""

import os
import subprocess
import tempfile
import time

from table import Row
from table import bounded
from table import exactly
from tools import ROOT

# Two of these would be a second stack for HTTP or TLS.
STACKS = ["hyper", "rustls", "aws-lc-rs", "ring", "native-tls", "openssl"]


def elsewhere():
    """B12 and B13 are no figures of this run: tests count them, and fail unless they are 0."""
    yield Row("B12", "killed at every system call: duplicates, losses", "", target="0, 0; `.ci/full` tells them")
    yield Row("B13", "power cut: lost acknowledgements", "", target="0; `.ci/full` tells them")


def size(tools, is_long):
    megabytes = os.path.getsize(tools.hayon) / 1e6
    yield bounded(Row("B14", "the binary", f"{megabytes:.1f} MB", "s5cmd 17.7, rclone 54.3 MB"), megabytes, 18, " MB")
    tree = ["cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    lines = subprocess.run(tree, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    crates = {" ".join(line.split()[:2]) for line in lines if line}
    yield Row("B14", "crates", str(len(crates)), "146 without the AWS SDK")
    names = [crate.split()[0] for crate in crates]
    found = [name for name in STACKS if name in names]
    is_single = all(names.count(name) == 1 for name in found)
    is_single = is_single and not {"ring", "native-tls", "openssl"} & set(found)
    yield Row("B14", "stacks of HTTP and TLS", ", ".join(found), target="one each", met=is_single)
    if is_long:
        with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
            began = time.monotonic()
            build = ["cargo", "build", "--locked", "--release", "--target-dir", folder]
            subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
            minutes = (time.monotonic() - began) / 60
        yield bounded(Row("B14", "a release build from nothing", f"{minutes:.1f} min", "1.4 min without the AWS SDK"), minutes, 8, " min")
