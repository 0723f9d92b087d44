# SPDX-License-Identifier: Apache-2.0
"""Pixels of a PNG as Chromium writes it when it is to be quick: 8 bits a channel, not interlaced, lines plain or by
difference to the line above (filters 0 and 2 of PNG 9.2)."""

import struct
import zlib


LOW, HIGH = 0x7F, 0x80  # of each byte: added apart, so that no carry runs into the next


def add_bytes(line, above):
    """Each byte of one added to that of the other, modulo 256."""
    size = len(line)
    a, b = int.from_bytes(line, "big"), int.from_bytes(above, "big")
    low, high = int.from_bytes(bytes([LOW]) * size, "big"), int.from_bytes(bytes([HIGH]) * size, "big")
    return (((a & low) + (b & low)) ^ ((a ^ b) & high)).to_bytes(size, "big")


class Image:
    def __init__(self, data):
        at, body = 8, b""
        while at < len(data):
            length, name = struct.unpack(">I4s", data[at:at + 8])
            chunk = data[at + 8:at + 8 + length]
            if name == b"IHDR":
                self.width, self.height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
                if depth != 8 or kind not in (2, 6) or interlaced:
                    raise ValueError("a PNG of another kind")
                self.step = 3 if kind == 2 else 4
            elif name == b"IDAT":
                body += chunk
            at += 12 + length
        raw = zlib.decompress(body)
        size = self.width * self.step
        self.lines, above = [], bytes(size)
        for start in range(0, self.height * (size + 1), size + 1):
            if raw[start] not in (0, 2):
                raise ValueError("a PNG with another filter")
            line = raw[start + 1:start + 1 + size]
            above = add_bytes(line, above) if raw[start] else line
            self.lines.append(above)

    def at(self, x, y):
        """The colour as '#rrggbb'."""
        x, y = int(x), int(y)
        return "#" + self.lines[y][x * self.step:x * self.step + 3].hex()

    def row(self, x0, x1, y):
        return [self.at(x, y) for x in range(int(x0), int(x1))]

    def column(self, x, y0, y1):
        return [self.at(x, y) for y in range(int(y0), int(y1))]

    def box(self, x, y, w, h):
        return [color for line in range(int(y), int(y + h)) for color in self.row(x, x + w, line)]
