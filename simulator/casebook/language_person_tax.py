"""Acts of the language on natural persons at tax: amounts, agreements, to-deduct lists, special dues, messages, virtual households, as data."""

from simulator.casebook.grammar import AMOUNT, EMPLOYER, ON, REGISTRATION, SHORT_BY, Act, Key
from simulator.casebook.language_insured import INSURED
from simulator.casebook.language_person import PAYMENT

AGREED = Key("agreement", "text", "a person's agreement by its label", "the case's only one of a person", ("协议",))
DUE = Key("due", "text", "the special due by its label", "the case's only one", ("特殊缴费", "subject"))
YEAR = Key("year", "number", "fee year", "the year of `on`", ("缴费年度",))
RESULT = Key("result", "done", "成功 or 失败", "成功", ("结果",))
REASON = Key("reason", "text", "the words that came back", "those that are usual", ("原因",))
HANDLED = Key(
    "handled", "moment", "the day on which the failure was handled and received after all", "never", ("处理",)
)

PERSON_TAX_ACTS: tuple[Act, ...] = (
    Act(
        "registration_stopped", "person_tax", "Tax stops a person's registration (停保), or marks it invalid (无效).",
        (
            INSURED, ON, Key("status", "text", "停保 or 无效", "停保", ("状态",)),
            Key("reason", "text", "死亡, 参军, 迁出, 编号合并, 转职工, 领取待遇, 停保, 重复参保, 学生转市本级", "停保", ("原因",)),
            Key("since", "date", "the day from which nothing is to be paid", "the day of `on`", ("停缴日",)),
        ),
        ("登记停保", "登记无效"), "person", "- {act: registration_stopped, person: r1, on: 2026-06-10, status: 无效, reason: 死亡}", "10:20",
    ),
    Act(
        "amount_set", "person_tax", "The amount that a person has to pay for a year is set (应缴费额设置); a later one replaces it.",
        (INSURED, ON, YEAR, Key("amount", "amount", "the amount", "200.00", ("金额",)), Key("way", "text", "本人, 批量, 村社区", "批量", ("设置方式",))),
        ("应缴费额设置", "设置应缴费额"), "person", "- {act: amount_set, person: r1, on: 2026-02-03, amount: 200.00}", "11:00",
    ),
    Act(
        "preprocessed", "person_tax", "The pre-processing of a flexible payer for a year (预处理).",
        (INSURED, ON, YEAR, Key("activated", "moment", "the day on which it was activated; no: never", "that day", ("激活",))),
        ("预处理",), "person", "- {act: preprocessed, person: r1, on: 2026-01-05, activated: no}", "11:20",
    ),
    Act(
        "person_signed", "person_tax", "A person signs an agreement with a bank (两方 or 三方协议). The label stands for the agreement.",
        (
            Key("agreement", "new", "a label of your own", "x1, x2, …", ("协议", "as", "label")), INSURED, ON,
            Key("parties", "text", "两方 or 三方", "两方; 三方 for flexible employment", ("协议类型",)),
            Key("batch", "flag", "no: not for batch deduction", "yes", ("批扣",)), Key("verified", "flag", "no: the bank did not verify it", "yes", ("验证",)),
            Key("bank", "bank", "the bank", "农行", ("银行",)), Key("ended", "date", "the day it was ended", "never", ("终止",)),
        ),
        ("个人签约",), "agreement", "- {act: person_signed, agreement: x1, person: r1, on: 2025-08-04}", "10:00",
    ),
    Act(
        "person_listed", "person_tax",
        "An item of the to-deduct list (待批扣清册) is made for a person. With `submitted` it goes to the bank, with `answered` the bank answers, with "
        "`voided` it is voided. The label stands for the item.",
        (
            Key("item", "new", "a label of your own", "q1, q2, …", ("清册", "as", "label")), INSURED, ON, AGREED, YEAR,
            Key("month", "month", "the month paid for, of flexible employment", "that of `on`", ("月份", "所属期")),
            Key("amount", "amount", "the amount", "200.00", ("金额",)), Key("submitted", "moment", "the day it was sent to the bank", "never", ("提交银行",)),
            Key("answered", "moment", "the day the bank answered", "never", ("银行返回",)), Key("code", "text", "the bank's code", "24007", ("返回代码",)),
            Key("voided", "moment", "the day it was voided", "never", ("作废",)),
        ),
        ("列入待批扣",), "item", "- {act: person_listed, item: q1, person: r1, on: 2026-06-17, submitted: 2026-06-18, answered: 2026-06-18}", "15:20",
    ),
    Act(
        "person_declared", "person_tax", "A person declares (申报) and does not pay by that.",
        (INSURED, ON, YEAR, Key("amount", "amount", "the amount", "200.00", ("金额",)), Key("voided", "flag", "the declaration is void", "no", ("作废",))),
        ("个人申报",), "person", "- {act: person_declared, person: r1, on: 2026-06-10, amount: 200.00}", "09:40",
    ),
    Act(
        "person_refunded", "person_tax", "A person's payment is paid back (退费), all of it or an amount.",
        (PAYMENT, ON, AMOUNT, Key("reason", "text", "重复缴费, 死亡, 参军, 迁出, 误扣, 其他", "其他", ("原因",))),
        ("个人退费",), "payment", "- {act: person_refunded, payment: p1, on: 2026-06-20}", "15:00",
    ),
    Act(
        "special_assessed", "person_tax",
        "A department prices a special due (特殊缴费) of a person; it is put into the exchange in the evening. The label stands for the due.",
        (
            Key("due", "new", "a label of your own", "d1, d2, …", ("特殊缴费", "as", "label")), INSURED, ON,
            Key("amount", "amount", "the amount with everything in it", "1200.00", ("金额",)),
            Key("care", "amount", "of it long-term care assessed by mistake", "0", ("长护险", "长期护理险")),
            Key("sent", "moment", "when it was pushed; no: never, though shown as in transit", "that day", ("推送",)),
            Key("read", "moment", "when tax read the row", "never", ("税务读取",)), Key("withdrawn", "moment", "when it was withdrawn", "never", ("撤销",)),
        ),
        ("特殊缴费核定",), "due", "- {act: special_assessed, due: d1, person: r1, on: 2026-06-22, amount: 1200.00, sent: no}", "10:00",
    ),
    Act(
        "special_received", "person_tax", "Tax receives a special due of a person and takes it over, or fails to. The label `as` stands for the receipt.",
        (DUE, Key("as", "new", "a label of your own for the receipt", "`<due> receipt`", ("接收",)), ON, RESULT, REASON, HANDLED),
        ("特殊缴费接收",), "due", "- {act: special_received, due: d1, on: 2026-06-23, result: 失败, reason: 费款所属期与参保时间不符}", "10:10",
    ),
    Act(
        "special_message", "person_tax", "A message of an employer's special payment (特殊缴费报文) arrives at tax. The label stands for the message.",
        (
            Key("message", "new", "a label of your own", "m1, m2, …", ("报文", "as", "label")), REGISTRATION, EMPLOYER, SHORT_BY,
            ON, Key("serial", "key", "the notice serial; the same one twice is the same notice sent anew", "a number of its own", ("通知流水号",)),
            Key("amount", "amount", "the amount", "1200.00", ("金额",)), RESULT, REASON,
            Key("withdrawn", "moment", "when it was withdrawn", "never", ("撤销",)),
        ),
        ("单位特殊缴费报文",), "message",
        "- {act: special_message, message: m1, employer: 甲, on: 2026-06-22, result: 失败, reason: 未查询到单位编号}", "09:40",
    ),
    Act(
        "person_message", "person_tax", "A message about a person (基础信息 or 参保险种) arrives at tax. The label stands for the message.",
        (
            Key("message", "new", "a label of your own", "m1, m2, …", ("报文", "as", "label")), INSURED, ON,
            Key("what", "text", "基础信息, 参保险种 or 变更", "参保险种", ("内容",)),
            RESULT, Key("code", "text", "the reason's code", "none", ("原因代码",)), REASON, HANDLED,
        ),
        ("人员报文",), "message", "- {act: person_message, message: m1, person: r1, on: 2026-06-22, result: 失败, reason: 街道乡镇代码未对应}", "10:30",
    ),
    Act(
        "household_declared", "person_tax",
        "A virtual household (虚拟户) declares for a person; with `paid` its ticket pays that. The label stands for the detail, that is the person's payment.",
        (
            Key("payment", "new", "a label of your own", "p1, p2, …", ("缴费", "明细", "as", "label")), INSURED, ON,
            Key("household", "text", "the household by a label of your own", "户", ("虚拟户",)), YEAR,
            Key("amount", "amount", "the amount", "200.00", ("金额",)),
            Key("paid", "moment", "the day the household's ticket was issued and remitted", "never", ("缴款",)),
            Key("settled", "moment", "the day the treasury booked it", "never", ("入库",)), Key("voided", "flag", "the detail is void", "no", ("作废",)),
        ),
        ("虚拟户申报",), "payment",
        "- {act: household_declared, payment: p1, person: r1, household: 村, on: 2026-06-08, paid: 2026-06-09, settled: 2026-06-10}", "16:00",
    ),
)  # fmt: skip
