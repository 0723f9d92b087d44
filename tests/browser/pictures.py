#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README's pictures: screenshots of the pages of a race and of its cure, and beside each what the page showed when
it was taken. By day it is checked that the page still shows that; the PNGs themselves differ with every font.

  pictures.py PRISIM ROOT [--pictures]     with it, they are taken anew
"""

import hashlib
import json
import sys

from cases import DRAIN, ROOT, Page, main

FOLDER = ROOT / "docs/pictures"
TAKE = "--pictures" in sys.argv
SIZE = (1280, 880)


def shown(seen):
    """What a page shows, without what a font decides."""
    said = []
    for run in seen["runs"]:
        said.append({
            "headline": run["headline"],
            "rows": [[row["kind"], row["name"]] for row in run["rows"]],
            "bindings": [[b["number"], b["space"], b["color"], b["unbinding"] is not None] for b in run["bindings"]],
            "requests": [[r["name"], r["color"], r["servedColor"] if r["wrong"] else None,
                          [[bar["lane"], bar["from"], bar["to"]] for bar in r["bars"]]] for r in run["requests"]],
            "findings": [finding["hazard"] for finding in run["findings"]],
            "series": [[series["name"], [[step["cycle"], step["value"]] for step in series["steps"]]]
                       for series in run["series"]],
        })
    return {"runs": said, "folds": [[fold["from"], fold["to"]] for fold in seen["folds"]],
            "view": [round(seen["view"]["from"]), round(seen["view"]["to"])], "theme": seen["theme"]}


class Race(Page):
    name, changes, size = "unbind_while_queued", [], SIZE

    @classmethod
    def make(cls):
        cls.log = cls.run_of(cls.name, *cls.changes)
        return cls.page_of(cls.log)

    def test_the_picture_is_what_the_page_shows(self):
        picture, beside = FOLDER / f"{self.name}.png", FOLDER / f"{self.name}.json"
        now = shown(self.seen)
        if TAKE:
            FOLDER.mkdir(exist_ok=True)
            taken = self.browser.picture()
            picture.write_bytes(taken)
            beside.write_text(json.dumps({"picture": hashlib.sha256(taken).hexdigest(), "shown": now}, indent=1) + "\n")
        kept = json.loads(beside.read_text())
        self.maxDiff = None
        again = f"python3 tests/browser/pictures.py PRISIM {ROOT} --pictures"
        self.assertEqual(kept["shown"], now, f"the picture is stale: {again}")
        self.assertEqual(kept["picture"], hashlib.sha256(picture.read_bytes()).hexdigest(),
                         "not the picture that was taken")

    def test_the_whole_picture_is_on_it(self):
        picture = self.seen["picture"]
        self.assertLessEqual(picture["y"] + picture["h"], SIZE[1])


class Drained(Race):
    name, changes = "unbind_while_queued_drain", DRAIN


if __name__ == "__main__":
    main()
