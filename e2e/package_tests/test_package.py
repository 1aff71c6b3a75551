"""What `cmake --build … --target package` has made: the .deb on a fresh Debian 12, the statically linked programs in an
empty chroot. KAUDIT_BUILD is the build's folder; `e2e/test package` sets it. Root is needed for chroot. What cannot be
tried on a machine is skipped, with what is missing there."""

import glob
import json
import os
import platform
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tarfile
import tempfile
import unittest
import urllib.request

from kaudit_e2e.waiting import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("KAUDIT_BUILD", os.path.join(ROOT, "build", "release"))
POLICY = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"
SPARSE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}  # to find chroot by
PAGES = (
    "share/man/man1/{}.1.gz",
    "share/bash-completion/completions/{}",
    "share/zsh/vendor-completions/_{}",
    "share/fish/vendor_completions.d/{}.fish",
)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=900, **more)


def tarballs():
    """By architecture, the newest of each; there may be some of an earlier version."""
    found = sorted(glob.glob(os.path.join(BUILD, "kaudit-*-linux-*.tar.gz")), key=os.path.getmtime)
    return {re.search(r"-linux-(.+)\.tar\.gz$", path)[1]: path for path in found}


def made(pattern):
    """The newest of what was made."""
    found = sorted(glob.glob(os.path.join(BUILD, pattern)), key=os.path.getmtime)
    if not found:
        raise AssertionError(f"there is no {pattern} in {BUILD}: cmake --build --preset release --target package makes it")
    return found[-1]


def as_root(test):
    return unittest.skipUnless(os.geteuid() == 0, "only root may chroot")(test)


