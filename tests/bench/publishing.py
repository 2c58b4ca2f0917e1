"""B8: how long a post takes, beside what its platform's own requests take one after another.

Every request of the sandbox takes 50 ms, and 100 ms for what goes to all platforms at once. What a
platform takes at least is the requests that can be neither left out nor made side by side, once the
log-in and the limits are known. What such a trip takes, which is more than the 50 ms, is measured beside that
with a bare client that keeps its connection. The pictures lie in the storage of another sandbox, which answers
at once.

A daemon's time is from when a post is due until its outcome is known; that of `hayon post` is from the
start of its process to the end, with the pictures made and stored.
"""

import datetime
import http.client
import json
import pathlib
import sqlite3
import tempfile
import time
import urllib.parse
import urllib.request

from machine import until
from table import Row
from table import at_most
from table import exactly
from table import median
from tools import ROOT
from worlds import Home
from worlds import Sandbox

LATENCY_MS = 50
LATENCY_OF_ALL_MS = 100
ROUNDS = 7
# So long after the first is stored the first is due, and then one each second.
STORED_S = 40
# So long after a post was due, when it has been delivered, a bare trip is made.
BETWEEN_S = 0.7

# Platform, pictures, requests one after another, requests in all. Threads and Instagram are asked
# whether each container is ready and for the address of the post, and for the day's quota beside that;
# Tumblr is asked what it has made of pictures before they are made public.
PATHS = [
    ("bluesky", 0, 1, 1),
    ("bluesky", 4, 2, 5),
    ("mastodon", 0, 1, 1),
    ("mastodon", 4, 2, 5),
    ("threads", 0, 4, 5),
    ("threads", 1, 4, 5),
    ("threads", 3, 6, 11),
    ("instagram", 1, 4, 5),
    ("instagram", 3, 6, 11),
    ("facebook", 0, 1, 1),
    ("facebook", 1, 2, 2),
    ("facebook", 3, 2, 4),
    ("tumblr", 0, 2, 2),
    ("tumblr", 1, 3, 3),
]


def words(home, to, number, pictures):
    """What is said to post something."""
    said = ["post", f"Words {number} to {to}", "--to", to]
    for at in range(pictures):
        said += ["--media", str(home.pictures[at]), "--alt", f"picture {at}"]
    return said


def post(home, to, number, pictures=0):
    """How long it takes to publish, in milliseconds."""
    began = time.monotonic()
    home.run(*words(home, to, number, pictures))
    return (time.monotonic() - began) * 1000


