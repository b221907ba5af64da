"""The language of cases as data: every act, every key, what it means. The reader checks against it, the docs print it."""

from simulator.casebook.grammar import (
    AGREEMENT,
    ALONE,
    AMOUNT,
    BILL,
    BY,
    EMPLOYER,
    ITEMS,
    KIND,
    LINES,
    NOT,
    ON,
    PART,
    REGISTRATION,
    RETURN,
    SHORT_BY,
    TAXPAYER,
    TICKET,
    Act,
    Key,
)
from simulator.casebook.language_annuity import ANNUITY_ACTS
from simulator.casebook.language_cadre import CADRE_ACTS
from simulator.casebook.language_client import CLIENT_ACTS
from simulator.casebook.language_exchange import EXCHANGE_ACTS
from simulator.casebook.language_insured import INSURED_ACTS
from simulator.casebook.language_person import PERSON_ACTS
from simulator.casebook.language_person_tax import PERSON_TAX_ACTS

# Every act on a bill takes these too: they choose the bill where it is not named.
SELECTORS = (
    Key("employer", "employer", "chooses the bill", "", ("单位", "用人单位")),
    Key("by", "sides", "chooses the bill", "", ("部门", "department")),
)

_FLOW = (BILL, REGISTRATION, EMPLOYER, BY, ON)

