"""Manual pages and completions, made by the programs: that shells and man take them, and what they
complete. What is not installed is skipped; `e2e/test package` installs it."""

import os
import pty
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from kaudit_e2e.server import APISERVER, KAUDIT
from kaudit_e2e.waiting import PATIENCE

PROGRAMS = {"kaudit": KAUDIT, "kaudit-apiserver": APISERVER}


def printed(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return done.stdout


def server_flags():
    """Those that --help prints: `--explorer` of `--explorer[=addr:port]`."""
    lines = printed(APISERVER, "--help").splitlines()
    return [line.split()[0].partition("[")[0] for line in lines if line.startswith("      --")]


def script_of(program, shell):
    words = ["completion", shell] if program == "kaudit" else ["--print-completion", shell]
    return printed(PROGRAMS[program], *words)


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"no {tool} here")


class Pages(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        for name in ("policy.yaml", "prices.txt"):
            self.file(name, "")

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def scripts(self, shell):
        """A folder with the scripts under the names by which the shell finds them."""
        for program in PROGRAMS:
            self.file({"bash": program, "zsh": "_" + program, "fish": program + ".fish"}[shell],
                      script_of(program, shell))  # fmt: skip
        return self.folder


class Bash(Pages):
    def complete(self, *words):
        """What bash offers for the last word."""
        program = words[0]
        self.scripts("bash")
        ask = (
            f'source ./{program}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            f'_{program.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"'
        )
        done = subprocess.run(
            ["bash", "-uc", ask, "bash", *words],
            cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return sorted(done.stdout.split())  # as it is shown

    def test_they_parse(self):
        folder = self.scripts("bash")
        for program in PROGRAMS:
            subprocess.run(["bash", "-n", os.path.join(folder, program)], check=True, timeout=PATIENCE)

    def test_commands_of_each_level(self):
        self.assertIn("policy", self.complete("kaudit", ""))
        self.assertNotIn("completion", self.complete("kaudit", ""))
        self.assertEqual(self.complete("kaudit", "policy", "ch"), ["check"])
        self.assertEqual(self.complete("kaudit", "policy", "check", "--fail"), ["--fail-on"])
        self.assertEqual(self.complete("kaudit", "policy", "--fail"), [])

    def test_values_that_are_known(self):
        self.assertEqual(self.complete("kaudit", "policy", "check", "--output", "s"), ["sarif"])
        self.assertEqual(self.complete("kaudit", "policy", "check", "--output", "=", "s"), ["sarif"])
        self.assertEqual(self.complete("kaudit", "policy", "check", "--output", "="), ["json", "sarif", "text"])
        self.assertEqual(self.complete("kaudit-apiserver", "--audit-log-mode", "blocking-"), ["blocking-strict"])

    def test_files_where_files_are_meant(self):
        self.assertEqual(self.complete("kaudit", "policy", "check", "p"), ["policy.yaml", "prices.txt"])
        self.assertEqual(self.complete("kaudit-apiserver", "--audit-policy-file", "po"), ["policy.yaml"])
        self.assertEqual(self.complete("kaudit", "policy", "check", "--explain", "p"), [])

    def test_every_flag_that_help_prints(self):
        flags = set(server_flags())
        self.assertGreater(len(flags), 60)
        self.assertEqual(set(self.complete("kaudit-apiserver", "--")), flags)


@needs("zsh")
class Zsh(Pages):
    def test_they_parse(self):
        folder = self.scripts("zsh")
        for program in PROGRAMS:
            subprocess.run(["zsh", "-n", os.path.join(folder, "_" + program)], check=True, timeout=PATIENCE)

    def line_after_tab(self, typed, wanted):
        """Types into a zsh with completion and waits until the line is as wanted."""
        folder = self.scripts("zsh")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", ZDOTDIR=folder)
            os.execvp("zsh", ["zsh", "-f", "-i"])
        try:
            setup = (
                "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -d $PWD/dump; "
                "unsetopt zle_bracketed_paste; PS1=; print rea''dy\n"
            )
            os.write(terminal, setup.encode())
            self.read_until(terminal, "ready")
            os.write(terminal, (typed + "\t").encode())
            self.read_until(terminal, wanted)
        finally:
            os.close(terminal)  # hangs up
            os.waitpid(pid, 0)

    def read_until(self, terminal, wanted):
        seen, end = "", time.monotonic() + PATIENCE
        while wanted not in seen:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                self.fail(f"waited {PATIENCE} s for {wanted!r}, saw {seen!r}")
            seen += os.read(terminal, 4096).decode(errors="replace")

    def test_commands_options_and_values(self):
        self.line_after_tab("kaudit policy ch", "kaudit policy check ")
        self.line_after_tab("kaudit policy check --output=s", "--output=sarif")
        self.line_after_tab("kaudit-apiserver --audit-log-mode blocking-", "--audit-log-mode blocking-strict")


@needs("fish")
class Fish(Pages):
    def complete(self, line):
        folder = self.scripts("fish")
        program = line.split()[0]
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source {program}.fish; complete -C '{line}'"],
            cwd=folder, capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, "HOME": folder},
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [line.split("\t")[0] for line in done.stdout.splitlines()]

    def test_they_parse(self):
        folder = self.scripts("fish")
        for program in PROGRAMS:
            subprocess.run(["fish", "-n", os.path.join(folder, program + ".fish")], check=True, timeout=PATIENCE)

    def test_commands_options_values_and_files(self):
        self.assertEqual(self.complete("kaudit policy ch"), ["check"])
        self.assertEqual(self.complete("kaudit policy check --fail"), ["--fail-on"])
        self.assertEqual(self.complete("kaudit policy check --output s"), ["sarif"])
        self.assertEqual(self.complete("kaudit policy check po"), ["policy.yaml"])
        self.assertEqual(self.complete("kaudit po"), ["policy"])
        self.assertEqual(self.complete("kaudit-apiserver --audit-policy-file po"), ["policy.yaml"])


class Manual(Pages):
    def pages(self):
        return {
            "kaudit": printed(KAUDIT, "man"),
            "kaudit-apiserver": printed(APISERVER, "--print-man"),
        }

    def test_the_date_can_be_fixed(self):
        done = subprocess.run(
            [KAUDIT, "man"], capture_output=True, text=True, env={**os.environ, "SOURCE_DATE_EPOCH": "86400"}, timeout=PATIENCE
        )
        self.assertIn(".TH KAUDIT 1 1970-01-02 ", done.stdout)

    def test_the_server_s_has_every_flag_that_help_prints(self):
        page = self.pages()["kaudit-apiserver"].replace("\\-", "-")
        for flag in server_flags():
            self.assertIn(f"\\fB{flag}\\fR", page)

    @needs("man")
    def test_man_renders_them_without_a_warning(self):
        for name, page in self.pages().items():
            with self.subTest(name):
                path = self.file(name + ".1", page)
                done = subprocess.run(
                    ["man", "-l", "--warnings", path],
                    capture_output=True, text=True, timeout=PATIENCE,
                    env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MAN_KEEP_FORMATTING": ""},
                )  # fmt: skip
                if "man-db" not in done.stderr and "minimized" in done.stdout:
                    self.skipTest("man is a stand-in here")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("SYNOPSIS", done.stdout)

    @needs("mandoc")
    def test_mandoc_finds_nothing(self):
        for name, page in self.pages().items():
            with self.subTest(name):
                path = self.file(name + ".1", page)
                done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual((done.returncode, done.stdout), (0, ""))
