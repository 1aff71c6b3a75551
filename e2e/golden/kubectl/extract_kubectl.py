#!/usr/bin/env python3
"""Writes kubectl-VERSION.json beside this script: which requests the commands of a kubectl sent to a real Kubernetes API
server, and how they ended.

    KAUDIT_GOLDEN=DIR e2e/golden/kubectl/extract_kubectl.py

DIR holds kubectl-VERSION/NN-STEP.{txt,jsonl}: a command with its output, and the lines that it left in the audit log;
and the files that the commands name. Nothing is taken from kaudit."""

import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))

from kaudit_e2e.requests import requests_of  # noqa: E402  (the path is set above)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def step(path):
    """One command; its first line is `$ kubectl ARGUMENTS   (as USER)`, its last one the exit status."""
    text = read(path[: -len("jsonl")] + "txt")
    command, user = re.match(r"\$ kubectl (.*)   \(as (\w+)\)\n", text).groups()
    return {
        "name": re.sub(r"^\d+-", "", os.path.basename(path)[: -len(".jsonl")]),
        "user": user,
        "command": command.replace("DIR/", "$F/"),
        "requests": requests_of(json.loads(line) for line in read(path).splitlines()),
    }


def main():
    golden = os.environ.get("KAUDIT_GOLDEN")
    folders = sorted(glob.glob(os.path.join(golden, "kubectl-*"))) if golden else []
    if not folders:
        sys.exit("extract_kubectl.py: KAUDIT_GOLDEN must name a folder that holds kubectl-VERSION/NN-STEP.{txt,jsonl}")
    for folder in folders:
        files = {os.path.basename(p): read(p) for p in sorted(glob.glob(os.path.join(folder, "*.yaml")))}
        steps = [step(path) for path in sorted(glob.glob(os.path.join(folder, "*.jsonl")))]
        lines = ",\n".join(json.dumps(s) for s in steps)
        with open(os.path.join(HERE, os.path.basename(folder) + ".json"), "w", encoding="ascii") as out:
            out.write(f'{{"files": {json.dumps(files)},\n"steps": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
