"""Twenty tests, a reset between them, on one server; and what a helper has to show."""

import json
import ssl
import time
import urllib.error
import urllib.request

import pytest

from kaudit_testing import ApiError, KauditServer

CONFIGMAPS = "/api/v1/namespaces/team/configmaps"
NAMESPACE = '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team"}}'


@pytest.fixture(scope="session")
def kaudit_seed(tmp_path_factory):
    seed = tmp_path_factory.mktemp("seed") / "team.json"
    seed.write_text(NAMESPACE)
    return [seed]


@pytest.fixture
def ask(kaudit, admin_context):
    def ask(method, path, body=None):
        request = urllib.request.Request(kaudit.url + path, json.dumps(body).encode() if body else None, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, context=admin_context) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return ask


@pytest.fixture(scope="session")
def admin_context(kaudit_server):
    folder = kaudit_server.ca_file.rsplit("/", 1)[0]
    context = ssl.create_default_context(cafile=kaudit_server.ca_file)
    context.load_cert_chain(f"{folder}/admin.crt", f"{folder}/admin.key")
    return context


@pytest.mark.parametrize("number", range(20))
def test_each_begins_with_the_seed_and_nothing_else(kaudit, ask, number):
    names = [item["metadata"]["name"] for item in ask("GET", CONFIGMAPS)[1]["items"]]
    assert names == ["kube-root-ca.crt"]
    assert ask("POST", CONFIGMAPS, {"metadata": {"name": f"of-{number}"}})[0] == 201
    assert [e["objectRef"]["name"] for e in kaudit.events(verb="create", wait="2s")] == [f"of-{number}"]


def test_twenty_resets_take_less_than_a_second(kaudit, ask):
    took = 0.0
    for number in range(20):
        ask("POST", CONFIGMAPS, {"metadata": {"name": f"c-{number}"}})
        began = time.monotonic()
        kaudit.reset()
        took += time.monotonic() - began
    print(f"20 resets: {took:.3f} s")


def test_a_fault_is_met_counted_and_named_by_its_event(kaudit, ask):
    fault = kaudit.fault({"status": 429, "retryAfter": 1}, verbs=["create"], resources=["configmaps"], times=1)
    assert ask("POST", CONFIGMAPS, {"metadata": {"name": "a"}})[0] == 429
    assert ask("POST", CONFIGMAPS, {"metadata": {"name": "a"}})[0] == 201
    assert kaudit.faults()[0]["hits"] == 1
    (event,) = kaudit.events(fault=fault["id"], wait="2s")
    assert event["responseStatus"]["code"] == 429
    kaudit.clear_faults()
    assert kaudit.faults() == []


def test_snapshots_and_the_clock(kaudit, ask):
    ask("POST", CONFIGMAPS, {"metadata": {"name": "kept"}})
    kaudit.snapshot("with-kept")
    kaudit.reset()
    assert ask("GET", CONFIGMAPS + "/kept")[0] == 404
    kaudit.restore("with-kept")
    before = ask("GET", CONFIGMAPS + "/kept")[1]["metadata"]["creationTimestamp"]
    kaudit.advance("48h")
    after = ask("POST", CONFIGMAPS, {"metadata": {"name": "later"}})[1]["metadata"]["creationTimestamp"]
    assert after[:10] > before[:10]


def test_what_is_refused_says_why(kaudit):
    with pytest.raises(ApiError, match="action.status"):
        kaudit.fault({"status": 200})
    with pytest.raises(RuntimeError, match="no such file"):
        KauditServer(seed=["/does/not/exist"]).start()
