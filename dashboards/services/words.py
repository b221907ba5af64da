"""Codes of the warehouse in the words of the trade."""

from collections.abc import Mapping

PAIRS = {"tax_hrss": "税务 ↔ 人社", "tax_nhsa": "税务 ↔ 医保"}
PAIR_AGENCY = {"tax_hrss": "人社", "tax_nhsa": "医保"}
MEASURES = {"bill": "应征", "collection": "征收", "settlement": "入库"}
# Every pair that is reconciled: its two sides, as the columns name them, and what is compared where one pair has one thing only.
SIDES = {
    "tax_hrss": ("税务", "人社"),
    "tax_nhsa": ("税务", "医保"),
    "support_sharing": ("支撑平台", "共享平台"),
    "sharing_front": ("共享平台", "管理子系统"),
    "front_levy": ("管理子系统", "征收子系统"),
    "levy_tips": ("征收子系统", "税库银"),
    "bill_collection": ("征集单", "上解"),
    "levy_settlement": ("上解", "国库入库"),
    "annuity_bank": ("税务确认单据", "银行转账流水"),
    "levy_clearing": ("税务扣款", "结算中心"),
    "clearing_bank": ("结算中心", "银行转账流水"),
    "levy_treasury": ("征收子系统入库", "国库流水"),
    "person_remittance": ("自然人缴款", "上解回盘"),
    "person_settlement": ("自然人缴款", "入库回盘"),
    "person_posting": ("自然人缴款", "到账反馈"),
}
INTERNAL_PAIRS = ("support_sharing", "sharing_front", "front_levy", "levy_tips", "bill_collection", "levy_settlement")
ANNUITY_PAIRS = ("annuity_bank", "levy_clearing", "clearing_bank")
PERSON_PAIRS = ("person_remittance", "person_settlement", "person_posting")
SIDE_STATES = {"success": "成功", "failed": "失败", "missing": "无记录"}
# The four cases of the annuity, in the order of the users' text.
ANNUITY_CASES = {1: "已转账未确认", 2: "未转账已确认", 3: "金额不一致已确认", 4: "金额不一致未确认"}
EXCEPTIONS = {"partial": "部分入库", "one_sided": "单边账", "double": "重复缴纳"}
OUTCOMES = {
    0: "约定时限内",
    1: "双方一致",
    2: "金额不一致",
    3: "税务有效、对方无效",
    4: "税务有、对方无记录",
    5: "税务无效、对方有效",
    6: "税务无记录、对方有",
    7: "双方均无效",
}
BREAKS = (2, 3, 4, 5, 6)
CAUSES = {
    "not_read": "尚未读取",
    "withdrawn_upstream": "对方已撤销发送",
    "voided_upstream": "对方已作废",
    "voided_by_tax": "税务已作废",
    "not_sent": "对方未发送",
    "amount_changed": "金额已变更",
    "partial": "部分缴纳",
    "not_returned": "尚未回盘",
    "returned_unread": "回盘未读取",
    "read_not_posted": "已读取未登账",
    "posted_without_payment": "无缴款已登账",
    "double_posted": "重复登账",
    "crosses_month": "跨月入账",
    "crosses_day": "跨日入账",
    "wrong_item": "险种记错",
    "wrong_agency": "经办机构不同",
    "settled_not_returned": "入库未回盘",
    "settled_not_read": "入库未读取",
    "unknown": "原因待查",
}
STATES = {"open": "未结", "resolved": "已消除", "not_checked": "未检查"}
EVENTS = {
    "opened": "首次发现",
    "changed": "内容变化",
    "resolved": "已消除",
    "reopened": "再次出现",
    "not_checked": "未检查",
}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
CADENCES = {
    "hourly": "每小时",
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "month_end": "月末两天",
    "on_demand": "按需",
}
RULE_KINDS = {
    "anomaly": "疑点",
    "diagnosis": "诊断",
    "list": "清单",
    "proposal": "建议",
    "monitor": "监测",
    "reconciliation": "对账",
}
# The last cause of a diagnosis.
NOT_DECIDED = "not_decided"
PROPOSAL_STATES = {"proposed": "待审批"}
SUBJECTS = {
    "registration": "户籍",
    "bill": "单据",
    "return": "回盘记录",
    "agreement": "三方协议",
    "taxpayer": "纳税人",
    "ticket": "税票",
    "client_account": "客户端账户",
    "client_message": "客户端短信",
    "client_binding": "客户端绑定操作",
    "exchange": "交换库",
    "client_hour": "客户端时段",
    "annuity_agreement": "年金协议",
    "annuity_debit": "年金扣款",
    "batch_item": "批扣明细",
    "cash_receipt": "自收现金票据",
    "employee": "职工",
    "booking": "批扣预约",
    "candidate": "关联候选",
    "insured": "自然人参保登记",
    "special_due": "特殊缴费",
    "special_message": "特殊缴费报文",
    "person_message": "人员报文",
    "person_agreement": "自然人批扣协议",
    "deduction": "自然人批扣清册",
    "person_payment": "自然人缴款",
    "person_return": "个人回盘记录",
    "person_refund": "个人退费",
    "cadre": "村干账户",
    "matching_run": "匹配任务",
    "code": "代码",
    "old_number": "旧编号",
    "town": "街道乡镇",
    "break": "对账差异",
}
DEPARTMENTS = {"HRSS": "人社", "NHSA": "医保"}
BASES = {"amount": "按金额", "bill": "按单据", "employer": "按户数"}
BASIS_UNITS = {"amount": "元", "bill": "笔", "employer": "户"}
CUTS = {
    "insurance": "险种",
    "department": "系统",
    "origin": "征集来源",
    "unit_type": "单位类型",
}
SOURCES = {
    "hrss": "人社交换库",
    "nhsa": "医保交换库",
    "tax_core": "税务核心征管",
    "tax_mgmt": "管理子系统",
    "tax_support": "支撑平台",
    "tax_sharing": "共享平台",
    "tax_levy": "征收子系统",
}
JOBS = {
    "daily_refresh": "每日刷新",
    "hourly_watch": "每小时监测",
    "publish_again": "重新发布",
    "roster_match": "名册再次匹配",
}
# A second look at persons on rosters (P1.3.2): outcomes, what they were matched by, why they were not.
ROSTER_STATES = {"matched": "匹配到一人", "ambiguous": "多人，待认定", "unmatched": "匹配不到"}
ROSTER_CODES = {
    "id_number": "证件号码和姓名",
    "name_and_birth": "姓名和出生日期",
    "name_and_partial_id": "姓名和不完整的证件号码",
    "name_and_town": "姓名和街道乡镇",
    "id_number_only": "证件号码相同、姓名不同",
    "several_candidates": "候选不止一人",
    "no_name_no_id": "没有姓名和证件号码",
    "no_id": "没有证件号码",
    "stopped": "居民医保已停保",
    "other_insurance": "只参加其他险种",
    "id_malformed": "证件号码不可用",
    "not_registered": "查无此人",
}
STATUS = {
    "success": "成功",
    "succeeded": "成功",
    "ok": "正常",
    "pass": "通过",
    "fail": "未通过",
    "failed": "失败",
    "failure": "失败",
    "error": "出错",
    "warn": "提醒",
    "n/a": "不适用",
    "running": "进行中",
    "interrupted": "中断",
    "degraded": "部分完成",
    "started": "进行中",
    "waiting": "等待时段",
    "stopped": "时段结束",
    "published": "已发布",
    "fresh": "及时",
    "stale": "超时未更新",
    "late": "未按时到",
    "missing": "缺失",
    "empty": "无数据",
    "unknown": "未知",
    "match": "一致",
    "equal": "一致",
    "differs": "不一致",
    "mismatch": "不一致",
    "skipped": "跳过",
    "checked": "已检查",
    "not_checked": "未检查",
}


