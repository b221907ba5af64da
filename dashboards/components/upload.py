"""A button that sends one file to the app's own route, in our own words; the page gets what was read of it and never the file."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.access import uploads
from dashboards.access.roles import User
from dashboards.components import html
from dashboards.services import uploaded

_TICKET = "upload_ticket"
_JS = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector('.sb-upload-root');
  if (!root) return;
  root.innerHTML = data.html;
  const input = root.querySelector('input');
  const said = root.querySelector('[role="status"]');
  input.onchange = async () => {
    const file = input.files[0];
    if (!file) return;
    if (file.size > data.most) { said.textContent = data.large; input.value = ''; return; }
    said.textContent = data.busy;
    try {
      await fetch('/list', {
        method: 'POST', credentials: 'same-origin', headers: { 'X-Shebao-List': data.ticket }, body: file,
      });
      setTriggerValue('sent', String(Date.now()));
    } catch (error) {
      said.textContent = data.failed;
      input.value = '';
    }
  };
}
"""


def show(user: User, kind: str, label: str, hint: str, on_read: Callable[[Any], None]) -> None:
    """The button; `on_read` gets the list, or the sentence why there is none, before the page runs again."""
    kept = st.session_state.get(_TICKET)
    if not kept or kept[0] != kind or not uploads.is_open(user, kept[1]):
        kept = (kind, uploads.ticket(user, kind))
        st.session_state[_TICKET] = kept
    ticket = kept[1]

    def sent() -> None:
        st.session_state.pop(_TICKET, None)
        found = uploads.collect(user, ticket)
        on_read("文件没有收到，请重新选择。" if found is None else found)

    body = (
        f'<label class="sb-upload"><span>{html.text(label)}</span>'
        '<input type="file" accept=".xlsx,.csv,.txt" aria-describedby="sb-upload-said"></label>'
        f'<p class="sb-note" id="sb-upload-said" role="status">{html.text(hint)}</p>'
    )
    _component()(
        data={
            "html": body, "ticket": ticket, "most": uploaded.MOST_BYTES, "large": uploaded.too_large(), "busy": "正在读取…",
            "failed": "没有传上去，请检查网络后重新选择文件。",
        },
        key="list_upload",
        on_sent_change=sent,
    )  # fmt: skip


def _component() -> Any:
    # Registered on every run, as the table's is.
    return st.components.v2.component(
        "shebao_upload", html='<div class="sb-upload-root"></div>', js=_JS, isolate_styles=False
    )
