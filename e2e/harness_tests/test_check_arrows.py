"""The check of the arrows finds what it is there to find."""

import importlib.machinery
import importlib.util
import os
import unittest

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "check_arrows")
loader = importlib.machinery.SourceFileLoader("check_arrows", PATH)
spec = importlib.util.spec_from_loader("check_arrows", loader)
check_arrows = importlib.util.module_from_spec(spec)
loader.exec_module(check_arrows)


def check(**files):
    """check(audit__event_hpp="policy/x.hpp …"): files by name (__ is /, the last _ a dot) with what they include."""

    def path(name):
        stem, extension = name.rsplit("_", 1)
        return stem.replace("__", "/") + "." + extension

    return check_arrows.check(
        [
            (path(name), "".join(f'#include "{i}"\n' for i in includes.split()))
            for name, includes in files.items()
        ]
    )


class CheckArrows(unittest.TestCase):
    def test_the_architecture_itself_is_fine(self):
        found = check(
            audit__extra__result_hpp="",
            audit__event_hpp="audit/extra/result.hpp",
            policy__evaluator_hpp="audit/event.hpp",
            backends__log_hpp="audit/event.hpp",
            apiserver__http__server_hpp="audit/extra/result.hpp",
            apiserver__request__info_hpp="apiserver/http/server.hpp",
            apiserver__request__responder_hpp="apiserver/http/server.hpp",
            apiserver__filters__audit_hpp="apiserver/request/responder.hpp apiserver/request/info.hpp audit/event.hpp",
            apiserver__chain_cpp="apiserver/filters/audit.hpp",
            apiserver__main_cpp="apiserver/request/responder.hpp policy/evaluator.hpp backends/log.hpp",
            cli__main_cpp="policy/evaluator.hpp backends/log.hpp",
        )
        self.assertEqual(found, [])

    def finds(self, text, **files):
        found = check(**files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(text, found[0])

    def test_audit_knows_nobody(self):
        for other in ("policy", "backends", "apiserver", "cli"):
            self.finds(
                f"audit must not know {other}", audit__event_hpp=f"{other}/x.hpp", **{f"{other}__x_hpp": ""}
            )

    def test_policy_and_backends_do_not_know_each_other(self):
        self.finds("policy must not know backends", policy__a_hpp="backends/b.hpp", backends__b_hpp="")
        self.finds("backends must not know policy", backends__b_hpp="policy/a.hpp", policy__a_hpp="")

    def test_only_the_programs_know_policy_and_backends(self):
        self.finds("apiserver must not know policy", apiserver__chain_cpp="policy/a.hpp", policy__a_hpp="")
        self.finds(
            "apiserver must not know backends",
            apiserver__filters__audit_cpp="backends/b.hpp",
            backends__b_hpp="",
        )

    def test_nobody_knows_the_programs(self):
        self.finds("apiserver must not know cli", apiserver__chain_cpp="cli/c.hpp", cli__c_hpp="")

    def test_leaves_of_the_server_stay_leaves(self):
        self.finds(
            "apiserver/objects must not know apiserver/http",
            apiserver__objects__a_hpp="apiserver/http/h.hpp",
            apiserver__http__h_hpp="",
        )
        self.finds(
            "apiserver/store must not know apiserver/.",
            apiserver__store__a_hpp="apiserver/chain.hpp",
            apiserver__chain_hpp="",
        )

    def test_circles_of_folders_are_found_though_no_file_is_in_one(self):
        self.finds(
            "a circle among audit/event.hpp, audit/extra:",
            audit__extra__a_hpp="audit/event.hpp",
            audit__event_hpp="audit/extra/b.hpp",
            audit__extra__b_hpp="",
        )

    def test_long_circles_are_found(self):
        self.finds(
            "a circle among cli/a.hpp, cli/b.hpp, cli/c.hpp:",
            cli__a_hpp="cli/b.hpp",
            cli__b_hpp="cli/c.hpp",
            cli__c_hpp="cli/a.hpp",
        )

    def test_includes_say_where_they_lead(self):
        self.finds("not found from the root", audit__a_cpp="a.hpp", audit__a_hpp="")
        self.finds("not found from the root", audit__a_cpp="../policy/p.hpp", policy__p_hpp="")
        self.assertIn(
            "with quotes",
            check_arrows.check([("audit/a.hpp", ""), ("audit/a.cpp", "#include <audit/a.hpp>")])[0],
        )

    def test_tests_keep_to_the_modules_too(self):
        self.finds("audit must not know policy", audit__a_test_cpp="policy/p.hpp", policy__p_hpp="")


if __name__ == "__main__":
    unittest.main()
