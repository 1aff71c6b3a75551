"""A headless Chromium, steered by chromedriver's own protocol (W3C WebDriver over HTTP): no library is needed.

missing() says what a machine has not; tests are skipped with that. Pictures are kept in build/screenshots."""

import base64
import glob
import http.client
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile

from kaudit_e2e.server import ROOT
from kaudit_e2e.waiting import until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
PICTURES = os.path.join(ROOT, "build", "screenshots")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Escape": "\ue00c", "End": "\ue010"}


def missing():
    """Why there can be no test with a browser; "" when there can."""
    if not CHROMIUM or not DRIVER:
        return "no Chromium with chromedriver: apt-get install chromium chromium-driver"
    return ""


def axe():
    """The source of axe-core, which finds what people with disabilities cannot use; None: it is not to be had."""
    folder = os.path.join(ROOT, "build", "axe")
    path = os.environ.get("KAUDIT_AXE") or os.path.join(folder, "axe.min.js")
    if not os.path.exists(path) and shutil.which("npm"):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["npm", "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, timeout=120, check=False)
        for package in glob.glob(os.path.join(folder, "axe-core-*.tgz")):
            with tarfile.open(package) as archive, open(path, "wb") as out:
                out.write(archive.extractfile("package/axe.min.js").read())
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


class Browser:
    """One window; use it in a `with` statement."""

    def __init__(self, width=1280, height=900):
        self.folder = tempfile.mkdtemp(prefix="kaudit-browser-")
        self.size = (width, height)
        self.session = self.driver = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def start(self):
        log = os.path.join(self.folder, "driver.log")
        with open(log, "wb") as out:
            self.driver = subprocess.Popen([DRIVER, "--port=0"], stdout=out, stderr=out, stdin=subprocess.DEVNULL)

        def said():
            with open(log, encoding="utf-8", errors="replace") as file:
                return re.search(r"successfully on port (\d+)", file.read())

        until(said, "the port of chromedriver")
        self.port = int(said()[1])
        options = {
            "binary": CHROMIUM,
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--window-size={self.size[0]},{self.size[1]}",
                f"--user-data-dir={self.folder}/profile",
            ],
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self.resize(*self.size)
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self._ask("DELETE", f"/session/{self.session}")
        finally:
            if self.driver:
                self.driver.terminate()
                self.driver.wait(30)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, json.dumps(body or {}) if method == "POST" else None)
            answer = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{path}: {answer['error']}: {answer['message']}")
        return answer

    def command(self, path, body=None, method="POST"):
        return self._ask(method, f"/session/{self.session}/{path}", body)

    def devtools(self, command, **parameters):
        return self.command("goog/cdp/execute", {"cmd": command, "params": parameters})

    def go(self, url):
        self.command("url", {"url": url})

    def run(self, script, *arguments):
        """What the script, a function's body, returns."""
        return self.command("execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script):
        """What the script hands to its callback `done`."""
        return self.command("execute/async", {"script": f"const done = arguments[0];\n{script}", "args": []})

    def text(self, selector="main"):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    def wait_for(self, script, what):
        until(lambda: self.run(f"return {script}"), lambda: f"{what}; the page says:\n{self.text()[:3000]}")

    def find(self, selector):
        return self.command("element", {"using": "css selector", "value": selector})[_ELEMENT]

    def click(self, selector):
        self.command(f"element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.command(f"element/{self.find(selector)}/value", {"text": text})

    def press(self, *names):
        """Keys, to whatever has the focus."""
        actions = []
        for name in names:
            key = KEYS.get(name, name)
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.command("actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def prefer(self, scheme):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, name):
        os.makedirs(PICTURES, exist_ok=True)
        path = os.path.join(PICTURES, f"{name}.png")
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.command("screenshot", method="GET")))
        return path

    def complaints(self):
        """What stands in the console since the last time, but what is no more than said."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.command("se/log", {"type": "browser"}) if entry["level"] in ("SEVERE", "WARNING")]

    def hosts(self):
        """The hosts that the page has asked for anything."""
        return set(self.run("return performance.getEntriesByType('resource').map(e => new URL(e.name).host)")) | {
            self.run("return location.host")
        }

    def barriers(self, source):
        """What axe finds, a line a violation."""
        self.run(f"{source};\nwindow.axe = window.axe || axe; return true")
        found = self.run_async("axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: String(e), nodes: []}]))")
        return [
            f"{violation['id']}: {violation.get('help')}: " + "; ".join(str(node["target"]) + " " + str(node.get("failureSummary", ""))[:300] for node in violation["nodes"][:4])
            for violation in found
        ]
