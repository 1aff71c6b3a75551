"""An HTTP/1.1 client that sends the bytes it is given and keeps the bytes it gets: nothing is
corrected on the way."""

import dataclasses
import socket
import ssl


@dataclasses.dataclass
class Response:
    """One answer; status 0 means that the connection ended without one."""

    status: int
    headers: dict  # lower-case name -> list of values
    body: bytes
    complete: bool  # False: the connection ended within the body

    def header(self, name, default=""):
        values = self.headers.get(name.lower())
        return values[0] if values else default

    def text(self):
        return self.body.decode("utf-8", "replace")


class Connection:
    """One TLS connection to the server. `certificate` is a (certificate, key) pair of files, or
    None."""

    def __init__(self, port, ca, certificate=None, timeout=60):
        context = ssl.create_default_context(cafile=ca)
        context.set_alpn_protocols(["http/1.1"])
        if certificate:
            context.load_cert_chain(*certificate)
        plain = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        self._pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return False
        self._pending += data
        return bool(data)

    def _line(self):
        while b"\r\n" not in self._pending:
            if not self._receive():
                raise EOFError
        line, _, self._pending = self._pending.partition(b"\r\n")
        return line

    def _exactly(self, count):
        while len(self._pending) < count:
            if not self._receive():
                raise EOFError
        data, self._pending = self._pending[:count], self._pending[count:]
        return data

    def _head(self):
        status = int(self._line().split(b" ")[1])
        headers = {}
        while line := self._line():
            name, _, value = line.partition(b":")
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.strip().decode("latin-1"))
        return status, headers

    def head(self):
        """The status line and headers of the next answer that is not an interim one (1xx but
        101)."""
        while True:
            status, headers = self._head()
            if status == 101 or status >= 200:
                return status, headers

    def chunks(self):
        """The pieces of a chunked body as they come; ends at its last chunk, raises EOFError
        when it is cut."""
        while size := int(self._line().split(b";")[0], 16):
            yield self._exactly(size)
            self._exactly(2)
        while self._line():
            pass

    def response(self, method="GET"):
        try:
            status, headers = self.head()
        except (EOFError, IndexError, ValueError):
            return Response(0, {}, b"", False)
        body = b""
        if method == "HEAD" or status in (101, 204, 304):
            return Response(status, headers, body, True)
        try:
            if headers.get("transfer-encoding") == ["chunked"]:
                for piece in self.chunks():
                    body += piece
            elif "content-length" in headers:
                body = self._exactly(int(headers["content-length"][0]))
            else:
                while self._receive():
                    pass
                body, self._pending = self._pending, b""
        except EOFError:
            return Response(status, headers, body or self._pending, False)
        return Response(status, headers, body, True)


def request(method, path, headers=(), body=b"", token=None, audit_id=None):
    """The bytes of a plain request. Headers are (name, value) pairs; Host and Content-Length
    come by themselves."""
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    names = {name.lower() for name, _ in headers}
    if "accept" not in names:
        lines.append("Accept: application/json")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if audit_id:
        lines.append(f"Audit-ID: {audit_id}")
    lines += [f"{name}: {value}" for name, value in headers]
    if body and "content-length" not in names and "transfer-encoding" not in names:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
