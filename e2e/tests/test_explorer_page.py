"""The explorer's page in a real browser: what a person sees, by mouse and by keyboard."""

import json
import os
import shutil
import subprocess
import unittest

from kaudit_e2e import http
from kaudit_e2e.browser import Browser, axe, missing
from kaudit_e2e.clients import NO_KUBECTL
from kaudit_e2e.explorer import Explorer, explored
from kaudit_e2e.server import ROOT
from kaudit_e2e.waiting import until

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
class InBrowser(unittest.TestCase):
    """A server with an explorer, and its page in a browser, live."""

    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = explored(POLICY, flags=list(cls.FLAGS))
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

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [], "the console has complaints")
        self.assertEqual(self.browser.hosts(), {self.explorer.host})

    def show(self, place):
        self.browser.go(f"http://{self.explorer.host}/{place}")
        self.browser.wait_for("document.querySelector('main h1') !== null", f"the view {place}")


class Page(InBrowser):
    FLAGS = ("--explorer-allow-apply",)

    def setUp(self):
        super().setUp()
        self.show("#/")

    def made(self, audit_id, path=PODS, method="GET", body=b"", **more):
        self.server.ask(method, path, body, audit_id=audit_id, **more)
        return self.explorer.request(audit_id, lambda r: r["ended"])

    def filter(self, text):
        self.browser.run("const f = document.getElementById('filter'); f.value = arguments[0]; f.dispatchEvent(new Event('input'))", text)
        self.browser.wait_for(f"document.querySelector('.rows').dataset.filter === {json.dumps(text)}", f"the rows of {text!r}")

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
        # The words have become the expression that they stand for, and the click a part of it.
        self.assertRegex(self.browser.run("return document.getElementById('filter').value"), r"^\(.*icontains clicked.*\) and ka.user.name = mallory$")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.click(".row .object a")
        self.browser.wait_for("location.hash.startsWith('#/requests/')", "the request")
        self.filter_cleared()

    def test_a_click_on_a_resource_filters_too(self):
        self.made("resource-click", f"{PODS}/resource-click", user="mallory")
        self.filter("ka.uri endswith /resource-click or ka.user.name = nobody")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.click(".row .object button")
        self.assertEqual(
            self.browser.run("return document.getElementById('filter').value"),
            "(ka.uri endswith /resource-click or ka.user.name = nobody) and ka.target.resource = pods",
        )
        self.browser.click(".row .level button")
        self.assertTrue(self.browser.run("return document.getElementById('filter').value").endswith(" and kaudit.level = RequestResponse"))
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.filter("")

    def test_a_filter_that_is_wrong_is_marked_where_it_is(self):
        self.made("mark-one")
        self.filter("ka.auditid = mark-one")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.browser.run("const f = document.getElementById('filter'); f.value = 'ka.verb = list and ka.usr.name = x'; f.dispatchEvent(new Event('input'))")
        self.browser.wait_for("document.querySelector('.filter-said mark') !== null", "the fault")
        self.assertIn("did you mean ka.user.name? (character 20)", self.browser.text(".filter-said"))
        self.assertEqual(self.browser.text(".filter-said code"), "ka.verb = list and ka.usr.name = x")
        self.assertEqual(self.browser.text(".filter-said mark"), "k")
        self.assertEqual(self.browser.run("return document.getElementById('filter').getAttribute('aria-invalid')"), "true")
        # What was shown stays until the filter is one.
        self.assertEqual(self.browser.count(".row"), 1)
        self.filter("user:alice")
        self.assertIn("ka.user.name = alice", self.browser.text(".filter-said"))
        self.filter("")
        self.assertEqual(self.browser.text(".filter-said"), "")

    def test_fields_and_values_are_completed_by_keyboard(self):
        self.made("complete-one")
        self.filter("")
        self.browser.run("document.getElementById('filter').focus()")
        self.browser.press(*"ka.us")
        self.browser.wait_for("document.querySelectorAll('#offers li').length >= 2", "fields")
        self.browser.press("ArrowDown")
        active = self.browser.run("return document.getElementById(document.getElementById('filter').getAttribute('aria-activedescendant')).innerText")
        self.assertIn("ka.user", active)
        self.browser.press("Escape")
        self.assertEqual(self.browser.run("return document.getElementById('offers').hidden"), True)
        self.assertEqual(self.browser.run("return document.getElementById('filter').value"), "ka.us")
        self.browser.press(*"er.n")
        self.browser.wait_for("document.querySelectorAll('#offers li').length === 1", "the field")
        self.browser.press("ArrowDown")
        self.browser.press("Enter")
        self.assertEqual(self.browser.run("return document.getElementById('filter').value"), "ka.user.name ")
        self.browser.press(*"= al")
        self.browser.wait_for("document.querySelector('#offers')?.innerText.includes('alice')", "the value")
        self.browser.press("ArrowDown")
        self.browser.press("Tab")
        self.assertEqual(self.browser.run("return document.getElementById('filter').value"), "ka.user.name = alice")
        self.browser.wait_for("document.querySelector('.rows').dataset.filter === 'ka.user.name = alice'", "the filter")
        self.filter("")

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

    def test_each_level_is_shown_as_it_would_be_written(self):
        request = self.made("page-levels", method="POST", body=pod("page-levels"))
        self.show(f"#/requests/{request['number']}")
        self.browser.wait_for("document.querySelector('.at-levels') !== null", "the levels")
        self.assertIn("those of Secrets included", self.browser.text(".at-levels"))
        sizes = self.browser.run("return [...document.querySelectorAll('.levels .card li:first-child')].map(e => e.innerText)")
        self.assertEqual(len(sizes), 6)
        for size in sizes:
            self.assertRegex(size, r"^[\d.]+ k?B$")
        self.browser.run("document.querySelector('button[data-level=RequestResponse]').focus()")
        self.browser.press("Enter")
        self.browser.wait_for("document.querySelector('.level-events .key') !== null", "the events")
        self.assertIn("more than at Request: responseObject", self.browser.text(".level-events"))
        lit = self.browser.run("return [...document.querySelectorAll('.level-events .key.added')].map(e => e.innerText)")
        self.assertEqual(lit, ['"responseObject"'])
        # Nothing that is read is taken away by what comes later.
        self.browser.run("document.activeElement.blur()")
        self.assertEqual(self.browser.run("return document.querySelector('button[data-level=RequestResponse]').getAttribute('aria-pressed')"), "true")
        self.browser.click("button[data-level=None]")
        self.browser.wait_for("document.querySelector('.level-events').innerText.includes('there is no event')", "level None")

    def test_a_request_that_the_filter_keeps_back_goes_on_when_it_is_opened(self):
        self.filter("ka.user.name = nobody-at-all")
        request = self.made("unfiltered")
        self.show(f"#/requests/{request['number']}")
        self.browser.wait_for("document.querySelector('#deliveries')?.innerText.includes('acknowledged')", "its deliveries")
        self.filter_cleared()

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
        self.filter(f'ka.uri contains "{MARKUP}"')
        for place in ("#/", "#/requests/{}", "#/policy", "#/try", "#/backends"):
            for row in [r for r in self.explorer.api("requests")["rows"] if r["auditID"].startswith("markup")]:
                self.show(place.format(row["number"]))
                self.browser.wait_for("document.querySelector('main').innerText.length > 40", "the view")
                self.assertEqual(self.browser.count("main img, main script, main iframe"), 0, place)
        self.show("#/")
        self.filter("markup-body")
        self.browser.wait_for("document.querySelectorAll('.row').length === 1", "the row")
        self.filter("")
        request = self.explorer.request("markup-body")
        self.show(f"#/requests/{request['number']}")
        self.browser.wait_for("document.querySelector('button[data-level=RequestResponse]') !== null", "the levels")
        self.browser.click("button[data-level=RequestResponse]")
        self.browser.wait_for("document.querySelector('.level-events').innerText.includes('onerror')", "the body")
        self.assertEqual(self.browser.count("main img, main script, main iframe"), 0)
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
        self.filter("axe user:alice")
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            for place in ("#/", f"#/requests/{request['number']}", "#/policy", "#/try", "#/backends", "#/semantics"):
                self.show(place)
                self.browser.wait_for("document.querySelector('main').innerText.length > 40", "the view")
                self.assertEqual(self.browser.barriers(source), [], f"{place} {scheme}")
            self.show(f"#/requests/{request['number']}")
            self.browser.wait_for("document.querySelector('button[data-level=Request]') !== null", "the levels")
            self.browser.click("button[data-level=Request]")
            self.browser.wait_for("document.querySelector('.level-events .key') !== null", "the events")
            self.assertEqual(self.browser.barriers(source), [], f"levels {scheme}")
            self.show("#/")
            for text, sign in (("ka.verb = x and ka", "#offers li"), ("ka.verb = x and (", ".filter-said mark")):
                self.browser.run("const f = document.getElementById('filter'); f.focus(); f.value = arguments[0]; f.dispatchEvent(new Event('input'))", text)
                self.browser.wait_for(f"document.querySelector('{sign}') !== null", f"what is said of {text}")
                self.assertEqual(self.browser.barriers(source), [], f"{text} {scheme}")
            self.filter("axe user:alice")
        self.filter("")

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


