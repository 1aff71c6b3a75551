#!/usr/bin/env python3
"""Writes the helpers' types from the document of the test API (apiserver/testapi/test_api.json).

    e2e/helpers/types_of.py            writes them
    e2e/helpers/types_of.py --check    says which are not as they should be; exit code 1"""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "apiserver", "testapi", "test_api.json")
LEFT_OUT = ("EventList", "FaultList", "SnapshotList", "Removed", "ResetRequest", "Advance")
MADE = "Made by e2e/helpers/types_of.py from apiserver/testapi/test_api.json: do not edit."


def name_of(reference):
    return reference.rsplit("/", 1)[1]


def upper(name):
    special = {"id": "ID", "requestURI": "RequestURI", "auditID": "AuditID", "uid": "UID"}
    return special.get(name, name[0].upper() + name[1:])


def python_type(schema):
    if "$ref" in schema:
        return f'"{name_of(schema["$ref"])}"'
    if "enum" in schema:
        return "Literal[" + ", ".join(json.dumps(one) for one in schema["enum"]) + "]"
    if schema["type"] == "array":
        return f"List[{python_type(schema['items'])}]"
    if schema["type"] == "object" and "additionalProperties" in schema:
        return "Dict[str, str]"
    return {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "Dict[str, Any]"}[schema["type"]]


def python(schemas):
    text = [f'"""{MADE}"""\n', "from typing import Any, Dict, List, Literal, TypedDict\n"]
    for name, schema in schemas.items():
        text.append(f"\nclass {name}(TypedDict, total=False):")
        if schema.get("description"):
            text.append(f'    """{schema["description"]}."""\n')
        for member, of in schema["properties"].items():
            note = f"  # {of['description']}" if of.get("description") else ""
            text.append(f"    {member}: {python_type(of)}{note}")
        text.append("")
    return "\n".join(text)


def typescript_type(schema):
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if schema["type"] == "array":
        inner = typescript_type(schema["items"])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if schema["type"] == "object":
        if "properties" in schema:
            return "{ " + "; ".join(f"{m}?: {typescript_type(of)}" for m, of in schema["properties"].items()) + " }"
        return "Record<string, string>" if "additionalProperties" in schema else "Record<string, any>"
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}[schema["type"]]


def typescript(schemas):
    text = [f"// {MADE}\n"]
    for name, schema in schemas.items():
        if schema.get("description"):
            text.append(f"/** {schema['description']}. */")
        text.append(f"export interface {name} {{")
        required = schema.get("required", [])
        for member, of in schema["properties"].items():
            if of.get("description"):
                text.append(f"  /** {of['description']}. */")
            text.append(f"  {member}{'' if member in required else '?'}: {typescript_type(of)};")
        text.append("}\n")
    return "\n".join(text)


def go_type(schema, pointer):
    if "$ref" in schema:
        return "*" + name_of(schema["$ref"]) if pointer else name_of(schema["$ref"])
    if schema["type"] == "array":
        return "[]" + go_type(schema["items"], False)
    if schema["type"] == "object":
        if "properties" in schema:
            inner = "; ".join(f'{upper(m)} {go_type(of, False)} `json:"{m},omitempty"`' for m, of in schema["properties"].items())
            return f"struct {{ {inner} }}"
        return "map[string]string" if "additionalProperties" in schema else "map[string]any"
    plain = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}[schema["type"]]
    # Where 0 means something it must be told from nothing.
    return "*" + plain if pointer and schema.get("minimum") == 0 and plain == "int64" else plain


def go(schemas):
    text = [f"// {MADE}", "", "package kaudittest", ""]
    for name, schema in schemas.items():
        if schema.get("description"):
            text.append(f"// {name}: {schema['description']}.")
        text.append(f"type {name} struct {{")
        for member, of in schema["properties"].items():
            if of.get("description"):
                text.append(f"\t// {of['description']}.")
            optional = member not in schema.get("required", []) and not of.get("readOnly")
            text.append(f'\t{upper(member)} {go_type(of, optional)} `json:"{member},omitempty"`')
        text.append("}\n")
    return "\n".join(text)


TARGETS = {
    "python/src/kaudit_testing/types.py": python,
    "node/types.d.ts": typescript,
    "go/types.go": go,
}


def main():
    with open(DOCUMENT, encoding="utf-8") as file:
        schemas = {k: v for k, v in json.load(file)["components"]["schemas"].items() if k not in LEFT_OUT}
    wrong = 0
    for path, make in TARGETS.items():
        text, full = make(schemas), os.path.join(HERE, path)
        if "--check" in sys.argv:
            there = open(full, encoding="utf-8").read() if os.path.exists(full) else ""
            plain = lambda code: code.replace(";", "").split()  # gofmt has its own white space
            if plain(there) != plain(text):
                print(f"e2e/helpers/{path} is not what e2e/helpers/types_of.py writes")
                wrong = 1
        else:
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            if path.endswith(".go") and shutil.which("gofmt"):
                subprocess.run(["gofmt", "-w", full], check=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
