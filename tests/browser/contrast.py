"""How well words stand out from their ground, as WCAG 2.2 measures it (1.4.3): 4.5 to 1, large words 3 to 1."""

from dataclasses import dataclass
from typing import Any

# What is disabled or hidden from readers is left out, as the standard says; so are drawings and words before a picture, whose ground is not known here.
_SCRIPT = r"""
() => {
  const colour = (text) => {
    const parts = (text.match(/-?[\d.]+/g) || []).map(Number);
    const unit = text.startsWith("color(") ? 255 : 1;
    return {r: parts[0] * unit, g: parts[1] * unit, b: parts[2] * unit, a: parts.length > 3 ? parts[3] : 1};
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const light = (one) => {
    const part = (value) => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(one.r) + 0.7152 * part(one.g) + 0.0722 * part(one.b);
  };
  const found = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const element = node.parentElement;
    if (!words || !element || element.closest("svg, script, style, [disabled], [aria-disabled='true'], [aria-hidden='true'], .sb-watermark")) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const layers = [];
    let opacity = 1, painted = false;
    for (let one = element; one; one = one.parentElement) {
      const seen = getComputedStyle(one);
      opacity *= Number(seen.opacity);
      if (seen.backgroundImage !== "none") painted = true;
      const ground = colour(seen.backgroundColor);
      if (ground.a > 0) layers.push(ground);
      if (ground.a === 1) break;
    }
    if (painted) continue;
    let ground = {r: 255, g: 255, b: 255, a: 1};
    for (const layer of layers.reverse()) ground = over(layer, ground);
    const ink = colour(style.color);
    ink.a *= opacity;
    looked += 1;
    const [one, other] = [light(over(ink, ground)), light(ground)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      const hex = (c) => [c.r, c.g, c.b].map((v) => Math.round(v)).join(",");
      const figures = `${ratio.toFixed(2)}: ${hex(over(ink, ground))} on ${hex(ground)}`;
      found.push(`${element.tagName.toLowerCase()}.${element.className} “${words.slice(0, 12)}” ${figures}`);
    }
  }
  return {looked, found};
}
"""


@dataclass(frozen=True)
class Seen:
    """What a page shows: how many texts were measured, and those that are too faint, with their figures."""

    looked: int
    faint: list[str]


def measured(page: Any) -> Seen:
    """Measure all words that the page shows now."""
    made = page.evaluate(_SCRIPT)
    return Seen(int(made["looked"]), sorted(set(made["found"])))
