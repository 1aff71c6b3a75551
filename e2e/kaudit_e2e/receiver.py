"""A receiver of audit webhooks that misbehaves on command and counts exactly what it took.

    with Receiver(lambda n: status(500) if n < 2 else OK) as receiver:
        ... kubeconfig(receiver.url) ...
        receiver.wait_for(lambda r: len(r.accepted) >= 3, "three events")

behave(n) says what becomes of the n-th request, from 0 on: one of the commands below. What an answer of
2xx was sent for is accepted: `accepted` counts it by (auditID, stage); all else is `refused`."""

import collections
import dataclasses
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time

from kaudit_e2e.waiting import PATIENCE, until

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_ACCEPTED = re.compile(rb"HTTP/1\.1 2")


@dataclasses.dataclass
class Command:
    """What to do with a request: wait, send these bytes, then keep, close or reset the
    connection."""

    answer: bytes = b""
    then: str = "keep"  # keep, close, reset, hang
    wait: float = 0
    before_body: bool = False  # acts as soon as the head is there

    @property
    def accepts(self):
        return bool(_ACCEPTED.match(self.answer)) and self.then == "keep"


def status(code, headers=(), body=b""):
    lines = [f"HTTP/1.1 {code} X", *(f"{name}: {value}" for name, value in headers)]
    return Command("\r\n".join([*lines, f"Content-Length: {len(body)}"]).encode() + b"\r\n\r\n" + body)


OK = status(200)


def slow(seconds, command=OK):
    return dataclasses.replace(command, wait=seconds)


def too_many(seconds):
    return status(429, [("Retry-After", seconds)])


def redirect(where, code=302):
    return status(code, [("Location", where)])


