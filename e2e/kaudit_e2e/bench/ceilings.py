"""The least that a server can cost on this machine, in the same run."""

import contextlib
import os
import resource
import shutil
import subprocess
import tempfile

from kaudit_e2e import load
from kaudit_e2e.server import BIN, Server
from kaudit_e2e.waiting import until

PROTOCOLS = ("http1", "http2")
ANSWER_BYTES = 1_400  # of a ConfigMap of 1 KB with its metadata
EVENT_BYTES = 900  # of an event at level Metadata
WRITES = 20_000


@contextlib.contextmanager
def bare_server(protocol):
    """A server on the same libraries that answers every request with the same bytes: its port, the folder of its CA and the
    client's certificate, its process id."""
    with Server(policy=None) as server:
        pair = [os.path.join(server.pki, "apiserver" + end) for end in (".crt", ".key")]
        command = [os.path.join(BIN, "kaudit-bare-server"), protocol, *pair, str(ANSWER_BYTES)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield int(process.stdout.readline()), server.pki, process.pid
            finally:
                process.kill()


def ask_bare(options, server, protocol):
    port, pki, pid = server
    return _run(options, port, pki, (pid,), protocol)


def _run(options, port, pki, pids, protocol):
    return load.run(port, pki, "/", pids, requests=options.requests, connections=options.connections, protocol=protocol)


NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {pki}/apiserver.crt; ssl_certificate_key {pki}/apiserver.key;
    location / {{ default_type application/json; return 200 "{body}"; }}
  }}
}}
"""


def nginx(options):
    """The best run of nginx with the same answer; None where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return None
    with Server(policy=None) as server, tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(NGINX.format(folder=folder, port=port, pki=server.pki, body="x" * ANSWER_BYTES))
        with subprocess.Popen([program, "-c", config, "-p", folder], stderr=subprocess.DEVNULL) as process:
            try:
                until(lambda: os.path.exists(os.path.join(folder, "nginx.pid")) and _children(process.pid), "nginx")
                pids = (process.pid, *_children(process.pid))
                runs = [_run(options, port, server.pki, pids, "http1") for _ in range(options.rounds)]
                return min(runs, key=lambda run: run["cpu_us"])
            finally:
                process.terminate()


def _free_port():
    import socket

    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return tuple(int(child) for child in file.read().split())


def write_us():
    """The CPU of one write(2) of an event to a file, in microseconds; Python's own share is in it."""
    line = b"x" * EVENT_BYTES
    with tempfile.TemporaryFile(buffering=0) as file:
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(WRITES):
            os.write(file.fileno(), line)
        after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / WRITES * 1e6
