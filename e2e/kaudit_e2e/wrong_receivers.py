"""Receivers of audit webhooks in a few lines each: one that is right, and eight that are wrong in one way
each, as real ones are. What they take they append to a file, a JSON line an event."""

import http.server
import json
import re
import ssl
import threading

_NUMBER = "\x00number:"


def _loads(text):
    """JSON whose numbers stay as they are written."""
    keep = lambda number: _NUMBER + number
    return json.loads(text, parse_float=keep, parse_int=keep)


def _dumps(value):
    return re.sub('"' + re.escape(json.dumps(_NUMBER)[1:-1]) + '([^"]*)"', r"\1", json.dumps(value))


class RightReceiver(http.server.BaseHTTPRequestHandler):
    """Stores each event once, and answers when it has."""

    protocol_version = "HTTP/1.1"
    loads, dumps = staticmethod(_loads), staticmethod(_dumps)

    def log_message(self, *_):
        pass

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status >= 400:
            self.send_header("Connection", "close")
        self.end_headers()

    def do_GET(self):
        self.answer(405)

    def body(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        return body if len(body) == length else None

    def refusal(self):
        if "application/json" not in self.headers.get("Content-Type", "") or self.headers.get("Content-Encoding"):
            return 415
        token = self.server.token
        if token and not self.is_known(self.headers.get("Authorization", "")):
            return 401
        return 0

    def is_known(self, authorization):
        return authorization == "Bearer " + self.server.token

    def events(self, body):
        """The events of a list; None when it is not one."""
        try:
            batch = self.loads(body)
        except ValueError:
            return None
        if batch.get("kind") != "EventList" or batch.get("apiVersion") != "audit.k8s.io/v1":
            return None
        return batch.get("items") or []

    def do_POST(self):
        body = self.body()
        if body is None:
            self.close_connection = True
            return
        if status := self.refusal():
            self.answer(status)
            return
        events = self.events(body)
        if events is None:
            self.answer(400)
            return
        with self.server.lock:
            self.store([event for event in events if self.is_new(event)])
        self.answer(200)

    def is_new(self, event):
        key = (event["auditID"], event["stage"], event["requestReceivedTimestamp"])
        return not (key in self.server.known or self.server.known.add(key))

    def store(self, events):
        with open(self.server.store, "a", encoding="utf-8") as file:
            file.writelines(self.dumps(event) + "\n" for event in events)


class DropsEvery400th(RightReceiver):
    def store(self, events):
        kept = []
        for event in events:
            self.server.count += 1
            if self.server.count % 400:
                kept.append(event)
        super().store(kept)


class Forgets(RightReceiver):
    def store(self, events):
        pass


class RejectsUnknownMembers(RightReceiver):
    KNOWN = set(
        "level auditID stage requestURI verb user impersonatedUser authenticationMetadata sourceIPs userAgent "
        "objectRef responseStatus requestObject responseObject requestReceivedTimestamp stageTimestamp annotations".split()
    )

    def events(self, body):
        events = super().events(body)
        return None if events is None or any(set(event) - self.KNOWN for event in events) else events


class StoresTwice(RightReceiver):
    def is_new(self, event):
        return True


class OneMegabyte(RightReceiver):
    def refusal(self):
        if int(self.headers["Content-Length"]) > 1 << 20:
            return 413
        return super().refusal()


class BlocksOnASlowBatch(RightReceiver):
    def body(self):
        with self.server.reading:
            return super().body()


class AcceptsAnyToken(RightReceiver):
    def is_known(self, authorization):
        return authorization.startswith("Bearer ")


class AltersNumbers(RightReceiver):
    loads, dumps = staticmethod(json.loads), staticmethod(json.dumps)


class Running:
    """One of them at work, on a free port. tls: (certificate, key) files."""

    def __init__(self, handler, store, token=None, tls=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.store, self.server.token = store, token
        self.server.lock, self.server.reading = threading.Lock(), threading.Lock()
        self.server.known, self.server.count = set(), 0
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            # The handshake is for the connection's own thread.
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        open(store, "w", encoding="utf-8").close()
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/audit"

    def __enter__(self):
        self.server.request_queue_size = 128
        self.server.socket.listen(128)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
