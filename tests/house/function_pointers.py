#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That no function pointer stands in place of a call upwards: each that is declared is listed with its reason.

  function_pointers.py ROOT   say which is declared and not listed, or listed and not declared; exit 1 if any is

Declared is a typedef, member, variable, array, parameter or template parameter that is a pointer or a reference to a
function, one whose type is such a typedef, one that is a std::function, and one of a template's type that is called.
Virtual functions are interfaces of the skin and are not looked at. function_pointers.txt has a line each:

  NAME FILE [FILE ...]: reason
"""

import pathlib
import re
import sys

PARTS = ("model", "driver", "tb")
SUFFIXES = (".c", ".h", ".cpp", ".def")
LIST = "tests/house/function_pointers.txt"
NOTHING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
WORDS = r"(?:return|sizeof|else|case|new|delete|throw|co_return|defined|if|while|for|switch|struct|union|enum)\b"
# What stands before a declarator: a type's last word, or a star. After `return` stands a call through a pointer.
DECLARED = re.compile(r"(?:\b(?!" + WORDS + r")\w+|[*&>])\s*\(\s*(?:\w+::)*(?:&&?|(?:\*\s*(?:const\b\s*)?)+)"
                      r"(?P<name>\w*)(?:\[[^\]]*\])*\s*\)\s*\((?!\s*\*)")
# typedef R name(arguments): a function's type, of which others are pointers; a cast to (R (*)(...)) has no name.
FUNCTION_TYPE = re.compile(r"\btypedef\b[^;{}()]*?\b(?P<name>\w+)\s*\((?!\s*\*)")
POINTER_TYPE = re.compile(r"\btypedef\b[^;{}()]*\(\s*\*\s*(?:const\s+)?(?P<name>\w+)\s*\)\s*\(")
STD_FUNCTION = re.compile(r"\busing\s+(?P<type>\w+)\s*=\s*std::(?:move_only_)?function\b"
                          r"|\bstd::(?:move_only_)?function\s*<[^;{}]*?>\s*(?:const\s*)?&{0,2}\s*(?P<name>\w+)"
                          r"\s*[;,)={(\[]")
TEMPLATE_TYPE = re.compile(r"\b(?:class|typename)\s*(?:\.\.\.)?\s*(?P<name>\w+)\s*[,>=]")
# A parameter that is a function without saying that it is a pointer: f(int called(int)).
FUNCTION_PARAMETER = re.compile(r"[(,]\s*(?:const\s+)?(?:(?:struct|enum|union)\s+)?(?!" + WORDS + r")\w+\s+"
                                r"(?!" + WORDS + r")(?P<name>[a-z_]\w*)\s*\((?=[^()]*\)\s*[,)])")


def plain(text):
    """Without comments and strings, on the same lines."""
    return NOTHING.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def types_of(texts):
    """The names that are types of functions or of pointers to them."""
    names = set()
    for text in texts:
        names |= {m["name"] for pattern in (FUNCTION_TYPE, POINTER_TYPE) for m in pattern.finditer(text)}
        names |= {m["type"] for m in STD_FUNCTION.finditer(text) if m["type"]}
    return names


def called_of_templates(text):
    """What has a type that a template leaves open, and is called."""
    names = set()
    for kind in {m["name"] for m in TEMPLATE_TYPE.finditer(text)} | {"auto"}:
        for m in re.finditer(rf"\b{kind}\s*(?:const\s*)?&{{0,2}}\s*(?P<name>[a-z_]\w*)\s*[,)]", text):
            if re.search(rf"(?<![\w.>:&*])(?<!\w ){m['name']}\(", text):
                names.add(m["name"])
    return names


def declared(file, text, types):
    """The names of what text declares."""
    names = {m["name"] or "(no name)" for m in DECLARED.finditer(text)}
    names |= {m["name"] for pattern in (FUNCTION_TYPE, FUNCTION_PARAMETER) for m in pattern.finditer(text)}
    names |= {m["type"] or m["name"] for m in STD_FUNCTION.finditer(text)}
    if types:
        of_type = re.compile(r"\b(?:" + "|".join(sorted(types)) + r")\b\s*[*&]{0,2}\s*(?:const\s+)?(?P<name>[a-z_]\w*)"
                             r"(?:\[[^\]]*\])*\s*[;,)={]")
        names |= {m["name"] for m in of_type.finditer(re.sub(r"^\s*#.*$", "", text, flags=re.M))}
    return names | (called_of_templates(text) if file.endswith((".cpp", "_tlm.h")) else set())


def sources(root):
    paths = sorted(p for part in PARTS for p in (root / part).rglob("*") if p.suffix in SUFFIXES)
    return {str(p.relative_to(root)): plain(p.read_text()) for p in paths}


def listed(root):
    """(file, name) -> line of the list, and what is wrong with the list itself."""
    entries, wrong = {}, []
    for number, line in enumerate((root / LIST).read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        m = re.fullmatch(r"(\(no name\)|\w+) ([^:]+): (\S.*)", line)
        if not m:
            wrong.append(f"{LIST}:{number}: not `NAME FILE ...: reason`")
            continue
        for file in m[2].split():
            if (file, m[1]) in entries:
                wrong.append(f"{LIST}:{number}: {m[1]} of {file} stands there twice")
            entries[file, m[1]] = number
    return entries, wrong


def main(root):
    texts = sources(root)
    if len(texts) < 100:
        return [f"{root}: only {len(texts)} sources: nothing to look at"]
    types = types_of(texts.values())
    found = {(file, name) for file, text in texts.items() for name in declared(file, text, types)}
    entries, wrong = listed(root)
    wrong += [f"{file}: {name} is a function pointer, and {LIST} gives no reason for it"
              for file, name in sorted(found - set(entries))]
    wrong += [f"{LIST}:{entries[key]}: {key[0]} declares no function pointer {key[1]}"
              for key in sorted(set(entries) - found)]
    return wrong


if __name__ == "__main__":
    complaints = main(pathlib.Path(sys.argv[1]))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)
