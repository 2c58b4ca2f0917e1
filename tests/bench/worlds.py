"""Homes for hayon, and the servers that it meets there; all end with the value that stands for them."""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.request
import uuid

from machine import until

LOOPBACK = "http://127.0.0.1"


class Server:
    """A program that serves, and whose first line says where."""

    def __init__(self, command, variables=None):
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=variables
        )
        self.said = self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def address(self):
        return f"{LOOPBACK}:{int(self.said)}"

    def ask(self, path):
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode()


class Sandbox(Server):
    """hayon's own sandbox, and the log of what it was asked."""

    def __init__(self, hayon, folder, *arguments):
        self.log = folder / "requests.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        command = [hayon, "sandbox", "--json", "--port", "0", "--dir", folder, "--log", self.log, *arguments]
        super().__init__(command)
        self.greeting = json.loads(self.said)
        self.s3 = self.greeting["s3"]

    def requests(self, since=0):
        """Every request that was received, after the first `since` lines of the log."""
        lines = self.log.read_text().splitlines()[since:]
        lines = [json.loads(line) for line in lines]
        return [line for line in lines if line["event"] == "received"]

    def log_length(self):
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


class Home:
    """A home in which hayon has an outbox of its own."""

    def __init__(self, hayon):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hayon-bench-"))
        self.hayon = hayon
        self.outbox = self.folder / "outbox.db"
        self.variables = {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HAYON_OUTBOX": str(self.outbox),
            "HAYON_MEDIA_FOLDER": str(self.folder / "media"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for kind in ["CONFIG", "DATA", "STATE", "CACHE"]:
            self.variables[f"XDG_{kind}_HOME"] = str(self.folder / kind.lower())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments):
        command = [str(self.hayon), *map(str, arguments)]
        done = subprocess.run(command, env=self.variables, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise SystemExit(f"{command}: {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout

    def live_in(self, sandbox):
        """Has the accounts of `sandbox`."""
        self.variables["HAYON_CONFIG"] = sandbox.greeting["config"]
        self.variables["XDG_STATE_HOME"] = sandbox.greeting["state"]

    def keep_media_in(self, address, bucket="bench", region="us-east-1", id="id", secret="secret"):
        self.variables |= {
            "HAYON_MEDIA_BUCKET": bucket,
            "HAYON_MEDIA_REGION": region,
            "HAYON_MEDIA_ENDPOINT": address,
            "AWS_ACCESS_KEY_ID": id,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }

    def have_accounts(self, server, count):
        """Has accounts `a1`, `a2`, … on a server."""
        names = [f"a{number}" for number in range(1, count + 1)]
        tables = [f'[accounts.{name}]\nplatform = "mastodon"\ninstance = "{server.address}"\n' for name in names]
        config = self.folder / "config.toml"
        config.write_text(f"default_to = {json.dumps(names)}\n" + "\n".join(tables))
        self.variables["HAYON_CONFIG"] = str(config)
        for name in names:
            self.variables[f"HAYON_{name.upper()}_TOKEN"] = f"token-of-{name}"
        self.run("post", "--at", "2999-01-01T00:00:00Z", "words")
        return names

    def seed(self, dues, accounts):
        """Queues a post for each of `dues`, in milliseconds since 1970, for each account in turn.

        hayon has queued one; these are copies of its rows with ids and due times of their own.
        """
        connection = sqlite3.connect(self.outbox)
        connection.execute("PRAGMA synchronous = OFF")
        posts = [row[1] for row in connection.execute("PRAGMA table_info (posts)")]
        deliveries = [row[1] for row in connection.execute("PRAGMA table_info (deliveries)") if row[1] != "id"]
        post = dict(zip(posts, connection.execute("SELECT * FROM posts ORDER BY number LIMIT 1").fetchone()))
        columns = ", ".join(deliveries)
        delivery = connection.execute(f"SELECT {columns} FROM deliveries ORDER BY id LIMIT 1").fetchone()
        delivery = dict(zip(deliveries, delivery))
        first = connection.execute("SELECT max(number) FROM posts").fetchone()[0] + 1
        stamp = uuid.uuid4().hex[:12]

        def posts_of():
            for at, due in enumerate(dues):
                id = f"{stamp[:8]}-{stamp[8:]}-7000-8000-{at:012x}"
                yield tuple((post | {"number": first + at, "id": id, "asked_at": due, "due_at": due}).values())

        def deliveries_of():
            for at, due in enumerate(dues):
                own = {"post": first + at, "account": accounts[at % len(accounts)], "due_at": due, "next_at": due}
                own["identity"] = f"{stamp[:8]}-{stamp[8:]}-7000-9000-{at:012x}"
                yield tuple((delivery | own).values())

        with connection:
            marks = ", ".join("?" * len(posts))
            connection.executemany(f"INSERT INTO posts VALUES ({marks})", posts_of())
            marks = ", ".join("?" * len(deliveries))
            connection.executemany(f"INSERT INTO deliveries ({columns}) VALUES ({marks})", deliveries_of())
        # As durable as posts that hayon has queued: the first fsync of a daemon would wait for all of it.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def daemon(self, *arguments):
        """Starts a daemon and waits until it delivers."""
        return Daemon([self.hayon, "daemon", *arguments], self)


class Daemon:
    def __init__(self, command, home):
        self.said = home.folder / "daemon.stderr"
        with open(self.said, "w") as said:
            self.process = subprocess.Popen(list(map(str, command)), env=home.variables, stderr=said)
        until(lambda: "delivering" in self.said.read_text(), "a daemon that delivers")

    def __enter__(self):
        return self.process.pid

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def arrivals(server):
    """When each status has arrived at a null platform, in milliseconds since 1970, and its first word."""
    lines = [line.split(" ", 1) for line in server.ask("/arrivals").splitlines()]
    return [(int(at) / 1e6, word) for at, word in lines]
