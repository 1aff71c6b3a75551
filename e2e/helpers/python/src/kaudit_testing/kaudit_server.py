"""The server's process, and its test API by http.client."""

import http.client
import json
import os
import pathlib
import queue
import shutil
import ssl
import subprocess
import tempfile
import threading
import urllib.parse
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from .types import Event, Fault, FaultAction, Restored, Snapshot

PathLike = Union[str, "os.PathLike[str]"]


class ApiError(Exception):
    """The test API refused: `status` is its metav1.Status."""

    def __init__(self, status: Mapping[str, Any]):
        super().__init__(f"{status.get('code')} {status.get('reason')}: {status.get('message')}")
        self.status = status
        self.code = status.get("code")


class KauditServer:
    """A server of its own on a free port. Use it in a `with` statement, or start() and stop()."""

    def __init__(
        self,
        seed: Sequence[PathLike] = (),
        flags: Sequence[str] = (),
        program: Optional[PathLike] = None,
        policy: Optional[PathLike] = None,
        ready_within: float = 30,
    ):
        """`program`: else $KAUDIT_APISERVER, else kaudit-apiserver on PATH. `policy`: an audit policy file;
        without one every event is kept."""
        self.program = os.fspath(program or os.environ.get("KAUDIT_APISERVER") or "kaudit-apiserver")
        self._flags = list(flags)
        for path in seed:
            self._flags += ["--seed", os.fspath(path)]
        if policy:
            self._flags += ["--audit-policy-file", os.fspath(policy)]
        self._ready_within = ready_within
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._connection: Optional[http.client.HTTPSConnection] = None
        self.url = ""
        self.kubeconfig = ""
        self.ca_file = ""

    # --- its life

    def __enter__(self) -> "KauditServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> "KauditServer":
        self._folder = tempfile.mkdtemp(prefix="kaudit-testing-")
        self._token = os.urandom(24).hex()
        token_file = pathlib.Path(self._folder, "token")
        token_file.write_text(self._token)
        try:
            with open(os.path.join(self._folder, "stderr"), "wb") as stderr:
                # It ends with the pipe of its stdin, however this process ends.
                self._process = subprocess.Popen(
                    [
                        self.program, "--secure-port", "0", "--print-ready", "--exit-on-stdin-eof",
                        "--enable-test-api", "--test-api-token-file", str(token_file), *self._flags,
                    ],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                )  # fmt: skip
            ready = self._ready_line()
        except BaseException:
            self.stop()
            raise
        self.url, self.kubeconfig, self.ca_file = ready["url"], ready["kubeconfig"], ready["caFile"]
        return self

    def _ready_line(self) -> Dict[str, Any]:
        assert self._process and self._process.stdout
        lines: "queue.Queue[bytes]" = queue.Queue()
        stdout = self._process.stdout
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=self._ready_within)
        except queue.Empty:
            line = b""
        if not line:
            said = pathlib.Path(self._folder, "stderr").read_text(errors="replace")
            raise RuntimeError(f"{self.program} did not become ready; it said:\n{said}")
        return json.loads(line)

    def stop(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        process, self._process = self._process, None
        if process:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- its test API

    def reset(self, keep: Sequence[str] = ()) -> Restored:
        """Objects, faults, events and clock as after the seed, but for what is kept ("events", "faults", "clock")."""
        return self.call("POST", "reset", {"keep": list(keep)} if keep else None)

    def snapshot(self, name: str) -> Snapshot:
        return self.call("PUT", f"snapshots/{name}")

    def restore(self, name: str) -> Restored:
        return self.call("POST", f"snapshots/{name}/restore")

    def fault(self, action: FaultAction, *, times: Optional[int] = None, id: str = "", **match: Any) -> Fault:
        """Sets a fault; `match` as users=[…], verbs=[…], resources=[…], namespaces=[…], names=[…], share=0.5."""
        fault: Dict[str, Any] = {"match": match, "action": action}
        if times is not None:
            fault["times"] = times
        if id:
            fault["id"] = id
        return self.call("POST", "faults", fault)

    def faults(self) -> List[Fault]:
        return self.call("GET", "faults")["items"]

    def clear_faults(self, id: str = "") -> None:
        self.call("DELETE", f"faults/{id}" if id else "faults")

    def events(self, *, stage: str = "ResponseComplete", **query: Any) -> List[Event]:
        """The events that fit (user=…, verb=…, resource=…, name=…, code=…; namespace=…), one a request unless `stage` says
        otherwise ("" is all). wait="2s", count=3: waits for so many, and gives what there is then."""
        query = {"stage": stage, **query} if stage else query
        return self.call("GET", "audit/events?" + urllib.parse.urlencode(query, doseq=True))["items"] or []

    def clear_events(self) -> None:
        self.call("DELETE", "audit/events")

    def advance(self, duration: str) -> str:
        """Moves the clock ("1h30m"); what time it is then."""
        return self.call("POST", "clock", {"advance": duration})["now"]

    def call(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Any:
        """One request to /kaudit/v1/PATH."""
        headers = {"Authorization": f"Bearer {self._token}"}
        text = None
        if body is not None:
            text = json.dumps(body)
            headers["Content-Type"] = "application/json"
        if self._connection is None:
            address = urllib.parse.urlsplit(self.url)
            self._connection = http.client.HTTPSConnection(
                address.hostname or "", address.port, timeout=90, context=ssl.create_default_context(cafile=self.ca_file)
            )
        try:
            self._connection.request(method, "/kaudit/v1/" + path, text, headers)
            answer = self._connection.getresponse()
            content = json.loads(answer.read())
        except BaseException:
            self._connection.close()
            self._connection = None
            raise
        if answer.status >= 400:
            raise ApiError(content)
        return content
