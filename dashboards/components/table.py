"""The table of the product: right-aligned figures, bars in cells, rows that can be picked with mouse or keyboard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboards.components import html

_JS = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector('.sb-root');
  if (!root) return;
  root.innerHTML = data.html;
  root.querySelectorAll('[data-key]').forEach((item) => {
    const pick = () => setTriggerValue('pick', item.dataset.key);
    item.onclick = (event) => { event.preventDefault(); pick(); };
    item.onkeydown = (event) => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(); }
    };
  });
}
"""


@dataclass(frozen=True)
class Heading:
    """A row that begins a group of rows: its name, a note, and HTML for single columns by their label."""

    name: str
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: its Chinese name, how a row becomes the cell's HTML (already escaped), and its alignment."""

    label: str
    cell: Callable[[Any], str]
    kind: str = ""
    """Classes: r right, c centre, n no wrapping, w wide, hide-s hidden on phones."""
    name: str = ""
    """How the address calls it, where columns are chosen."""
    extra: bool = False
    """Whether it is shown only when it is chosen."""


def markup(
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    key_of: Callable[[Any], str] | None = None,
    selected: str | None = None,
    sums: Sequence[Any] = (),
    height: int | None = None,
) -> str:
    """The table as HTML."""
    head = "".join(f'<th class="{column.kind}">{html.text(column.label)}</th>' for column in columns)
    body = []
    for row in [*sums, *rows]:
        if isinstance(row, Heading):
            body.append(_heading(columns, row))
            continue
        is_sum = any(row is total for total in sums)
        values = {"class": "sum"} if is_sum else {}
        if key_of is not None and not is_sum:
            key = key_of(row)
            values = {"data-key": key, "tabindex": "0", "role": "button"}
            if key == selected:
                values |= {"class": "on", "aria-current": "true"}
        cells = "".join(f'<td class="{column.kind}">{column.cell(row)}</td>' for column in columns)
        body.append(f"<tr{html.attributes(values)}>{cells}</tr>")
    style = f' style="max-height:{height}px"' if height else ""
    return (
        f'<div class="sb-scroll"{style}><table class="sb-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _heading(columns: Sequence[Column], row: Heading) -> str:
    """One cell over all columns up to the first that has a value of its own."""
    first = next((at for at, column in enumerate(columns) if column.label in row.cells), len(columns))
    name = f"<b>{html.text(row.name)}</b>{f'<small>{html.text(row.note)}</small>' if row.note else ''}"
    # The hidden columns of a phone are counted too; a cell may span more columns than there are.
    cells = [f'<td class="g" colspan="{first}">{name}</td>']
    cells += [f'<td class="{column.kind}">{row.cells.get(column.label, "")}</td>' for column in columns[first:]]
    return f'<tr class="group">{"".join(cells)}</tr>'


def show(columns: Sequence[Column], rows: Sequence[Any], **options: Any) -> None:
    """A table to read."""
    st.html(markup(columns, rows, **options))


def pick(
    key: str,
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    key_of: Callable[[Any], str],
    on_pick: Callable[[str], None],
    **options: Any,
) -> None:
    """A table whose rows can be picked; on_pick gets the row's key before the page runs again."""
    clickable(key, markup(columns, rows, key_of=key_of, **options), on_pick)


def clickable(key: str, body: str, on_pick: Callable[[str], None]) -> None:
    """Any HTML whose elements with data-key can be picked."""

    def picked() -> None:
        state = st.session_state.get(key)
        value = getattr(state, "pick", None) if state is not None else None
        if isinstance(value, str):
            on_pick(value)

    _component()(data={"html": body}, key=key, on_pick_change=picked)


def _component() -> Any:
    # Registered on every run under one name and with one content: cheap, and alive in tests that start a new runtime.
    return st.components.v2.component("shebao_pick", html='<div class="sb-root"></div>', js=_JS, isolate_styles=False)
