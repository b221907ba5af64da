"""Acts of the language on payments of natural persons and what comes back of them, and on annuity money at the clearing centre and the bank, as data."""

from simulator.casebook.grammar import AMOUNT, BILL, EMPLOYER, ON, REGISTRATION, TICKET, Act, Key

PAYMENT = Key(
    "payment", "text", "the person's payment by its label", "the case's only one", ("缴费", "person", "个人缴费")
)
RETURNED_AS = (
    Key("amount", "amount", "another amount", "that of the payment", ("金额",)),
    Key("name", "text", "another name; `null` for none", "that of the payment", ("姓名",)),
    Key("id", "text", "another id number; `null` for none", "that of the payment", ("证件号码", "身份证")),
    Key("person_no", "text", "another person number; `null` for none", "that of the payment", ("人员编号", "社保号")),
    Key("agency", "agency", "another agency", "that of the payment", ("经办机构",)),
    Key("insurance", "person_insurance", "another insurance", "that of the payment", ("险种", "item")),
)

PERSON_ACTS: tuple[Act, ...] = (
    Act(
        "annuity_transferred", "annuity",
        "A line of principal on the bank's statement (转账流水) that the clearing centre keeps: the debit of the bill's ticket, or with `way: 单位转账` (and "
        "for a bill without a ticket) the unit's own transfer, which names no ticket. Without a bill: an employer's transfer of an amount.",
        (
            BILL, TICKET, EMPLOYER, REGISTRATION, ON, Key("amount", "amount", "the amount", "that of the ticket, else of the bill", ("金额",)),
            Key("way", "text", "扣款 or 单位转账", "扣款, where there is a ticket", ("转账方式",)),
        ),
        ("年金转账",), "bill", "- {act: annuity_transferred, bill: b1, on: 2026-06-22, way: 单位转账, amount: 800.00}", "11:50",
    ),
    Act(
        "missing_at_centre", "annuity", "The clearing centre knows nothing of the debit of an annuity bill that tax has as successful (结算中心无记录).",
        (BILL, TICKET, ON), ("结算中心无记录",), "bill", "- {act: missing_at_centre, bill: b1, on: 2026-06-18}", "12:00",
    ),
    Act(
        "person_paid", "person",
        "A natural person pays (个人缴费): remitted on that day. It settles only with `settled`; nothing is returned by itself.",
        (
            Key("payment", "new", "a label of your own", "p1, p2, …", ("缴费", "as", "label")), ON,
            Key("person", "insured", "whose: a label of `person_insured`, from which number, insurance, name, id, agency and bureau come", "nobody registered",
                ("参保人", "人员")),
            Key("insurance", "person_insurance", "城乡居民养老, 城乡居民医疗, 灵活就业养老, 灵活就业医疗", "城乡居民养老", ("险种", "item")),
            Key("amount", "amount", "the amount", "200.00", ("金额",)), Key("settled", "moment", "the day the treasury booked it", "not yet", ("入库",)),
            Key("year", "number", "fee year", "the year of `on`", ("费款年度",)), Key("name", "text", "the person's name", "韦一", ("姓名",)),
            Key("id", "text", "the person's id number", "450103199001010011", ("证件号码", "身份证")),
            Key("agency", "agency", "the agency", "that of 青秀", ("经办机构",)), Key("bureau", "bureau", "the bureau", "青秀", ("主管局", "局")),
        ),
        ("个人缴费",), "payment", "- {act: person_paid, payment: p1, insurance: 城乡居民养老, amount: 200.00, on: 2026-06-10, settled: 2026-06-11}", "10:00",
    ),
    Act(
        "person_returned", "person", "Tax writes a returned row (回盘) of the person's payment to its department; what is not given is as in the payment.",
        (
            PAYMENT, ON, Key("kind", "return_kind", "remittance (上解) or settlement (入库)", "remittance", ("类型",)), *RETURNED_AS,
            Key("withdrawn", "flag", "the row was withdrawn", "no", ("撤销",)),
        ),
        ("个人回盘",), "payment", "- {act: person_returned, payment: p1, kind: 入库, on: 2026-06-12, name: 韦二}", "19:00",
    ),
    Act(
        "person_posted", "person", "The department books the last returned remittance (到账) of the person's payment, and tells tax with `fed_back`.",
        (PAYMENT, ON, AMOUNT, Key("fed_back", "moment", "when tax was told (反馈)", "never", ("反馈",))), ("个人到账",), "payment",
        "- {act: person_posted, payment: p1, on: 2026-06-12, fed_back: 2026-06-15}", "16:00",
    ),
)  # fmt: skip
