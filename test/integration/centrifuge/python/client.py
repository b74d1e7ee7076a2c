"""A client of the protocol in another language, by its documentation and Python's own library alone.

    python3 client.py lines|http_stream HTTP_PORT TCP_PORT

Goes through a visit with a break in it, and prints what it saw as one object in JSON.
"""

import http.client
import json
import socket
import sys

TIMEOUT_SECONDS = 30


class Lines:
    """TCP: a command a line, and so is what comes."""

    def __init__(self, http_port, tcp_port, first):
        self.socket = socket.create_connection(("127.0.0.1", tcp_port), TIMEOUT_SECONDS)
        self.incoming = self.socket.makefile("r", encoding="utf-8")
        self.send(first)

    def send(self, command):
        self.socket.sendall(json.dumps(command).encode() + b"\n")

    def receive(self):
        return json.loads(self.incoming.readline())

    def connected(self, result):
        """Nothing more is needed to speak."""

    def close(self):
        self.incoming.close()
        self.socket.close()


class HttpStream:
    """What the server says comes in a response that streams; what we say goes to /emulation."""

    def __init__(self, http_port, tcp_port, first):
        self.port = http_port
        self.stream = http.client.HTTPConnection("127.0.0.1", http_port, timeout=TIMEOUT_SECONDS)
        self.stream.request("POST", "/connection/http_stream", json.dumps(first))
        self.incoming = self.stream.getresponse()

    def send(self, command):
        words = {"session": self.session, "node": self.node, "data": json.dumps(command)}
        request = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        request.request("POST", "/emulation", json.dumps(words))
        status = request.getresponse().status
        request.close()
        assert status == 204, status

    def receive(self):
        return json.loads(self.incoming.readline())

    def connected(self, result):
        self.session, self.node = result["session"], result["node"]

    def close(self):
        self.incoming.close()
        self.stream.close()


class Client:
    """Commands with their replies; publications are noted as they come."""

    def __init__(self, transport, *ports):
        self.next_id = 1
        self.publications = []
        self.transport = transport(*ports, {"id": 1, "connect": {"name": "python"}})
        self.result = self.reply(1)["connect"]
        self.transport.connected(self.result)

    def call(self, name, **parameters):
        self.next_id += 1
        self.transport.send({"id": self.next_id, name: parameters})
        return self.reply(self.next_id)

    def reply(self, wanted):
        while True:
            message = self.receive()
            if message.get("id") == wanted:
                return message

    def receive(self):
        message = self.transport.receive()
        if message == {}:
            self.transport.send({})
        publication = message.get("push", {}).get("pub")
        if publication is not None:
            self.publications.append([publication["offset"], publication["data"]])
        return message

    def wait_for(self, count):
        while len(self.publications) < count:
            self.receive()


def visit(*where):
    ann, bob = Client(*where), Client(*where)
    subscribed = ann.call("subscribe", channel="news", recoverable=True)["subscribe"]
    bob.call("subscribe", channel="news")
    bob.call("publish", channel="news", data={"text": "Grüße"}, idempotency_key="first")
    bob.call("publish", channel="news", data={"text": "Grüße"}, idempotency_key="first")
    ann.wait_for(1)
    heard = ann.publications
    ann.transport.close()
    for number in (2, 3):
        bob.call("publish", channel="news", data=number)

    again = Client(*where)
    position = {"epoch": subscribed["epoch"], "offset": heard[-1][0]}
    recovered = again.call("subscribe", channel="news", recover=True, **position)["subscribe"]
    bob.call("publish", channel="news", data=4)
    again.wait_for(1)
    history = again.call("history", channel="news", limit=10)["history"]
    presence = again.call("presence", channel="news")["presence"]["presence"]
    refused = again.call("rpc", method="nothing", data={})["error"]
    expected = {again.result["client"], bob.result["client"]}
    return {
        "heard": heard,
        "recovered": recovered["recovered"],
        "missed": [[one["offset"], one["data"]] for one in recovered["publications"]],
        "live": again.publications,
        "history": [one["data"] for one in history["publications"]],
        "present": expected <= presence.keys(),
        "refused": refused["code"],
    }


ways = {"lines": Lines, "http_stream": HttpStream}
print(json.dumps(visit(ways[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))))
