# SPDX-License-Identifier: Apache-2.0
"""A C source as tokens with their places: enough to bend it, not to understand it.

It knows comments, strings, preprocessor lines, brackets and which function a token is in. It knows no types.
"""
import bisect
import re

_TOKEN = re.compile(r"""
    (?P<skip>\s+ | //[^\n]* | /\*.*?\*/ | ^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*')
  | (?P<number>(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<op><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
_OPEN, _CLOSE = "([{", ")]}"
# Text that is no behaviour of the block: what the block asserts of itself is not bent.
_SPARED = ("assert", "_Static_assert")


class Token:
    def __init__(self, kind, text, at):
        self.kind, self.text, self.at, self.end = kind, text, at, at + len(text)
        self.partner = None   # index of the other bracket
        self.function = ""    # its name, or "" outside of functions
        self.spared = False
        self.opens_body = False

    def __repr__(self):
        return self.text


class Source:
    def __init__(self, text):
        self.text = text
        self.tokens = [Token(m.lastgroup, m.group(), m.start()) for m in _TOKEN.finditer(text) if m.lastgroup != "skip"]
        self._lines = [0] + [m.end() for m in re.finditer("\n", text)]
        self._pair()
        self._mark_functions()
        self._mark_spared()

    def _pair(self):
        stack = []
        for i, token in enumerate(self.tokens):
            if token.kind == "op" and token.text in _OPEN:
                stack.append(i)
            elif token.kind == "op" and token.text in _CLOSE:
                token.partner = stack.pop()
                self.tokens[token.partner].partner = i

    def _mark_functions(self):
        i = 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.text == "{" and i and self.tokens[i - 1].text == ")":
                name = self.tokens[self.tokens[i - 1].partner - 1]
                for inner in self.tokens[i:token.partner]:
                    inner.function = name.text
                token.opens_body = True
            if token.text in ("{", "(", "[") and token.partner:
                i = token.partner
            i += 1

    def _mark_spared(self):
        for i, token in enumerate(self.tokens):
            if token.text in _SPARED and self.tokens[i + 1].text == "(":
                for inner in self.tokens[i:self.tokens[i + 1].partner + 1]:
                    inner.spared = True

    def header_of(self, i):
        """The text of what stands before the function that token i is in: its return type and parameters."""
        while not self.tokens[i].opens_body:
            i -= 1
        start = i
        while start and self.tokens[start - 1].text not in (";", "}"):
            start -= 1
        return self.text[self.tokens[start].at:self.tokens[i].at]

    def lines_around(self, start, end):
        """The places where the first line of a span begins and its last line ends."""
        first = bisect.bisect_right(self._lines, start) - 1
        stop = self.text.find("\n", end)
        return self._lines[first], len(self.text) if stop < 0 else stop
