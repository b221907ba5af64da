"""Accounts: who may sign in, as what, for which area; a new one, and what can be done with one."""

from typing import Any

import streamlit as st

from dashboards.access import accounts, administration, consent, oidc, store
from dashboards.access.administration import AdministrationError, Wanted
from dashboards.access.roles import ROLE_NAMES, ROLE_SCOPES, SCOPE_NAMES, Role, ScopeKind, User
from dashboards.components import consenting, html, states, table
from dashboards.components.table import Column
from dashboards.repositories import names
from dashboards.repositories.snapshot import NoSnapshotError
from dashboards.services import formats

_CHOSEN, _SAID = "admin_account", "admin_said"


def show(user: User) -> None:
    """The list, and below it the chosen account or a new one."""
    _say()
    every = accounts.every()
    with st.container(key="card_accounts"):
        closed = sum(1 for account in every if account.is_disabled)
        st.html(html.title(f"共 {len(every)} 个账号", f"{f'其中停用 {closed} 个 · ' if closed else ''}点选一行办理"))
        table.pick(
            "accounts",
            [
                Column("账号", lambda account: f'<span class="go">{html.text(account.login)}</span>', "n"),
                Column("姓名", lambda account: html.text(account.display_name), "n"),
                Column("岗位", lambda account: html.text(ROLE_NAMES.get(account.role, account.role)), "n"),
                Column("范围", lambda account: html.text(account.scope_label), "w hide-s"),
                Column("状态", _state, "c n"),
                Column("口令修改于", lambda account: formats.moment_beijing(account.password_changed_at), "n hide-s"),
                Column("建立于", lambda account: formats.moment_beijing(account.created_at), "n hide-s"),
            ],
            every, key_of=lambda account: str(account.id), selected=str(st.session_state.get(_CHOSEN)), height=430,
            on_pick=lambda key: st.session_state.update({_CHOSEN: int(key) if key.isdigit() else None}),
        )  # fmt: skip
    chosen = next((account for account in every if account.id == st.session_state.get(_CHOSEN)), None)
    if chosen is not None:
        _one(user, chosen)
    _new(user)


def _state(account: Any) -> str:
    if account.is_disabled:
        return html.badge("停用", "mute")
    if account.locked_until is not None and account.locked_until > store.now():
        return html.badge("锁定中", "bad")
    if accounts.must_consent(account):
        return html.badge("未签同意书", "warn")
    return html.badge("须改口令", "warn") if account.must_change else html.badge("正常", "good")


def _one(user: User, account: Any) -> None:
    with st.container(key="card_account"):
        st.html(html.title(f"{account.display_name}（{account.login}）", str(account.scope_label)))
        role, codes, label = _choose(
            user, f"edit_{account.id}", Role(account.role), tuple(account.scope_codes.split(","))
        )
        wanted = Wanted(account.login, account.display_name, role, codes, label)
        slots = st.columns(4)
        number = account.id
        with slots[0]:
            st.button("保存岗位与范围", key="save_scope", width="stretch", on_click=_do, args=(
                lambda: administration.change_scope(user, number, wanted), "已保存；该账号的登录已全部结束。",
            ))  # fmt: skip
        with slots[1]:
            st.button("重置口令", key="reset_password", width="stretch", on_click=_password, args=(
                account.login, lambda: administration.reset_password(user, number),
            ))  # fmt: skip
        with slots[2]:
            st.button("结束全部登录", key="end_sessions", width="stretch", on_click=_do, args=(
                lambda: administration.end_sessions(user, number), "该账号的登录已全部结束。",
            ))  # fmt: skip
        with slots[3]:
            disabled = account.is_disabled
            st.button("启用" if disabled else "停用", key="toggle_account", width="stretch", on_click=_do, args=(
                lambda: administration.set_disabled(user, number, disabled=not disabled), "已启用。" if disabled else "已停用。",
            ))  # fmt: skip
        if account.consent_at is not None and account.role == Role.CADRE:
            version = account.consent_version or "旧版，下次登录须重新签署"
            st.html(
                html.note(
                    f"同意书（{html.text(version)}）签署于 {formats.moment_beijing(account.consent_at)}（{html.text(account.consent_by)}）"
                )
            )
            _signature(user, account)
            st.button("撤回同意书", key="withdraw_consent", on_click=_do, args=(
                lambda: administration.withdraw_consent(user, number), "已撤回；该账号的登录已全部结束，下次登录须重新签署。",
            ))  # fmt: skip
        _outside(user, account)


def _signature(user: User, account: Any) -> None:
    """The signature, when it is asked for: each look is in the log, and it is gone with the next run."""
    if not st.button("查看签字", key="see_signature"):
        return
    try:
        signed = consent.show(user, account.id)
    except consent.ConsentError as error:
        states.banner(str(error), tone="bad")
        return
    if signed is None:
        st.html(html.note("这份同意书由命令行登记，没有手写签字。"))
        return
    consenting.show_signature(signed, account.display_name)


