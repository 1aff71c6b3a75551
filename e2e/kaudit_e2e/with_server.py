"""Runs a command beside a server of its own: python3 -m kaudit_e2e.with_server [FLAG...] -- COMMAND...

The server has RBAC and a policy that records everything, and FLAGs. The command finds in its environment KUBECONFIG
(the admin's, by certificate) and KAUDIT_TOKEN_KUBECONFIG (alice's, by token; she may do all). The exit code is the
command's, or 1 when the server did not end well."""

import json
import os
import subprocess
import sys

from kaudit_e2e.server import Server

ADMIN = {
    "metadata": {"name": "alice"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "alice"}],
}


def main():
    arguments = sys.argv[1:]
    if "--" not in arguments or arguments[-1] == "--":
        sys.exit(__doc__)
    at = arguments.index("--")
    flags, command = arguments[:at], arguments[at + 1 :]
    with Server(flags=flags, authorization="RBAC") as server:
        bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        made = server.ask("POST", bindings, json.dumps(ADMIN), user="admin")
        assert made.status == 201, made.text()
        environment = {
            **os.environ,
            "KUBECONFIG": server.kubeconfig,
            "KAUDIT_TOKEN_KUBECONFIG": server.kubeconfig_of("alice"),
        }
        code = subprocess.run(command, env=environment, check=False).returncode
        ended = server.stop()
        if ended != 0:
            print(f"the server ended with exit code {ended}:\n{server.stderr()}", file=sys.stderr)
            code = code or 1
    sys.exit(code)


if __name__ == "__main__":
    main()