ACTS: tuple[Act, ...] = (
    # --- registrations
    Act(
        "registered", "registration",
        "A department sends an employer's registration: base info and one enrolment row per item. Nothing else: tax has "
        "not read it, nobody has associated it.",
        (
            EMPLOYER, BY, ON,
            Key("registration", "new", "a label of your own for it", "`甲 hrss`", ("户籍", "as")),
            PART,
            Key("items", "items", "the items enrolled in", "the usual ones of the unit type", ("险种", "item", "insurance")),
            Key("name", "text", "the name that this department has", "the employer's", ("名称",)),
            Key("uscc", "code", "the credit code that this department has", "the employer's", ("信用代码", "code")),
            Key("unit_no", "key", "the unit number", "a number of its own", ("单位编号",)),
            Key("system", "system", "NNSB, QYMS (hrss), QYYB (nhsa)", "NNSB (hrss), QYYB (nhsa)", ("系统来源",)),
            Key("agency", "agency", "the agency", "that of the bureau's district", ("经办机构",)),
            Key("type", "unit_type", "unit type", "the employer's", ("单位类型",)),
            Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
            Key("project_only", "flag", "yes: enrolled for a construction project only", "no", ("仅工程项目",)),
        ),
        ("base_and_enrolment_sent", "户籍传递", "登记", "register"), "employer",
        "- {act: registered, employer: 甲, by: nhsa, on: 2026-06-01}", "08:30",
    ),
    Act(
        "set_up", "registration",
        "Registered, read by tax, received, processed and associated to the taxpayer, all on that day: a registration in "
        "good order.",
        (
            EMPLOYER, BY, ON,
            Key("registration", "new", "a label of your own for it", "`甲 hrss`", ("户籍", "as")),
            Key("items", "items", "the items enrolled in", "the usual ones of the unit type", ("险种", "item", "insurance")),
            Key("name", "text", "the name that this department has", "the employer's", ("名称",)),
            Key("uscc", "code", "the credit code that this department has", "the employer's", ("信用代码", "code")),
            Key("unit_no", "key", "the unit number", "a number of its own", ("单位编号",)),
            Key("system", "system", "the sending system", "NNSB (hrss), QYYB (nhsa)", ("系统来源",)),
            Key("agency", "agency", "the agency", "that of the bureau's district", ("经办机构",)),
            Key("type", "unit_type", "unit type", "the employer's", ("单位类型",)),
            Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
            Key("project_only", "flag", "yes: enrolled for a construction project only", "no", ("仅工程项目",)),
            Key("taxpayer", "taxpayer", "the taxpayer it is associated to", "the employer's own", ("纳税人",)),
            Key("bureau", "authority", "the bureau of the fee registration", "the taxpayer's", ("主管局",)),
        ),
        ("户籍建立",), "employer", "- {act: set_up, employer: 甲, by: [hrss, nhsa], on: 2026-01-05}", "08:30",
    ),
    Act(
        "enrolled", "registration", "A department sends further enrolment rows of a registration.",
        (REGISTRATION, EMPLOYER, BY, ON, ITEMS, Key("project_only", "flag", "yes: for a construction project only", "no")),
        ("参保",), "employer", "- {act: enrolled, employer: 甲, by: hrss, items: [工伤], on: 2026-06-20}", "08:35",
    ),
    Act(
        "ended", "registration", "The department ends the registration (户籍状态 2 终止).",
        (REGISTRATION, EMPLOYER, BY, ON), ("终止", "registration_ended"), "employer",
        "- {act: ended, employer: 甲, by: hrss, on: 2026-05-06}", "09:00",
    ),
    Act(
        "merged", "registration", "The department merges the registration into another (户籍状态 3 合并).",
        (REGISTRATION, EMPLOYER, BY, ON), ("合并", "并档"), "employer", "- {act: merged, employer: 甲, by: hrss, on: 2026-05-06}",
    ),
    Act(
        "renamed", "registration",
        "One side has a new name: `by: hrss`, `by: nhsa` (their base info) or `by: tax` (the taxpayer's name). Several "
        "sides: a list; without `by`: all three.",
        (
            REGISTRATION, EMPLOYER, TAXPAYER, Key("by", "sides", "hrss, nhsa, tax or several", "all three", ("部门", "side")), ON,
            Key("to", "text", "the new name; `null` for a blank one", "required", ("name", "名称")),
        ),
        ("更名", "改名"), "employer", "- {act: renamed, employer: 甲, by: nhsa, to: 南宁甲实业有限公司, on: 2026-06-03}", "09:00",
    ),
    Act(
        "recoded", "registration", "One side has another credit code (taxpayers: taxpayer id and credit code).",
        (
            REGISTRATION, EMPLOYER, TAXPAYER, Key("by", "sides", "hrss, nhsa, tax or several", "all three", ("部门", "side")), ON,
            Key("uscc", "code", "the new code; `null` for a blank one", "required", ("to", "信用代码", "code")),
        ),
        ("换码",), "employer", "- {act: recoded, employer: 甲, by: hrss, uscc: null, on: 2026-06-03}",
    ),
    # --- tax register
    Act(
        "associated", "tax register",
        "Tax ties a registration to a taxpayer (关联). Brings with it that tax has read and processed the registration.",
        (
            REGISTRATION, EMPLOYER, BY, ON,
            Key("to", "taxpayer", "the taxpayer", "the employer's own", ("taxpayer", "纳税人")),
            Key("bureau", "authority", "the bureau (or sub-office) of the fee registration", "the taxpayer's bureau", ("主管局",)),
            ALONE, NOT,
        ),
        ("关联",), "employer", "- {act: associated, employer: 甲, by: nhsa, to: 乙, bureau: 风景区, on: 2026-03-02}", "14:00",
    ),
    Act(
        "association_cancelled", "tax register", "The association of a registration is cancelled (取消关联).",
        (REGISTRATION, EMPLOYER, BY, ON), ("取消关联", "disassociated"), "employer",
        "- {act: association_cancelled, employer: 甲, by: hrss, on: 2026-04-01}", "14:00",
    ),
    Act(
        "marked_invalid", "tax register", "The fee registration is marked an invalid household (无效户).",
        (REGISTRATION, EMPLOYER, BY, ON), ("无效户",), "employer", "- {act: marked_invalid, employer: 甲, by: nhsa, on: 2026-04-01}",
    ),
    Act(
        "moved", "tax register",
        "Another bureau becomes responsible. With `by`: only that department's fee registration; with `by: tax`: only the "
        "taxpayer; without `by`: the taxpayer and all its fee registrations.",
        (
            REGISTRATION, EMPLOYER, TAXPAYER, Key("by", "sides", "hrss, nhsa, tax or several", "everything", ("部门", "side")), ON,
            Key("to", "authority", "the bureau or sub-office", "required", ("bureau", "主管局")),
        ),
        ("变更主管局", "迁移"), "employer", "- {act: moved, employer: 甲, by: nhsa, to: 风景区, on: 2026-03-02}", "14:00",
    ),
    Act(
        "deregistered", "tax register", "The taxpayer is deregistered (07 注销).",
        (EMPLOYER, TAXPAYER, ON), ("注销", "税务注销"), "employer", "- {act: deregistered, employer: 甲, on: 2026-03-16}",
    ),
    Act(
        "abnormal", "tax register", "The taxpayer is found abnormal (05 非正常).",
        (EMPLOYER, TAXPAYER, ON), ("非正常",), "employer", "- {act: abnormal, employer: 甲, on: 2026-03-16}",
    ),
    Act(
        "restored", "tax register", "The taxpayer is normal again (03 正常).",
        (EMPLOYER, TAXPAYER, ON), ("恢复正常",), "employer", "- {act: restored, employer: 甲, on: 2026-05-18}",
    ),
    # --- beside the registers
    Act(
        "check_failed", "registry",
        "A check of the support platform fails for a registration: the counter cannot tie it, or it cannot be pushed (户籍校验不通过).",
        (REGISTRATION, EMPLOYER, BY, ON, Key("reason", "text", "the words of the check: 已并档, 险种重复, 配置信息错误 …", "required", ("原因",)),
         Key("code", "text", "校验规则代码", "the code of a check of that name", ("校验规则",)),
         Key("solved", "moment", "when it was solved", "not yet", ("解决时间",))),
        ("校验不通过", "户籍校验不通过"), "employer", "- {act: check_failed, employer: 甲, by: nhsa, reason: 险种重复, on: 2026-06-10}", "10:30",
    ),
    Act(
        "unit_type_listed", "registry", "A section supplies a list with the right unit type of an employer (单位类型核对清册).",
        (EMPLOYER, ON, Key("type", "unit_type", "the right unit type", "required", ("单位类型",)),
         Key("uscc", "code", "the code on the list; `null` for none", "the employer's", ("信用代码",)),
         Key("name", "text", "the name on the list", "the employer's", ("名称",))),
        ("清册",), "employer", "- {act: unit_type_listed, employer: 甲, type: 事业, on: 2026-06-10}", "15:00",
    ),
    Act(
        "unit_type_kept", "registry", "A clerk of tax keeps another unit type of a registration than the one that was sent (单位类型维护).",
        (REGISTRATION, EMPLOYER, BY, ON, Key("type", "unit_type", "the unit type kept", "required", ("单位类型",))),
        ("维护单位类型",), "employer", "- {act: unit_type_kept, employer: 甲, type: 事业, on: 2026-06-12}", "15:20",
    ),
    Act(
        "project_told", "registry",
        "HRSS says which construction project a bill is for (征集工程项目信息). What is not given is as in the register: each project bill has a "
        "registered project of its own.",
        (BILL, ON, Key("number", "text", "项目编号 on the bill; `null` for none", "the registered one", ("项目编号",)),
         Key("name", "text", "项目名称 on the bill", "the registered one", ("项目名称",)),
         Key("address", "text", "项目地址 on the bill", "the registered one", ("项目地址",)),
         Key("district", "text", "行政区划代码 on the bill; `null` for none", "450103", ("行政区划",)),
         Key("registered", "flag", "no: the project is not in the register", "yes", ("已登记",))),
        ("项目信息",), "bill", "- {act: project_told, bill: b1, district: '450100', on: 2026-06-10}", "09:05",
    ),
    Act(
        "batch_booked", "registry",
        "An employer books a month's batch deduction for a registration; two days later the to-deduct list is made, or cannot be made.",
        (REGISTRATION, EMPLOYER, BY, ON, Key("period", "month", "费款所属期", "the month of the day", ("所属期",)),
         Key("bureau", "authority", "预约税务机关", "the registration's", ("主管局",)),
         Key("generated", "text", "yes, no (无法生成) or waiting", "yes", ("生成",)),
         Key("reason", "text", "why not", "", ("原因",))),
        ("批扣预约",), "employer", "- {act: batch_booked, employer: 甲, by: hrss, bureau: 江南, generated: no, on: 2026-06-08}", "09:20",
    ),
    Act(
        "in_old_system", "registry",
        "The old Nanning system had the employer when medical insurance was split off on the day (原南宁系统户籍), under the number of its HRSS registration; "
        "under another number it is called `甲 old`.",
        (EMPLOYER, ON, Key("medical", "flag", "it carried medical insurance then", "yes", ("含医疗",)),
         Key("ended", "flag", "it had ended then", "no", ("已终止",)), Key("split", "flag", "no: not split off yet", "yes", ("已剥离",)),
         Key("unit_no", "key", "another unit number", "that of the HRSS registration", ("单位编号",)),
         Key("name", "text", "the name in the old system", "the employer's", ("名称",)),
         Key("uscc", "code", "the code in the old system", "the employer's", ("信用代码",))),
        ("原系统户籍",), "employer", "- {act: in_old_system, employer: 甲, on: 2022-12-01}", "08:00",
    ),
    Act(
        "items_pushed", "registry",
        "The client asks the employer to confirm the insurance items of a tied registration; with `confirmed` the employer has done so that day.",
        (REGISTRATION, EMPLOYER, BY, ON, ITEMS, Key("confirmed", "moment", "when it was confirmed", "not yet", ("确认时间",))),
        ("险种待确认",), "employer", "- {act: items_pushed, employer: 甲, by: nhsa, on: 2026-06-03}", "14:10",
    ),
    Act(
        "failed_return", "registry", "Nobody has paid a bill: tax returns it to the department as failed (失败回盘), item by item, without a payment.",
        (BILL, ON), ("失败回盘",), "bill", "- {act: failed_return, bill: b1, on: 2026-05-29}", "20:10",
    ),
    # --- agreements
    Act(
        "signed", "agreement", "A tri-party agreement (三方协议) is signed; by default verified, for batch debit.",
        (
            Key("agreement", "new", "a label of your own", "x1, x2, …", ("协议", "as")),
            EMPLOYER, TAXPAYER, ON,
            Key("bank", "bank", "bank by name or class code (102 工商银行 …)", "102", ("银行", "行别")),
            Key("account", "key", "account number, or a label such as K1 for one that is used twice", "an account of its own", ("账号", "账户")),
            Key("account_name", "text", "name of the account", "the taxpayer's", ("户名",)),
            Key("authority", "authority", "tax authority of the agreement (税款所属机关)", "the taxpayer's bureau", ("所属机关", "bureau")),
            Key("batch", "flag", "批扣标志", "yes", ("批扣", "批扣标志")),
            Key("verified", "verification", "passed, failed or no (未验证)", "passed", ("验证", "验证状态")),
            Key("through", "signed_through", "counter (前台) or client (客户端)", "counter", ("channel", "渠道")),
            Key("branch", "text", "开户银行行号, whose characters 4 to 7 say the city (6110: 南宁)", "the bank's in 南宁", ("行号", "开户行")),
        ),
        ("签约", "签订三方协议", "agreement_signed", "signed_agreement"), "employer",
        "- {act: signed, agreement: x1, employer: 甲, on: 2025-08-04, bank: 农行, account: K1}", "10:00",
    ),
    Act(
        "agreement_ended", "agreement", "The agreement is ended (协议状态 2 终止).",
        (AGREEMENT, ON), ("协议终止", "解约"), "agreement", "- {act: agreement_ended, agreement: x1, on: 2026-02-03}",
    ),
    # --- bills
    Act(
        "billed", "bill",
        "A department assesses a bill and sends it: summary, processing lines and person details, all consistent. Nothing "
        "else: tax has not read it.",
        (
            Key("bill", "new", "a label of your own", "b1, b2, …", ("单据", "征集单", "as")),
            EMPLOYER, REGISTRATION, Key("by", "departments", "hrss or nhsa", "from the items; else hrss", ("部门",)), ON,
            Key("period", "month", "费款所属期", "the month of `on`", ("所属期", "费款所属期")),
            LINES,
            Key("amount", "amount", "instead of lines: one line of the main item (城职养老, 机关养老 or 城职医疗)", "1000.00", ("金额",)),
            Key("persons", "number", "number of persons", "2", ("人数",)),
            Key("serial", "key", "征集通知流水号, or `{same_as: b1}`", "a serial of its own", ("流水号", "征集通知流水号")),
            Key("batch", "text", "传输批次号", "from the date", ("批次", "批次号", "传输批次号")),
            Key("origin", "origin", "1 核定征集, 2 自行申报, 3 特殊缴费", "1", ("来源", "单据来源")),
            Key("project", "flag", "工程项目标志", "no", ("工程项目",)),
            Key("agency", "agency", "the agency", "that of the registration", ("经办机构",)),
            Key("unit_no", "key", "the unit number on the bill", "that of the registration", ("单位编号",)),
            Key("system", "system", "the sending system", "that of the registration", ("系统来源",)),
            Key("without", "table_parts", "tables that are missing: summary, processing, detail", "", ("缺", "missing")),
            Key("summary", "amount", "another amount in the summary table", "Σ lines", ("汇总金额",)),
            Key("processing", "lines", "other amounts in the processing table", "the lines", ("处理金额",)),
            Key("detail", "lines", "other amounts in the detail table", "the lines", ("明细金额",)),
            Key("known_to", "bill_sides", "both, agency or tax: `tax` is a bill that the department does not have", "both", ("sides",)),
        ),
        ("传递征集单", "核定", "bill_sent"), "employer",
        "- {act: billed, bill: b1, employer: 甲, by: hrss, on: 2026-06-05, lines: {城职养老: 2400.00, 失业: 100.00}}", "09:00",
    ),
    Act(
        "resent", "bill", "The department sends the bill again: same serial, new batch, else a copy (or with other lines).",
        (
            BILL, ON, Key("as", "new", "a label for the new one", "`b1 again`", ("to", "新单据")),
            Key("batch", "text", "传输批次号", "from the date", ("批次", "批次号")), LINES, AMOUNT,
            Key("serial", "key", "another serial", "the same", ("流水号",)),
        ),
        ("重传", "重新推送", "sent_again"), "bill", "- {act: resent, bill: b1, as: b1x, on: 2026-06-12}",
    ),
    Act(
        "changed", "bill",
        "A side changes the bill's amounts under the same serial and batch: `by: agency` (its three tables) or `by: tax` "
        "(what tax holds).",
        (BILL, ON, LINES, Key("by", "bill_side", "agency or tax", "agency", ("side", "部门"))),
        ("变更金额",), "bill", "- {act: changed, bill: b1, by: agency, lines: {城职养老: 2500.00}, on: 2026-06-10}",
    ),
    Act(
        "withdrawn", "bill",
        "Withdrawn upstream (撤销发送): a bill, a registration (with `only`: one of its two tables; with `items`: some "
        "enrolments), or with `kind`/`return` what tax had returned for a bill.",
        (BILL, REGISTRATION, EMPLOYER, BY, ON, PART, ITEMS, Key("kind", "return_kind", "the returned rows: remittance, settlement or both", "", ("类型",)),
         RETURN, TICKET),
        ("撤销", "撤销发送"), "bill", "- {act: withdrawn, bill: b1, on: 2026-06-09}", "15:00",
    ),
    Act(
        "voided", "bill",
        "Marked void (作废): the bill by its department (`by: agency`) or by tax (`by: tax`); with `ticket`: that invoice; "
        "with `what: invoices` or `what: declaration`: these of the bill.",
        (BILL, TICKET, ON, Key("by", "bill_side", "agency or tax", "agency", ("side", "部门")),
         Key("what", "void_what", "bill, invoices or declaration", "bill (ticket: invoices)", ("对象",)), ITEMS),
        ("作废",), "bill", "- {act: voided, bill: b1, by: tax, on: 2026-06-25}", "16:00",
    ),
    Act(
        "write_off_started", "bill", "Tax has started the write-off (发起核销) without a result.",
        (BILL, ON), ("发起核销",), "bill", "- {act: write_off_started, bill: b1, on: 2026-06-20}", "15:00",
    ),
    # --- the way of a bill or a registration through tax
    Act(
        "read_by_tax", "way",
        "Tax reads a bill or a registration from the exchange; the support platform receives it and its check passes. With "
        "`received: no` only the read flag is set.",
        (*_FLOW, PART, ITEMS,
         Key("received", "flag", "no: only the read flag", "yes", ("接收",)),
         Key("validation", "validation", "passed, failed or none (未校验)", "passed", ("校验",)), ALONE, NOT),
        ("税务读取", "read", "tax_read"), "bill", "- {act: read_by_tax, bill: b1, on: 2026-06-08}", "10:00",
    ),
    Act(
        "received", "way", "The support platform receives it (支撑平台接收), whatever the read flag says.",
        (*_FLOW, Key("validation", "validation", "passed, failed or none (未校验)", "passed", ("校验",)),
         Key("lines", "lines", "other amounts than the department's, as tax holds them", "the same", ("明细",))),
        ("接收", "支撑平台接收"), "bill", "- {act: received, bill: b1, on: 2026-06-08}", "10:05",
    ),
    Act(
        "intercepted", "way", "The support platform's check fails (校验不通过): the bill goes no further.",
        (*_FLOW, Key("reason", "text", "the reason", "校验不通过", ("原因", "拦截原因")), ALONE, NOT),
        ("拦截", "validation_failed"), "bill", "- {act: intercepted, bill: b1, reason: 年金未拆分, on: 2026-06-08}", "10:05",
    ),
    Act(
        "pushed", "way", "The support platform pushes it to the sharing platform (推送标志 1).",
        (*_FLOW, ALONE, NOT), ("推送",), "bill", "- {act: pushed, bill: b1, on: 2026-06-08}", "10:10",
    ),
    Act(
        "shared", "way", "The sharing platform receives it and writes the result back (反写 1; `written_back: no`: does not).",
        (*_FLOW, Key("written_back", "flag", "whether the result is written back", "yes", ("反写",)), ALONE, NOT),
        ("进入共享平台",), "bill", "- {act: shared, bill: b1, on: 2026-06-08, written_back: no}", "10:20",
    ),
    Act(
        "entered_front", "way", "It enters the front database of the management subsystem (前置库); not processed yet.",
        (*_FLOW, ALONE, NOT), ("进入前置库", "front"), "bill", "- {act: entered_front, bill: b1, on: 2026-06-08}", "10:30",
    ),
    Act(
        "processed", "way", "The front database has processed it (处理状态 1).",
        (*_FLOW, ALONE, NOT), ("处理成功",), "bill", "- {act: processed, bill: b1, on: 2026-06-08}", "10:40",
    ),
    Act(
        "process_failed", "way", "Processing in the front database failed (处理状态 2).",
        (*_FLOW, Key("reason", "text", "the reason", "户籍未关联", ("原因", "失败原因")), ALONE, NOT),
        ("处理失败",), "bill", "- {act: process_failed, bill: b1, reason: 未分配科所, on: 2026-06-08}", "10:40",
    ),
    # --- money
    Act(
        "declared", "money", "The employer declares (申报): the whole bill, or the lines given.",
        (BILL, ON, LINES, ALONE, NOT), ("申报",), "bill", "- {act: declared, bill: b1, on: 2026-06-09}", "11:00",
    ),
    Act(
        "invoiced", "money",
        "An invoice (缴款书) is issued: for all that is not yet invoiced, or for `lines`, `items` or `amount` of it.",
        (BILL, ON, Key("ticket", "new", "a label of your own", "`b1 ticket 1`, …", ("税票", "as", "invoice")), LINES, ITEMS, AMOUNT,
         Key("channel", "channel", "1 三方实时, 2 批扣, 3 银行端查询, 4 自收现金, 5 年金托收", "1 (职业年金: 5)", ("缴款方式", "method")), ALONE, NOT),
        ("开票",), "bill", "- {act: invoiced, bill: b1, items: [城职养老], channel: 批扣, on: 2026-06-10}", "11:10",
    ),
    Act(
        "deducted", "money",
        "A debit is sent to the bank and comes back: `result` 成功, or a code or text such as 余额不足 or 24007, or `none`: "
        "not back yet. A success alone does not remit: see `paid`.",
        (BILL, TICKET, ON, Key("result", "bank_result", "code or text of the bank; none: no answer yet", "成功", ("返回", "code", "reason", "结果")),
         Key("text", "text", "the bank's own text", "that of the code", ("返回信息",)),
         Key("returned_on", "moment", "when the bank answered", "10 minutes later; batch: the next working day", ("返回时间",)),
         Key("agreement", "agreement", "the agreement debited", "the taxpayer's only one", ("协议",)),
         Key("channel", "channel", "kind of debit", "that of the invoice", ("扣款类型", "method")), AMOUNT, ALONE, NOT),
        ("扣款",), "bill", "- {act: deducted, bill: b1, on: 2026-06-20, result: 余额不足}", "11:20",
    ),
    Act(
        "remitted", "money",
        "The bank remits (上解): what of the invoices is not yet remitted, or `lines`, `items`, `amount`. With amount or "
        "lines beyond the rest: a double payment.",
        (BILL, TICKET, ON, LINES, ITEMS, AMOUNT, Key("channel", "channel", "channel of an invoice that is filled in", "1", ("缴款方式", "method")), ALONE, NOT),
        ("上解",), "bill", "- {act: remitted, bill: b1, on: 2026-06-20}", "11:40",
    ),
    Act(
        "paid", "money",
        "The bill is paid, in whole or with `lines`/`items`/`amount` in part: invoice of the whole bill (when none was "
        "issued), successful debit, remittance. Not yet settled, not returned.",
        (BILL, TICKET, ON, LINES, ITEMS, AMOUNT, Key("channel", "channel", "channel of an invoice that is filled in", "1", ("缴款方式", "method")), ALONE, NOT),
        ("缴款", "缴费"), "bill", "- {act: paid, bill: b1, amount: 1000.00, on: 2026-06-20}", "11:40",
    ),
    Act(
        "settled", "money",
        "The treasury books it (入库): what is remitted and not yet settled, or `lines`, `items`, `amount`. Never 职业年金.",
        (BILL, TICKET, ON, LINES, ITEMS, AMOUNT, ALONE, NOT), ("入库",), "bill", "- {act: settled, bill: b1, on: 2026-06-22}", "14:30",
    ),
    Act(
        "returned", "money",
        "Tax returns the result (回盘) into the department's table: `kind: remittance` (上解回盘, the default), "
        "`kind: settlement` (入库回盘) or both. Not read yet.",
        (BILL, TICKET, ON, KIND, ITEMS, LINES, AMOUNT, Key("return", "new", "a label of your own", "", ("as", "回盘")),
         Key("failed", "flag", "yes: 回盘状态 2, nothing was written to the exchange", "no", ("失败",)), ALONE, NOT),
        ("回盘",), "bill", "- {act: returned, bill: b1, kind: settlement, on: 2026-06-23}", "15:00",
    ),
    Act(
        "read_by_agency", "money",
        "The department reads what tax returned: `kind` remittance, settlement or both (default: all that was returned). "
        "Brings the return (of the remittance) when there is none.",
        (BILL, TICKET, RETURN, ON, Key("kind", "return_kind", "remittance, settlement or both", "whatever was returned", ("类型",)), ITEMS, ALONE, NOT),
        ("人社读取", "医保读取", "部门读取", "read_by_department"), "bill", "- {act: read_by_agency, bill: b1, on: 2026-06-23}", "16:00",
    ),
    Act(
        "posted", "money",
        "The department posts the money to the employer's account (登账/到账确认): what it has read and not yet posted, or "
        "`lines`, `items`, `amount`. Posting again posts twice.",
        (BILL, TICKET, ON, LINES, ITEMS, AMOUNT, ALONE, NOT), ("登账", "到账确认"), "bill", "- {act: posted, bill: b1, on: 2026-06-24}", "16:30",
    ),
    Act(
        "completed", "money",
        "The whole way at once: paid on that day, settled and both results returned, read and posted by the next working "
        "day. With `until`: only up to that step.",
        (BILL, ON, Key("until", "step", "the last step, e.g. `until: declared`", "posted", ("到",)),
         Key("channel", "channel", "payment channel", "1", ("缴款方式", "method")), NOT),
        ("goes_through", "reaches", "走到"), "bill", "- {act: completed, bill: b1, on: 2026-06-20, until: remitted}", "11:00",
    ),
    Act(
        "batch_debit", "money",
        "Batch debits month by month, each with its own bill, invoice and bank answer: the short way to write 连续多月批扣. "
        "With a success the bill is paid and everything after it is done.",
        (EMPLOYER, REGISTRATION, SHORT_BY, Key("months", "months", "the months: `[2026-04, 2026-05, 2026-06]`", "required", ("month", "月份")),
         Key("result", "bank_result", "the bank's answer; none: no answer", "余额不足", ("返回", "reason", "结果", "code")),
         Key("text", "text", "the bank's own text", "that of the code", ("返回信息",)),
         Key("day", "number", "day of the month of the debit (its answer comes on the next working day)", "20", ("日",)),
         Key("amount", "amount", "amount of each bill", "1000.00", ("金额",)), AGREEMENT),
        ("批扣", "batch_deducted", "批量扣款"), "employer",
        "- {act: batch_debit, employer: 甲, by: hrss, months: [2026-04, 2026-05, 2026-06], result: 余额不足}", "11:20",
    ),
    Act(
        "monthly", "money",
        "Bills month by month, each taken up to `until` (default: the whole way): the short way to write regular payment.",
        (EMPLOYER, REGISTRATION, SHORT_BY, Key("months", "months", "the months", "required", ("month", "月份")),
         Key("until", "step", "the last step of each", "posted", ("到",)),
         Key("day", "number", "day of the month on which it is paid (its bill is sent on the 5th or `day`)", "15", ("日",)),
         LINES, Key("amount", "amount", "amount of each bill", "1000.00", ("金额",)),
         Key("channel", "channel", "payment channel", "1", ("缴款方式", "method"))),
        ("每月缴费",), "employer", "- {act: monthly, employer: 甲, by: hrss, months: [2026-04, 2026-05], until: remitted}", "11:00",
    ),
    *CLIENT_ACTS,
    *ANNUITY_ACTS,
    *INSURED_ACTS,
    *PERSON_ACTS,
    *PERSON_TAX_ACTS,
    *CADRE_ACTS,
    *EXCHANGE_ACTS,
)  # fmt: skip

