"""What colour tells is told by form and in words too."""

import re

from common import paths
from dashboards.components import strip, table
from dashboards.components.table import Column
from dashboards.services.monitoring import Cell


def test_cells_tell_in_words_what_they_are() -> None:
    items = [
        Cell("good", "06-28：通过"),
        Cell("warn", "06-29：提醒。缓慢。"),
        Cell("bad", "06-30：未通过。"),
        Cell("none", "07-01：无"),
    ]
    name = re.findall('aria-label="([^"]*)"', strip.cells(items, "磁盘近 4 天"))
    assert name == [
        "磁盘近 4 天：异常 1 格、提醒 1 格、无记录 1 格、正常 1 格。最近：06-30：未通过；06-29：提醒。缓慢。"
    ]
    assert strip.said([Cell("good", "好")] * 3) == "正常 3 格。"


def test_columns_above_the_limit_are_named() -> None:
    made = strip.columns([("06-28", 10), ("06-29", 5000)], "近三周未读行数", limit=100)
    assert 'aria-label="近三周未读行数：最多 5,000 行，1 天超过平时的上限：06-29"' in made
    assert 'title="06-28：10 行"' in made
    assert 'title="06-29：5,000 行，超过平时的上限"' in made


def test_each_tone_has_a_form_of_its_own() -> None:
    css = (paths.root() / "dashboards" / "components" / "theme.css").read_text(encoding="utf-8")
    forms = {}
    for tone in ("good", "warn", "bad", "mute", "none"):
        (rule,) = re.findall(rf"\.sb-strip i\.{tone}\{{([^}}]*)\}}", css)
        forms[tone] = re.sub(r"var\(--\w+\)|opacity:[^;]*;", "", rule)
    assert len(set(forms.values())) == len(forms), forms


def test_the_chosen_row_is_said_to_be_it() -> None:
    made = table.markup([Column("名称", str)], ["a", "b"], key_of=str, selected="b")
    assert re.findall('data-key="(.)"[^>]*aria-current', made) == ["b"]
