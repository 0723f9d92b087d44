# SPDX-License-Identifier: Apache-2.0
"""What became of each fault so far, in a file: a run that ends early goes on where it stopped.

The file holds for one state of the tree. Once a source or a test has changed it begins anew; with `unseen` those that
were seen are believed all the same, and the others are tried again.
"""
import hashlib
import json
import os
import threading

_PARTS = ("CMakeLists.txt", "cmake", "model", "driver", "tb", "rtl", "interop", "tests", "scenarios")


def fingerprint(root):
    """Of all that a fault's verdict can depend on."""
    digest = hashlib.sha256()
    for part in _PARTS:
        path = root / part
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


class Results:
    def __init__(self, path, root, unseen):
        self.path, self.lock = path, threading.Lock()
        self.data = {"of": fingerprint(root), "verdicts": {}}
        try:
            old = json.loads(path.read_text())
        except (OSError, ValueError):
            return
        if unseen:
            self.data["verdicts"] = {k: v for k, v in old["verdicts"].items()
                                     if v and not v.startswith(("NOT SEEN", "CANNOT", "does not compile"))}
        elif old["of"] == self.data["of"]:
            self.data["verdicts"] = old["verdicts"]

    def get(self, key):
        return self.data["verdicts"].get(key)

    def put(self, key, verdict):
        with self.lock:
            self.data["verdicts"][key] = verdict
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps(self.data))
            os.replace(part, self.path)
