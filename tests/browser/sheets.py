"""The words on each sheet of a PDF that chromium printed: as much of the format as chromium writes, and no more."""

import re
import unicodedata
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)(\bstream\r?\n|\bendobj\b)", re.S)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|/(\w+) (?:Do|scn)\b")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class _Object:
    head: bytes
    stream: bytes = b""


def sheets(pdf: bytes) -> list[str]:
    """The words of all sheets in their order, as plain() writes them."""
    objects = _objects(pdf)
    pages = [one for one in objects.values() if re.search(rb"/Type /Page\b", one.head)]
    return [plain("".join(_words(objects[_reference(rb"Contents", page)], page, objects))) for page in pages]


def plain(words: str) -> str:
    """Words without spaces and in one of the forms that a letter can have: a font may know 止 as a radical."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def _objects(pdf: bytes) -> dict[int, _Object]:
    found: dict[int, _Object] = {}
    at = 0
    while (one := _OBJECT.search(pdf, at)) is not None:
        head, stream, at = one[2], b"", one.end()
        if one[3].startswith(b"stream"):
            length = re.search(rb"/Length (\d+)", head)
            assert length is not None
            stream = pdf[at : at + int(length[1])]
            at += len(stream)
            stream = zlib.decompress(stream) if b"/FlateDecode" in head and b"/Image" not in head else stream
        found[int(one[1])] = _Object(head, stream)
    return found


def _reference(name: bytes, owner: _Object) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", owner.head)
    assert found is not None, name
    return int(found[1])


def _words(shown: _Object, owner: _Object, objects: dict[int, _Object]) -> list[str]:
    """What a stream shows: text in the fonts of its owner, and drawings and patterns that are streams themselves."""
    known = {name: int(at) for name, at in re.findall(rb"/(\w+) (\d+) 0 R", owner.head)}
    words: list[str] = []
    letters: dict[str, str] = {}
    for font, codes, inner in _SHOWN.findall(shown.stream):
        if font:
            letters = _letters(objects[known[font]], objects)
        elif codes:
            width = len(next(iter(letters), "00"))
            text = codes.decode().upper()
            words.extend(letters.get(text[at : at + width], "") for at in range(0, len(text), width))
        elif inner in known and b"/Image" not in objects[known[inner]].head:
            words.extend(_words(objects[known[inner]], objects[known[inner]], objects))
    return words


def _letters(font: _Object, objects: dict[int, _Object]) -> dict[str, str]:
    """What each code of a font means."""
    letters: dict[str, str] = {}
    if b"/ToUnicode" not in font.head:
        return letters
    said = objects[_reference(rb"ToUnicode", font)].stream
    for kind, body in re.findall(rb"beginbf(char|range)\n(.*?)endbf", said, re.S):
        codes = [found.decode().upper() for found in _HEX.findall(body)]
        if kind == b"char":
            pairs = zip(codes[::2], codes[1::2], strict=True)
            letters |= {code: bytes.fromhex(letter).decode("utf-16-be") for code, letter in pairs}
            continue
        for first, last, letter in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[f"{int(first, 16) + step:0{len(first)}X}"] = chr(int(letter, 16) + step)
    return letters
