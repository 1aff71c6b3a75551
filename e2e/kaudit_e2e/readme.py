"""What README.md and docs/recipes.md promise, as data for their tests.

Every fenced `sh` block has a mark, an HTML comment on the line before its fence:

    <!-- tour -->              run by the test: all tour blocks of the page, in order, in one bash (set -e), from a scratch
                               folder in which the repository's own folders are found under their names
    <!-- run by: FILE -->      run by that file of the repository, which must name each command's program

Other marks, each before the fence it speaks of:

    <!-- output -->            the `text` block shows what the tour block before it printed on stdout; "…" stands for
                               anything, and times, UUIDs, ports and resourceVersions of another run are as good
    <!-- file: FILE -->        the block is that file, or a run of whole lines of it
"""

import contextlib
import dataclasses
import os
import re
import subprocess
import tempfile

_BLOCK = re.compile(
    r"(?:^<!-- *(?P<mark>[^\n]*?) *-->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)

_VARIES = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST:PORT"),
    (re.compile(r'("?resourceVersion"?: ?"?)\d+'), r"\1N"),
]


@dataclasses.dataclass
class Block:
    mark: str
    kind: str
    text: str
    line: int


def blocks(page):
    return [
        Block(m.group("mark") or "", m.group("kind"), m.group("text"), page.count("\n", 0, m.start()) + 1)
        for m in _BLOCK.finditer(page)
    ]


def canonical(text):
    text = re.sub(r"\x1b\[[0-9;]*[mK]", "", text)
    for pattern, replacement in _VARIES:
        text = pattern.sub(replacement, text)
    return text.strip()


def shows(shown, printed):
    """True when the page's text is what was printed, with "…" for anything."""
    parts = [re.escape(part) for part in canonical(shown).split("…")]
    return re.fullmatch(".*".join(parts), canonical(printed), re.DOTALL) is not None


def commands(text):
    """The programs that a block starts, one for each line of its own (continued lines are one
    line)."""
    for line in text.replace("\\\n", " ").splitlines():
        line = line.split(" #")[0].strip()
        if line and not line.startswith("#"):
            yield re.split(r"\s+", line)[0]


# --- running what a page says

_END = "--- end of block"


@contextlib.contextmanager
def scratch(root, binaries):
    """A folder in which the repository's own are found under their names, and the binaries where a build of the
    release preset has them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in os.listdir(root):
            if not name.startswith(".git") and name != "build":
                os.symlink(os.path.join(root, name), os.path.join(folder, name))
        os.makedirs(os.path.join(folder, "build", "release"))
        os.symlink(binaries, os.path.join(folder, "build", "release", "bin"))
        os.mkdir(os.path.join(folder, "home"))
        yield folder


def tour_of(page):
    return [block for block in blocks(page) if block.mark in ("tour", "output")]


def _environment(folder):
    environment = {**os.environ, "HOME": os.path.join(folder, "home")}
    environment.pop("KUBECONFIG", None)
    return environment


def run_tour(tour, folder, patience):
    """Runs the tour blocks in one bash; gives what each printed, and the whole run."""
    script = ["set -eo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT"]
    for block in tour:
        if block.mark == "tour":
            script += [block.text, f"echo; echo '{_END}'"]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=patience,
        env=_environment(folder),
    )
    return done.stdout.split(_END), done


def type_tour(tour, folder, patience):
    """The same, typed into an interactive bash, line by line as a reader does who copies them. Gives all that the
    shell said."""
    lines = ["PS1= PS2=", "set +m"]
    for block in tour:
        if block.mark == "tour":
            lines += [*block.text.splitlines(), f"echo; echo '{_END}'"]
    lines += ["kill $(jobs -p)", "wait", "exit"]
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-i"],
        cwd=folder,
        input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=patience,
        env={**_environment(folder), "HISTFILE": "/dev/null"},
        start_new_session=True,
    )
    return done.stdout.split(_END), done