STEPS: tuple[str, ...] = (
    "billed", "read_by_tax", "received", "pushed", "shared", "entered_front", "processed", "declared", "invoiced",
    "deducted", "remitted", "settled", "returned", "read_by_agency", "posted",
)  # fmt: skip
STEP_WORDS: dict[str, str] = {
    "读取": "read_by_tax", "税务读取": "read_by_tax", "read": "read_by_tax", "接收": "received", "推送": "pushed",
    "共享平台": "shared", "前置库": "entered_front", "front": "entered_front", "处理": "processed", "申报": "declared",
    "开票": "invoiced", "扣款": "deducted", "上解": "remitted", "paid": "remitted", "缴款": "remitted", "入库": "settled",
    "回盘": "returned", "登账": "posted", "到账确认": "posted",
} | {step: step for step in STEPS}  # fmt: skip

_SIDE_KEYS: tuple[Key, ...] = (
    Key("name", "text", "the name that this department has", "the employer's", ("名称",)),
    Key("uscc", "code", "the credit code that this department has", "the employer's", ("信用代码", "code")),
    Key("unit_no", "key", "unit number", "a number of its own", ("单位编号",)),
    Key("system", "system", "NNSB, QYMS, QYYB", "NNSB (hrss), QYYB (nhsa)", ("系统来源",)),
    Key("agency", "agency", "the agency", "that of the bureau's district", ("经办机构",)),
    Key("type", "unit_type", "unit type", "the employer's", ("单位类型",)),
    Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
    Key("items", "items", "the items enrolled in", "the usual ones of the unit type", ("险种",)),
    Key("project_only", "flag", "enrolled for a construction project only", "no", ("仅工程项目",)),
    Key("on", "moment", "when it was sent", "well before as_of (January of the year before)", ("日期",)),
    Key("only", "registration_part", "base or enrolment: only this table was sent", "both", ("part",)),
    Key("read", "read", "no (never), yes (same day) or the day tax read it", "yes", ("税务读取",)),
    Key(
        "associated",
        "associated",
        "no, yes, or the label of the taxpayer it is associated to",
        "yes",
        ("关联", "taxpayer"),
    ),
    Key("bureau", "authority", "bureau (or sub-office) of the fee registration", "the taxpayer's", ("主管局",)),
    Key("assigned_bureau", "authority", "bureau that the support platform assigned", "the employer's", ("清分主管局",)),
    Key("status", "registration_status", "valid, ended, merged", "valid", ("状态",)),
    Key("ended_on", "moment", "the day it ended or merged", "", ("终止日期",)),
    Key("updated", "moment", "when the department last changed it", "when it was sent", ("更新时间",)),
)