def status_word(value: object) -> str:
    """A status of a run, a check or a table in Chinese; unknown ones as they are."""
    return STATUS.get(str(value or "").strip().lower(), str(value or "—"))


def status_tone(value: object) -> str:
    """good, warn, bad or mute: the colour that goes with a status word."""
    word = str(value or "").strip().lower()
    if word in {"success", "succeeded", "ok", "pass", "published", "fresh", "match", "equal", "checked"}:
        return "good"
    if word in {"fail", "failed", "failure", "error", "mismatch", "differs", "missing", "interrupted"}:
        return "bad"
    if word in {"warn", "stale", "late", "not_checked", "degraded"}:
        return "warn"
    return "mute"


_NOT_CHECKED = {
    "not_run": "本次未运行",
    "upstream_failed": "上游未成功",
    "rule_failed": "规则运行失败",
    "rule_changed": "规则已变更，待重新确认",
}


def not_checked_reason(value: object) -> str:
    """Why a rule was not checked, in Chinese."""
    code, _, detail = str(value or "").partition(":")
    if code == "table_late":
        return f"来源表未按时到：{detail.strip()}"
    return _NOT_CHECKED.get(code, str(value or ""))


# What stands in the place of an insurance item where there is none.
ITEM_GAPS = {"*": "整单", "NONE": "未列险种", "UNKNOWN": "未知险种"}


def pair_name(pair: str, measure: str = "") -> str:
    """Who is compared with whom, and in what, where a pair is compared in several things."""
    first, other = SIDES.get(pair, (pair, ""))
    name = f"{first} ↔ {other}" if other else first
    return f"{name} · {MEASURES[measure]}" if measure in MEASURES else name


def check_message(row: Mapping[str, object]) -> str:
    """What a check says, when it says it in Chinese; the tool's own English only repeats the number of rows."""
    message = str(row.get("message") or "")
    if any("\u4e00" <= character <= "\u9fff" for character in message):
        return message
    if str(row.get("check_name") or "").startswith("no_findings"):
        return "规则有疑点，见疑点数据"
    return "有不符合的行" if row.get("failures") else ""