class InChroot(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="kaudit-package-"))

    def serve(self, root, *command):
        """Starts the server within `root`, asks it something, stops it, and gives what it logged."""
        with open(os.path.join(root, "policy.yaml"), "w", encoding="ascii") as file:
            file.write(POLICY)
        process = subprocess.Popen(
            ["chroot", root, *command, "--secure-port", "0", "--cert-dir", "/pki", "--write-kubeconfig", "/kubeconfig",
             "--audit-policy-file", "/policy.yaml", "--audit-log-path", "/audit.log"],
            stderr=subprocess.PIPE, text=True, env=SPARSE,
        )  # fmt: skip
        try:
            kubeconfig = os.path.join(root, "kubeconfig")
            until(lambda: os.path.exists(kubeconfig) or process.poll() is not None, "a server that is ready")
            self.assertIsNone(process.poll(), process.poll() is not None and process.stderr.read())
            with open(kubeconfig, encoding="ascii") as file:
                url = re.search(r"https://[^\"'\s]+", file.read())[0]
            context = ssl.create_default_context(cafile=os.path.join(root, "pki/ca.crt"))
            context.load_cert_chain(os.path.join(root, "pki/admin.crt"), os.path.join(root, "pki/admin.key"))
            with urllib.request.urlopen(url + "/api/v1/namespaces", context=context, timeout=30) as answer:
                names = [item["metadata"]["name"] for item in json.load(answer)["items"]]
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        self.assertIn("default", names)
        self.assertEqual(process.returncode, 0, errors)
        with open(os.path.join(root, "audit.log"), encoding="ascii") as file:
            events = [json.loads(line) for line in file]
        self.assertIn(("list", "/api/v1/namespaces"), [(e["verb"], e["requestURI"]) for e in events])

    def policy_check(self, root, program):
        done = run("chroot", root, program, "policy", "check", "--load-only", "/policy.yaml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Static(InChroot):
    def unpacked(self, architecture=platform.machine()):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with tarfile.open(tarballs().get(architecture) or made(f"kaudit-*-linux-{architecture}.tar.gz")) as tar:
            tar.extractall(folder)
        (top,) = os.listdir(folder)
        return os.path.join(folder, top)

    def test_the_tarball_has_all_that_belongs_to_the_programs(self):
        top = self.unpacked()
        for program in ("kaudit", "kaudit-apiserver"):
            for page in PAGES:
                self.assertTrue(os.path.exists(os.path.join(top, page.format(program))), page)
        doc = os.path.join(top, "share/doc/kaudit")
        for name in ("copyright", "README.md", "docs/testing.md", "Dockerfile", "licences/libssl-dev"):
            self.assertTrue(os.path.exists(os.path.join(doc, name)), name)

    def test_the_programs_are_static_and_hardened(self):
        top = self.unpacked()
        programs = [os.path.join(top, "bin", name) for name in ("kaudit", "kaudit-apiserver")]
        for program in programs:
            headers = run("readelf", "-W", "--program-headers", program).stdout
            self.assertNotIn("INTERP", headers)
            self.assertNotIn("(NEEDED)", run("readelf", "-W", "--dynamic", program).stdout)
        unstripped = [os.path.join(BUILD, "static", os.path.basename(program) + "-static") for program in programs]
        done = run(sys.executable, os.path.join(ROOT, "e2e/check_hardening"), "--static", *unstripped)
        self.assertEqual(done.returncode, 0, done.stdout)

    @as_root
    def test_they_run_in_an_empty_chroot(self):
        top = self.unpacked()
        root = os.path.join(self.folder, "root")
        os.mkdir(root)
        for program in ("kaudit", "kaudit-apiserver"):
            shutil.copy(os.path.join(top, "bin", program), root)
        self.serve(root, "/kaudit-apiserver")
        self.policy_check(root, "/kaudit")
        self.assertEqual(sorted(os.listdir(root)), sorted(
            ["kaudit", "kaudit-apiserver", "policy.yaml", "pki", "audit.log"]))  # fmt: skip

    @as_root
    def test_without_a_folder_to_write_to_it_says_what_to_do(self):
        root = os.path.join(self.folder, "root")
        os.mkdir(root)
        shutil.copy(os.path.join(self.unpacked(), "bin", "kaudit-apiserver"), root)
        done = run("chroot", root, "/kaudit-apiserver", "--secure-port", "0", env=SPARSE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--cert-dir", done.stderr)

    def test_those_of_other_architectures_run(self):
        """Each is made on a machine of its own architecture; put beside this one's, it is tried with qemu."""
        others = sorted(set(tarballs()) - {platform.machine()})
        if not others:
            self.skipTest(f"no tarball of another architecture in {BUILD}: nothing here makes one for other than {platform.machine()}")
        for architecture in others:
            emulator = shutil.which(f"qemu-{architecture}-static") or shutil.which(f"qemu-{architecture}")
            if emulator is None:
                self.skipTest(f"no qemu-{architecture} here (Debian's qemu-user-static)")
            top = self.unpacked(architecture)
            for program in ("kaudit", "kaudit-apiserver"):
                done = run(emulator, os.path.join(top, "bin", program), "--version")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_image_is_built_of_it(self):
        engine = next((name for name in ("docker", "podman", "buildah") if shutil.which(name)), None)
        if engine is None:
            self.skipTest("no container engine here: no docker, podman or buildah")
        top = self.unpacked()
        done = run(engine, "build", "-f", os.path.join(top, "share/doc/kaudit/Dockerfile"), "-t", "kaudit-test", top)
        if done.returncode != 0 and "daemon" in done.stderr:
            self.skipTest(f"the container engine {engine} does not run: {done.stderr.strip().splitlines()[-1]}")
        self.assertEqual(done.returncode, 0, done.stderr)


class Deb(InChroot):
    def setUp(self):
        super().setUp()
        if not shutil.which("dpkg-deb"):
            self.skipTest("no dpkg here")
        self.deb = made("kaudit_*.deb")

    def test_it_says_what_it_needs(self):
        fields = run("dpkg-deb", "--field", self.deb).stdout
        self.assertRegex(fields, r"(?m)^Package: kaudit$")
        depends = re.search(r"(?m)^Depends: (.*)$", fields)[1]
        for library in ("libc6", "libstdc++6", "libssl3", "libcurl4", "libyaml-cpp0.7", "libre2-9", "libspdlog1.10"):
            self.assertIn(library, depends)
        self.assertNotIn("-dev", depends)

    def test_what_is_in_it(self):
        names = {line.split()[5].removeprefix("./usr/") for line in run("dpkg-deb", "--contents", self.deb).stdout.splitlines()}
        for program in ("kaudit", "kaudit-apiserver"):
            self.assertIn("bin/" + program, names)
            self.assertTrue({page.format(program) for page in PAGES} <= names)
        self.assertIn("share/doc/kaudit/copyright", names)
        self.assertEqual([name for name in names if name.endswith((".a", ".hpp", ".cmake"))], [])
        folder = os.path.join(self.folder, "x")
        self.assertEqual(run("dpkg-deb", "-x", self.deb, folder).returncode, 0)
        self.assertEqual(run(os.path.join(folder, "usr/bin/kaudit"), "--version").returncode, 0)

    def test_apt_finds_all_that_it_needs(self):
        if not os.listdir("/var/lib/apt/lists"):
            self.skipTest("apt has no lists of packages here")
        done = run("apt-get", "install", "--simulate", "-q", self.deb)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Inst kaudit ", done.stdout)

    @as_root
    def test_it_installs_and_runs_on_a_fresh_debian(self):
        """With debootstrap's smallest system, of the mirror that this machine has its own packages from."""
        if not shutil.which("debootstrap"):
            self.skipTest("no debootstrap here")
        found = re.search(r"(?m)^URIs: (\S+)$|^deb (?:\[.*?\] )?(\S+)", self.sources())
        if found is None:
            self.skipTest("apt has no mirror here")
        mirror = found[1] or found[2]
        self.skip_unless_it_answers(mirror)
        root = os.path.join(self.folder, "debian")
        done = run("debootstrap", "--variant=minbase", "bookworm", root, mirror)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)
        shutil.copy(self.deb, os.path.join(root, "kaudit.deb"))
        for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "/kaudit.deb"]):
            done = run("chroot", root, "apt-get", *words, env={**SPARSE, "DEBIAN_FRONTEND": "noninteractive"})
            self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)
        self.serve(root, "/usr/bin/kaudit-apiserver")
        self.policy_check(root, "/usr/bin/kaudit")

    def skip_unless_it_answers(self, mirror):
        try:
            urllib.request.urlopen(mirror.rstrip("/") + "/dists/bookworm/Release", timeout=60).close()
        except OSError as wrong:
            self.skipTest(f"apt's mirror has no Debian 12 for this machine: {wrong}")

    def sources(self):
        text = ""
        for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"):
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    text += file.read()
        return text


if __name__ == "__main__":
    unittest.main()