_TAX_KEYS: tuple[Key, ...] = (
    Key("name", "text", "name in the tax register", "the employer's", ("名称",)),
    Key("taxpayer_no", "code", "taxpayer id (识别号): a code as for `uscc`", "the employer's credit code", ("识别号",)),
    Key("uscc", "code", "credit code in the tax register", "as taxpayer_no", ("信用代码", "code")),
    Key("status", "taxpayer_status", "normal, abnormal, deregistered", "normal", ("状态",)),
    Key("status_date", "moment", "day of that status", "", ("状态日期",)),
    Key(
        "entity_type",
        "entity_type",
        "课征主体: 单位纳税人 1110, 个体经营 1120, 临时登记 1200, 组织临时登记 1210",
        "1110 (个体: 1120)",
        ("课征主体",),
    ),
    Key("bureau", "authority", "bureau", "the employer's", ("主管局",)),
    Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
    Key("on", "moment", "day of registration", "January of the year before", ("日期",)),
    Key("updated", "moment", "when tax last changed it", "the day of registration", ("更新时间",)),
)

CAST_EMPLOYER: tuple[Key, ...] = (
    Key("name", "text", "name of the employer, the same on all sides", "南宁<label>有限责任公司", ("名称",)),
    Key(
        "uscc",
        "code",
        "credit code: auto, a label (K1), a literal code, null, or `{of: 乙, form: full_width}`",
        "auto",
        ("信用代码", "code"),
    ),
    Key("bureau", "bureau", "responsible bureau", "青秀", ("主管局", "局")),
    Key("type", "unit_type", "企业, 机关, 事业, 个体, 其他", "企业", ("单位类型",)),
    Key("agency", "agency", "agency of both departments", "that of the bureau's district", ("经办机构",)),
    Key("town", "raw", "town on all sides, by name or code", "the first town of the bureau", ("街道乡镇",)),
    Key(
        "registered",
        "registered",
        "which departments have it: both, hrss, nhsa, none, a list",
        "both, unless acts register it",
        ("户籍",),
    ),
    Key("hrss", "side", "what is particular at HRSS (keys below), or no", "", ("人社",)),
    Key("nhsa", "side", "what is particular at NHSA (keys below), or no", "", ("医保",)),
    Key("tax", "taxside", "what is particular in the tax register (keys below), or no", "", ("税务",)),
)
CAST_REGISTRATION: tuple[Key, ...] = (
    Key("employer", "employer", "the employer", "the only one", ("单位",)),
    Key("by", "department", "hrss or nhsa", "required", ("部门",)),
    *_SIDE_KEYS,
)
CAST_TAXPAYER: tuple[Key, ...] = (
    Key("employer", "employer", "the employer whose name and code it has", "none", ("单位",)),
    *_TAX_KEYS,
)
CAST_SIDE = _SIDE_KEYS
CAST_TAX = _TAX_KEYS

