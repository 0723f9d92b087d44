#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That dependencies go one way: the calls between object files, those between folders, and the includes.

  circles.py ROOT BUILD     print what goes round or up; exit 1 if anything does

BUILD is one without link-time optimising: the object files are read with nm. A folder with folders inside has its
ground and its roof beside them, so each of its own files is looked at by itself; any other folder is looked at as one.
A table (*.def) includes nothing and stands with those who know it best, so it is looked at by itself, too.
"""

import pathlib
import re
import subprocess
import sys

PARTS = ("model", "driver", "tb")
OBJECT = re.compile(r"^(?P<folder>.*)/CMakeFiles/[^/]+\.dir/(?P<file>.*)\.o$")
# What may include what: a line's folders include those of the lines above. Blocks do not know each other, but for the
# channels of the PRI queue, which the SMMU answers.
LAYERS = (("model/core",), ("model/pcie",), ("model/pri_queue",),
          ("model/smmu", "model/pcie_fabric", "model/pcie_endpoint", "model/interconnect"),
          ("model/platform",), ("driver",), ("tb",))
INCLUDE = re.compile(r'^\s*#include "((?:model|driver|tb|rtl)/[^"]+)"', re.M)


def symbols(paths):
    """What each object file defines and what it asks for."""
    found = {path: (set(), set()) for path in paths}
    listing = subprocess.run(["nm", "-g", "--print-file-name", *found], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        path, symbol = line.split(".o:", 1)
        *_, kind, name = symbol.split()
        defined, asked = found[f"{path}.o"]
        if kind == "U":
            asked.add(name)
        elif kind in "TDBRVW":
            defined.add(name)
    return found


def calls(root, build):
    """The graph between sources: who asks for a symbol of whom."""
    of, asked = {}, {}
    objects = {}
    for path in sorted(path for part in PARTS for path in (build / part).rglob("*.o")):
        found = OBJECT.match(str(path.relative_to(build)))
        name = found and f"{found['folder']}/{found['file']}"
        if name and (root / name).exists():  # not of a source that was moved
            objects[str(path)] = name
    for path, (defined, wanted) in symbols(objects).items():
        name = objects[path]
        asked[name] = wanted
        of.update({symbol: name for symbol in defined if symbol != "main"})
    return {name: {of[symbol]: symbol for symbol in sorted(wanted) if of.get(symbol, name) != name}
            for name, wanted in asked.items()}


def includes(root):
    """The graph between sources: who includes whom."""
    graph = {}
    for path in sorted(path for part in PARTS for path in (root / part).rglob("*")):
        if path.suffix in (".c", ".h", ".cpp", ".def"):
            found = INCLUDE.findall(path.read_text())
            graph[str(path.relative_to(root))] = {name: name for name in found}
    return graph


def by_folder(graph):
    """The same graph between folders, a file that stands beside folders by itself."""
    folders = {str(pathlib.PurePath(name).parent) for name in graph}

    def node(name):
        folder = str(pathlib.PurePath(name).parent)
        return name if name.endswith(".def") or any(other.startswith(folder + "/") for other in folders) else folder

    result = {}
    for name, wanted in graph.items():
        for other, symbol in wanted.items():
            if node(name) != node(other):
                result.setdefault(node(name), {}).setdefault(node(other), f"{name}: {symbol}")
    return result


def circle(graph):
    """One circle of the graph as a list of nodes, or nothing."""
    done = set()
    for start in graph:
        path, iterators = [start], [iter(graph[start])]
        while path:
            node = next(iterators[-1], None)
            if node is None:
                done.add(path.pop())
                iterators.pop()
            elif node in path:
                return path[path.index(node):] + [node]
            elif node not in done:
                path.append(node)
                iterators.append(iter(graph.get(node, ())))
    return []


def told(what, graph):
    found = circle(graph)
    return [f"{what} go round:"] + [f"  {a} -> {b} ({graph[a][b]})" for a, b in zip(found, found[1:])] if found else []


def layer(name):
    for height, folders in enumerate(LAYERS):
        for folder in folders:
            if name.startswith(folder + "/"):
                return height, folder
    return None


def upward(graph):
    wrong = [f"{name} stands in no layer" for name in graph if not layer(name)]
    for name, wanted in graph.items():
        for other in wanted:
            mine, theirs = layer(name), layer(other)
            if mine and theirs and mine[1] != theirs[1] and mine[0] <= theirs[0]:
                wrong.append(f"{name} includes {other}, which is not below it")
    return wrong


def main(root, build):
    graph = calls(root, build)
    if len(graph) < 50:
        return [f"{build}: only {len(graph)} object files: nothing to look at"]
    files = includes(root)
    return (told("calls between files", graph) + told("calls between folders", by_folder(graph)) +
            told("includes", files) + told("includes between folders", by_folder(files)) + upward(files))


if __name__ == "__main__":
    found = main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(1 if found else 0)