class Trips:
    """A bare client that asks one thing of one server, over a connection that it keeps."""

    def __init__(self, platforms):
        server = next(it for it in platforms.greeting["servers"] if it["platform"] == "facebook")
        self.address = urllib.parse.urlsplit(server["address"])
        self.connection = http.client.HTTPConnection(self.address.netloc)
        self.headers = {"Authorization": f"Bearer {server['secret']}"}
        self.took = []

    def make(self):
        began = time.monotonic()
        self.connection.request("GET", f"{self.address.path}/me", headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        self.took.append((time.monotonic() - began) * 1000)
        if answer.status != 200:
            raise SystemExit(f"a bare request: {answer.status}")


def bare(platforms, picture):
    """The requests of the slowest platform one after another, by a client that does nothing else."""
    server = next(it for it in platforms.greeting["servers"] if it["platform"] == "threads")

    def ask(method, path, **fields):
        data = urllib.parse.urlencode(fields).encode() if method == "POST" else None
        request = urllib.request.Request(f"{server['address']}/{path}", data, method=method)
        request.add_header("Authorization", f"Bearer {server['secret']}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    began = time.monotonic()
    container = ask("POST", "me/threads", media_type="IMAGE", image_url=picture, text="bare")["id"]
    ask("GET", f"{container}?fields=status")
    made = ask("POST", "me/threads_publish", creation_id=container)["id"]
    ask("GET", f"{made}?fields=permalink")
    return (time.monotonic() - began) * 1000


def paths(tools):
    yield from at(tools, LATENCY_MS, each_alone)
    yield from at(tools, LATENCY_OF_ALL_MS, six_at_once)


def at(tools, latency_ms, measure):
    """What is measured where every request takes so long."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with (
            Sandbox(tools.hayon, folder / "platforms", "--latency", f"{latency_ms}ms") as platforms,
            Sandbox(tools.hayon, folder / "storage") as storage,
            Home(tools.hayon) as home,
        ):
            home.live_in(platforms)
            s3 = storage.s3
            home.keep_media_in(s3["address"], s3["bucket"], s3["region"], s3["access_key_id"], s3["secret_access_key"])
            home.pictures = draw(home)
            # The log-ins, and what Mastodon takes, are known after this.
            post(home, "all", "at first", 1)
            yield from measure(home, platforms)


def draw(home):
    """Pictures that every platform takes as they are, no two alike."""
    source = (ROOT / "examples" / "sunrise.jpg").read_bytes()
    pictures = [home.folder / f"{number}.jpg" for number in range(4)]
    for number, picture in enumerate(pictures):
        # A comment behind the first marker (ITU T.81, B.2.4.5) makes other bytes of the same picture.
        picture.write_bytes(source[:2] + b"\xff\xfe\x00\x03" + bytes([48 + number]) + source[2:])
    return pictures


def each_alone(home, platforms):
    times = {path: [] for path in PATHS}
    counts = {path: set() for path in PATHS}
    for number in range(ROUNDS):
        for path in PATHS:
            since = platforms.log_length()
            times[path].append(post(home, path[0], number, path[1]))
            counts[path].add(len(platforms.requests(since)))
    trips = Trips(platforms)
    when_due = by_daemon(home, trips)
    trip = median(trips.took)
    yield Row("B8", f"a bare client's trip ‖ {LATENCY_MS} ms", f"{trip:.1f} ms", f"{LATENCY_MS} ms", f"{trip / LATENCY_MS:.2f}")
    for path in PATHS:
        platform, pictures, steps, total = path
        what = f"{platform}, {['text', '1 picture'][pictures] if pictures < 2 else f'{pictures} pictures'}"
        minimum, took, alone = steps * LATENCY_MS, median(when_due[path]), median(times[path])
        row = Row("B8", f"{what}: due → delivered ‖ {steps} × {LATENCY_MS} ms", f"{took:.0f} ms", f"{minimum} ms")
        yield at_most(row, took / minimum, 1.15)
        yield Row("B8", f"{what}: by `hayon post`, a process of its own", f"{alone:.0f} ms", f"{minimum} ms", f"{alone / minimum:.2f}")
        count = "/".join(map(str, sorted(counts[path])))
        yield exactly(Row("B8", f"{what}: requests (asserted in `tests/cli/publishing_cost.rs`)", count), count, str(total))


def by_daemon(home, trips):
    """How long a daemon takes over each path from when a post is due, in milliseconds.

    Between two posts, when the daemon has nothing to do, a bare trip is made.
    """
    paths_of, first = {}, int(time.time()) + STORED_S
    for at, path in enumerate(PATHS * ROUNDS):
        due = datetime.datetime.fromtimestamp(first + at, datetime.UTC).isoformat()
        stored = home.run(*words(home, path[0], f"due {at}", path[1]), "--at", due, "--json")
        paths_of[json.loads(stored)["number"]] = path
    times = {path: [] for path in PATHS}
    ended = """SELECT d.post, a.ended_at - d.due_at FROM deliveries d JOIN attempts a ON a.delivery = d.id
               WHERE d.state = 'delivered' AND d.attempts = 1"""
    with home.daemon():
        if time.time() > first:
            raise SystemExit(f"it took more than {STORED_S} s to store {len(paths_of)} posts")
        outbox = sqlite3.connect(f"file:{home.outbox}?mode=ro", uri=True)

        def all_of_them():
            time.sleep(1)
            rows = [row for row in outbox.execute(ended) if row[0] in paths_of]
            return rows if len(rows) == len(paths_of) else None

        for at in range(len(paths_of)):
            time.sleep(max(0, first + at + BETWEEN_S - time.time()))
            trips.make()
        for number, took in until(all_of_them, "what was due"):
            times[paths_of[number]].append(took)
            if took > BETWEEN_S * 1000:
                raise SystemExit(f"{paths_of[number]} took {took} ms, and a bare trip was made meanwhile")
    return times


def six_at_once(home, platforms):
    uploaded = json.loads(home.run("media", "upload", home.pictures[0], "--json"))
    picture = json.loads(home.run("media", "url", uploaded[0]["key"], "--json"))["url"]
    everywhere, floor = [], []
    alone = {platform: [] for platform in ("bluesky", "mastodon", "threads", "instagram", "facebook", "tumblr")}
    # In turn, so that whatever else the machine does hits all alike.
    for number in range(ROUNDS):
        floor.append(bare(platforms, picture))
        everywhere.append(post(home, "all", f"once {number}", 1))
        for platform, each in alone.items():
            each.append(post(home, platform, f"alone {number}", 1))
    took, least = median(everywhere), median(floor)
    what = f"six accounts at once, {LATENCY_OF_ALL_MS} ms"
    row = Row("B8", f"{what} ‖ Threads alone by a bare client", f"{took:.0f} ms", f"{least:.0f} ms")
    yield at_most(row, took / least, 1.15)
    slowest = max(median(each) for each in alone.values())
    row = Row("B8", f"{what} ‖ the slowest alone", f"{took:.0f} ms", f"{slowest:.0f} ms")
    yield at_most(row, took / slowest, 1.2)
