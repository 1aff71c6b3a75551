"""What comments, READMEs and the book cite exists: sections, headings, paths, commands, tests, golden cases.

docs/contributing.md says how things are cited. Each kind of citation has a test of its own here, and a test that it
finds a wrong one."""

import fnmatch
import json
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LEFT_OUT = ("build", "__pycache__", ".git", "install")
SOURCES = (".cpp", ".hpp", ".py", ".cmake", "CMakeLists.txt", ".sh")
# This file makes wrong citations on purpose.
SELF = "e2e/harness_tests/test_citations.py"

SECTION = re.compile(r"^(?:#{2,3} (\d+(?:\.\d+)?)\.? |\*\*(\d+\.\d+) )", re.M)
CITED_SECTIONS = re.compile(r"audit-semantics(?:\]\([^)]*\))?,?\s+((?:section )?\d+(?:\.\d+)?(?:(?:,| and)\s+\d+\.\d+)*)")
HEADING = re.compile(r'(docs/[\w-]+\.md), "([^"]+)"')
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^[\w.+-]+(?:/[\w.+-]+)*/?$")
TEST = re.compile(r"^(\w+_test\.cpp): (\w+)\.(\w+)$")
PYTHON_TEST = re.compile(r"^(test_\w+\.py): (\w+)\.(test_\w+)$")
GOLDEN = re.compile(r"^([\w-]+\.json): ([\w.-]+)$")
COMMAND = re.compile(r"\bkaudit ((?:policy|object|events|log|receiver|conformance|generate|lesson|trace)) ([a-z][a-z-]*)")
GLOB = re.compile(r"^[\w./-]*[\w*]?[\w{},*.]*(\.\*|[*}][\w*]*\.[ch]pp)$")
ENDINGS = (".cpp", ".hpp", ".md", ".py", ".json", ".jsonl", ".cmake", ".txt", ".sh", ".yaml")
TOP = ("base/", "audit/", "policy/", "backends/", "apiserver/", "cli/", "e2e/", "docs/", "cmake/", ".ci/")


def is_text(path):
    return "testdata/" not in path and (path.endswith((*SOURCES, ".md")) or "." not in path.rsplit("/", 1)[-1])


def files_of(root):
    """Paths from the root of everything there is, testdata too."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in LEFT_OUT]
        found += [os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/") for name in names]
    return found


def expand(pattern):
    """a_{b,c}.x → a_b.x, a_c.x"""
    match = re.fullmatch(r"(.*)\{(.*)\}(.*)", pattern)
    return [match[1] + one + match[3] for one in match[2].split(",")] if match else [pattern]


class Tree:
    def __init__(self):
        self.paths = set(files_of(ROOT))
        self.folders = {p.rsplit("/", i)[0] for p in self.paths for i in range(1, p.count("/") + 1)}
        self.names = {p.rsplit("/", 1)[-1] for p in self.paths} | {f.rsplit("/", 1)[-1] for f in self.folders}
        self.texts = {p: self.read(p) for p in self.paths if is_text(p)}
        self.sections = {m[1] or m[2] for m in SECTION.finditer(self.texts["docs/audit-semantics.md"])}
        self.tests, self.python_tests, self.golden, self.commands = set(), set(), set(), set()
        for path, text in self.texts.items():
            name = path.rsplit("/", 1)[-1]
            found = re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", text, re.M)
            if name.endswith("_test.cpp") and found:
                self.tests |= {(name, suite, test) for suite, test in found}
            elif name.startswith("test_") and name.endswith(".py"):
                suite = ""
                for line in text.splitlines():
                    if match := re.match(r"class (\w+)", line):
                        suite = match[1]
                    elif match := re.match(r"    def (test_\w+)", line):
                        self.python_tests.add((name, suite, match[1]))
            elif path.startswith("cli/") and name.endswith(".cpp"):
                found = re.findall(r'(\w+)(?:\.|->)add_subcommand\(\s*"([\w-]+)"', text)
                self.commands |= {(group, command) for group, command in found}
        for path in self.paths:
            if path.startswith("e2e/golden/") and path.endswith(".json"):
                plan = json.loads(self.read(path))
                self.golden |= {(path.rsplit("/", 1)[-1], s["case"]) for s in plan["steps"] if "case" in s}

    def read(self, path):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()

    def exists(self, path, folder):
        """Whether `path` is there: from the root, from `folder`, or, in a README of a module, below it."""
        path = path.rstrip("/")
        for base in ("", folder + "/"):
            full = os.path.normpath(base + path).replace(os.sep, "/")
            if full in self.paths or full in self.folders or full == ".":
                return True
        if folder == "docs" and "/" not in path:  # a name occurs once in the tree
            return path in self.names
        return folder != "" and any(p.startswith(folder + "/") and p.endswith("/" + path) for p in self.paths)


TREE = Tree()


def comments(text):
    """The comments of a source, wrapped lines joined, for citations that run over a line's end."""
    lines = re.findall(r"(?:///?<?|#) ?(.*)$", text, re.M)
    return " ".join(lines)