def _outside(user: User, account: Any) -> None:
    """Who the account is at the identity provider; what is typed is kept as a keyed digest and shown to nobody again."""
    try:
        to = oidc.provider()
    except oidc.OidcError:
        to = None
    if to is None and account.outside_hash is None:
        return
    key, number = f"outside_{account.id}", account.id
    known = "已登记" if account.outside_hash else "未登记"
    slots = st.columns([2, 1, 1], vertical_alignment="bottom")
    with slots[0]:
        st.text_input(
            f"{to.name if to else '统一身份认证'}的身份标识（{known}）", key=key, max_chars=255, autocomplete="off",
            placeholder=f"认证系统给出的 {to.claim if to else 'sub'}",
        )  # fmt: skip
    with slots[1]:
        st.button("登记身份", key="set_outside", width="stretch", on_click=_identify, args=(user, number, key))
    with slots[2]:
        st.button("取消登记", key="unset_outside", width="stretch", disabled=account.outside_hash is None, on_click=_do, args=(
            lambda: administration.set_outside(user, number, ""), "已取消；该账号的登录已全部结束。",
        ))  # fmt: skip


def _identify(user: User, number: int, key: str) -> None:
    typed = str(st.session_state.get(key) or "").strip()
    if not typed:
        st.session_state[_SAID] = ("bad", "请填写身份标识。")
        return
    _do(lambda: administration.set_outside(user, number, typed), "已登记；该账号的登录已全部结束。")
    st.session_state[key] = ""


def _new(user: User) -> None:
    with st.container(key="card_new_account"):
        st.html(html.title("新建账号", "首次口令只显示一次，本人首次登录时须修改"))
        slots = st.columns(2)
        with slots[0]:
            login = st.text_input(
                "账号", key="new_login", max_chars=32, autocomplete="off", placeholder="小写字母和数字"
            )
        with slots[1]:
            name = st.text_input("姓名", key="new_name", max_chars=32, autocomplete="off", placeholder="本人姓名")
        role, codes, label = _choose(user, "new", Role.BUREAU, ())
        wanted = Wanted((login or "").strip(), (name or "").strip(), role, codes, label)
        st.button("建立账号", key="create_account", type="primary", on_click=_password, args=(
            wanted.login, lambda: administration.create(user, wanted),
        ))  # fmt: skip


def _choose(user: User, key: str, role: Role, codes: tuple[str, ...]) -> tuple[Role, tuple[str, ...], str]:
    """Role, and the bureaus, towns or village that go with it."""
    slots = st.columns([1, 2])
    with slots[0]:
        chosen = st.selectbox(
            "岗位",
            list(Role),
            index=list(Role).index(role),
            format_func=lambda code: ROLE_NAMES[code],
            key=f"{key}_role",
        )
    kinds = ROLE_SCOPES[chosen]
    with slots[1]:
        kind = kinds[0]
        if len(kinds) > 1:
            # The codes of towns are shorter than those of villages.
            held = ScopeKind.TOWN if codes and len(codes[0]) == 9 else kinds[0]
            kind = st.selectbox(
                "范围级别", list(kinds), index=kinds.index(held), format_func=lambda one: SCOPE_NAMES[one], key=f"{key}_kind"
            )  # fmt: skip
        if kind in (ScopeKind.CITY, ScopeKind.NONE):
            label = "全市" if kind is ScopeKind.CITY else "无业务数据"
            st.html(html.facts([("范围", label)]))
            return chosen, (), label
        known = _areas(user, kind)
        own = [code for code in codes if code in known]
        picked = st.multiselect(
            SCOPE_NAMES[kind], list(known), default=own, key=f"{key}_{kind}", format_func=lambda code: known.get(code, code),
            placeholder="请选择", max_selections=1 if kind is ScopeKind.VILLAGE else None,
        )  # fmt: skip
    return chosen, tuple(picked), "、".join(known[code] for code in picked)


def _areas(user: User, kind: ScopeKind) -> dict[str, str]:
    try:
        if kind is ScopeKind.VILLAGE:
            return names.villages(user)
        return names.bureaus(user) if kind is ScopeKind.BUREAU else names.towns(user)
    except NoSnapshotError:
        states.empty("尚未发布数据", "发布第一版数据后才有主管局、乡镇街道和村社区可选。")
        return {}


def _do(act: Any, done: str) -> None:
    try:
        act()
    except AdministrationError as error:
        st.session_state[_SAID] = ("bad", str(error))
    else:
        st.session_state[_SAID] = ("good", done)


def _password(login: str, act: Any) -> None:
    try:
        first = act()
    except AdministrationError as error:
        st.session_state[_SAID] = ("bad", str(error))
    else:
        words = f"账号 {login} 的首次口令是 {first} ，只显示这一次，请当面交给本人；首次登录时须修改。"
        st.session_state[_SAID] = ("good", words)
        for name in ("new_login", "new_name"):
            st.session_state.pop(name, None)


def _say() -> None:
    said = st.session_state.pop(_SAID, None)
    if said:
        states.banner(said[1], tone=said[0])
