"""Posts with Mastodon.py, a client library of others, and reads the post back.

    python mastodon_post.py INSTANCE TOKEN TEXT PICTURE ALT

Prints one JSON document: what the server says that it holds.
"""

import json
import sys

import requests
from mastodon import Mastodon
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

instance, token, text, picture, alt = sys.argv[1:]
# snac closes a connection after each answer without saying so, and on a busy machine it resets one
# whose body comes later than its header; the library does not ask twice.
session = requests.Session()
session.headers["Connection"] = "close"
session.mount("http://", HTTPAdapter(max_retries=Retry(5, allowed_methods=None, backoff_factor=0.2)))
client = Mastodon(
    api_base_url=instance, access_token=token, version_check_mode="none", session=session
)
me = client.account_verify_credentials()
media = client.media_post(picture, mime_type="image/png", description=alt, synchronous=True)
posted = client.status_post(
    text, media_ids=[media], language="en", visibility="public", idempotency_key="once"
)
status = client.status(posted["id"])
newest = client.account_statuses(me["id"], limit=5)
print(
    json.dumps(
        {
            "username": me["username"],
            "is_newest": newest[0]["id"] == posted["id"],
            "id": status["id"],
            "url": status["url"],
            "content": status["content"],
            "visibility": status["visibility"],
            "alts": [attachment["description"] for attachment in status["media_attachments"]],
            "tags": [tag["name"] for tag in status["tags"]],
        }
    )
)