RESET_BEFORE_BODY = Command(then="reset", before_body=True)
RESET = Command(then="reset")
CLOSE = Command(then="close")
HALF = Command(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", then="close")
GARBAGE = Command(b"what is this\r\n\r\n", then="close")
BLACK_HOLE = Command(then="hang")


def _shut_down(end):
    try:
        socket.socket.shutdown(end, socket.SHUT_RDWR)  # of TLS too: without its own goodbye
    except OSError:
        pass


class Receiver:
    """Listens on a port of its own (or on `port`). tls: an SSLContext."""

    def __init__(self, behave=lambda n: OK, tls=None, port=0):
        self.behave, self.tls = behave, tls
        self.lock = threading.Lock()
        self.requests = []  # (head, body) as they came
        self.accepted = collections.Counter()
        self.refused = collections.Counter()
        self.tls_failures = []
        self.connections = 0
        self._open, self._threads = [], []
        self._socket = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/audit"
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends every connection; the port is free afterwards."""
        # Only shut down here: each thread closes its own socket. Closed under a thread that uses it,
        # the descriptor could belong to another file by then.
        _shut_down(self._socket)
        self._acceptor.join()
        with self.lock:
            ends, threads = list(self._open), list(self._threads)
        for end in ends:
            _shut_down(end)
        for thread in threads:
            thread.join()

    def wait_for(self, enough, what, patience=PATIENCE):
        until(
            lambda: enough(self),
            lambda: f"{what}: {len(self.requests)} requests, {len(self.accepted)} accepted",
            patience,
        )

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                self._socket.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self.lock:
                self.connections += 1
                self._open.append(connection)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                try:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                    with self.lock:
                        self._open.append(connection)  # what it wraps is detached from its socket
                except (ssl.SSLError, OSError) as error:
                    self.tls_failures.append(str(error))
                    return
            pending = b""
            while pending is not None:
                pending = self._take_one(connection, pending)
        except OSError:
            pass
        finally:
            connection.close()

    def _take_one(self, connection, pending):
        """One request and what becomes of it. Returns the bytes after it; None when the
        connection has ended."""
        while b"\r\n\r\n" not in pending:
            data = connection.recv(65536)
            if not data:
                return None
            pending += data
            if not pending.startswith(b"POST "[: len(pending)]):
                connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nno HTTP request")
                return None
        head, _, pending = pending.partition(b"\r\n\r\n")
        with self.lock:
            number = len(self.requests)
            self.requests.append((head, b""))
        command = self.behave(number)
        body = b""
        if not command.before_body:
            length = int(_LENGTH.search(head).group(1))
            pieces, have = [pending], len(pending)
            while have < length:
                data = connection.recv(1 << 20)
                if not data:
                    return None
                pieces.append(data)
                have += len(data)
            whole = b"".join(pieces)
            body, pending = whole[:length], whole[length:]
            events = [(item["auditID"], item["stage"]) for item in json.loads(body)["items"]]
            with self.lock:
                self.requests[number] = (head, body)
                (self.accepted if command.accepts else self.refused).update(events)
        time.sleep(command.wait)
        if command.answer:
            connection.sendall(command.answer)
        if command.then == "keep":
            return pending
        if command.then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif command.then == "hang":
            while connection.recv(65536):
                pass
        return None


class Proxy:
    """What proxies have in common: a port, an end, and the bytes that pass. A kind of proxy says in
    `negotiate` where a client wants to go, or refuses it by returning None."""

    def __init__(self, tls=None):
        self.tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _shut_down(self._socket)

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                self._socket.close()
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            behind = self.negotiate(connection)
        except OSError:
            behind = None
        if behind is None:
            connection.close()
            return
        threading.Thread(target=_pump, args=(behind, connection), daemon=True).start()
        _pump(connection, behind)


class ConnectProxy(Proxy):
    """An HTTP proxy that knows CONNECT only, and asks for `authorization` when it is given."""

    def __init__(self, authorization=None, tls=None):
        self.authorization = authorization
        self.heads = []
        super().__init__(tls)

    def negotiate(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(1)
            if not data:
                return None
            head += data
        self.heads.append(head)
        if self.authorization and f"Proxy-Authorization: {self.authorization}\r\n".encode() not in head:
            connection.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            return None
        host, port = head.split(b" ")[1].decode().rsplit(":", 1)
        behind = socket.create_connection((host, int(port)))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return behind


class SocksProxy(Proxy):
    """SOCKS5 (RFC 1928), with a name and a password (RFC 1929) when `login` is given; notes in
    `targets` the address that each client asked for."""

    def __init__(self, login=None):
        self.login = login
        self.targets = []
        super().__init__()

    def negotiate(self, connection):
        read = connection.makefile("rb", buffering=0).read
        methods = read(read(2)[1])
        wanted = 2 if self.login else 0
        if wanted not in methods:
            connection.sendall(b"\x05\xff")
            return None
        connection.sendall(bytes((5, wanted)))
        if self.login:
            name = read(read(2)[1])
            if (name.decode(), read(read(1)[0]).decode()) != self.login:
                connection.sendall(b"\x01\x01")
                return None
            connection.sendall(b"\x01\x00")
        kind = read(4)[3]
        host = socket.inet_ntoa(read(4)) if kind == 1 else read(read(1)[0]).decode()
        target = (host, struct.unpack(">H", read(2))[0])
        self.targets.append(target)
        behind = socket.create_connection(target)
        connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
        return behind


def _pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            _shut_down(end)


def kubeconfig(url, user="{}", cluster=""):
    """A kubeconfig for a webhook; user and further members of the cluster are YAML in flow
    style."""
    more = f", {cluster}" if cluster else ""
    return f"""apiVersion: v1
kind: Config
clusters: [{{name: k, cluster: {{server: "{url}"{more}}}}}]
users: [{{name: u, user: {user}}}]
contexts: [{{name: c, context: {{cluster: k, user: u}}}}]
current-context: c
"""


def _openssl(*arguments, text=None):
    subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True, text=True)


class Authority:
    """A CA in a folder, for receivers' and clients' certificates."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.certificate = self.at("ca.crt")
        self._key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        made = ["-keyout", self.at("ca.key"), "-out", self.certificate]
        _openssl("req", "-x509", *self._key, *made, "-days", "2", "-subj", "/CN=receiver-ca")

    def at(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, names="DNS:localhost,IP:127.0.0.1", days=2):
        """The files (certificate, key); negative days make it expired."""
        certificate, key, request = (self.at(name + end) for end in (".crt", ".key", ".csr"))
        _openssl("req", *self._key, "-keyout", key, "-out", request, "-subj", "/CN=" + name)
        signing = ["-CA", self.certificate, "-CAkey", self.at("ca.key"), "-CAcreateserial"]
        output = ["-days", str(days), "-out", certificate, "-extfile", "/dev/stdin"]
        _openssl("x509", "-req", "-in", request, *signing, *output, text=f"subjectAltName={names}\n")
        return certificate, key


def serving(pair, client_ca=None):
    """A TLS context for a receiver; client_ca makes it ask for a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
