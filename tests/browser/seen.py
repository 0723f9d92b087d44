#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is seen on the page of a race and of its cures, by the pixels of a screenshot; expected is what the log says.

  seen.py PRISIM ROOT
"""

from cases import BLUE, DRAIN, MARKER, ORANGE, VERMILLION, WHITE, Page, main, near, words

REQUEST = "page request 1 of nic"


def position(axis, cycle):
    """Where a cycle must be, by the two cycles of the axis around it that no fold parts."""
    below = max(at for at in axis if at <= cycle)
    above = min(at for at in axis if at > cycle)
    return axis[below] + (axis[above] - axis[below]) * (cycle - below) / (above - below)


class Race(Page):
    @classmethod
    def make(cls):
        cls.log = cls.run_of("race")
        return cls.page_of(cls.log)

    def test_headline(self):
        said = words(self.browser.text("#headlines"))
        log = self.log
        made, served = log.cycle("driver.bind", binding=1), log.cycle("driver.resolve", item=0)
        for fact in ("wrong address space", "Page request 1 of nic", "PASID 1, address 0x4000", "space A (binding 1)",
                     "space B (binding 2)", f"at cycle {served}",
                     f"from {log.cycle('driver.stop')} to {log.cycle('driver.free')}",
                     "in the PRI queue", f"bound to space B at {log.cycle('driver.bind', binding=2)}",
                     f"made resident at {log.cycle('driver.page')}",
                     f"answered Success at {log.cycle('driver.respond')}"):
            self.assertIn(fact.lower(), said.lower())
        self.assertLess(made, served)
        self.assertEqual(self.browser.text("h1"), "unbind-while-queued")
        self.assertIn("PASS", self.browser.text("#facts"))
        self.assertIn(str(log.lines[-1]["cycle"]), self.browser.text("#facts"))

    def test_lanes_in_the_order_of_the_way(self):
        lanes = [row["name"] for row in self.seen["runs"][0]["rows"] if row["kind"] == "lane"]
        way = ["timeline", "endpoint[nic]", "link[nic]", "smmu", "pri_queue", "interrupt", "pri_thread", "worker 0",
               "caller 0"]
        self.assertEqual([lane for lane in lanes if lane in way], way)
        image = self.browser.image()
        for text in self.seen["texts"]:
            if text["kind"] == "name":
                self.assert_written(image, text)

    def test_a_request_is_a_path_in_its_colour(self):
        """From lane to lane, each bar from when it came there to when it left, and a line between two."""
        image, log = self.browser.image(), self.log
        tlp = log.lines[log.event("endpoint.page_request_sent")[0]]["tlp"]
        way = [("link[nic]", log.cycle("endpoint.page_request_sent"), log.cycle("smmu.page_request", tlp=tlp) - 1),
               ("pri_queue", log.cycle("pri_queue.accept", slot=0), log.cycle("driver.take", item=0)),
               ("pri_thread", log.cycle("driver.take", item=0), log.cycle("driver.enqueue")),
               ("worker 0", log.cycle("driver.enqueue"), log.cycle("driver.respond"))]
        for lane, from_cycle, to_cycle in way:
            bar = self.bar(REQUEST, lane)
            self.assertEqual((bar["from"], bar["to"]), (from_cycle, to_cycle), lane)
            row = self.row(lane)
            self.assertTrue(row["y"] < bar["y"] < row["y"] + row["h"])
            quarter = bar["x0"] + (bar["x1"] - bar["x0"]) / 8
            self.assertTrue(near(image.at(quarter, bar["y"] - bar["h"] / 2 + 2), BLUE), lane)
            above = image.at((bar["x0"] + bar["x1"]) / 2, bar["y"] - bar["h"] / 2 - 13)
            self.assertFalse(near(above, BLUE), lane)
        bars = self.request(REQUEST)["bars"]
        for before, after in zip(bars, bars[1:]):
            column = image.column(round(before["x1"]), min(before["y"], after["y"]) + 5,
                                  max(before["y"], after["y"]) - 5)
            drawn = sum(near(color, BLUE, 70) for color in column)
            self.assertGreater(drawn, len(column) * 0.5, (before["lane"], after["lane"]))

    def test_the_axis_is_true(self):
        """Bars stand where the numbers on the axis say; a pixel is the same time in all that is not folded."""
        axis = self.axis()
        self.assertIn(21000, axis)
        self.assertIn(22000, axis)
        log = self.log
        self.assertAlmostEqual(self.request("Stop Marker of nic")["bars"][0]["x0"],
                               position(axis, log.cycle("endpoint.stop_marker")), delta=1.5)
        band = self.seen["runs"][0]["bindings"][0]
        self.assertAlmostEqual(band["unbinding"], axis[21000] - (axis[22000] - axis[21000]) *
                               (21000 - log.cycle("driver.stop")) / 1000, delta=1.5)

    def test_bindings_are_bands(self):
        """Blue to the unbind, hatched to its end, nobody's, orange from the next bind on: by the band's upper edge."""
        image, log = self.browser.image(), self.log
        first, second = self.seen["runs"][0]["bindings"]
        self.assertEqual([(b["number"], b["space"], b["color"]) for b in (first, second)],
                         [(1, "A", BLUE), (2, "B", ORANGE)])
        left = self.seen["picture"]["x"] + self.seen["picture"]["gutter"]
        edge = image.row(left, left + 790, first["y"] + 5)
        blue = [x for x, color in enumerate(edge) if near(color, BLUE)]
        orange = [x for x, color in enumerate(edge) if near(color, ORANGE)]
        self.assertEqual(blue[0], 0)
        self.assertAlmostEqual(left + blue[-1], first["x1"], delta=2)
        self.assertAlmostEqual(left + orange[0], second["x0"], delta=2)
        self.assertFalse(any(near(color, BLUE) or near(color, ORANGE) for color in edge[blue[-1] + 2:orange[0] - 1]))
        middle = first["y"] + first["h"] - 6
        ends = image.column(first["x1"] - 1, first["y"] + 8, first["y"] + first["h"] - 4)
        self.assertGreater(sum(near(color, BLUE, 60) for color in ends), len(ends) * 0.9)
        hatched = image.row(first["unbinding"] + 2, first["unbinding"] + 50, middle)
        self.assertTrue(any(near(color, BLUE, 12) for color in hatched))
        self.assertTrue(any(near(color, WHITE) for color in hatched))
        nobody = image.row(first["x1"] + 20, first["x1"] + 40, middle + 3)
        self.assertTrue(any(near(color, WHITE) for color in nobody))
        names = sorted((text["x"], text["text"]) for text in self.seen["texts"] if text["kind"] == "binding")
        self.assertEqual([text for _, text in names],
                         ["space A", "unbinding space A", "nobody\u2019s", "space B, binding 2"])
        self.assertLess(log.cycle("driver.free"), log.cycle("driver.bind", binding=2))

    def test_served_in_the_wrong_space(self):
        """The colour of the space that serves it, over its own, in a frame of vermillion; said in words beside it."""
        image, log = self.browser.image(), self.log
        request, bar = self.request(REQUEST), self.bar(REQUEST, "worker 0")
        self.assertTrue(request["wrong"])
        x = (request["served"]["x0"] + request["served"]["x1"]) / 2
        column = image.column(x, bar["y"] - bar["h"] / 2 - 2, bar["y"] + bar["h"] / 2 + 3)
        kinds = "".join("o" if near(c, ORANGE) else "b" if near(c, BLUE) else "v" if near(c, VERMILLION, 90) else "."
                        for c in column)
        self.assertRegex(kinds, r"^\.?v+b+\.?o+\.?b+\.?v+\.?$")
        self.assertFalse(near(image.at(bar["x0"] + 12, bar["y"]), ORANGE))
        wrong = [text for text in self.seen["texts"] if text["kind"] == "wrong"]
        self.assertEqual([text["text"] for text in wrong], ["made under A (binding 1), served in B (binding 2)"])
        self.assert_written(image, wrong[0])
        resolve, respond = log.cycle("driver.resolve"), log.cycle("driver.respond")
        share = (request["served"]["x1"] - request["served"]["x0"]) / (bar["x1"] - bar["x0"])
        self.assertTrue(0.3 < share < 1 and resolve < respond)

    def test_the_checkers_sentence_is_in_the_picture(self):
        image, log = self.browser.image(), self.log
        said = words(" ".join(self.texts("callout")))
        served = log.cycle("driver.resolve")
        self.assertIn(f"wrong_address_space at {served}", said)
        self.assertIn("page request 1 of endpoint[nic] (PASID 1, address 0x4000, PRGI 0) made under binding 1 "
                      f"(space A) was served in space B (binding 2) at cycle {served}", said)
        self.assertIn(f"3 .wrote at {log.cycle('driver.page')}", said)
        self.assertIn(f"4 .answered at {log.cycle('driver.respond')}", said)
        for text in self.seen["texts"]:
            if text["kind"] == "callout":
                self.assert_written(image, text)
        findings = self.seen["runs"][0]["findings"]
        self.assertEqual([f["hazard"].split(".")[-1] for f in findings],
                         ["wrong_address_space", "mapped", "wrote", "answered"])
        for mark in findings[0], findings[3]:
            self.assertTrue(near(image.at(mark["x"] - 5, mark["y"]), VERMILLION), mark)
        marks = sorted((text["text"], text["x"], text["y"]) for text in self.seen["texts"] if text["kind"] == "mark")
        self.assertEqual([text for text, _, _ in marks], ["1", "2", "3", "4"])
        for (_, x, y), finding in zip(marks, findings):
            self.assertTrue(abs(x - finding["x"]) < 30 and abs(y - finding["y"]) < 10, (marks, findings))
        line = image.column(findings[0]["x"], self.row("timeline")["y"], self.row("smmu")["y"])
        self.assertGreater(sum(near(color, VERMILLION, 60) for color in line), len(line) * 0.8)

    def test_hazards_are_listed(self):
        listed = self.browser.run("return [...document.querySelectorAll('#hazards li')].map(item => item.innerText)")
        self.assertEqual(len(listed), 4)
        self.assertIn("premises: kept", words(listed[0]))
        self.assertIn("wrong_address_space.answered", words(listed[3]))

    def test_series(self):
        """The queue's entries and the credits, as the log gives them."""
        image, log = self.browser.image(), self.log
        queue, credits = self.seen["runs"][0]["series"]
        prod, cons = ([log.lines[i]["cycle"] for i in log.event(f"pri_queue.{name}")] for name in ("prod", "cons"))
        wanted = [(prod[0], 1), (prod[1], 2), (cons[-2], 1), (cons[-1], 0)]
        self.assertEqual([(step["cycle"], step["value"]) for step in queue["steps"] if step["cycle"] > 20000], wanted)
        self.assertEqual([(step["cycle"], step["value"]) for step in credits["steps"]][1:],
                         [(log.cycle("endpoint.page_request"), 7), (log.cycle("endpoint.response"), 8)])
        two = next(step for step in queue["steps"] if step["value"] == 2)
        inked = lambda x: any(near(color, "#17212b", 40) for color in image.column(x, two["y"] - 1, two["y"] + 2))
        self.assertTrue(inked(two["x"] + 90))
        self.assertFalse(inked(two["x"] - 40))

    def test_idle_stretches_are_folded(self):
        """Each fold lies where the log has no event, and what it leaves out is written over it."""
        cycles = {line["cycle"] for line in self.log.lines}
        self.assertGreaterEqual(len(self.seen["folds"]), 5)
        for fold in self.seen["folds"]:
            self.assertFalse([cycle for cycle in cycles if fold["from"] <= cycle <= fold["to"]], fold)
            self.assertGreater(fold["to"] - fold["from"], 30)
        longest = max(self.seen["folds"], key=lambda fold: fold["to"] - fold["from"])
        self.assertTrue(27346 < longest["from"] < longest["to"] < 30346)
        ordered = sorted(cycles)
        gaps = {a: b - a for a, b in zip(ordered, ordered[1:])}
        labels = [text for text in self.seen["texts"] if text["kind"] == "fold"]
        self.assertGreaterEqual(len(labels), 3)
        for label in labels:
            middle = label["x"] + label["w"] / 2
            fold = min(self.seen["folds"], key=lambda fold: abs((fold["x0"] + fold["x1"]) / 2 - middle))
            gap = gaps[max(cycle for cycle in ordered if cycle <= fold["from"])]
            left = int(label["text"].lstrip("\u2212"))
            self.assertEqual(left, round(fold["to"] - fold["from"]))
            self.assertTrue(gap - 200 < left < gap, (label, gap))

    def test_the_first_view_leaves_the_bring_up_out(self):
        view = self.seen["view"]
        self.assertGreater(view["from"], self.log.cycle("driver.bind", binding=1))
        self.assertLess(view["from"], self.log.cycle("endpoint.page_request"))
        self.assertGreaterEqual(view["to"], self.log.lines[-1]["cycle"])

    def test_no_text_lies_on_another(self):
        boxes = [text for text in self.seen["texts"] if text["kind"] != "mark"]
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                over = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and abs(a["y"] - b["y"]) < 9
                self.assertFalse(over, (a, b))