def wrong_sections(path, text):
    flat = comments(text) if path.endswith(SOURCES) else re.sub(r"\s+", " ", text)
    for match in CITED_SECTIONS.finditer(flat):
        for number in re.findall(r"\d+(?:\.\d+)?", match[1]):
            if number not in TREE.sections:
                yield f"{path}: audit-semantics {number} does not exist"
    for page, heading in HEADING.findall(flat):
        there = TREE.texts.get(page, "")
        if not re.search(r"^#+ " + re.escape(heading) + "$", there, re.M):
            yield f"{path}: {page} has no heading {heading!r}"
    if re.search(r"\bspec section\b|\bDESIGN(?:\.md)?\b", flat):
        yield f"{path}: cites a page that is not in the tree"


def anchor(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def wrong_links(path, text):
    folder = path.rpartition("/")[0]
    for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
        if "://" in target:
            continue
        file, _, fragment = target.partition("#")
        full = os.path.normpath(os.path.join(folder, file)).replace(os.sep, "/") if file else path
        if full not in TREE.paths and full not in TREE.folders:
            yield f"{path}: links {target}, which does not exist"
            continue
        headings = re.findall(r"^#+ (.*)$", TREE.texts.get(full, text), re.M)
        if fragment and fragment not in map(anchor, headings):
            yield f"{path}: links {target}, and {full} has no such heading"


def wrong_code(path, text):
    """What is in backquotes and looks like a path, a test or a golden case."""
    folder = path.rpartition("/")[0]
    for code in CODE.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
        if match := TEST.match(code):
            if match.groups() not in TREE.tests:
                yield f"{path}: there is no test {code}"
        elif match := PYTHON_TEST.match(code):
            if match.groups() not in TREE.python_tests:
                yield f"{path}: there is no test {code}"
        elif match := GOLDEN.match(code):
            if match.groups() not in TREE.golden:
                yield f"{path}: there is no golden case {code}"
        elif PATH.match(code) and code not in ENDINGS and (code.startswith(TOP) or (code.endswith(ENDINGS) and path.endswith(".md"))):
            placeholder = any(part.isupper() and "." not in part for part in code.split("/"))  # backends/NAME
            if not placeholder and not TREE.exists(code, folder) and code not in KNOWN_ELSEWHERE:
                yield f"{path}: {code} does not exist"
        elif GLOB.match(code) and path.endswith("README.md"):
            if not any(fnmatch.fnmatch(p, f"{folder}/*{one}") for one in expand(code) for p in TREE.paths):
                yield f"{path}: nothing is like {code}"


# Names in READMEs of files that others make: a recording's, a user's.
KNOWN_ELSEWHERE = {
    "request.txt", "response.txt", "events.jsonl", "config.txt",
}  # fmt: skip


def wrong_commands(path, text):
    for group, command in COMMAND.findall(text):
        if (group, command) not in TREE.commands:
            yield f"{path}: there is no command `kaudit {group} {command}`"


def wrong_scripts(path, text):
    """e2e/NAME in a comment or page is a script that is there."""
    for script in re.findall(r"(?<![\w/.-])(e2e/[\w-]+|\.ci/\w+)(?![\w/.-])", text):
        if script not in TREE.paths and script not in TREE.folders:
            yield f"{path}: {script} does not exist"


class Citations(unittest.TestCase):
    def none_of(self, check, endings):
        found, looked_at = [], 0
        for path, text in sorted(TREE.texts.items()):
            if path.endswith(endings) and path != SELF:
                looked_at += 1
                found += check(path, text)
        self.assertGreater(looked_at, 10)
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_sections(self):
        self.none_of(wrong_sections, (*SOURCES, ".md"))

    def test_links(self):
        self.none_of(wrong_links, (".md",))

    def test_paths_tests_and_cases(self):
        self.none_of(wrong_code, (".md", ".cpp", ".hpp"))

    def test_commands(self):
        self.none_of(wrong_commands, (".md", ".cpp", ".hpp"))

    def test_scripts(self):
        self.none_of(wrong_scripts, (".md", ".cpp", ".hpp", ".py"))

    def test_the_walk_of_a_post_is_short(self):
        """From socket to file in 45 files at most; each is linked once or more."""
        walk = TREE.texts["docs/architecture.md"].split("## The way of one POST")[1].split("\n## ")[0]
        files = set(LINK.findall(walk))
        self.assertGreater(len(files), 30)
        self.assertLessEqual(len(files), 45)

    def test_every_test_of_the_book_is_counted(self):
        cited = [c for c in CODE.findall(TREE.texts["docs/audit-semantics.md"]) if TEST.match(c)]
        self.assertGreater(len(cited), 80, "rules name the tests that show them")


class WrongCitations(unittest.TestCase):
    """Each check finds what is wrong."""

    def finds(self, check, path, text, what):
        self.assertIn(what, "\n".join(check(path, text)))
        self.assertEqual(len(list(check(path, text))), 1)

    def test_sections(self):
        self.finds(wrong_sections, "audit/a.hpp", "/// x (audit-semantics 9.9)", "9.9")
        self.finds(wrong_sections, "audit/a.hpp", "/// x (audit-semantics 6.2,\n/// 8.2, 8.99)", "8.99")
        self.finds(wrong_sections, "audit/a.hpp", "/// x (audit-semantics\n/// 77)", "77")
        self.finds(wrong_sections, "audit/a.hpp", '/// (docs/contributing.md, "Names to lose")', "Names to lose")
        self.finds(wrong_sections, "audit/a.hpp", "/// as spec section 3 says", "not in the tree")
        self.assertEqual(list(wrong_sections("audit/a.hpp", "/// x (audit-semantics 8.2, 8.3; RFC 9112 section 99)")), [])

    def test_links(self):
        self.finds(wrong_links, "docs/a.md", "[x](../audit/nothing.hpp)", "nothing.hpp")
        self.finds(wrong_links, "docs/a.md", "[x](audit-semantics.md#12-nothing)", "no such heading")
        self.assertEqual(list(wrong_links("docs/a.md", "[x](../audit/event.hpp), [y](audit-semantics.md#1-the-event)")), [])

    def test_code(self):
        self.finds(wrong_code, "docs/a.md", "`encoder_test.cpp: Encoder.DoesNothing`", "no test")
        self.finds(wrong_code, "docs/a.md", "`test_life.py: Life.test_nothing`", "no test")
        self.finds(wrong_code, "docs/a.md", "`life.json: nothing-at-all`", "no golden case")
        self.finds(wrong_code, "docs/a.md", "`apiserver/filters/nothing.cpp`", "does not exist")
        self.finds(wrong_code, "audit/README.md", "`nothing.hpp`", "does not exist")
        self.finds(wrong_code, "cli/README.md", "`findings_{text,json}.cpp`, `nothing.*`", "nothing is like nothing.*")
        self.assertEqual(list(wrong_code("audit/README.md", "`event.hpp`, `encoder_test.cpp: Encoder.ListsNothingAsNull`")), [])

    def test_commands(self):
        self.finds(wrong_commands, "README.md", "`kaudit policy guess FILE`", "guess")
        self.assertEqual(list(wrong_commands("README.md", "`kaudit policy explain`, `kaudit object convert`")), [])

    def test_scripts(self):
        self.finds(wrong_scripts, "README.md", "run e2e/nothing now", "e2e/nothing")
        self.assertEqual(list(wrong_scripts("README.md", "run e2e/test, .ci/run and e2e/golden")), [])


if __name__ == "__main__":
    unittest.main()