class ReceiverPage(InBrowser):
    """The view of the backends with --explorer-receiver."""

    FLAGS = (
        "--explorer-receiver",
        "--audit-webhook-batch-max-wait=50ms",
        "--audit-webhook-initial-backoff=50ms",
        "--audit-webhook-truncate-enabled",
        "--audit-webhook-truncate-max-event-size=20000",
    )

    def setUp(self):
        super().setUp()
        self.show("#/backends")
        self.browser.wait_for("document.querySelector('.receiver button[data-mood]') !== null", "the receiver")

    def steps(self):
        rows = self.explorer.api("requests?filter=ka.useragent%20=%20kaudit-explorer")["rows"]
        return [backend["step"] for row in rows for backend in row["backends"] if backend["backend"] == "webhook"]

    def test_a_press_makes_it_fail_and_another_one_take_again(self):
        self.browser.run("document.querySelector('button[data-mood=fail]').focus()")
        self.assertIn("500", self.browser.text("#mood-meaning"))
        self.browser.press("Enter")
        self.browser.wait_for("document.querySelector('.mood').innerText === 'Now: fails.'", "what it does")
        self.assertEqual(self.browser.run("return document.querySelector('button[data-mood=fail]').getAttribute('aria-pressed')"), "true")
        self.browser.click(".receiver [aria-label='Something to deliver'] button")
        self.browser.wait_for("document.querySelector('.receiver').innerText.includes('20 of 20 sent')", "the requests")
        self.browser.wait_for("document.querySelector('.tries .bad')?.innerText === '500'", "the answer")
        self.browser.click("button[data-mood=take]")
        self.browser.wait_for("document.querySelector('.tries .good')?.innerText === '200'", "the answer")
        self.browser.wait_for("document.querySelector('.mood').innerText === 'Now: takes.'", "what it does")

    def test_a_large_body_is_cut(self):
        self.browser.run("document.querySelectorAll(\"[aria-label='Something to deliver'] button\")[1].click()")
        self.browser.wait_for("document.querySelector('.receiver').innerText.includes('1 of 1 sent')", "the request")
        until(lambda: any(row.get("resource") == "configmaps" and row["backends"] for row in self.explorer.api("requests")["rows"]), "the request")
        number = next(row["number"] for row in self.explorer.api("requests")["rows"] if row.get("resource") == "configmaps")
        until(lambda: "truncated" in [d["step"] for d in self.explorer.api(f"requests/{number}")["deliveries"]], "that it was cut")

    def test_nobody_is_left_out_and_it_fits(self):
        self.browser.click("button[data-mood=slow]")
        self.browser.click(".receiver [aria-label='Something to deliver'] button")
        self.browser.wait_for("document.querySelector('.tries td') !== null", "a list")
        self.browser.click("button[data-mood=take]")
        source = axe()
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            for width, height in ((1280, 900), (390, 844)):
                self.browser.resize(width, height)
                self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
                self.browser.picture(f"receiver-{scheme}-{width}")
                if source is not None:
                    self.assertEqual(self.browser.barriers(source), [], f"{scheme} {width}")


if __name__ == "__main__":
    unittest.main()
