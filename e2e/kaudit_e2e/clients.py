"""kubectl, curl and jq as a person has them."""

import glob
import os
import shutil
import subprocess
import unittest

NO_KUBECTL = "no kubectl on PATH"


def kubectls():
    """Every kubectl there is: the one on PATH, and the versions that lie beside it as
    kubectl.1.27 and so on."""
    found = shutil.which("kubectl")
    if not found:
        return []
    beside = sorted(glob.glob(os.path.join(os.path.dirname(os.path.realpath(found)), "kubectl.1.*")))
    return [found, *(path for path in beside if os.access(path, os.X_OK))]


def classes_for_kubectls(module, base, prefix):
    """One subclass of the test class for each kubectl, as `program`, to be put into a module's
    globals(); one that is skipped where there is none."""
    classes = {}
    for program in kubectls():
        version = os.path.basename(program).replace("kubectl", "").strip(".").replace(".", "_")
        name = f"{prefix}_{version or 'on_path'}"
        classes[name] = type(name, (base,), {"program": program, "__module__": module})
    if not classes:
        name = f"{prefix}_none"
        skipped = unittest.skip(NO_KUBECTL)(lambda self: None)
        classes[name] = type(name, (unittest.TestCase,), {"test_kubectl": skipped, "__module__": module})
    return classes


class Kubectl:
    """A kubectl with its kubeconfig and a cache of its own; HOME stays untouched. It is the admin, or `user` by the
    token of that name."""

    def __init__(self, program, server, user=None):
        kubeconfig = server.kubeconfig_of(user) if user else server.kubeconfig
        self.command = [program, "--kubeconfig", kubeconfig, "--cache-dir", server.at("kube-cache")]
        self.environment = {**os.environ, "HOME": server.folder, "KUBECONFIG": kubeconfig}

    def __call__(self, *arguments, stdin=""):
        return subprocess.run(
            [*self.command, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env=self.environment,
        )

    def start(self, *arguments):
        return subprocess.Popen(
            [*self.command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )


def curl(server, *arguments):
    """curl with the admin's certificate."""
    pki = [os.path.join(server.pki, name) for name in ("ca.crt", "admin.crt", "admin.key")]
    command = [
        "curl",
        "-sS",
        "--cacert",
        pki[0],
        "--cert",
        pki[1],
        "--key",
        pki[2],
        *arguments[:-1],
        server.url + arguments[-1],
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def jq(program, path, *options):
    done = subprocess.run(["jq", *options, program, path], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"jq {program}: {done.stderr}")
    return done.stdout
