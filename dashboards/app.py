"""The router: who is there, which pages they have, and the page that they opened."""

import streamlit as st

from dashboards.access import audit
from dashboards.access.roles import User
from dashboards.components import arrivals, consenting, frame, incident, signing, states, theme, wall, watermark
from dashboards.components import context as contexts
from dashboards.registry import PAGES, PageSpec, pages_of
from dashboards.repositories.gate import RefusedError, noting
from dashboards.repositories.snapshot import NoSnapshotError

_START = "start"
"""The default page is known by this name within Streamlit only: its address is the root."""


def _page(spec: PageSpec, user: User) -> None:
    if user.role not in spec.roles:
        audit.record_refusal(user, "页面", spec.page_id)
        states.refused(f"“{spec.title}”")
        return
    if st.session_state.get("opened_page") != spec.page_id:
        st.session_state["opened_page"] = spec.page_id
        audit.record_page(user, spec.page_id)
    try:
        if not spec.needs_snapshot:
            spec.load()(user)
            return
        context = contexts.build(user)
        frame.banners(context)
        with noting() as read:
            spec.load()(context)
        arrivals.behind(context, spec.title, read)
    except NoSnapshotError:
        states.empty("尚未发布数据", "每日任务完成并通过检查后，这里会显示最新一版数据。")
    except RefusedError:
        states.refused("这部分数据")
    except Exception as error:  # whatever it is, it gets a number instead of Streamlit's own English box
        incident.told(error, spec.page_id, user)


def _function(spec: PageSpec, user: User | None = None):  # type: ignore[no-untyped-def]
    def page() -> None:
        if user is not None:
            _page(spec, user)

    page.__name__ = spec.page_id
    return page


def _home() -> None:
    """Stands at the root address for people who have not signed in."""


def _stand_still(title: str) -> None:
    """All addresses stay valid, so that one arrives where one wanted to go after signing in."""
    st.navigation(
        [st.Page(_home, title=title, url_path="signin", default=True)]
        + [st.Page(_function(spec), title=spec.title, url_path=spec.url_path) for spec in PAGES],
        position="hidden",
    )


def _ask_for_change() -> None:
    st.session_state[signing.CHANGING] = True


def run() -> None:
    """One run of the script."""
    st.set_page_config(
        page_title="社保费征管数据仓", layout="wide", initial_sidebar_state="auto",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )  # fmt: skip
    theme.apply()
    visitor = signing.current()
    if visitor is None:
        _stand_still("登录")
        signing.form()
    elif visitor.must_change:
        _stand_still("修改口令")
        signing.hand_over_cookie()
        watermark.show(visitor)
        signing.change_form(visitor)
    elif visitor.must_consent:
        _stand_still("签署同意书")
        signing.hand_over_cookie()
        watermark.show(visitor)
        consenting.form(visitor)
    else:
        mine = pages_of(visitor.role)
        pages = {
            spec: st.Page(
                _function(spec, visitor), title=spec.title, url_path=_START if spec == mine[0] else spec.url_path, default=spec == mine[0]
            )
            for spec in PAGES
        }  # fmt: skip
        # Streamlit gives the default page the root address alone; its own name is to lead there as well.
        home = st.Page(_function(mine[0], visitor), title=mine[0].title, url_path=mine[0].url_path)
        chosen = st.navigation([*pages.values(), home], position="hidden")
        frame.follow({spec.page_id: page for spec, page in pages.items() if spec in mine})
        here = next(spec for spec, page in pages.items() if page.title == chosen.title)
        signing.hand_over_cookie()
        watermark.show(visitor)
        if wall.is_on(here) and not st.session_state.get(signing.CHANGING):
            theme.enlarge()
            wall.refresh()
        else:
            frame.menu(visitor, here, [(spec, pages[spec]) for spec in mine], signing.sign_out, _ask_for_change)
        if st.session_state.get(signing.CHANGING):
            signing.change_form(visitor)
        else:
            signing.say_changed()
            chosen.run()