CODE_FORMS = {
    "lower_case": "letters in lower case",
    "full_width": "full-width digits and letters",
    "spaced": "a blank inside",
    "padded": "blanks at both ends",
    "org_code9": "the nine characters of the organisation code",
    "org_code10": "the organisation code written with a hyphen before its check character",
    "old15": "an old 15-digit taxpayer id that contains the organisation code",
}

CASE_KEYS: tuple[Key, ...] = (
    Key("case", "text", "name of the case: requirement and what it shows", "required", ("name", "案例")),
    Key(
        "as_of", "date", "the business date; the end of that day is the last moment known", "2026-06-30", ("业务日期",)
    ),
    Key(
        "why", "text", "the sentence of the users' text that decides it (for readers)", "", ("note", "because", "说明")
    ),
    Key(
        "batch_month",
        "month",
        "A8.4: the city's latest month with returned batch debits",
        "the case's own latest",
        ("批扣月份",),
    ),
    Key("cast", "cast", "who takes part", "one employer", ("角色",)),
    Key("acts", "acts", "what happened", "nothing", ("经过",)),
    Key("raw", "raw", "odd values put into exchange tables after everything else", "", ("原始",)),
    Key("expect", "expect", "what must be found, not found, computed", "required", ("期望",)),
)

EXPECT_KEYS: tuple[Key, ...] = (
    Key("found", "findings", "findings that must be there", "", ("应发现",)),
    Key(
        "not_found",
        "findings",
        "findings that must not be there; a bare rule id: none about anybody of the case",
        "",
        ("不应发现",),
    ),
    Key(
        "only",
        "rules",
        "exactly these rules, and no other, find anything about anybody of the case",
        "",
        ("only_found", "仅发现"),
    ),
    Key("metric", "metrics", "metrics over the case's own cast", "", ("metrics", "指标")),
    Key("break", "breaks", "breaks of the reconciliation that must be there", "", ("breaks", "差异")),
    Key("no_break", "breaks", "breaks that must not be there", "", ("no_breaks", "无差异")),
    Key("reconciled", "reconciled", "numbers of the reconciliation by item × agency × employer", "", ("对账",)),
    Key(
        "bucket", "buckets", "the three settlement buckets over the case's own bills", "", ("buckets", "三口径", "口径")
    ),
    Key(
        "received",
        "received",
        "the table by insurance item over the case's own bills",
        "",
        ("by_item", "按险种", "全量接收"),
    ),
)
FINDING_KEYS: tuple[Key, ...] = (
    Key("rule", "rule", "the rule id", "required", ("规则",)),
    Key(
        "subject",
        "subject",
        "what is named: a label (`b1`, `甲`, `甲 nhsa`, `x1`, a return's or a ticket's)",
        "anybody of the case",
        ("对象",),
    ),
    Key("bill", "subject", "the same, said more exactly", "", ("单据",)),
    Key("employer", "subject", "any registration, bill, taxpayer or agreement of the employer", "", ("单位",)),
    Key("registration", "subject", "a registration", "", ("户籍",)),
    Key("taxpayer", "subject", "a taxpayer", "", ("纳税人",)),
    Key("agreement", "subject", "an agreement", "", ("协议",)),
    Key("by", "department", "hrss or nhsa", "", ("部门", "department")),
    Key("kind", "return_kind", "of a returned row: remittance or settlement", "", ("类型",)),
    Key("reason", "reason", "the reason code (see below) or its Chinese words", "", ("原因",)),
    Key("count", "number", "how many rows exactly", "at least one", ("条数",)),
    Key("amount", "amount", "the amount", "", ("金额",)),
    Key("insurance", "item", "the insurance item", "", ("item", "险种")),
    Key("period", "month", "the period", "", ("所属期",)),
    Key("bureau", "bureau", "the bureau", "", ("主管局",)),
    Key("since", "date", "the day the wrong state began", "", ("起始日期",)),
    Key("age", "number", "age in working days", "", ("天数",)),
    Key("evidence", "text", "words that the evidence sentence contains", "", ("依据",)),
    Key("columns", "columns", "any other column of the rule's model: `{newer_side: NHSA}`", "", ("列",)),
)
METRIC_KEYS: tuple[Key, ...] = (
    Key(
        "name",
        "metric_name",
        "id, Chinese name or requirement id of a metric (list below)",
        "collection_rate",
        ("metric", "指标"),
    ),
    Key("basis", "basis", "where a metric is measured in several: amount, bill or employer", "amount", ("口径",)),
    Key("per", "per", "day, week, month, quarter, year, fee_year", "month", ("期间类型",)),
    Key(
        "period",
        "period",
        "the period: a month; a day or a week's Monday; `2026Q2`; a year",
        "the one that as_of lies in",
        ("所属期", "期间"),
    ),
    Key("bureau", "bureau", "only this bureau", "the city", ("主管局",)),
    Key("town", "text", "only this town (code)", "", ("街道乡镇",)),
    Key("insurance", "item", "only this insurance item", "", ("item", "险种")),
    Key("levy_item", "text", "only this levy item (征收项目 code)", "", ("征收项目",)),
    Key("department", "department", "only this department", "", ("by", "部门")),
    Key("origin", "origin", "only this bill origin", "", ("来源",)),
    Key("unit_type", "unit_type", "only this unit type", "", ("type", "单位类型")),
    Key("agency", "agency", "only this agency", "", ("经办机构",)),
    Key("channel", "channel", "only this way of payment", "", ("缴款方式",)),
    Key("system", "system", "only this sending system", "", ("系统来源", "source_system")),
    Key("cut", "cut", "any other cut: `{void_reason: intercepted}`, `{place: '2'}`", "", ("切片",)),
    Key("numerator", "amount", "the numerator; of a count or a sum its value", "", ("分子", "value", "数值")),
    Key("denominator", "amount", "the denominator", "", ("分母",)),
    Key("rate", "rate", "the rate, `80.00`, `80%` or N/A", "", ("率",)),
    Key("settled", "amount", "of the collection rate: what was settled", "", ("settled_numerator", "入库")),
    Key("columns", "columns", "any other column of the metric's model", "", ("列",)),
)
BREAK_KEYS: tuple[Key, ...] = (
    Key(
        "pair",
        "pair",
        "a pair (see below), by code or Chinese name",
        "tax_hrss and tax_nhsa; with a cause, case or exception any",
        ("对账双方",),
    ),
    Key(
        "measure",
        "measure",
        "of the agencies' pairs: bill, collection, settlement",
        "bill and collection",
        ("口径", "内容"),
    ),
    Key("bill", "subject", "the bill", "any of the case", ("单据", "subject")),
    Key("employer", "subject", "any bill of the employer", "", ("单位",)),
    Key("insurance", "item", "the insurance item", "any", ("item", "险种")),
    Key("outcome", "outcome", "0–7 (0, 1 and 7 are outcomes that are no break)", "", ("结果",)),
    Key("cause", "cause", "the cause (see below)", "", ("原因", "reason")),
    Key(
        "case", "case", "annuity: 1 已转账未确认, 2 未转账已确认, 3 金额不一致已确认, 4 金额不一致未确认", "", ("情形",)
    ),
    Key("exception", "exception", "exceptions table: 部分入库, 单边账, 重复缴纳", "", ("异常",)),
    Key("overdue", "flag", "whether the expected clearing day is over", "", ("is_overdue", "超期")),
    Key("difference", "amount", "first side − other side (tax − agency)", "", ("差额",)),
    Key("tax_amount", "amount", "amount on the tax side", "", ("税务金额",)),
    Key("agency_amount", "amount", "amount on the department's side", "", ("部门金额",)),
    Key("count", "number", "how many rows exactly", "at least one", ("条数",)),
    Key("columns", "columns", "any other column of the model", "", ("列",)),
)
RECONCILED_KEYS: tuple[Key, ...] = (
    Key("pair", "pair", "tax_hrss or tax_nhsa", "both", ("对账双方",)),
    Key("employer", "subject", "the employer", "any of the case", ("单位",)),
    Key("insurance", "item", "the insurance item", "any", ("item", "险种")),
    Key("period", "month", "the period", "any", ("所属期",)),
    Key("agency", "agency", "the agency", "any", ("经办机构",)),
    *(
        Key(name, "amount", meaning, "", ())
        for name, meaning in (
            ("tax_bill_count", "bills that tax holds"),
            ("agency_bill_count", "bills that the department holds"),
            ("tax_bill_amount", "amount of the bills at tax"),
            ("agency_bill_amount", "amount of the bills at the department"),
            ("tax_collected_amount", "collected by tax"),
            ("agency_collected_amount", "posted by the department"),
        )
    ),
    Key("equal", "flag", "whether all three agree", "", ("is_equal", "相符")),
    Key("columns", "columns", "any other column of the model", "", ("列",)),
)
BUCKET_AMOUNTS = (
    "collected_amount", "settled_same_month", "settled_later_month", "settled_from_earlier", "not_settled_amount", "settled_amount",
)  # fmt: skip
RECEIVED_AMOUNTS = (
    "received_count", "received_amount", "voided_count", "voided_amount", "due_count", "due_amount", "collected_amount",
    "settled_same_month", "settled_later_month", "settled_from_earlier", "not_settled_amount", "agency_bill_count", "agency_bill_amount",
    "posted_amount", "bill_amount_difference", "collected_amount_difference",
)  # fmt: skip
_AMOUNT_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "collected_amount": ("collected (上解) in the month", ("collected", "征收金额")),
    "settled_same_month": ("collected and settled in the month", ("same_month", "本月征收本月入库")),
    "settled_later_month": (
        "collected in the month, settled in a later one",
        ("later_month", "next_month", "本月征收次月入库"),
    ),
    "settled_from_earlier": (
        "collected earlier, settled in the month",
        ("from_earlier", "earlier", "往月征收本月入库"),
    ),
    "not_settled_amount": ("collected in the month, not settled yet", ("not_settled", "尚未入库")),
    "settled_amount": ("settled in the month: the first and the third bucket", ("settled", "入库金额")),
    "received_count": ("bills that tax received", ("received_bills", "接收单据数")),
    "received_amount": ("their amount", ("接收金额",)),
    "voided_count": ("of these, withdrawn or voided", ("作废单据数",)),
    "voided_amount": ("their amount", ("voided", "作废金额")),
    "due_count": ("received − voided", ("应征单据数",)),
    "due_amount": ("their amount", ("due", "应征金额")),
    "agency_bill_count": ("valid bills of the department", ("部门单据数",)),
    "agency_bill_amount": ("their amount", ("部门单据金额",)),
    "posted_amount": ("posted by the department", ("posted", "登账金额")),
    "bill_amount_difference": ("due − the department's bills", ("应征差额",)),
    "collected_amount_difference": ("collected − posted", ("征收差额",)),
}
_CELL = (
    Key("month", "month", "the month", "all months together", ("月份", "period")),
    Key("insurance", "item", "the insurance item", "all", ("item", "险种")),
    Key("bureau", "bureau", "the bureau", "all", ("主管局",)),
    Key("agency", "agency", "the agency", "all", ("经办机构",)),
)
BUCKET_KEYS: tuple[Key, ...] = (
    *_CELL,
    *(Key(name, "amount", _AMOUNT_WORDS[name][0], "", _AMOUNT_WORDS[name][1]) for name in BUCKET_AMOUNTS),
)
RECEIVED_KEYS: tuple[Key, ...] = (
    *_CELL,
    Key("basis", "basis", "flow: each step in the month in which it happened; period: by fee month", "flow", ("口径",)),
    Key("unit_type", "unit_type", "the unit category", "all", ("type", "单位类别")),
    Key("household", "household", "正常管户, 工程项目户, 注销、非正常户, 未关联户, 未分配主管局", "all", ("管户分类",)),
    *(Key(name, "amount", _AMOUNT_WORDS[name][0], "", _AMOUNT_WORDS[name][1]) for name in RECEIVED_AMOUNTS),
)
