# SPDX-License-Identifier: Apache-2.0
"""Mechanical faults: every small slip of the pen that a source allows, one at a time.

Conditions negated, comparisons off by one or turned round, operators exchanged, constants one up or one down,
assignments and calls dropped. A fault that does not compile is no fault: whoever builds them leaves it out.
"""
import re
from collections import Counter

from c_tokens import Source

_COMPARE = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
_BINARY = {"&&": "||", "||": "&&", "&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<", "+": "-", "-": "+", "*": "+"}
_ASSIGN = {"|=": ("=", "&="), "&=": ("=", "|="), "+=": ("=", "-="), "-=": ("=", "+="), "^=": ("=",)}
_STEP = {"++": "--", "--": "++"}
_VALUE_END = (")", "]")
_TYPES = re.compile(r"(const|struct|enum|static|unsigned|int|bool|size_t|char|\w+_t)$")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]+$")
_WORDS = ("return", "if", "for", "while", "switch", "case", "else", "do", "break", "continue", "goto", "sizeof")


class Fault:
    """One edit. Its key says where and what, without line numbers: (function, old lines, new lines, how manieth)."""

    def __init__(self, file, source, token_index, start, end, text):
        self.file, self.start, self.end, self.text = file, start, end, text
        self.function = source.tokens[token_index].function
        first, last = source.lines_around(start, end)
        squeeze = lambda lines: " ".join(lines.split())  # noqa: E731
        self.old = squeeze(source.text[first:last])
        self.new = squeeze(source.text[first:start] + text + source.text[end:last])
        self.nth = 1

    @property
    def key(self):
        return (self.file.rsplit("/", 1)[-1], self.function, self.nth, self.old, self.new)

    def applied(self, text):
        return text[:self.start] + self.text + text[self.end:]


def faults_of(file, text):
    source = Source(text)
    found, seen = [], Counter()
    for at, start, end, new in sorted(_edits(source), key=lambda edit: (edit[1], edit[2], edit[3])):
        fault = Fault(file, source, at, start, end, new)
        if fault.old == fault.new:
            continue
        seen[fault.key] += 1
        fault.nth = seen[fault.key]
        found.append(fault)
    return found


def _edits(source):
    """Yields (token index, start, end, new text)."""
    for i, token in enumerate(source.tokens):
        if token.spared:
            continue
        if token.kind == "number" and (token.function or not _is_length(source, i)):
            yield from _numbers(source, i)
        if not token.function:
            continue
        if token.kind == "op":
            yield from _operators(source, i)
        elif token.kind == "name":
            yield from _names(source, i)
        if _starts_statement(source, i):
            yield from _dropped(source, i)
        if token.text == "." and source.tokens[i - 1].text in ("{", ","):
            yield from _dropped_field(source, i)


def _is_length(source, i):
    """True for the length of an array: outside of functions, nobody asks it."""
    return source.tokens[i - 1].text == "[" and source.tokens[i + 1].text == "]"


def _numbers(source, i):
    token = source.tokens[i]
    digits = re.match(r"0[xX][0-9a-fA-F]+|\d+", token.text).group()
    suffix = token.text[len(digits):]
    octal = re.fullmatch(r"0[0-7]+", digits)
    value = int(digits, 8 if octal else 0)
    for new in (value + 1, value - 1) if value else (1,):
        yield i, token.at, token.end, f"{f'0{new:o}' if octal else new}{suffix}"


def _is_binary(source, i):
    before = source.tokens[i - 1]
    if before.text in _WORDS:
        return False
    return before.kind in ("name", "number", "string") or before.text in _VALUE_END and not _is_cast(source, i - 1)


def _is_cast(source, i):
    """True if the ) at i ends a cast: nothing but type words and stars between the brackets."""
    inside = source.tokens[source.tokens[i].partner + 1:i]
    return bool(inside) and all(t.text == "*" or t.kind == "name" for t in inside) and any(
        _TYPES.match(t.text) for t in inside)


def _operators(source, i):
    token, tokens = source.tokens[i], source.tokens
    text = token.text
    if text in _COMPARE:
        for new in _COMPARE[text]:
            yield i, token.at, token.end, new
    elif text in _BINARY and _is_binary(source, i):
        yield i, token.at, token.end, _BINARY[text]
        if text in "+-" and tokens[i + 1].kind == "number":
            yield i, token.at, tokens[i + 1].end, ""
    elif text in _ASSIGN:
        for new in _ASSIGN[text]:
            yield i, token.at, token.end, new
    elif text in _STEP:
        yield i, token.at, token.end, _STEP[text]
    elif text in ("!", "~"):
        yield i, token.at, token.end, ""
    elif text == "?":
        yield from _ternary(source, i)


