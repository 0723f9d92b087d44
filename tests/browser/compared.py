#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two logs over one another: one time axis, and the first event in which they differ.

  compared.py PRISIM ROOT
"""

from cases import BLUE, DRAIN, WHITE, Page, main, near, words

REQUEST = "page request 1 of nic"
DIFFERENCE = "#7d3c98"


class Compared(Page):
    size = (1280, 1500)

    @classmethod
    def make(cls):
        cls.race, cls.cure = cls.run_of("race"), cls.run_of("cure", *DRAIN)
        cls.first = next(i for i, (a, b) in enumerate(zip(cls.race.lines, cls.cure.lines)) if a != b)
        return cls.page_of(cls.race, cls.cure)

    def test_both_are_told(self):
        said = words(self.browser.text("#headlines"))
        for fact in ("1: wrong address space at 27346", "2: Clean", "served in space B (binding 2) at cycle 27346",
                     "No hazard"):
            self.assertIn(fact.lower(), said.lower())
        a, b = self.race.lines[self.first], self.cure.lines[self.first]
        self.assertEqual((a["event"], a["policy"], b["policy"]), ("driver.unbind", 0, 1))
        self.assertIn(f"event {self.first}: driver.unbind at {a['cycle']}: policy is 0 in 1, 1 in 2", said)

    def test_one_axis(self):
        """What both have at one cycle stands at one pixel, one over the other."""
        a, b = self.bar(REQUEST, "pri_queue", 0), self.bar(REQUEST, "pri_queue", 1)
        self.assertAlmostEqual(a["x0"], b["x0"], delta=0.1)
        self.assertGreater(a["x1"], b["x1"] + 50)
        self.assertGreater(b["y"], a["y"] + 200)
        image = self.browser.image()
        between = (a["x1"] + b["x1"]) / 2
        self.assertTrue(near(image.at(between, a["y"]), BLUE))
        self.assertFalse(near(image.at(between, b["y"]), BLUE))
        self.assertEqual(len(self.texts("title")), 2)

    def test_the_first_difference_is_marked(self):
        image, difference = self.browser.image(), self.seen["difference"]
        self.assertEqual((difference["event"], difference["cycle"]), (self.first, self.race.lines[self.first]["cycle"]))
        axis = self.axis()
        x = axis[21000] + (axis[22000] - axis[21000]) * (difference["cycle"] - 21000) / 1000
        for name in ("interrupt", "pri_thread"):
            for run in (0, 1):
                row = self.row(name, run)
                lines = [image.column(x + dx, row["y"] + 2, row["y"] + row["h"] - 2) for dx in (-1, 0, 1)]
                drawn = max(sum(near(color, DIFFERENCE, 20) for color in line) for line in lines)
                self.assertGreater(drawn, row["h"] * 0.4, (name, run))
        self.assertEqual(self.texts("difference"), [f"first difference at {difference['cycle']}"])

    def test_it_is_jumped_to(self):
        for jump in (lambda: self.browser.keys("x"), lambda: self.browser.press("#difference"),
                     lambda: self.browser.press("#to-difference")):
            self.browser.keys("Escape", "0", *"+" * 8)
            jump()
            view = self.again()["view"]
            self.assertEqual(self.seen["selection"]["event"], self.first)
            self.assertTrue(view["from"] < self.race.lines[self.first]["cycle"] < view["to"])
            self.assert_shows(self.race.lines[self.first])

    def test_search_finds_in_both(self):
        self.browser.search("driver.resolve")
        self.assertEqual(sorted(self.again()["search"]["hits"]),
                         [[0, self.race.event("driver.resolve")[0]], [1, self.cure.event("driver.resolve")[0]]])
        self.assertEqual(self.seen["selection"]["run"], 1)
        self.assert_shows(self.cure.lines[self.cure.event("driver.resolve")[0]])

    def test_the_lower_picture_is_clicked(self):
        bar = self.bar(REQUEST, "worker 0", 1)
        self.browser.click((bar["x0"] + bar["x1"]) / 2, bar["y"])
        self.assertEqual(self.again()["selection"]["run"], 1)
        self.assert_shows(self.cure.lines[self.seen["selection"]["event"]])


class Equal(Page):
    size = (1280, 1500)

    @classmethod
    def make(cls):
        cls.one, cls.other = cls.run_of("one"), cls.run_of("other")
        return cls.page_of(cls.one, cls.other)

    def test_equal_logs(self):
        self.assertEqual(self.one.lines, self.other.lines)
        self.assertIn("The logs are equal.", words(self.browser.text("#headlines")))
        self.assertIsNone(self.seen["difference"])
        self.assertFalse(self.browser.run("return document.getElementById('difference').getClientRects().length > 0"))
        self.assertEqual(self.texts("difference"), [])
        corner = self.browser.image().at(self.seen["picture"]["x"] + 900, self.row("pri_thread")["y"] + 4)
        self.assertTrue(near(corner, WHITE, 20))


if __name__ == "__main__":
    main()
