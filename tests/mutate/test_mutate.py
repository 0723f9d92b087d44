#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the mechanical faults make of a small source, and how the lists are read."""
import tempfile
import unittest
from pathlib import Path

import lists
import mechanical
import mutate

SOURCE = """
enum { SIZE = 8 };
static bool full(const struct queue *queue)
{
    assert(queue->count <= SIZE); /* if (a < b) in a comment */
    return queue->count == SIZE || queue->off;
}
static void push(struct queue *queue, int what)
{
    if (full(queue))
        return;
    queue->slot[queue->head + 1] = what;
    queue->count++;
    note("a < b");
    *queue = (struct queue){.head = 1, .count = (int)-1};
}
"""


class Mechanical(unittest.TestCase):
    def setUp(self):
        self.faults = mechanical.faults_of("queue.c", SOURCE)
        self.made = {(f.function, f.old, f.new) for f in self.faults}

    def expect(self, function, old, new):
        self.assertIn((function, old, new), self.made)

    def test_conditions(self):
        self.expect("push", "if (full(queue))", "if (!(full(queue)))")
        self.expect("full", "return queue->count == SIZE || queue->off;",
                    "return !(queue->count == SIZE || queue->off);")

    def test_operators(self):
        old = "return queue->count == SIZE || queue->off;"
        self.expect("full", old, "return queue->count != SIZE || queue->off;")
        self.expect("full", old, "return queue->count == SIZE && queue->off;")
        self.expect("full", old, "return queue->count == (SIZE + 1) || queue->off;")

    def test_numbers_outside_of_functions(self):
        self.expect("", "enum { SIZE = 8 };", "enum { SIZE = 9 };")
        self.expect("", "enum { SIZE = 8 };", "enum { SIZE = 7 };")

    def test_off_by_one(self):
        old = "queue->slot[queue->head + 1] = what;"
        self.expect("push", old, "queue->slot[queue->head ] = what;")
        self.expect("push", old, "queue->slot[queue->head - 1] = what;")

    def test_dropped(self):
        self.expect("push", "queue->slot[queue->head + 1] = what;", ";")
        self.expect("push", "queue->count++;", ";")
        self.expect("push", 'note("a < b");', ";")
        self.expect("push", "return;", ";")
        self.expect("push", "*queue = (struct queue){.head = 1, .count = (int)-1};",
                    "*queue = (struct queue){ .count = (int)-1};")

    def test_spared(self):
        self.assertFalse([f for f in self.faults if "assert" in f.old or "comment" in f.old])
        self.assertFalse([f for f in self.faults if "a <= b" in f.new or "+1}" in f.new])

    def test_one_edit_each(self):
        self.assertEqual(len({f.key for f in self.faults}), len(self.faults))
        for fault in self.faults:
            self.assertNotEqual(fault.applied(SOURCE), SOURCE)


class Lists(unittest.TestCase):
    FAULT = "fault: wrap_lost\nrule: 1.11\nin: queue.c\n- a  +\n-   b;\n+ a;\nseen by: queue wrap\n"

    def read(self, text, reader):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list"
            path.write_text(text)
            return reader(path)

    def test_named(self):
        fault, = self.read("# head\n\n" + self.FAULT, lists.named)
        self.assertEqual((fault.name, fault.file, fault.seen_by), ("wrap_lost", "queue.c", "queue wrap"))
        self.assertEqual(fault.applied("x = a +\n  b; y"), "x = a; y")

    def test_old_text_must_be_there_once(self):
        fault, = self.read(self.FAULT, lists.named)
        for text in ("x = c;", "a + b; a + b;"):
            with self.assertRaises(lists.ListError):
                fault.applied(text)

    def test_several_edits(self):
        fault, = self.read(self.FAULT.replace("seen by", "- if (c)\n+ if (!c)\nseen by"), lists.named)
        self.assertEqual(fault.applied("if (c) x = a + b;"), "if (!c) x = a;")
        with self.assertRaises(lists.ListError):
            fault.applied("x = a + b;")

    def test_bad_lists(self):
        for text in (self.FAULT + "\n" + self.FAULT, "fault: x\nrule: y\n", "nonsense\n"):
            with self.assertRaises(lists.ListError):
                self.read(text, lists.named)

    def test_equivalents(self):
        table = self.read("equivalent: queue.c push #2\n- a;\n+ b;\n- c;\n+ d;\nbecause: it is\n  so\n",
                          lists.equivalents)
        self.assertEqual(table, {("queue.c", "push", 2, "a;", "b;"): "it is so",
                                 ("queue.c", "push", 2, "c;", "d;"): "it is so"})


class Sample(unittest.TestCase):
    """Code that changes draws no other faults of what stays."""

    def drawn(self, source, count, seed=1):
        return {f.key for f in mutate.sample(mechanical.faults_of("queue.c", source), count, seed)}

    def test_a_fault_is_drawn_by_its_key(self):
        more = SOURCE + "static int other(int a)\n{\n    return a + 1;\n}\n"
        few, many = self.drawn(SOURCE, 8), self.drawn(more, 8)
        self.assertEqual(len(few), 8)
        self.assertTrue(many - {key for key in many if key[1] == "other"} <= few)

    def test_seed_and_count(self):
        self.assertNotEqual(self.drawn(SOURCE, 8), self.drawn(SOURCE, 8, seed=2))
        self.assertTrue(self.drawn(SOURCE, 8) < self.drawn(SOURCE, 9))
        whole = mechanical.faults_of("queue.c", SOURCE)
        self.assertEqual(mutate.sample(whole, None, 1), whole)
        self.assertEqual(mutate.sample(whole, len(whole), 1), whole)


if __name__ == "__main__":
    unittest.main()
