#!/usr/bin/env python3
"""How long one post with a picture takes to six accounts, beside the slowest platform's own minimum.

Usage: tests/bench/six_accounts.py [HAYON]   (default: target/release/hayon)

The platforms are a sandbox in which every request takes 100 ms; the pictures are in the storage of
another one, which answers at once. What counts is the ratio of the two, from one run: the time of
`hayon post` to all six, and the requests that the slowest platform takes one after another, each of
100 ms. Fixed waits of platforms there are none: the sandbox's containers are ready at once.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
LATENCY_MS = 100
POSTS = 10

# What each platform takes one after another, once the log-in and the limits are known: what cannot
# be left out and cannot be done side by side.
MINIMAL = {
    "bluesky": ["uploadBlob", "putRecord"],
    "mastodon": ["media", "statuses"],
    "threads": ["create", "status", "publish", "permalink"],
    "instagram": ["create", "status", "publish", "permalink"],
    "facebook": ["photo", "feed"],
    "tumblr": ["create", "read", "publish"],
}


class Sandbox:
    """A sandbox that ends with the value."""

    def __init__(self, hayon, folder, *arguments):
        command = [hayon, "sandbox", "--json", "--port", "0", "--dir", str(folder), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.greeting = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self.greeting

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def environment(platforms, storage, home):
    s3 = storage["s3"]
    return {
        "HOME": str(home),
        "HAYON_CONFIG": platforms["config"],
        "XDG_STATE_HOME": platforms["state"],
        "HAYON_MEDIA_BUCKET": s3["bucket"],
        "HAYON_MEDIA_REGION": s3["region"],
        "HAYON_MEDIA_ENDPOINT": s3["address"],
        "AWS_ACCESS_KEY_ID": s3["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"],
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def post(hayon, to, number, variables):
    picture = str(ROOT / "examples" / "sunrise.jpg")
    words = [f"Post {number} to {to}", "--to", to, "--media", picture, "--alt", "a bay", "--json"]
    began = time.monotonic()
    subprocess.run([hayon, "post", *words], env=variables, check=True, capture_output=True)
    return (time.monotonic() - began) * 1000


def bare(platforms, picture):
    """The slowest platform's requests one after another, by a client that does nothing else."""
    server = next(it for it in platforms["servers"] if it["platform"] == "threads")

    def ask(method, path, **fields):
        data = urllib.parse.urlencode(fields).encode() if method == "POST" else None
        address = f"{server['address']}/{path}"
        request = urllib.request.Request(address, data, method=method)
        request.add_header("Authorization", f"Bearer {server['secret']}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    began = time.monotonic()
    container = ask("POST", "me/threads", media_type="IMAGE", image_url=picture, text="bare")["id"]
    ask("GET", f"{container}?fields=status")
    post = ask("POST", "me/threads_publish", creation_id=container)["id"]
    ask("GET", f"{post}?fields=permalink")
    return (time.monotonic() - began) * 1000


def main():
    hayon = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "release" / "hayon")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        latency = f"{LATENCY_MS}ms"
        with (
            Sandbox(hayon, folder / "platforms", "--latency", latency) as platforms,
            Sandbox(hayon, folder / "storage") as storage,
        ):
            variables = environment(platforms, storage, folder)
            for number in range(2):
                post(hayon, "all", -1 - number, variables)
            upload = [hayon, "media", "upload", str(ROOT / "examples" / "sunrise.jpg"), "--json"]
            uploaded = subprocess.run(upload, env=variables, check=True, capture_output=True)
            key = json.loads(uploaded.stdout)[0]["key"]
            address = subprocess.run([hayon, "media", "url", key, "--json"], env=variables, check=True, capture_output=True)
            picture = json.loads(address.stdout)["url"]
            floor = []
            everywhere = []
            alone = {platform: [] for platform in MINIMAL}
            # In turn, so that whatever else the machine does hits all alike.
            for number in range(POSTS):
                floor.append(bare(platforms, picture))
                everywhere.append(post(hayon, "all", number, variables))
                for platform, times in alone.items():
                    times.append(post(hayon, platform, number, variables))
    for platform, times in alone.items():
        minimum = len(MINIMAL[platform]) * LATENCY_MS
        print(f"{platform:10} minimum {minimum:4d} ms, alone {statistics.median(times):6.0f} ms")
    limit = max(len(requests) for requests in MINIMAL.values()) * LATENCY_MS
    median = statistics.median(everywhere)
    print(f"all six    minimum {limit:4d} ms, hayon {median:6.0f} ms, ratio {median / limit:.2f}")
    floor = statistics.median(floor)
    print(f"threads by a bare client {floor:6.0f} ms: ratio {median / floor:.2f}")
    slowest = max(statistics.median(times) for times in alone.values())
    print(f"beside the slowest alone: ratio {median / slowest:.2f}")


if __name__ == "__main__":
    main()
