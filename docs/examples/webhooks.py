"""A back end for Longwire's webhooks, in Python's standard library alone.

It knows that calls are Longwire's (Standard Webhooks signatures), says who connects, what may be published, and
answers a method.

    export LONGWIRE_WEBHOOKS_SECRETS="$(longwire webhook secret)"
    python3 docs/examples/webhooks.py 8000 &
    longwire --webhook-connect http://127.0.0.1:8000/connect \
             --webhook-publish http://127.0.0.1:8000/publish \
             --webhook-rpc http://127.0.0.1:8000/rpc \
             --webhook-events http://127.0.0.1:8000/events
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRETS = [
    base64.b64decode(secret.removeprefix("whsec_"))
    for secret in os.environ["LONGWIRE_WEBHOOKS_SECRETS"].split(",")
]
TOLERANCE = 300  # seconds that a call may be old: older ones are somebody's recording


def is_ours(headers, body):
    """Whether Longwire has signed this body under one of the secrets, and lately."""
    identity, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{identity}.{timestamp}.".encode() + body
    expected = [
        "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        for secret in SECRETS
    ]
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one, other) for one in given for other in expected)


def connect(call):
    """People say their names; in earnest this would look at a cookie that `--webhook-header Cookie` sends along."""
    name = (call.get("data") or {}).get("name")
    if not name:
        return {"disconnect": {"code": 4501, "reason": "say who you are"}}
    return {"result": {"user": name, "channels": [f"news:{name}"], "data": {"hello": name}}}


def publish(call):
    """Nobody shouts, and every message says who has looked at it."""
    text = call["data"].get("text", "")
    if text.isupper():
        return {"error": {"code": 400, "message": "please do not shout"}}
    return {"result": {"data": {**call["data"], "checked": True}}}


def rpc(call):
    if call["method"] == "double":
        return {"result": {"data": call["data"] * 2}}
    return {"error": {"code": 404, "message": "there is no such method"}}


def events(call):
    for event in call["events"]:
        print(event["type"], event["user"], event.get("channel", ""), flush=True)
    return {}


HOOKS = {"/connect": connect, "/publish": publish, "/rpc": rpc, "/events": events}


class BackEnd(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept alive

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        hook = HOOKS.get(self.path)
        if hook is None:
            self.answer(404, {})
        elif not is_ours(self.headers, body):
            self.answer(401, {})
        else:
            self.answer(200, hook(json.loads(body)))

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), BackEnd)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
