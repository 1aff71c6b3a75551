"""The explorer's page in a real browser: what a person sees, by mouse and by keyboard."""

import os
import shutil
import subprocess
import unittest

from kaudit_e2e import http
from kaudit_e2e.browser import Browser, axe, missing
from kaudit_e2e.clients import NO_KUBECTL
from kaudit_e2e.explorer import Explorer, explored
from kaudit_e2e.server import ROOT

KUBECTL = shutil.which("kubectl")
POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: [bob]
- level: Request
  verbs: [create]
- level: RequestResponse
"""
PODS = "/api/v1/namespaces/default/pods"
POD = b'{"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"i"}]}}'
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def pod(name):
    return POD.replace(b"web", name.encode())


@unittest.skipIf(missing(), missing())
class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = explored(POLICY, flags=["--explorer-allow-apply"])
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.explorer = Explorer(cls.server)
        cls.browser = Browser()
        cls.browser.__enter__()
        cls.addClassCleanup(cls.browser.__exit__)
        cls.browser.go(cls.explorer.addresses()[-1][0])
        cls.browser.wait_for("document.querySelector('.live').dataset.state === 'live'", "the stream")
        cls.explorer.open()

    def setUp(self):
        self.browser.prefer("light")
        self.browser.resize(1280, 900)
        self.show("#/")

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [], "the console has complaints")
        self.assertEqual(self.browser.hosts(), {self.explorer.host})

    def show(self, place):
        self.browser.go(f"http://{self.explorer.host}/{place}")
        self.browser.wait_for("document.querySelector('main h1') !== null", f"the view {place}")

    def made(self, audit_id, path=PODS, method="GET", body=b"", **more):
        self.server.ask(method, path, body, audit_id=audit_id, **more)
        return self.explorer.request(audit_id, lambda r: r["ended"])

    def filter(self, text):
        self.browser.run("const f = document.getElementById('filter'); f.value = arguments[0]; f.dispatchEvent(new Event('input'))", text)

    def test_the_address_loses_its_token(self):
        self.assertNotIn("token", self.browser.run("return location.href"))

    def test_the_list_is_live(self):
        self.filter("live-one")
        self.browser.wait_for("document.querySelectorAll('.row').length === 0", "no row")
        self.server.ask("POST", PODS, pod("live-one"), audit_id="live-one")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.wait_for("document.querySelector('.row').innerText.includes('log: acknowledged')", "its delivery")
        row = self.browser.text(".row")
        for word in ("201", "create", "pods default/live-one", "alice", "Request", "RequestReceived", "ResponseComplete"):
            self.assertIn(word, row)

    @unittest.skipIf(not KUBECTL, NO_KUBECTL)
    def test_the_list_is_live_while_kubectl_runs(self):
        self.filter("user:admin resource:configmaps")
        subprocess.run(
            [KUBECTL, "--kubeconfig", self.server.kubeconfig, "get", "configmaps"], check=True, capture_output=True, timeout=60
        )
        self.browser.wait_for("document.querySelector('main').innerText.includes('configmaps default/')", "kubectl's request")

    def test_a_click_filters_and_a_link_opens(self):
        self.made("clicked", user="mallory")
        self.filter("clicked")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.click(".row .who button")
        self.assertIn("user:mallory", self.browser.run("return document.getElementById('filter').value"))
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.click(".row .object a")
        self.browser.wait_for("location.hash.startsWith('#/requests/')", "the request")
        self.filter_cleared()

    def filter_cleared(self):
        self.show("#/")
        self.filter("")

    def test_thousands_of_rows_are_a_screenful_of_elements(self):
        self.filter("")
        with self.server.connect() as connection:
            for n in range(400):
                connection.send(http.request("GET", "/version", [], b"", "alice-token", f"many-{n}"))
                connection.response()
        self.browser.wait_for("document.querySelector('.count').innerText.split(' ')[0] >= 400", "the count")
        self.assertLess(self.browser.count(".row"), 60)

    def test_a_request_is_shown_whole(self):
        request = self.made("page-create", method="POST", body=pod("page-create"))
        self.show(f"#/requests/{request['number']}")
        self.browser.wait_for("document.querySelector('.decision') !== null", "the decision")
        self.assertEqual(self.browser.count(".chain li.answered"), 1)
        self.assertIn("handler", self.browser.text(".chain li.answered"))
        self.assertIn("Rule 1 (line 6) decided: level Request", self.browser.text(".verdict"))
        # The deciding rule is lit in the policy's text, and only that.
        lit = self.browser.run("return [...document.querySelectorAll('ol.policy li.lit')].map(e => e.innerText.trim())")
        self.assertEqual(lit, ["- level: Request", "verbs: [create]"])
        self.assertIn('users [bob] does not name "alice"', self.browser.text(".verdicts li.passed"))
        self.assertEqual(self.browser.count(".levels .card"), 4)
        self.assertIn("log", self.browser.text("#deliveries"))

    def test_each_member_is_explained(self):
        request = self.made("page-explain")
        self.show(f"#/audit/{request['auditID']}")
        self.browser.wait_for("document.querySelector('.key') !== null", "an event")
        self.browser.run("[...document.querySelectorAll('details[open] .key')].find(k => k.innerText === '\"sourceIPs\"').focus()")
        self.assertIn("section 5", self.browser.text("details[open] .explained"))
        self.browser.run("[...document.querySelectorAll('details[open] .key')].find(k => k.innerText === '\"auditID\"').focus()")
        self.assertIn("Audit-ID header", self.browser.text("details[open] .explained"))

    def test_the_workbench_changes_a_decision(self):
        self.made("page-bench", "/version")
        self.show("#/policy")
        self.set_policy(POLICY)  # a draft survives going elsewhere
        self.browser.wait_for("document.querySelector('.assessment').innerText.includes('A server takes this policy')", "the assessment")
        self.set_policy("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  nonResourceURLs: [/version]\n- level: RequestResponse\n")
        self.browser.wait_for("document.querySelector('.changes')?.innerText.includes('/version')", "the change")
        self.assertIn("None, rule 0", self.browser.text(".changes"))
        self.set_policy("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metdata\n")
        self.browser.wait_for("document.querySelector('.assessment').innerText.includes('refuses')", "the refusal")
        self.assertIn("KA005", self.browser.text(".findings"))
        self.assertTrue(self.browser.run("return [...document.querySelectorAll('button')].find(b => b.innerText === 'Put it in force').disabled"))

    def set_policy(self, text):
        self.browser.run("const e = document.getElementById('policy-text'); e.value = arguments[0]; e.dispatchEvent(new Event('input'))", text)

    def test_a_request_is_tried_and_leads_to_what_it_left(self):
        self.show("#/try/impersonate")
        self.assertIn("Impersonate-User: jane", self.browser.text(".command"))
        self.browser.click("form.try button[type=submit]")
        self.browser.wait_for("document.querySelector('.answer a') !== null", "the answer")
        self.browser.click(".answer a")
        self.browser.wait_for("document.querySelector('.facts')?.innerText.includes('jane')", "who it acts as")

    def test_the_keyboard_is_enough(self):
        request = self.made("keyboard", "/version")
        self.filter("keyboard")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.run("document.getElementById('filter').focus()")
        for _ in range(12):
            if self.browser.run("return document.activeElement.className") == "rows":
                break
            self.browser.press("Tab")
        self.assertEqual(self.browser.run("return document.activeElement.className"), "rows")
        self.browser.press("ArrowDown")
        self.browser.wait_for("document.activeElement.classList.contains('row')", "the row's focus")
        self.browser.press("Enter")
        self.browser.wait_for(f"location.hash === '#/requests/{request['number']}'", "the request")
        self.filter_cleared()

    def test_markup_in_every_member_is_text(self):
        self.made("markup-" + MARKUP.replace(" ", "+"), f"/version?{MARKUP.replace(' ', '+')}", headers=[("User-Agent", MARKUP)])
        body = pod("m").replace(b'"metadata":{', b'"metadata":{"annotations":{"a":"%s"},' % MARKUP.encode())
        self.made("markup-body", PODS, "POST", body)
        for place in ("#/", "#/requests/{}", "#/policy", "#/try", "#/backends"):
            for row in [r for r in self.explorer.api("requests")["rows"] if r["auditID"].startswith("markup")]:
                self.show(place.format(row["number"]))
                self.browser.wait_for("document.querySelector('main').innerText.length > 40", "the view")
                self.assertEqual(self.browser.count("main img, main script, main iframe"), 0, place)
        self.set_policy_markup()

    def set_policy_markup(self):
        self.show("#/policy")
        self.set_policy(f"rules:\n- level: '{MARKUP}'\n")
        self.browser.wait_for("document.querySelector('.assessment').innerText.includes('onerror')", "the refusal")
        self.assertEqual(self.browser.count("main img, main script"), 0)

    def test_nobody_is_left_out(self):
        source = axe()
        if source is None:
            self.skipTest("no axe-core: npm, or its file in KAUDIT_AXE")
        request = self.made("axe", method="POST", body=pod("axe"))
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            for place in ("#/", f"#/requests/{request['number']}", "#/policy", "#/try", "#/backends", "#/semantics"):
                self.show(place)
                self.browser.wait_for("document.querySelector('main').innerText.length > 40", "the view")
                self.assertEqual(self.browser.barriers(source), [], f"{place} {scheme}")

    def test_the_picture_in_the_readme_is_of_this_page(self):
        """KAUDIT_REWRITE_GOLDEN=1 takes it anew."""
        self.made("readme-list")
        self.made("readme-health", "/healthz")
        self.made("readme-missing", f"{PODS}/missing")
        self.server.ask("GET", "/debug/panic", user="admin", audit_id="readme-panic")
        self.made("readme-login", user="liar")
        self.made("readme-none", user="bob")
        request = self.made("readme-create", method="POST", body=pod("web"))
        self.browser.resize(1280, 760)
        self.show(f"#/requests/{request['number']}")
        self.browser.wait_for("document.querySelector('.decision') !== null", "the decision")
        self.browser.run("document.querySelector('.chain').parentElement.scrollIntoView()")
        taken = self.browser.picture("readme")
        kept = os.path.join(ROOT, "docs", "images", "explorer.png")
        if os.environ.get("KAUDIT_REWRITE_GOLDEN"):
            os.makedirs(os.path.dirname(kept), exist_ok=True)
            shutil.copyfile(taken, kept)
        self.assertLess(os.path.getsize(kept), 200_000)
        self.assertEqual(self.size(kept), self.size(taken))

    @staticmethod
    def size(path):
        with open(path, "rb") as file:
            head = file.read(24)
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")

    def test_it_fits_a_telephone_and_a_desk(self):
        request = self.made("picture", method="POST", body=pod("picture"))
        views = {"list": "#/", "request": f"#/requests/{request['number']}", "policy": "#/policy", "try": "#/try/create",
                 "backends": "#/backends", "semantics": "#/semantics/1.1"}  # fmt: skip
        for width, height in ((1280, 900), (390, 844)):
            self.browser.resize(width, height)
            for name, place in views.items():
                self.show(place)
                self.browser.wait_for("document.querySelector('main').innerText.length > 40", "the view")
                self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width, f"{name} at {width}")
                self.assertGreater(os.path.getsize(self.browser.picture(f"{name}-{width}")), 5000)


if __name__ == "__main__":
    unittest.main()
