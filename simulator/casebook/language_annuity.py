"""Acts of the language around occupational annuity, lists of banks and tax, and the staff of employers, as data."""

from simulator.casebook.grammar import (
    AMOUNT,
    BILL,
    BY,
    EMPLOYER,
    ON,
    REGISTRATION,
    SHORT_BY,
    TAXPAYER,
    TICKET,
    Act,
    Key,
)

ANNUITY = Key("annuity", "text", "the annuity agreement's label", "the case's only one", ("年金协议",))
RESULT = Key(
    "result", "bank_result", "成功, or a code or text such as 户名不符 or 24005", "成功", ("返回", "code", "结果")
)
PERSON = Key("person", "number", "which person: 1 is the first one of the unit's bills", "1", ("职工",))

ANNUITY_ACTS: tuple[Act, ...] = (
    Act(
        "annuity_signed", "annuity", "An employer signs an annuity agreement (职业年金协议) with the clearing centre; by default for collection, and verified.",
        (
            Key("annuity", "new", "a label of your own", "n1, n2, …", ("年金协议", "as")), EMPLOYER, REGISTRATION, ON,
            Key("way", "text", "托收 or 实时", "托收", ("扣款方式",)),
            Key("bank", "bank", "bank by name or class code", "102", ("银行", "行别")),
            Key("account", "key", "account number", "an account of its own", ("账号", "账户")),
            Key("account_name", "text", "name of the account", "the employer's", ("户名",)),
            Key("verified", "verification", "passed or no (未验证); what failed is said by `annuity_verified`", "passed", ("验证",)),
            Key("through", "signed_through", "counter (前台) or client (客户端)", "counter", ("channel", "渠道")),
        ),
        ("年金签约",), "employer", "- {act: annuity_signed, annuity: n1, employer: 甲, on: 2025-03-03}", "10:00",
    ),
    Act(
        "annuity_changed", "annuity", "The unit changes the account of its annuity agreement; nobody has verified it.",
        (ANNUITY, ON, Key("account", "key", "the new account", "another one of its own", ("账号", "账户"))), ("年金变更",), "annuity",
        "- {act: annuity_changed, annuity: n1, on: 2026-06-10}", "10:20",
    ),
    Act(
        "annuity_verified", "annuity", "The bank answers a verification (验证) of the annuity agreement.",
        (
            ANNUITY, ON, RESULT, Key("text", "text", "the bank's own text", "that of the code", ("返回信息",)),
            Key("account_state", "text", "正常, 冻结, 销户 or 不存在", "from the code", ("账户状态",)),
            Key("name", "text", "一致 or 不一致: the account's name against the bank's books", "from the code", ("户名",)),
            Key("kind", "text", "新签, 变更 or 重新", "from what happened before", ("类型",)),
        ),
        ("年金验证",), "annuity", "- {act: annuity_verified, annuity: n1, on: 2026-06-10, result: 户名不符}", "10:25",
    ),
    Act(
        "annuity_feedback", "annuity", "The finance centre (金融中心) says what it found out about the last verification.",
        (ANNUITY, ON, Key("text", "text", "its words", "required", ("反馈",))), ("金融中心反馈",), "annuity",
        "- {act: annuity_feedback, annuity: n1, on: 2026-06-12, text: 账户被冻结；请单位联系开户行解冻}", "14:00",
    ),
    Act(
        "annuity_ended", "annuity", "The annuity agreement is ended.", (ANNUITY, ON), ("年金终止",), "annuity",
        "- {act: annuity_ended, annuity: n1, on: 2026-05-06}", "10:30",
    ),
    Act(
        "client_account_replaced", "annuity", "The unit changes the client account it is bound with; the annuity agreement has to follow.",
        (ANNUITY, ON), ("更换绑定账户",), "annuity", "- {act: client_account_replaced, annuity: n1, on: 2026-06-22}", "15:30",
    ),
    Act(
        "annuity_moved", "annuity", "The nightly move (迁移) takes the agreement to the new client account, or says why it cannot.",
        (
            ANNUITY, ON, Key("result", "done", "成功 or 失败", "成功", ("结果",)),
            Key("reason", "text", "why it cannot be moved", "协议无效", ("原因",)),
            Key("account", "key", "another bank account in the moved agreement", "the same", ("账号", "账户")),
        ),
        ("协议迁移",), "annuity", "- {act: annuity_moved, annuity: n1, on: 2026-06-23, result: 失败, reason: 托收单位信息缺失}", "02:00",
    ),
    Act(
        "annuity_collected", "annuity",
        "Annuity bills month by month, each collected once in the month: the short way to write 连续多月托收. With a success it is paid.",
        (
            EMPLOYER, REGISTRATION, SHORT_BY, Key("months", "months", "the months", "required", ("month", "月份")),
            Key("result", "bank_result", "the bank's answer; none: no answer", "余额不足", ("返回", "reason", "结果", "code")),
            Key("text", "text", "the bank's own text", "that of the code", ("返回信息",)),
            Key("day", "number", "day of the month of the collection", "15", ("日",)), Key("amount", "amount", "amount of each bill", "1000.00", ("金额",)),
        ),
        ("年金托收",), "employer", "- {act: annuity_collected, employer: 甲, months: [2026-04, 2026-05, 2026-06], result: 余额不足}", "11:20",
    ),
    Act(
        "centre_feedback", "annuity", "The clearing centre (结算中心) says why the debit of an annuity bill failed, and what is done.",
        (BILL, ON, Key("reason", "text", "what it found out", "账户余额不足", ("原因",)), Key("follow_up", "text", "what is done", "", ("后续处理",))),
        ("结算中心反馈",), "bill", "- {act: centre_feedback, bill: b1, on: 2026-06-22, reason: 账户被冻结, follow_up: 请单位联系开户行解冻}", "14:00",
    ),
    Act(
        "annuity_debited_again", "annuity", "The clearing centre debits a paid annuity bill once more.",
        (BILL, TICKET, ON, AMOUNT), ("年金重复扣款",), "bill", "- {act: annuity_debited_again, bill: b1, on: 2026-06-18}", "11:55",
    ),
    Act(
        "annuity_reversed", "annuity", "The bank reverses (冲正) the last transfer of an annuity bill that an act made, in whole or in part.",
        (BILL, ON, AMOUNT), ("年金冲正",), "bill", "- {act: annuity_reversed, bill: b1, on: 2026-06-19}", "11:15",
    ),
    Act(
        "batch_item_kept", "lists", "What failed stays in the to-deduct list (待批扣清册) although its ticket is void; with `until`: up to that day.",
        (BILL, TICKET, ON, Key("until", "moment", "the day it is taken off", "never", ("至",))), ("待批扣未作废",), "bill",
        "- {act: batch_item_kept, bill: b1, on: 2026-06-23}", "16:10",
    ),
    Act(
        "paid_at_counter", "lists", "The client's log has that the bill's tickets were paid at the tax counter (前台缴费). Say `paid` for the money.",
        (BILL, TICKET, ON), ("前台缴费",), "bill", "- {act: paid_at_counter, bill: b1, on: 2026-06-09}", "11:30",
    ),
    Act(
        "soldier_unit", "lists", "The employer is recognised as one that settles retired soldiers (安置退役士兵单位).",
        (
            EMPLOYER, TAXPAYER, ON, Key("until", "moment", "the day its listing expires", "none", ("有效期止",)),
            Key("persons", "number", "number of soldiers", "1", ("安置人数",)),
        ),
        ("安置退役士兵",), "employer", "- {act: soldier_unit, employer: 甲, on: 2025-01-06}", "10:00",
    ),
    Act(
        "staff_initialised", "staff", "The staff of a unit is initialised for self-declaration (职工初始化), each person with a base.",
        (
            EMPLOYER, REGISTRATION, BY, ON, Key("persons", "number", "how many persons, from the first on", "2", ("人数",)),
            Key("person", "number", "only this person", "", ("职工",)), Key("base", "amount", "monthly base of each", "5000.00", ("基数",)),
        ),
        ("职工初始化",), "employer", "- {act: staff_initialised, employer: 甲, by: hrss, on: 2025-09-01, persons: 2, base: 6000.00}", "09:30",
    ),
    Act(
        "staff_changed", "staff", "The employer declares an addition (增员) or a removal (减员) of a person.",
        (
            EMPLOYER, REGISTRATION, BY, ON, PERSON, Key("kind", "text", "增员 or 减员", "减员", ("类型",)),
            Key("period", "month", "生效年月", "the month of `on`", ("生效年月",)), Key("base", "amount", "base told with an addition", "5000.00", ("基数",)),
        ),
        ("增减员",), "employer", "- {act: staff_changed, employer: 甲, by: hrss, on: 2026-04-07, person: 1, kind: 减员}", "09:40",
    ),
)  # fmt: skip
