"""The check of the arrows finds what it is there to find, and docs/architecture.md shows its table."""

import importlib.machinery
import importlib.util
import os
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = os.path.join(ROOT, "e2e", "check_arrows")
loader = importlib.machinery.SourceFileLoader("check_arrows", PATH)
spec = importlib.util.spec_from_loader("check_arrows", loader)
check_arrows = importlib.util.module_from_spec(spec)
loader.exec_module(check_arrows)

TREE = check_arrows.tree(ROOT)


class CheckArrows(unittest.TestCase):
    """Each test spoils the tree as it is in one place."""

    def finds(self, text, changed, remove=()):
        """`changed`: {path: what is put at its end, or its whole text when it is new}."""
        files = {path: old for path, old in TREE.items() if path not in remove}
        for path, more in changed.items():
            files[path] = (files.get(path) or "") + more
        found = check_arrows.check(files)
        self.assertTrue(any(text in line for line in found), f"{text!r} is not in {found[:5]}")

    def includes(self, text, path, target):
        self.finds(text, {path: f'\n#include "{target}"\n'})

    def test_the_tree_itself_is_fine(self):
        self.assertEqual(check_arrows.check(TREE), [])
        self.assertGreater(len(TREE), 500)

    def test_audit_knows_the_ground_alone(self):
        for other in ("policy/policy.hpp", "backends/pipeline.hpp", "apiserver/chain.hpp", "base/yaml/node.hpp"):
            self.includes("audit must not know", "audit/event.hpp", other)

    def test_the_ground_knows_nobody(self):
        self.includes("base must not know audit", "base/json/raw_json.hpp", "audit/event.hpp")

    def test_policy_and_backends_do_not_know_each_other(self):
        self.includes("policy must not know backends", "policy/loader.hpp", "backends/pipeline.hpp")
        self.includes("backends must not know policy", "backends/pipeline.hpp", "policy/loader.hpp")

    def test_only_the_programs_know_policy_and_backends(self):
        self.includes("must not know policy", "apiserver/chain.cpp", "policy/loader.hpp")
        self.includes("apiserver/filters must not know backends", "apiserver/filters/audit.cpp", "backends/pipeline.hpp")

    def test_nobody_knows_the_programs(self):
        self.includes("must not know cli", "apiserver/chain.cpp", "cli/commands.hpp")
        self.finds(
            "must not know apiserver/main.*",
            {
                "apiserver/main.hpp": "#pragma once\nnamespace kaudit::apiserver {\n}\n",
                "cli/commands.hpp": '\n#include "apiserver/main.hpp"\n',
            },
        )

    def test_leaves_of_the_server_stay_leaves(self):
        for why, path, target in (
            ("apiserver/objects must not know apiserver/http", "objects/kinds.hpp", "http/wire.hpp"),
            ("apiserver/store must not know apiserver/{chain", "store/store.hpp", "chain.hpp"),
            ("apiserver/api must not know apiserver/filters", "api/api.cpp", "filters/filters.hpp"),
        ):
            self.includes(why, "apiserver/" + path, "apiserver/" + target)

    def test_tests_keep_to_the_modules_too(self):
        self.includes("audit must not know policy", "audit/context_test.cpp", "policy/policy.hpp")

    def test_circles_of_libraries_are_found_though_no_file_is_in_one(self):
        edges = {"a": {"b": "1"}, "b": {"c": "2"}, "c": {"a": "3"}, "d": {"a": "4"}}
        self.assertEqual(check_arrows.circles(edges), [["a", "b", "c"]])
        self.finds(
            "a circle among apiserver/",
            {"apiserver/cancellation.hpp": '\n#include "apiserver/filters/filters.hpp"\n'},
        )

    def test_includes_say_where_they_lead(self):
        self.includes("not found from the root", "audit/level.cpp", "event.hpp")
        self.includes("not found from the root", "audit/level.cpp", "../base/result.hpp")
        self.finds("with quotes", {"audit/level.cpp": "\n#include <audit/level.hpp>\n"})

    def test_a_folder_has_a_row(self):
        self.finds("its folder is not in the table", {"audit/extra/more.hpp": "#pragma once\n"})

    def test_links_follow_the_arrows(self):
        self.finds(
            "base must not know policy",
            {"base/CMakeLists.txt": "\nkaudit_library(wrong SOURCES text/csv.cpp LINK kaudit::policy)\n"},
        )
        self.finds(
            "backends must not know policy",
            {"backends/CMakeLists.txt": "\ntarget_link_libraries(kaudit_backends PUBLIC kaudit::policy)\n"},
        )
        nobody = "\ntarget_link_libraries(kaudit PRIVATE kaudit::nobody)\n"
        self.finds("which no CMakeLists.txt makes", {"cli/CMakeLists.txt": nobody})

    def test_what_is_included_is_linked(self):
        path = "policy/CMakeLists.txt"
        spoilt = TREE[path].replace("LINK kaudit::audit kaudit::yaml", "LINK kaudit::audit")
        self.assertNotEqual(spoilt, TREE[path])
        self.finds("does not link kaudit::yaml", {path: spoilt}, remove=(path,))

    def test_data_of_others_is_read_where_the_table_says_so(self):
        line = "\nset(kinds ${PROJECT_SOURCE_DIR}/apiserver/objects/kinds.json)\n"
        self.finds("policy/CMakeLists.txt:", {"policy/CMakeLists.txt": line})
        self.finds("policy/lint does not read apiserver/objects/kinds.json", {}, remove=("policy/lint/CMakeLists.txt",))

    def test_namespaces_are_folders(self):
        self.finds("its folder's is kaudit::audit", {"audit/more.hpp": "namespace kaudit::policy {\nint x = 1;\n}\n"})
        self.finds("is in no namespace", {"audit/more.cpp": "int x = 1;\n"})
        forward = "namespace kaudit::policy {\nclass Policy;\n}\nnamespace kaudit::audit {\nint x = 1;\n}\n"
        found = check_arrows.check({**TREE, "audit/more.hpp": forward})
        self.assertFalse(any("audit/more.hpp" in line for line in found), found)

    def test_a_name_stands_once(self):
        self.finds("one name, several files", {"policy/context.hpp": "namespace kaudit::policy {\n}\n"})

    def test_folders_and_audit_stay_small(self):
        many = {f"base/tls/f{i}.hpp": "namespace kaudit::tls {\n}\n" for i in range(40)}
        self.finds("base/tls: 4", many)
        self.finds("audit: ", {"audit/more.hpp": "namespace kaudit::audit {\n}\n" + "\n" * 4000})

    def test_the_table_names_only_what_there_is(self):
        gone = [path for path in TREE if path.startswith("policy/probes/")]
        self.finds("policy/probes does not exist", {}, remove=gone)

    def test_the_book_shows_the_table(self):
        with open(os.path.join(ROOT, "docs", "architecture.md"), encoding="utf-8") as file:
            text = file.read()
        shown = text.split("<!-- e2e/check_arrows --picture -->\n```text\n")[1].split("```\n")[0]
        self.assertEqual(shown, check_arrows.picture(), "put in what e2e/check_arrows --picture prints")


if __name__ == "__main__":
    unittest.main()
