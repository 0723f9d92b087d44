#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The names that the installed headers declare, as clang reads them: is each of them ours?

  public_names.py ROOT              fail if a name begins with neither prisim_ nor PRISIM_
  public_names.py ROOT --functions  print the functions that a linker must find
  public_names.py ROOT --list       print every name with its kind and header
  public_names.py ROOT --short      print model/core/short_names.h
  public_names.py ROOT --stale      fail if model/core/short_names.h is not what --short prints

The headers are those of cmake/library.cmake. Headers of SystemC modules are in namespace prisim: of them only macros,
and what stands outside of the namespace, are names of everybody's.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

KINDS = {"FunctionDecl": "function", "RecordDecl": "struct", "EnumDecl": "enum", "EnumConstantDecl": "constant",
         "TypedefDecl": "type", "VarDecl": "variable"}
SHORT = "model/core/short_names.h"
OURS = re.compile(r"(prisim|PRISIM)_")
FOREIGN = ("SC_INCLUDE_DYNAMIC_PROCESSES",)  # SystemC asks for it
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|\w+|::|\S',
                   re.S | re.M)


def installed(root):
    """The headers and tables that are installed, in the order of the list."""
    text = (root / "cmake/library.cmake").read_text()
    return list(dict.fromkeys(re.findall(r"(?<![\w.$}/])(?:model|driver)/[\w/]+\.(?:h|def)\b", text)))


def is_cxx(name):
    return name.endswith("_tlm.h")


class Reader:
    """Walks over clang's tree; a place names its file only where it is another than that of the place before it."""

    def __init__(self, files):
        self.files, self.file, self.names = files, None, []

    def place(self, at):
        for part in ("spellingLoc", "expansionLoc"):
            if part in at:
                self.place(at[part])
        self.file = at.get("file", self.file)

    def walk(self, node, in_function=False):
        if not node:
            return
        self.place(node.get("loc", {}))
        kind, name = KINDS.get(node.get("kind")), node.get("name")
        file = (self.file or "").removeprefix("./")
        if kind and name and not in_function and not node.get("isImplicit") and file in self.files:
            self.names.append((name, node.get("tagUsed", kind) if kind == "struct" else kind, file))
        for end in ("begin", "end"):
            self.place(node.get("range", {}).get(end, {}))
        for inner in node.get("inner", []):
            self.walk(inner, in_function or kind == "function")


def declared(root, files):
    """What the C headers declare: (name, kind, header)."""
    plain = [name for name in files if name.endswith(".h") and not is_cxx(name) and name != SHORT]
    text = "".join(f'#include "{name}"\n' for name in plain)
    run = subprocess.run(["clang", "-std=c11", "-I.", "-x", "c", "-Xclang", "-ast-dump=json", "-fsyntax-only", "-"],
                         cwd=root, input=text, stdout=subprocess.PIPE, text=True, check=True)
    reader = Reader(set(files))
    reader.walk(json.loads(run.stdout))
    return list(dict.fromkeys(reader.names))


def macros(root, files):
    """What headers define, and the macros that the rows of tables call. A guard of ours is ours by its name."""
    found = []
    for name in files:
        if name == SHORT:
            continue
        text = (root / name).read_text()
        found += [(macro, "macro", name) for macro in re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M)]
        if name.endswith(".def"):
            found += [(macro, "macro", name) for macro in re.findall(r"^([A-Z]\w*)\(", text, re.M)]
    return list(dict.fromkeys(found))


def outside(root, files):
    """What the headers of modules declare outside of namespace prisim, which may be an operator only."""
    found = []
    for name in filter(is_cxx, files):
        depth, spaces, after = 0, [], ""
        for token in TOKEN.findall((root / name).read_text()):
            if token.startswith(("#", "/*", "//", '"')):
                continue
            if token == "{":
                if after.startswith("namespace prisim"):
                    spaces.append(depth)
                elif not spaces and depth == 0 and "operator" not in after:
                    found.append((after.strip(), "C++", name))
                depth, after = depth + 1, ""
            elif token == "}":
                depth, after = depth - 1, ""
                if spaces and spaces[-1] == depth:
                    spaces.pop()
            elif token == ";":
                if depth == 0 and after.strip():
                    found.append((after.strip(), "C++", name))
                after = ""
            else:
                after += token + " "
    return found


def short_names(root, names):
    """Each name without its prefix; not those that the headers use for members and parameters too."""
    text = "".join((root / name).read_text() for name in installed(root) if name.endswith(".h") and name != SHORT)
    text = re.sub(r'/\*.*?\*/|"[^"\n]*"', "", text, flags=re.S)
    rows = {name for name, kind, file in names if kind == "macro" and file.endswith((".def", "_tlm.h"))}
    pairs, left = [], []
    for name, kind, file in names:
        short = OURS.sub("", name, count=1)
        if name in rows or name.endswith(("_H", "_")) or name in ("prisim_version", "PRISIM_FIELD"):
            continue
        if kind in ("struct", "union", "enum") and re.search(rf"(?<![\w]){short}\b", text):
            left.append(f"{kind} {name}")
        elif re.match(r"[A-Za-z]", short):
            pairs.append((short, name))
    lines, line = [], " *"
    for word in sorted(set(left)):
        if len(line) + len(word) > 115:
            lines.append(line)
            line = " *"
        line += f" {word},"
    lines.append(line.rstrip(",") + ".")
    pairs = sorted(dict(pairs).items())
    width = max((len(short) for short, _ in pairs), default=0)
    return "\n".join([
        "/* SPDX-License-Identifier: Apache-2.0", " *",
        " * prisim's names without their prefix, for programs that want them so and have none of their own like these.",
        " * To be included after prisim's other headers; the library does not. These have no short name, because",
        " * members and parameters are called so:", *lines,
        " * Printed by tests/install/public_names.py --short.", " */",
        "#ifndef PRISIM_CORE_SHORT_NAMES_H", "#define PRISIM_CORE_SHORT_NAMES_H", "", "/* clang-format off */",
        *[f"#define {short:{width}} {name}" for short, name in pairs], "/* clang-format on */", "", "#endif", ""])


def main():
    root, options = Path(sys.argv[1]), sys.argv[2:]
    files = installed(root)
    names = declared(root, files) + macros(root, files)
    if options == ["--functions"]:
        static = "".join((root / name).read_text() for name in files)
        print("\n".join(sorted(n for n, kind, _ in names if kind in ("function", "variable")
                               and not re.search(rf"^static inline [^;{{=]*\b{n}\(", static, re.M))))
    elif options == ["--list"]:
        print("\n".join(f"{name} {kind} {file}" for name, kind, file in names))
    elif options == ["--short"]:
        print(short_names(root, names), end="")
    elif options == ["--stale"]:
        if (root / SHORT).read_text() != short_names(root, names):
            sys.exit(f"{SHORT} is not what public_names.py --short prints")
    else:
        wrong = [entry for entry in names if not OURS.match(entry[0]) and entry[0] not in FOREIGN]
        wrong += outside(root, files)
        for name, kind, file in wrong:
            print(f"{file}: {kind} {name}: a name that is not ours")
        if len(names) < 100:
            sys.exit("hardly any names were found")
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
