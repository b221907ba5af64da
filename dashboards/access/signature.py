"""A signature drawn by hand: lines of points on a field 1,000 wide and 600 high; read from what a phone sends, and drawn again."""

import base64
import json
import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 1000, 600
MOST_BYTES = 64 * 1024
_MOST_LINES, _MOST_POINTS = 200, 4000
# A dot, a tick or one straight line is nobody's name.
_LEAST_POINTS, _LEAST_INK, _LEAST_WIDTH, _LEAST_HEIGHT = 12, 400, 120, 60

Point = tuple[int, int]


class SignatureError(Exception):
    """What was sent is no signature; the message says why, in Chinese."""


@dataclass(frozen=True)
class Signature:
    """Lines as they were drawn, each of at least one point."""

    lines: tuple[tuple[Point, ...], ...] = field(repr=False)

    def dumps(self) -> bytes:
        """As it is kept; `read` gives the same again."""
        return json.dumps(self.lines, separators=(",", ":")).encode()

    def picture(self) -> str:
        """As an address that holds the drawing: Streamlit lets no drawing through, but pictures."""
        paths = "".join(f'<path d="{_path(line)}"/>' for line in self.lines)
        drawing = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="#111"'
            f' stroke-width="9" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
        )
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"


def read(content: bytes) -> Signature:
    """A signature out of JSON: a list of lines, a line a list of [x, y] in whole numbers."""
    if len(content) > MOST_BYTES:
        raise SignatureError("签字数据过大，请重写。")
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise SignatureError("签字数据不完整，请重写。") from None
    if given == []:
        raise SignatureError("请在框内手写本人姓名。")
    if not isinstance(given, list) or len(given) > _MOST_LINES:
        raise SignatureError("签字数据不完整，请重写。")
    signature = Signature(tuple(_line(line) for line in given))
    points = [point for line in signature.lines for point in line]
    if len(points) > _MOST_POINTS:
        raise SignatureError("签字数据过大，请重写。")
    ink = sum(math.dist(*pair) for line in signature.lines for pair in pairwise(line))
    wide, high = (max(axis) - min(axis) for axis in zip(*points, strict=True))
    if len(points) < _LEAST_POINTS or ink < _LEAST_INK or wide < _LEAST_WIDTH or high < _LEAST_HEIGHT:
        raise SignatureError("请在框内手写本人姓名，字写大一些。")
    return signature


def _line(given: Any) -> tuple[Point, ...]:
    if not isinstance(given, list) or not given:
        raise SignatureError("签字数据不完整，请重写。")
    return tuple(_point(point) for point in given)


def _point(given: Any) -> Point:
    if not isinstance(given, list) or len(given) != 2 or any(type(number) is not int for number in given):
        raise SignatureError("签字数据不完整，请重写。")
    x, y = given
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise SignatureError("签字数据不完整，请重写。")
    return (x, y)


def _path(line: tuple[Point, ...]) -> str:
    # A line of one point is a dot: a path needs a second point to show anything.
    points = line if len(line) > 1 else (line[0], line[0])
    return "M" + "L".join(f"{x} {y}" for x, y in points)
