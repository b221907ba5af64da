"""A browser without a screen: speaks Streamlit's protocol over a websocket, opens pages, fills forms, fetches files, and says how long each took."""

import asyncio
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: TID251 - the protocol is Streamlit's
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo  # noqa: TID251
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: TID251
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates  # noqa: TID251
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

# What a page says when it is not the page that was asked for.
_TROUBLE = {
    "refused": "您的岗位无权查看".encode(),
    "signed out": "请输入口令".encode(),
    "nothing published": "尚未发布数据".encode(),
    "broken": "页面没有显示完整".encode(),
    "not found": "没有找到这".encode(),
}
# The address of a file that was asked for, in the page's words.
_FILE = re.compile(rb"/export/[0-9A-Za-z_-]+")
LONGEST_SECONDS = 60.0


@dataclass
class Opened:
    """One page that was asked for."""

    page: str
    seconds: float
    trouble: str = ""
    bytes: int = 0
    messages: int = 0


@dataclass
class Visitor:
    """One signed-in tab. Use it as an asynchronous context; `open` is what a click in the menu does."""

    address: str
    cookie: str
    home: str
    """The page that this person's address without a path opens: it has no name of its own."""
    _link: ClientConnection | None = field(default=None, repr=False)
    _pages: dict[str, str] = field(default_factory=dict, repr=False)
    _kept: set[str] = field(default_factory=set, repr=False)
    _state: ClientState | None = field(default=None, repr=False)
    _widgets: dict[str, str] = field(default_factory=dict, repr=False)
    _file: str = field(default="", repr=False)

    async def __aenter__(self) -> "Visitor":
        """Connect as the front end does: its subprotocol first, the session's cookie with it."""
        self._link = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": self.cookie}, max_size=None, ping_interval=None, open_timeout=LONGEST_SECONDS, proxy=None,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the tab."""
        if self._link is not None:
            await self._link.close()

    async def open(self, page: str, /, **query: str) -> Opened:
        """Open a page by its address and wait until its last part is there."""
        assert self._link is not None, "open within `async with`"
        name = "" if page == self.home else page
        self._state = ClientState(
            query_string=urlencode(query), page_script_hash=self._pages.get(name, ""), page_name="" if name in self._pages else name,
            context_info=ContextInfo(timezone="Asia/Shanghai", timezone_offset=-480, locale="zh-CN", url=f"{self.address}/{name}"),
        )  # fmt: skip
        return await self._run(Opened(page, 0.0), self._state)

    async def act(self, name: str, typed: Mapping[str, str], press: str) -> Opened:
        """Type texts into inputs and press a button, all by their labels on the page that is open; timed under `name`."""
        assert self._link is not None and self._state is not None, "open a page first"
        missing = sorted({*typed, press} - self._widgets.keys())
        if missing:
            return Opened(name, 0.0, f"no {'、'.join(missing)}")
        state = ClientState()
        state.CopyFrom(self._state)
        if not state.page_script_hash:
            # The first page of a visit is asked for by its name; from then on a browser knows its hash, and another one would be another page.
            state.page_script_hash, state.page_name = self._pages.get(state.page_name, ""), ""
        state.widget_states.CopyFrom(
            WidgetStates(
                widgets=[
                    *(WidgetState(id=self._widgets[label], string_value=text) for label, text in typed.items()),
                    WidgetState(id=self._widgets[press], trigger_value=True),
                ]
            )
        )
        return await self._run(Opened(name, 0.0), state)

    async def fetch(self, name: str) -> Opened:
        """Fetch the file whose link the page shows, whole."""
        if not self._file:
            return Opened(name, 0.0, "no link")
        begin = time.perf_counter()
        try:
            status, size = await asyncio.to_thread(self._download)
        except Exception as error:
            return Opened(name, time.perf_counter() - begin, type(error).__name__)
        return Opened(name, time.perf_counter() - begin, "" if status == 200 else f"status {status}", size)

    def _download(self) -> tuple[int, int]:
        link = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=LONGEST_SECONDS)
        try:
            link.request("GET", self._file, headers={"Cookie": self.cookie})
            answer = link.getresponse()
            return answer.status, len(answer.read())
        finally:
            link.close()

    async def _run(self, found: Opened, state: ClientState) -> Opened:
        assert self._link is not None
        del state.cached_message_hashes[:]
        state.cached_message_hashes.extend(sorted(self._kept))
        self._widgets, self._file = {}, ""
        begin = time.perf_counter()
        try:
            await self._link.send(BackMsg(rerun_script=state).SerializeToString())
            await asyncio.wait_for(self._follow(found), LONGEST_SECONDS)
        except TimeoutError:
            found.trouble = found.trouble or "no answer"
        except Exception as error:
            found.trouble = found.trouble or type(error).__name__
        found.seconds = time.perf_counter() - begin
        return found

    async def _follow(self, found: Opened) -> None:
        """Read messages up to the end of the run that was asked for."""
        assert self._link is not None
        while True:
            payload = await self._link.recv(decode=False)
            found.bytes += len(payload)
            found.messages += 1
            for name, words in _TROUBLE.items():
                if words in payload and found.trouble in ("", "no such page"):
                    found.trouble = name
            message = ForwardMsg.FromString(payload)
            kind = message.WhichOneof("type")
            if message.metadata.cacheable and message.hash:
                # The front end keeps long messages, and the server then sends their hashes only.
                self._kept.add(message.hash)
            if kind == "navigation":
                self._pages = {one.url_pathname: one.page_script_hash for one in message.navigation.app_pages}
            elif kind == "page_not_found":
                found.trouble = found.trouble or "no such page"
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                shown = element.WhichOneof("type")
                if shown == "exception":
                    found.trouble = found.trouble or f"exception {element.exception.type}"
                elif shown in ("text_input", "button"):
                    widget = getattr(element, shown)
                    self._widgets[widget.label] = widget.id
                elif shown == "html" and (link := _FILE.search(payload)):
                    self._file = link[0].decode()
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
