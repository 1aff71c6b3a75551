"""What README.md promises, as data for its test.

Every fenced `sh` block has a mark, an HTML comment on the line before its fence:

    <!-- tour -->              run by the test: all tour blocks of the page, in order, in one bash (set -e), from a scratch
                               folder in which the repository's own folders are found under their names
    <!-- run by: FILE -->      run by that file of the repository, which must name each command's program

Other marks, each before the fence it speaks of:

    <!-- output -->            the `text` block shows what the tour block before it printed on stdout; "…" stands for
                               anything, and times, UUIDs, ports and resourceVersions of another run are as good
    <!-- file: FILE -->        the block is that file, or a run of whole lines of it
"""

import dataclasses
import re

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
