"""Posts with facebook-business and python-facebook-api, client libraries of others, and reads back.

    python graph_post.py ADDRESS SERVERS TEXT PICTURE ALT

SERVERS is the list of that name in the first line of `hayon sandbox --json`. Prints one JSON
document: what the server says that it holds.
"""

import functools
import http.server
import json
import os
import sys
import threading
import warnings

from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from pyfacebook import ThreadsGraphAPI

# It does not know all fields that Meta documents.
warnings.simplefilter("ignore")
address, servers, text, picture, alt = sys.argv[1:]
servers = {server["platform"]: server for server in json.loads(servers)}
page_id = servers["facebook"]["id"]

# Instagram and Threads fetch pictures themselves.
handler = functools.partial(
    http.server.SimpleHTTPRequestHandler, directory=os.path.dirname(picture)
)
handler.func.log_message = lambda *_: None
host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
threading.Thread(target=host.serve_forever, daemon=True).start()
image_url = f"http://127.0.0.1:{host.server_port}/{os.path.basename(picture)}"

FacebookSession.GRAPH = address
session = FacebookSession(access_token=servers["facebook"]["secret"])
api = FacebookAdsApi(session)


def instagram():
    user = IGUser(servers["instagram"]["id"], api=api)
    item = {"image_url": image_url, "alt_text": alt, "is_carousel_item": True}
    items = [user.create_media(params=item)["id"] for _ in range(2)]
    carousel = {"media_type": "CAROUSEL", "children": items, "caption": text}
    container = user.create_media(params=carousel)["id"]
    status = IGMedia(container, api=api).api_get(fields=["status_code"])
    media = user.create_media_publish(params={"creation_id": container})["id"]
    newest = user.get_media(fields=["id", "caption", "permalink", "timestamp"])[0]
    children = IGMedia(media, api=api).get_children(fields=["alt_text"])
    limit = user.get_content_publishing_limit(fields=["quota_usage", "config"])[0]
    return {
        "status": status.export_all_data()["status_code"],
        "is_newest": newest["id"] == media,
        "caption": newest["caption"],
        "alts": [child.export_all_data()["alt_text"] for child in children],
        "quota": limit.export_all_data(),
    }


def facebook():
    page = Page(page_id, api=api)
    photos = []
    for _ in range(2):
        staged = {"published": "false", "alt_text_custom": alt}
        with open(picture, "rb") as file:
            told = api.call("POST", (page_id, "photos"), params=staged, files={"source": file})
        photos.append({"media_fbid": told.json()["id"]})
    post = page.create_feed(params={"message": text, "attached_media": photos})["id"]
    newest = page.get_feed(fields=["id", "message", "permalink_url", "attachments"])[0]
    album = newest["attachments"]["data"][0]
    try:
        page.create_feed(params={"message": text, "attached_media": photos})
        refused = None
    except FacebookRequestError as error:
        refused = [error.http_status(), error.api_error_code(), error.api_error_subcode()]
    dated = page.create_feed(params={"message": "to be deleted"})["id"]
    PagePost(dated, api=api).api_delete()
    left = [post["id"] for post in page.get_feed(fields=["id"])]
    return {
        "is_newest": newest["id"] == post,
        "message": newest["message"],
        "photos": len(album["subattachments"]["data"]),
        "refused": refused,
        "deleted": dated not in left,
    }


def threads():
    # It waits when the usage headers say that it should.
    client = ThreadsGraphAPI(access_token=servers["threads"]["secret"], base_url=f"{address}/")
    wish = {"media_type": "IMAGE", "image_url": image_url, "text": text, "alt_text": alt}
    container = client.post_object("me", "threads", data=wish)["id"]
    status = client.get_object(container, fields="status")["status"]
    post = client.post_object("me", "threads_publish", data={"creation_id": container})["id"]
    newest = client.get_connection("me", "threads", fields="id,text,alt_text")["data"][0]
    return {
        "status": status,
        "is_newest": newest["id"] == post,
        "text": newest["text"],
        "alt": newest["alt_text"],
        "deleted": client.delete_object(post)["success"],
    }


print(json.dumps({"instagram": instagram(), "facebook": facebook(), "threads": threads()}))