class Drained(Page):
    changes, policy_cause, answer = DRAIN, "drained", "Invalid Request"

    @classmethod
    def make(cls):
        cls.log = cls.run_of("cure", *cls.changes)
        return cls.page_of(cls.log)

    def test_headline(self):
        said, log = words(self.browser.text("#headlines")), self.log
        drained = log.lines[log.event("driver.drained")[0]]
        for fact in ("Clean", "No hazard", "Page request 1 of nic", "made under space A (binding 1)",
                     f"answered {self.answer} at {log.cycle('driver.respond')}",
                     f"freed PASID 1 at {log.cycle('driver.free')}",
                     f"waited until {drained['cycle']} ({drained['cause']})",
                     f"space B was bound to it at {log.cycle('driver.bind', binding=2)}"):
            self.assertIn(fact, said)
        self.assertEqual(drained["cause"], self.policy_cause)
        self.assertIn("FAIL", self.browser.text("#facts"))
        self.assertIn("wrong_address_space: expected 1, found 0", words(self.browser.text("#facts")))

    def test_nothing_is_wrong(self):
        image = self.browser.image()
        self.assertFalse(self.request(REQUEST)["wrong"])
        self.assertEqual((self.texts("wrong"), self.texts("callout"), self.texts("mark")), ([], [], []))
        bar = self.bar(REQUEST, "worker 0")
        self.assertTrue(all(near(color, BLUE) for color in image.row(bar["x0"] + 2, bar["x1"] - 2, bar["y"])))
        self.assertNotIn("hazards", [row["name"] for row in self.seen["runs"][0]["rows"]])
        self.assertEqual(words(self.browser.text("#hazards")), "Hazards None.")
        first, second = self.seen["runs"][0]["bindings"]
        self.assertLess(bar["x1"], first["x1"])
        self.assertLess(first["x1"], second["x0"])


