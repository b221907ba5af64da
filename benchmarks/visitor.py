"""A browser without a screen: speaks Streamlit's protocol over a websocket, opens pages, and says how long each took and what went wrong."""

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: TID251 - the protocol is Streamlit's
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo  # noqa: TID251
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: TID251
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

# What a page says when it is not the page that was asked for.
_TROUBLE = {
    "refused": "您的岗位无权查看".encode(),
    "signed out": "请输入口令".encode(),
    "nothing published": "尚未发布数据".encode(),
    "broken": "页面没有显示完整".encode(),
}
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
        state = ClientState(
            query_string=urlencode(query), page_script_hash=self._pages.get(name, ""), page_name="" if name in self._pages else name,
            cached_message_hashes=sorted(self._kept),
            context_info=ContextInfo(timezone="Asia/Shanghai", timezone_offset=-480, locale="zh-CN", url=f"{self.address}/{name}"),
        )  # fmt: skip
        found = Opened(page, 0.0)
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
                if message.delta.new_element.WhichOneof("type") == "exception":
                    found.trouble = found.trouble or f"exception {message.delta.new_element.exception.type}"
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
