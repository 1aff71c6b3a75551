"""The reader of README.md's marks."""

import unittest

from kaudit_e2e import readme

PAGE = """# A
<!-- tour -->
```sh
echo hello   # says hello
ls \\
  -l
```
text
```text
plain
```
<!-- output -->
```text
hello … 2026-01-01T00:00:00Z
```
<!-- file: a/b.yaml -->
```yaml
a: b
```
"""


class Marks(unittest.TestCase):
    def test_blocks_know_mark_kind_and_line(self):
        self.assertEqual(
            [(b.mark, b.kind, b.line) for b in readme.blocks(PAGE)],
            [("tour", "sh", 2), ("", "text", 9), ("output", "text", 12), ("file: a/b.yaml", "yaml", 16)],
        )

    def test_commands_are_the_first_words(self):
        self.assertEqual(list(readme.commands(readme.blocks(PAGE)[0].text)), ["echo", "ls"])

    def test_output_may_differ_in_what_varies_and_in_nothing_else(self):
        shown = readme.blocks(PAGE)[2].text
        self.assertTrue(readme.shows(shown, "hello you\nthere 2027-02-03T04:05:06Z\n\n"))
        self.assertFalse(readme.shows(shown, "hallo you 2027-02-03T04:05:06Z"))
        self.assertFalse(readme.shows("a", "ab"))
        self.assertTrue(readme.shows("at 127.0.0.1:1", "\x1b[1mat 127.0.0.1:6443\x1b[0m"))


if __name__ == "__main__":
    unittest.main()