class Marked(Drained):
    changes, policy_cause = MARKER, "marker_seen"


class Overflow(Page):
    """Automatic answers, a full queue, and hazards that no request is of."""

    @classmethod
    def make(cls):
        cls.log = cls.run_of("overflow", scenario="scenarios/overflow/ack_late.yaml")
        return cls.page_of(cls.log)

    def test_headline_and_marks(self):
        said = words(self.browser.text("#headlines"))
        overflow = self.log.cycle("pri_queue.overflow")
        self.assertIn(f"queue overflow at {overflow}", said)
        hazards = [finding["hazard"] for finding in self.seen["runs"][0]["findings"] if finding]
        self.assertEqual(hazards.count("queue_overflow"), 1)
        mark = next(f for f in self.seen["runs"][0]["findings"] if f["hazard"] == "queue_overflow")
        image = self.browser.image()
        self.assertTrue(near(image.at(mark["x"] - 5, mark["y"]), VERMILLION))
        row = self.row("pri_queue")
        self.assertTrue(row["y"] < mark["y"] < row["y"] + row["h"])

    def test_requests(self):
        made = len(self.log.event("endpoint.page_request"))
        self.assertEqual(len([r for r in self.seen["runs"][0]["requests"] if r["kind"] == "request"]), made)
        queue = self.seen["runs"][0]["series"][0]
        self.assertEqual(max(step["value"] for step in queue["steps"]), 2)


    def test_how_requests_end(self):
        """A disc where software answered, a ring where the PRI queue did by itself."""
        image, log = self.browser.image(), self.log
        self.assertEqual(log.lines[log.event("smmu.prg_response")[0]]["cause"], "automatic")
        filled = {}
        for number in (1, 3):
            last = self.request(f"page request {number} of nic")["bars"][-1]
            filled[number] = near(image.at(round(last["x1"]) + 2, last["y"]), BLUE, 40)
        self.assertEqual(filled, {1: True, 3: False})


class Unjudged(Page):
    """A log alone: what can be seen is shown, and that nobody has judged it is said."""

    @classmethod
    def make(cls):
        cls.log = cls.run_of("alone")
        return cls.page_of(cls.log, judged=False)

    def test_headline(self):
        said = words(self.browser.text("#headlines"))
        self.assertIn("Not judged", said)
        self.assertIn("prisim view alone.jsonl --scenario FILE", said)
        self.assertNotIn("Clean", said)
        self.assertIn("not judged", self.browser.text("#facts"))
        self.assertIn("Not known", self.browser.text("#hazards"))
        self.assertTrue(self.request(REQUEST)["wrong"])
        self.assertEqual(self.texts("wrong"), ["made under A (binding 1), served in B (binding 2)"])


if __name__ == "__main__":
    main()
