"""A client of the explorer: its address, its cookie, and what it answers."""

import http.client
import json
import re
import urllib.parse

from kaudit_e2e.server import Server
from kaudit_e2e.waiting import until

LINE = re.compile(r"Explorer on (http://([^/\s]+)/\?token=(\w+))")


class Explorer:
    """The explorer of a running server. Requests have the cookie unless they say otherwise."""

    def __init__(self, server):
        self.server = server
        until(lambda: LINE.search(server.stderr()), lambda: f"the line of the explorer in:\n{server.stderr()}")
        self.host = self.addresses()[0][1]
        self.cookie = None

    def addresses(self):
        """(URL, host and port, token) of each line so far."""
        return [match.groups() for match in LINE.finditer(self.server.stderr())]

    def token(self):
        return self.addresses()[-1][2]

    def ask(self, method, path, body=None, headers=None, cookie=True):
        """(status, headers, body); `headers` replace those that a page of its own would send."""
        sent = {"Host": self.host}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(body)
        if cookie and self.cookie:
            sent["Cookie"] = self.cookie
            if method != "GET":
                sent["Origin"] = f"http://{self.host}"
        sent.update(headers or {})
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            payload = (body or "").encode()
            if method != "GET":
                connection.putheader("Content-Length", str(len(payload)))
            connection.endheaders(payload)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def open(self):
        """Opens the page by its address, as a person would, and keeps the cookie."""
        url = self.addresses()[-1][0]
        status, headers, _ = self.ask("GET", url[url.index("/", 8) :])
        if status != 200:
            raise AssertionError(f"the page answers {status}")
        self.cookie = headers["Set-Cookie"].split(";")[0]
        return self

    def api(self, what, method="GET", body=None):
        status, _, text = self.ask(method, f"/explorer/v1/{what}", body)
        if status != 200:
            raise AssertionError(f"{method} {what}: {status} {text}")
        return json.loads(text)

    def request(self, audit_id, enough=lambda request: request["ended"]):
        """The request of that audit ID, whole, once it is there and there is enough of it: its parts come one by one."""
        found = {}

        def there():
            status, _, text = self.ask("GET", f"/explorer/v1/requests?auditID={urllib.parse.quote(audit_id)}")
            found.update(json.loads(text) if status == 200 else {})
            return status == 200 and enough(found)

        until(there, lambda: f"the request {audit_id}: {json.dumps(found)[:2000]}")
        return found


def explored(policy=None, flags=(), **more):
    """A server with an explorer; without a policy everything is recorded for it."""
    return Server(policy=policy, flags=["--explorer", *flags], **more)
