"""The answer in at most three sentences at the head of a page, made of the same figures as the page."""

from collections.abc import Iterable

import streamlit as st

from dashboards.components import html

_MOST = 3


def show(sentences: Iterable[str]) -> None:
    """The first three of the sentences; those that have nothing to say are empty and fall, and without any there is no box."""
    said = [sentence for sentence in sentences if sentence][:_MOST]
    items = "".join(f"<li>{html.text(sentence)}</li>" for sentence in said)
    if items:
        st.html(f'<ul class="sb-says">{items}</ul>')
