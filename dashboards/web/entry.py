"""The page that every address begins with: Streamlit's own, speaking Chinese, and an answer of ours where there is no page."""

import json
import re
from functools import partial
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util  # noqa: TID251 - its index.html is rewritten here

from dashboards.registry import PAGES

_TITLE = "社保费征管数据仓"
_NO_SCRIPT = "<noscript><p>本系统需要启用浏览器的 JavaScript。</p></noscript>"
# Streamlit tells of a lost connection in English, in a dialog. The state stands as an attribute of its outermost element: while it is not
# connected, the dialog is hidden and a banner of ours says it. It waits a little, because every page begins unconnected.
_STYLE = """<style>
body:has([data-test-connection-state]:not([data-test-connection-state="CONNECTED"])) .stDialog{display:none!important;}
[data-test-connection-state]:not([data-test-connection-state="CONNECTED"])::before{
content:"与服务器的连接已断开，正在重新连接；页面上的数据停在断开之前。";position:fixed;z-index:1000001;top:0;left:0;right:0;
padding:.6rem 1rem;text-align:center;font:600 .95rem/1.5 sans-serif;color:#5c2000;background:#fdeae3;border-bottom:2px solid #b23c0e;
visibility:hidden;animation:sb-offline 0s linear 2s forwards;}
[data-test-connection-state="DISCONNECTED_FOREVER"]::before{content:"与服务器的连接已断开，请刷新页面。"!important;}
@keyframes sb-offline{to{visibility:visible;}}
@media print{[data-test-connection-state]::before{display:none!important;}}
</style>"""
# A figure of plotly keeps the size that it has on the screen, and a sheet of paper would cut it off: with a viewBox the style for print can shrink it.
_PRINT = """
addEventListener("beforeprint", () => document.querySelectorAll(".js-plotly-plot .main-svg").forEach((svg) => {
  if (svg.width.baseVal.value) svg.setAttribute("viewBox", `0 0 ${svg.width.baseVal.value} ${svg.height.baseVal.value}`);
}));
"""
# What Streamlit's own controls are called for screen readers, and its one link; words that are not here stay as they come.
_CALLED = {
    "Show password": "显示输入内容", "Hide password": "隐藏输入内容", "Sidebar": "侧栏", "Collapse sidebar": "收起侧栏", "Expand sidebar": "展开侧栏",
    "Choose an option": "请选择", "Choose options": "请选择", "Select...": "请选择", "Open": "展开", "Close": "关闭", "Pagination": "翻页",
    "Previous page": "上一页", "Next page": "下一页", "Clear value": "清空", "Clear all": "清空", "Selected values": "已选项", "Main menu": "主菜单",
    "Notifications": "通知", "Running...": "正在运行", "Stop script": "停止", "Increment": "增加", "Decrement": "减少", "Markdown content": "文字",
    "Skip to main content": "跳到正文",
}  # fmt: skip
_SPEAK = """
{
  const called = CALLED, names = ["aria-label", "title", "placeholder"];
  const said = (words) => called[words] || words.replace(/^Page (\\d+)$/, "第 $1 页").replace(/^Remove (.+)$/, "移除 $1");
  const name = (element) => {
    for (const one of names) {
      const words = element.getAttribute(one);
      if (words && said(words) !== words) element.setAttribute(one, said(words));
    }
    const only = element.localName === "a" && element.childNodes.length === 1 ? element.firstChild : null;
    if (only && only.nodeType === Node.TEXT_NODE && called[only.data]) only.data = called[only.data];
  };
  new MutationObserver((changes) => changes.forEach((change) => {
    if (change.type === "attributes") name(change.target);
    change.addedNodes.forEach((node) => {
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      name(node);
      node.querySelectorAll("[aria-label],[title],[placeholder],a").forEach(name);
    });
  })).observe(document.documentElement, {subtree: true, childList: true, attributes: true, attributeFilter: names});
}
"""
_SCRIPT = f"<script>{_PRINT}{_SPEAK.replace('CALLED', json.dumps(_CALLED, ensure_ascii=False))}</script>"
_PLACES = (
    (re.compile(r'<html lang="en">'), '<html lang="zh-CN">'),
    (re.compile(r"<title>.*?</title>", re.S), f"<title>{_TITLE}</title>"),
    (re.compile(r"<noscript>.*?</noscript>", re.S), _NO_SCRIPT),
    (re.compile(r"</head>"), f"{_STYLE}{_SCRIPT}</head>"),
)
_PATHS = frozenset({"/", *(f"/{page.url_path}" for page in PAGES)})
# What answers with HTML of its own.
_OTHERS = ("/oidc/", "/component/", "/consent/")


def _instead(words: str, _: re.Match[str]) -> str:
    return words


def spoken(page: str) -> str:
    """Streamlit's index.html in Chinese; an index.html with other words in it is an error, not a page half in English."""
    for place, words in _PLACES:
        # As a function, because the words are no template: they hold backslashes.
        page, found = place.subn(partial(_instead, words), page)
        if found != 1:
            raise ValueError(f"Streamlit's index.html has changed: {place.pattern} occurs {found} times")
    return page


_INDEX = spoken((Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8"))


async def _entry(request: Request) -> Response:
    return HTMLResponse(_INDEX, headers={"cache-control": "no-cache"})


ROUTES = [Route(path, _entry, methods=["GET"]) for path in sorted(_PATHS)]


class NoPage:
    """Streamlit answers each address that it does not know with its index.html, which then says "Page not found"; here it is a 404 in Chinese."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PATHS or scope["path"].startswith(_OTHERS):
            await self.app(scope, receive, send)
            return
        is_index = False

        async def send_known(message: Message) -> None:
            nonlocal is_index
            if message["type"] == "http.response.start":
                kinds = [value for name, value in message.get("headers", []) if name.lower() == b"content-type"]
                is_index = any(kind.startswith(b"text/html") for kind in kinds)
            if not is_index:
                await send(message)

        await self.app(scope, receive, send_known)
        if is_index:
            await told("没有这个页面，请检查地址。", "回到首页", 404)(scope, receive, send)


def told(words: str, back: str, status: int, head: str = "") -> HTMLResponse:
    """A page without anything of Streamlit's: a sentence, and the way to the root address."""
    body = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">{head}<title>{_TITLE}</title></head>'
        f'<body style="font-family:sans-serif;padding:3rem;text-align:center"><p>{escape(words)}</p><p><a href="/">{escape(back)}</a></p></body></html>'
    )
    return HTMLResponse(body, status_code=status, headers={"cache-control": "no-store"})
