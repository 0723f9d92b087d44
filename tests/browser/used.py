#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page in use: clicked, dragged, zoomed, searched, by mouse and by keys; dark, narrow, printed, read as a table.

  used.py PRISIM ROOT
"""

import base64
import json

from cases import BLUE, ROOT, Page, main, near, words
from pages import causes

REQUEST = "page request 1 of nic"


class Use(Page):
    @classmethod
    def make(cls):
        cls.log = cls.run_of("race")
        return cls.page_of(cls.log)

    def selected(self):
        return (self.again()["selection"] or {}).get("event")

    def line(self):
        """The line of the log that is selected."""
        return self.log.lines[self.selected()]

    def middle(self):
        picture = self.seen["picture"]
        return picture["x"] + picture["gutter"] + 400, picture["y"] + 300

    # The mouse

    def test_a_click_on_a_request_shows_the_event_there(self):
        bar = self.bar(REQUEST, "pri_queue")
        self.browser.click((bar["x0"] + bar["x1"]) / 2, bar["y"])
        line = self.line()
        self.assertEqual((line["event"], line["cycle"]),
                         ("pri_queue.prod", self.log.lines[self.log.event("pri_queue.prod")[0]]["cycle"]))
        self.assert_shows(line)
        self.assertIn(REQUEST, self.browser.text("#selected"))
        self.assertEqual(self.seen["selection"]["request"], 0)

    def test_a_click_on_the_mark_shows_the_hazard(self):
        mark = self.seen["runs"][0]["findings"][0]
        self.browser.click(mark["x"], mark["y"])
        self.assertEqual(self.line()["event"], "driver.resolve")
        self.assert_shows(self.line())
        panel = words(self.browser.text("#selected"))
        self.assertIn(causes(ROOT)["bound"], panel)
        self.assertIn("made under binding 1 (space A) was served in space B (binding 2)", panel)
        self.assertIn("made under A (binding 1), served in B (binding 2)", panel)

    def test_a_click_on_a_tick_shows_its_event(self):
        """Events that no request is of: at their ticks, where the axis says their cycle is."""
        cause = self.log.event("driver.drained")[0]
        self.browser.search("driver.drained")
        self.browser.keys("Escape", *"+" * 12)
        self.again()
        self.browser.search("driver.free")
        self.browser.keys("Escape")
        row = self.again()["runs"][0]["rows"][[r["name"] for r in self.seen["runs"][0]["rows"]].index("caller 0")]
        label = next(text for text in self.seen["texts"]
                     if text["text"] == "U5" and row["y"] < text["y"] < row["y"] + row["h"])
        self.browser.click(label["x"] - 3, row["y"] + row["h"] - 3)
        self.assertEqual(self.selected(), cause)
        self.assert_shows(self.log.lines[cause])
        self.assertIn(causes(ROOT)["policy_none"], words(self.browser.text("#selected")))

    def test_a_click_on_a_band_shows_its_bind(self):
        band = self.seen["runs"][0]["bindings"][1]
        self.browser.click(band["x0"] + 100, band["y"] + band["h"] / 2)
        self.assertEqual(self.line()["event"], "driver.bind")
        self.assert_shows(self.log.lines[self.log.event("driver.bind", binding=2)[0]])

    def test_a_click_on_nothing_selects_nothing(self):
        self.browser.keys("h")
        row = self.row("pri_thread")
        self.browser.click(self.seen["picture"]["x"] + self.seen["picture"]["gutter"] + 200, row["y"] + 4)
        self.assertIsNone(self.again()["selection"])

    def test_selection_is_seen(self):
        """A frame around the request, a line at the event."""
        bar = self.bar(REQUEST, "pri_queue")
        top = bar["y"] - bar["h"] / 2
        edge = lambda: self.browser.image().column(bar["x1"] - 60, top - 3, top)
        framed = lambda: any(near(color, "#111111", 20) for color in edge())
        self.assertFalse(framed())
        self.browser.keys("r")
        self.assertTrue(framed())

    def test_the_wheel_zooms_where_the_mouse_is(self):
        bar = self.bar(REQUEST, "pri_queue")
        x, before = bar["x1"], self.seen["view"]
        self.browser.wheel(x, bar["y"], -300)
        after = self.again()["view"]
        self.assertGreater(after["pixels"], before["pixels"] * 1.5)
        self.assertAlmostEqual(self.bar(REQUEST, "pri_queue")["x1"], x, delta=2)
        image = self.browser.image()
        self.assertTrue(near(image.at(x - 30, bar["y"]), BLUE))
        self.assertFalse(near(image.at(x + 30, bar["y"]), BLUE))
        self.browser.wheel(x, bar["y"], 300)
        self.assertAlmostEqual(self.again()["view"]["pixels"], before["pixels"], delta=before["pixels"] * 0.01)

    def test_dragging_pans(self):
        x, y = self.middle()
        before = self.bar(REQUEST, "worker 0")
        self.browser.keys("+")
        self.again()
        before = self.bar(REQUEST, "worker 0")
        self.browser.drag(x, y, 120)
        self.again()
        self.assertAlmostEqual(self.bar(REQUEST, "worker 0")["x0"], before["x0"] + 120, delta=1.5)
        self.assertIsNone(self.seen["selection"])

    def test_hovering_tells(self):
        bar = self.bar(REQUEST, "pri_queue")
        self.browser.pointer(self.browser.move((bar["x0"] + bar["x1"]) / 2, bar["y"]))
        self.browser.settle()
        self.assertIn(REQUEST, self.browser.text("#tip"))
        row = self.row("PRI queue")
        self.browser.pointer(self.browser.move((bar["x0"] + bar["x1"]) / 2, row["y"] + 20))
        self.browser.settle()
        self.assertEqual(self.browser.text("#tip"), "PRI queue: 2 entries")

    def test_buttons(self):
        resolve = self.log.event("driver.resolve")[0]
        for selector, holds in (("#in", lambda a, b: b["view"]["pixels"] > a["view"]["pixels"]),
                                ("#out", lambda a, b: b["view"]["pixels"] < a["view"]["pixels"]),
                                ("#all", lambda a, b: b["view"]["from"] <= 0 and b["view"]["to"] >= 31077),
                                ("#frame", lambda a, b: 19000 < b["view"]["from"] < 20596),
                                ("#folding", lambda a, b: a["folding"] and not b["folding"]),
                                ("#theme", lambda a, b: a["theme"] != b["theme"]),
                                ("#hazard", lambda a, b: b["selection"]["event"] == resolve)):
            before = self.again()
            self.browser.press(selector)
            self.assertTrue(holds(before, self.again()), selector)

    def test_a_listed_hazard_leads_there(self):
        self.browser.keys("0", *"+" * 6)
        self.browser.press("#hazards li:last-child button")
        self.assertEqual(self.line()["event"], "driver.respond")
        mark = self.seen["runs"][0]["findings"][3]
        picture = self.seen["picture"]
        self.assertTrue(picture["x"] + picture["gutter"] < mark["x"] < picture["x"] + picture["w"])

    # Keys

    def test_keys_pan_and_zoom(self):
        first = self.seen["view"]
        self.browser.keys("+", "+")
        near_view = self.again()["view"]
        self.assertAlmostEqual(near_view["pixels"], first["pixels"] * 2.25, delta=0.02)
        self.browser.keys("ArrowRight")
        right = self.again()["view"]
        self.assertGreater(right["from"], near_view["from"])
        self.browser.keys("ArrowLeft")
        self.assertAlmostEqual(self.again()["view"]["from"], near_view["from"], delta=1)
        self.browser.keys("-")
        self.assertLess(self.again()["view"]["pixels"], near_view["pixels"])
        self.browser.keys("0")
        whole = self.again()["view"]
        self.assertTrue(whole["from"] <= 0 and whole["to"] >= 31077)
        self.browser.keys("i")
        self.assertAlmostEqual(self.again()["view"]["from"], first["from"], delta=1)

    def test_brackets_go_through_the_events_of_a_request(self):
        self.browser.keys("h")
        self.assertEqual(self.line()["event"], "driver.resolve")
        way = ["driver.page", "driver.respond", "smmu.prg_response"]
        for name in way:
            self.browser.keys("]")
            self.assertEqual(self.line()["event"], name)
            self.assert_shows(self.line())
        for name in reversed(["driver.enqueue", "driver.resolve", *way[:-1]]):
            self.browser.keys("[")
            self.assertEqual(self.line()["event"], name)

    def test_comma_and_point_go_through_the_log(self):
        self.browser.keys("h")
        at = self.selected()
        self.browser.keys(".", ".")
        self.assertEqual(self.selected(), at + 2)
        self.browser.keys(",")
        self.assertEqual(self.selected(), at + 1)
        self.assert_shows(self.log.lines[at + 1])

    def test_h_goes_through_the_hazards(self):
        seen = []
        for _ in range(4):
            self.browser.keys("h")
            seen.append(self.line()["event"])
        self.assertEqual(seen, ["driver.resolve", "driver.page", "driver.respond", "driver.resolve"])
        self.browser.keys("H")
        self.assertEqual(self.line()["event"], "driver.respond")
        self.browser.keys("Escape")
        self.assertIsNone(self.again()["selection"])

    def test_r_goes_through_the_requests(self):
        self.browser.keys("r")
        self.assertEqual(self.line()["event"], "endpoint.page_request")
        self.browser.keys("r")
        self.assertIn("Stop Marker of nic", self.browser.text("#selected h3"))
        self.browser.keys("R")
        self.assertIn(REQUEST, self.browser.text("#selected h3"))

    def test_the_keys_are_shown(self):
        self.browser.keys("?")
        said = words(self.browser.text("#keys"))
        for key in ("zoom in", "previous, next event of the selected request", "next hit", "dark or light",
                    "first difference"):
            self.assertIn(key, said)
        self.browser.keys("?")
        self.assertFalse(self.browser.run("return document.getElementById('keys').open"))

    def test_tab_reaches_everything_and_is_seen(self):
        reached = []
        for _ in range(40):
            self.browser.keys("Tab")
            reached.append(self.browser.run(
                "const e = document.activeElement, s = getComputedStyle(e);"
                "return [e.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]"))
        self.assertLessEqual({"query", "next", "previous", "in", "out", "frame", "all", "hazard", "folding", "theme",
                              "help", "picture"}, {name for name, _ in reached})
        self.assertTrue(all(shown for name, shown in reached if name), reached)

    # Search

    def hits(self, query):
        self.browser.search(query)
        found = [event for _, event in self.again()["search"]["hits"]]
        self.browser.keys("Escape")
        return found

    def test_search(self):
        """Each query, and what a plain look through the log finds."""
        lines = self.log.lines
        is_all = lambda **fields: [i for i, line in enumerate(lines) if fields.items() <= line.items()]
        self.assertEqual(self.hits("pasid=1 group=0 driver.resolve"), is_all(event="driver.resolve", pasid=1, prgi=0))
        self.assertEqual(self.hits("pri_queue.write"), is_all(event="pri_queue.write"))
        self.assertEqual(self.hits("cause=group_stale"), is_all(cause="group_stale"))
        self.assertEqual(self.hits("h1"), is_all(point="H1"))
        self.assertEqual(self.hits("stream_id=256 driver."),
                         [i for i in is_all(stream_id="0x100") if lines[i]["event"].startswith("driver.")])
        self.assertEqual(self.hits("tlp=0x600000a"), is_all(tlp="0x600000a"))
        self.assertEqual(self.hits("cycle=27346"), is_all(cycle=27346))
        self.assertEqual(self.hits("pasid=2"), [])
        self.assertEqual(self.hits("nonsense"), [])
        of_page = self.hits("address=0x4000 driver.page")
        self.assertEqual(of_page, is_all(event="driver.page"))
        self.assertLess(len(self.hits("space=B driver.")), len(self.hits("driver.")))

    def test_hits_are_stepped_through(self):
        wanted = self.log.event("pri_queue.write")
        self.browser.search("pri_queue.write")
        self.assertEqual(self.selected(), wanted[0])
        self.assertEqual(self.browser.text("#hits"), "1 of 2")
        self.browser.call("POST", "/execute/sync", {"script": "document.getElementById('query').blur()", "args": []})
        self.browser.keys("n")
        self.assertEqual(self.selected(), wanted[1])
        self.assert_shows(self.log.lines[wanted[1]])
        self.browser.keys("N")
        self.assertEqual(self.selected(), wanted[0])
        self.browser.press("#next")
        self.assertEqual(self.selected(), wanted[1])
        self.browser.keys("n")
        self.assertEqual(self.selected(), wanted[0])

    def test_a_hit_comes_into_the_window_and_is_marked(self):
        self.browser.keys("0", *"+" * 8)
        self.browser.search("driver.resolve")
        view, picture = self.again()["view"], self.seen["picture"]
        self.assertTrue(view["from"] < 27346 < view["to"])
        mark = self.seen["runs"][0]["findings"][0]
        image = self.browser.image()
        row = image.row(mark["x"] - 4, mark["x"] + 5, picture["y"] + 33)
        self.assertTrue(any(near(color, "#b8860b", 30) for color in row), row)

    # Folds, colours, sizes, paper

    def test_folding_can_be_switched_off(self):
        self.browser.keys("0", "f")
        self.assertEqual((self.again()["folds"], self.texts("fold")), ([], []))
        axis = self.axis()
        steps = sorted(axis)
        self.assertGreaterEqual(len(steps), 5)
        slopes = [(axis[b] - axis[a]) / (b - a) for a, b in zip(steps, steps[1:])]
        self.assertLess(max(slopes) - min(slopes), 0.002)
        self.browser.keys("f")
        self.assertGreater(len(self.again()["folds"]), 5)

    def test_dark_and_light(self):
        x, y = self.middle()
        corner = lambda: self.browser.image().at(3, 890)
        self.assertEqual(self.seen["theme"], "light")
        light = corner()
        self.browser.keys("d")
        dark = corner()
        self.assertGreater(int(light[1:3], 16), 200)
        self.assertLess(int(dark[1:3], 16), 40)
        self.again()
        bar = self.bar(REQUEST, "pri_queue")
        self.assertEqual(self.request(REQUEST)["color"], "#3d9be0")
        self.assertTrue(near(self.browser.image().at(bar["x0"] + 150, bar["y"]), "#3d9be0"))
        self.assertLess(int(self.browser.image().at(x, self.row("pri_thread")["y"] + 3)[1:3], 16), 40)

    def test_the_system_prefers_dark(self):
        self.browser.media(prefers_color_scheme="dark")
        self.browser.open(self.path)
        self.assertEqual(self.again()["theme"], "dark")

    def test_colour_is_never_alone(self):
        """Two bindings differ in their dash as well, and the legend names both."""
        dashes = self.browser.run("return [0, 1, 2, 3].map(at => String(prisim.bindingLook(at).dash))")
        self.assertEqual(len(set(dashes)), 4)
        legend = words(self.browser.text("#legend"))
        self.assertIn("made under binding 1: space A, nic PASID 1", legend)
        self.assertIn("made under binding 2: space B, nic PASID 1", legend)
        image, band = self.browser.image(), self.seen["runs"][0]["bindings"][1]
        edge = image.row(band["x0"] + 4, band["x0"] + 60, band["y"] + 5)
        drawn = sum(near(color, "#e69f00", 20) for color in edge)
        self.assertTrue(20 < drawn < 50, drawn)

    def test_a_narrow_window(self):
        for width in (360, 600, 1280):
            self.browser.resize(width, 800)
            self.browser.open(self.path)
            wide, inner = self.browser.run("return [document.documentElement.scrollWidth, innerWidth]")
            self.assertLessEqual(wide, inner)
            self.again()
            picture = self.seen["picture"]
            self.assertTrue(picture["x"] >= 0 and picture["x"] + picture["w"] <= width)
            self.assertGreater(picture["w"] - picture["gutter"], 220)
            for text in self.seen["texts"]:
                self.assertLessEqual(text["x"] + text["w"], picture["x"] + picture["w"] + 1, text)

    def test_a_window_that_changes_its_size(self):
        before = self.seen["view"]
        self.browser.resize(900, 900)
        self.browser.settle()
        after = self.again()["view"]
        self.assertAlmostEqual(after["from"], before["from"], delta=2)
        self.assertAlmostEqual(after["to"], before["to"], delta=2)
        self.assertLess(self.seen["picture"]["w"], 700)

    def test_sharp_on_a_dense_screen(self):
        self.browser.resize(1280, 900, ratio=2)
        self.browser.open(self.path)
        self.browser.settle()
        self.assertEqual(self.browser.run("const c = document.getElementById('picture');"
                                          "return Math.round(c.width / c.clientWidth)"), 2)

    def test_print(self):
        """On paper: light, no buttons, picture and hazards; afterwards as before."""
        self.browser.keys("d")
        pdf = base64.b64decode(self.browser.cdp("Page.printToPDF", printBackground=True, landscape=True)["data"])
        self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertIn(b"/Subtype /Image", pdf)
        self.assertEqual(self.again()["theme"], "dark")
        self.browser.media("print")
        self.browser.run("dispatchEvent(new Event('beforeprint'))")
        self.browser.settle()
        shown = self.browser.run("return ['toolbar', 'headlines', 'picture', 'hazards', 'legend', 'selected'].map("
                                 "id => document.getElementById(id).getClientRects().length > 0)")
        self.assertEqual(shown, [False, True, True, True, True, False])
        self.assertGreater(int(self.browser.image().at(3, 890)[1:3], 16), 200)
        self.assertEqual(self.again()["theme"], "light")
        self.browser.run("dispatchEvent(new Event('afterprint'))")
        self.browser.media()
        self.browser.settle()
        self.assertEqual(self.again()["theme"], "dark")
        self.assertAlmostEqual(self.seen["picture"]["w"],
                               self.browser.run("return document.getElementById('figure').clientWidth"), delta=1)

    # Reading and listening

    def test_the_table_is_the_log(self):
        self.browser.keys("0", "t")
        self.browser.settle()
        read = lambda: self.browser.run("return [...document.querySelectorAll('#events tbody tr')].map("
                                        "row => [...row.children].map(cell => cell.innerText))")
        rows = read()
        self.assertEqual(len(rows), 100)
        for _ in range(2):
            self.browser.press("#table-on")
            rows += read()
        known = {}
        for row in rows:
            known.setdefault((row[0], row[3]), []).append(row)
        self.assertGreaterEqual(len(known), 200)
        for line in self.log.lines:
            found = known[str(line["cycle"]), line["event"]]
            fields = " ".join(f"{k}={v if isinstance(v, str) else '–' if v is None else json.dumps(v)}"
                              for k, v in line.items() if k not in ("cycle", "at", "event", "point"))
            self.assertIn(fields, [row[5] for row in found])

    def test_names_for_those_who_listen(self):
        names = self.browser.run("return [...document.querySelectorAll('button, input, canvas#picture, aside section')]"
                                 ".filter(e => !(e.ariaLabel || e.textContent || e.title)).map(e => e.outerHTML)")
        self.assertEqual(names, [])
        self.assertEqual(self.browser.run("return document.documentElement.lang"), "en")
        self.assertEqual(self.browser.run("return document.querySelectorAll('h1').length"), 1)


if __name__ == "__main__":
    main()