def _ternary(source, i):
    tokens, start = source.tokens, i
    while start and not (tokens[start - 1].text in ("(", "{", "[", ",", ";", "=", "return", ":", "?")):
        start = tokens[start - 1].partner if tokens[start - 1].text in ")]" else start - 1
    if not _is_simple(tokens[start:i]):
        yield i, tokens[start].at, tokens[i - 1].end, f"!({source.text[tokens[start].at:tokens[i - 1].end]})"


def _is_simple(condition):
    """One comparison or one negation: exchanging its operator has negated it already."""
    texts = [t.text for t in condition]
    if "&&" in texts or "||" in texts:
        return False
    return any(text in _COMPARE for text in texts) or texts[0] == "!"


def _names(source, i):
    tokens, token = source.tokens, source.tokens[i]
    if token.text in ("if", "while", "for") and tokens[i + 1].text == "(":
        start, end = i + 2, tokens[i + 1].partner
        if token.text == "for":
            parts = [j for j in range(start, end) if tokens[j].text == ";"]
            start, end = parts[0] + 1, parts[1]
        if start < end and not _is_simple(tokens[start:end]):
            yield i, tokens[start].at, tokens[end - 1].end, f"!({source.text[tokens[start].at:tokens[end - 1].end]})"
    elif token.text == "return" and "bool" in source.header_of(i).split("(")[0] and tokens[i + 1].text != ";":
        end = _end_of_statement(source, i)
        if not _is_simple(tokens[i + 1:end]):
            text = source.text[tokens[i + 1].at:tokens[end - 1].end]
            yield i, tokens[i + 1].at, tokens[end - 1].end, f"!({text})"
    elif token.text in ("true", "false"):
        yield i, token.at, token.end, "false" if token.text == "true" else "true"
    elif _CONSTANT.match(token.text) and tokens[i + 1].text != "(" and tokens[i - 1].text != "case":
        yield i, token.at, token.end, f"({token.text} + 1)"


def _starts_statement(source, i):
    before = source.tokens[i - 1]
    if before.text in (";", "}", "else") or before.text == "{" and not _in_initialiser(source, i - 1):
        return not _inside_brackets(source, i)
    if before.text == ":":
        return _is_label(source, i - 1)
    if before.text == ")":
        return source.tokens[before.partner - 1].text in ("if", "for", "while", "switch")
    return False


def _is_label(source, colon):
    """True if the colon is not that of a condition."""
    j = colon - 1
    while source.tokens[j].text not in (";", "{", "}", "?", "(", ","):
        j = source.tokens[j].partner - 1 if source.tokens[j].text in (")", "]") else j - 1
    return source.tokens[j].text in (";", "{", "}")


def _in_initialiser(source, brace):
    return source.tokens[brace - 1].text in ("=", ",", "{") or source.tokens[brace - 1].text == ")" and _is_cast(
        source, brace - 1)


def _inside_brackets(source, i):
    """True within the head of a for."""
    j = i - 1
    while j and source.tokens[j].text not in ("{", "("):
        j = source.tokens[j].partner - 1 if source.tokens[j].text in (")", "}", "]") else j - 1
    return source.tokens[j].text == "("


def _end_of_statement(source, i):
    tokens = source.tokens
    while tokens[i].text != ";":
        i = tokens[i].partner + 1 if tokens[i].text in ("(", "[", "{") else i + 1
    return i


def _dropped(source, i):
    """A statement that does something, left out: assignment, call, jump. Declarations stay."""
    tokens, first = source.tokens, source.tokens[i]
    if first.text in ("{", "}", ";") or first.kind not in ("name", "op"):
        return
    if first.text in _WORDS and not (first.text in ("return", "break", "continue") and tokens[i + 1].text == ";"):
        return
    if first.kind == "name" and (tokens[i + 1].kind == "name" or _TYPES.match(first.text) or tokens[i + 1].text == ":"):
        return
    if first.kind == "name" and tokens[i + 1].text == "*":
        return
    end = _end_of_statement(source, i)
    yield i, first.at, tokens[end - 1].end, ""


def _dropped_field(source, i):
    tokens, end = source.tokens, i
    while tokens[end].text not in (",", "}"):
        end = tokens[end].partner + 1 if tokens[end].text in ("(", "[", "{") else end + 1
    yield i, tokens[i].at, tokens[end].end if tokens[end].text == "," else tokens[end - 1].end, ""
