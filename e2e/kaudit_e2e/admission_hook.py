"""A webhook of admission that answers as a test says, and keeps what it was asked.

    with AdmissionHook(lambda review: allowed(review)) as hook:
        configuration("Validating", "c", [hook.webhook("a.example.com")])"""

import base64
import http.server
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading


def allowed(review, **more):
    return answer(review, {"allowed": True, **more})


def denied(review, **status):
    return answer(review, {"allowed": False, **({"status": status} if status else {})})


def patched(review, *operations, **more):
    patch = base64.b64encode(json.dumps(list(operations)).encode()).decode()
    return allowed(review, patch=patch, patchType="JSONPatch", **more)


def answer(review, response):
    return {
        "kind": review["kind"],
        "apiVersion": review["apiVersion"],
        "response": {"uid": review["request"]["uid"], **response},
    }


class AdmissionHook:
    """Listens with TLS on a port of its own. `behave(review)` gives the answer: JSON, bytes to send as they are, or a
    function that is called with the handler and writes what it likes."""

    def __init__(self, behave, names="IP:127.0.0.1"):
        self.behave = behave
        self.reviews = []  # as they came
        self.paths = []
        self.lock = threading.Lock()
        self.folder = tempfile.mkdtemp(prefix="kaudit-hook-")
        crt, key = (os.path.join(self.folder, name) for name in ("hook.crt", "hook.key"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-keyout", key, "-out", crt, "-subj", "/CN=hook", "-addext", "subjectAltName=" + names],
            check=True, capture_output=True,
        )  # fmt: skip
        with open(crt, "rb") as file:
            self.ca_bundle = base64.b64encode(file.read()).decode()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with hook.lock:
                    hook.reviews.append(review)
                    hook.paths.append(self.path)
                said = hook.behave(review)
                if callable(said):
                    return said(self)
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.respond(200, body)

            def respond(self, code, body, content_type="application/json"):
                self.send_response(code)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # who goes away in the middle is what some tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(crt, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def webhook(self, name, resources=("configmaps",), operations=("CREATE",), groups=("",), versions=("v1",), **more):
        """As it stands in a configuration; what is None is left out."""
        hook = {
            "name": name,
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "clientConfig": {"url": self.url, "caBundle": self.ca_bundle},
            "rules": [
                {
                    "operations": list(operations),
                    "apiGroups": list(groups),
                    "apiVersions": list(versions),
                    "resources": list(resources),
                    "scope": "*",
                }
            ],
            **more,
        }
        return {key: value for key, value in hook.items() if value is not None}


def configuration(kind, name, webhooks):
    return json.dumps(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": kind + "WebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": webhooks,
        }
    )
