"""Acts of the language on natural persons as insured: person numbers at the departments and at tax, as data."""

from simulator.casebook.grammar import ON, Act, Key

INSURED = Key("person", "insured", "a person number by its label", "the case's only one", ("参保人", "人员"))

INSURED_ACTS: tuple[Act, ...] = (
    Act(
        "person_insured", "insured",
        "A natural person is insured under a person number (自然人参保): the department has base info and enrolment, sent and read; tax received them and "
        "registered the person, all on that day. A second one with the same `id` is the same natural person under another number. The label stands for the "
        "number in that insurance (参保键).",
        (
            Key("person", "new", "a label of your own", "r1, r2, …", ("参保人", "as", "label")), ON,
            Key("insurance", "person_insurance", "城乡居民养老, 城乡居民医疗, 灵活就业养老, 灵活就业医疗", "城乡居民医疗", ("险种", "item")),
            Key("number", "key", "the person number; the same one twice is one number in two insurances", "a number of its own", ("人员编号", "个人编号")),
            Key("id", "text", "the id number; `null` for none", "one of its own, born 1985", ("证件号码", "身份证")),
            Key("name", "text", "the name; `null` for none", "a name of its own", ("姓名",)),
            Key("id_type", "id_type", "居民身份证, 港澳居民居住证, 台湾居民居住证, 外国人永久居留证", "居民身份证", ("证件类型",)),
            Key("agency", "agency", "the agency", "that of the bureau's district; flexible workers and students: 市本级", ("经办机构",)),
            Key("bureau", "bureau", "the bureau of the registration at tax", "that of the town, else 青秀", ("主管局", "局")),
            Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
            Key("village", "text", "village code", "the first village of the town", ("社区村",)),
            Key("kind", "person_kind", "普通, 学生, 脱贫户, 特困, 残疾", "普通", ("人员类别",)),
            Key("system", "system", "the sending system", "QYMS (hrss), QYYB (nhsa)", ("系统来源",)),
            Key("enrolled", "date", "参保日期", "the day of `on`", ("参保日期",)),
            Key("at_agency", "flag", "no: the department has no rows of the number", "yes", ("部门有",)),
            Key("sent", "moment", "when it was sent to tax; no: never", "that day", ("推送",)),
            Key("read", "moment", "when tax read it; no: never", "that day, if it was sent", ("税务读取",)),
            Key("withdrawn", "moment", "when the department withdrew the enrolment (撤销发送)", "never", ("撤销",)),
            Key("at_tax", "moment", "when tax registered the person; no: never", "that day, if it was read", ("税务登记",)),
        ),
        ("自然人参保",), "insured", "- {act: person_insured, person: r1, insurance: 城乡居民养老, on: 2025-01-06, bureau: 青秀}", "09:00",
    ),
)  # fmt: skip
