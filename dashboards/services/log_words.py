"""The access log in words: what each action is called, and how an event reads."""

from typing import Any

from dashboards.services import formats

ACTIONS = {
    "sign_in": "登录",
    "sign_in_outside": "统一身份登录",
    "oidc_refused": "统一身份登录失败",
    "sign_in_failed": "登录失败",
    "locked": "账号锁定中",
    "limited": "地址被限",
    "sign_out": "退出",
    "page": "打开页面",
    "query": "查询",
    "page_failed": "页面出错",
    "refused": "拒绝",
    "refused_query": "查询被拒",
    "reveal": "查看明文",
    "look": "查看个人",
    "batch_units": "批量查询单位",
    "batch_persons": "批量查询个人",
    "batch_found": "批量查询结果",
    "upload_refused": "名单未收",
    "export_requested": "申请导出",
    "export_approved": "同意导出",
    "export_rejected": "不同意导出",
    "export_failed": "导出未成",
    "exported": "导出",
    "password_changed": "修改口令",
    "password_refused": "改口令失败",
    "consent_given": "签署同意书",
    "consent_seen": "查看签字",
    "consent_withdrawn": "撤回同意书",
    "password_reset": "重置口令",
    "account_created": "新建账号",
    "account_changed": "调整岗位范围",
    "account_disabled": "停用账号",
    "account_enabled": "启用账号",
    "sessions_ended": "结束登录",
    "audit_search": "检索日志",
    "audit_verified": "校验日志",
    "unusual_use": "异常使用",
    "use_handled": "异常办结",
    "cookie_refused": "伪造会话",
    "ticket_refused": "无效凭证",
    "address_refused": "地址被拒",
    "value_refused": "地址内容无效",
    "session_refused": "登录已失效",
}
BAD = frozenset(
    {
        "page_failed", "sign_in_failed", "locked", "limited", "refused", "password_refused", "unusual_use", "cookie_refused", "ticket_refused",
        "address_refused", "value_refused", "upload_refused", "oidc_refused", "export_failed", "export_rejected",
    }
)  # fmt: skip


def action(code: str) -> str:
    """An action in Chinese."""
    return ACTIONS.get(code, code)


def detail(event: Any) -> str:
    """What an event was about: the query or field, its tables, its rows."""
    parts = [event.query_name, event.tables, f"{event.row_count:,} 行" if event.row_count is not None else ""]
    return " · ".join(part for part in parts if part) or formats.NONE
