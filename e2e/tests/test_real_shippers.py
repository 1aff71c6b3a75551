"""`kaudit conformance shipper` against shippers that people use, where they are installed: with the settings that
docs/conformance.md recommends, and without, when they lose what it says."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import KAUDIT, PATIENCE
from kaudit_e2e.waiting import until

RSYSLOG = """{globals}
global(workDirectory="{folder}")
module(load="imfile")
template(name="raw" type="string" string="%msg%\\n")
ruleset(name="out") {{ action(type="omfile" file="{out}" template="raw") }}
input(type="imfile" File="{log}" Tag="audit" ruleset="out" {input})
"""
SYSLOG_NG = """@version: 3.38
@module affile
options {{ {globals} }};
source s {{ file("{log}" flags(no-parse) follow-freq(0.1) {input}); }};
destination d {{ file("{out}" template("${{MESSAGE}}\\n")); }};
log {{ source(s); destination(d); }};
"""


def failed(command, configuration, **settings):
    """The checks that a shipper fails; in its command {conf} and {folder} are replaced."""
    with tempfile.TemporaryDirectory() as folder:
        places = {"folder": folder, "log": os.path.join(folder, "audit.log"), "out": os.path.join(folder, "out")}
        conf = os.path.join(folder, "conf")
        with open(conf, "w", encoding="utf-8") as handle:
            handle.write(configuration.format(**places, **settings))
        with open(places["log"], "w", encoding="utf-8"):
            pass
        words = [word.format(conf=conf, folder=folder) for word in command]
        with open(os.path.join(folder, "stderr"), "wb") as stderr:
            shipper = subprocess.Popen(words, stdout=stderr, stderr=stderr)
        try:
            suite = [KAUDIT, "conformance", "shipper", "--log", places["log"], "--verify-file", places["out"],
                     "--output", "json", "--lines", "60", "--patience", "4s"]  # fmt: skip
            run = subprocess.run(suite, capture_output=True, text=True, timeout=4 * PATIENCE)
            if run.returncode == 2:
                raise AssertionError(run.stderr)
            results = [json.loads(line) for line in run.stdout.splitlines()[:-1]]
            return {line["id"] for line in results if line["result"] == "fail"}
        finally:
            shipper.send_signal(signal.SIGTERM)
            until(lambda: shipper.poll() is not None, "the shipper to end")


@unittest.skipUnless(shutil.which("rsyslogd"), "rsyslogd is not installed")
class Rsyslog(unittest.TestCase):
    COMMAND = ("rsyslogd", "-n", "-f", "{conf}", "-i", "{folder}/pid")

    def test_with_large_messages_and_reopening_it_passes(self):
        settings = {"globals": 'global(maxMessageSize="4m")', "input": 'reopenOnTruncate="on"'}
        self.assertEqual(failed(self.COMMAND, RSYSLOG, **settings), set())

    def test_as_it_comes_it_cuts_long_lines(self):
        self.assertLessEqual({"long.16k", "arrived.whole"}, failed(self.COMMAND, RSYSLOG, globals="", input=""))


@unittest.skipUnless(shutil.which("syslog-ng"), "syslog-ng is not installed")
class SyslogNg(unittest.TestCase):
    COMMAND = ("syslog-ng", "-F", "-f", "{conf}", "-p", "{folder}/pid", "-R", "{folder}/persist",
               "-c", "{folder}/ctl", "--no-caps")  # fmt: skip

    def test_with_large_messages_long_lines_arrive(self):
        found = failed(self.COMMAND, SYSLOG_NG, globals="log-msg-size(4194304);", input="")
        self.assertEqual({check for check in found if not check.startswith("rename.")}, set())


if __name__ == "__main__":
    unittest.main()
