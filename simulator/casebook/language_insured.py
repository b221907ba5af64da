"""Acts of the language on natural persons as insured: person numbers at the departments and at tax, and what the departments do to them, as data."""

from simulator.casebook.grammar import ON, Act, Key

INSURED = Key("person", "insured", "a person number by its label", "the case's only one", ("参保人", "人员"))
WAY = (
    Key("sent", "moment", "when it was sent to tax; no: never", "that day", ("推送",)),
    Key("read", "moment", "when tax read it; no: never", "that day, if it was sent", ("税务读取",)),
)
WITHDRAWN = Key("withdrawn", "moment", "when the department took it back (撤销发送)", "never", ("撤销",))

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
    Act(
        "agency_stopped", "insured",
        "The department registers that a person number stops in an insurance (人员变更): a row of the changes, and the enrolment's state. Tax learns of it by "
        "that only; its registration stays as it is until tax stops it.",
        (
            INSURED, ON, Key("kind", "stop", "死亡, 参军, 迁出, 停保, 转职工, 转学校参保, 领取待遇, 暂停待遇, 转灵活就业", "required", ("变更", "类型")),
            Key("happened", "date", "the day it happened", "the day of `on`", ("发生日期",)), *WAY, WITHDRAWN,
            Key("change", "flag", "no: only the enrolment shows it, there is no row of the changes", "yes", ("变更表",)),
            Key("enrolment", "flag", "no: only the row of the changes is there, the enrolment is as before", "yes", ("参保表",)),
        ),
        ("人员变更",), "person", "- {act: agency_stopped, person: r1, kind: 死亡, on: 2026-06-10, sent: no}", "10:00",
    ),
    Act(
        "agency_resumed", "insured", "The department takes the person number up again (恢复参保): moved back, released from the army, insured anew.",
        (INSURED, ON, Key("enrolled", "date", "参保日期", "the day of `on`", ("参保日期",)), *WAY), ("恢复参保",), "person",
        "- {act: agency_resumed, person: r1, on: 2026-06-12}", "10:30",
    ),
    Act(
        "numbers_merged", "insured", "The department makes two person numbers of a person one (人员编号合并): `person` ends, `into` stays.",
        (INSURED, Key("into", "insured", "the number that stays", "required", ("并入",)), ON, *WAY, WITHDRAWN), ("人员编号合并",), "person",
        "- {act: numbers_merged, person: r1, into: r2, on: 2026-06-10, sent: no}", "11:00",
    ),
    Act(
        "person_corrected", "insured",
        "One side has another name, id number, id type or town of a person (人员信息变更): the department, tax, or both. What the department corrects does not "
        "change tax by itself.",
        (
            INSURED, ON, Key("by", "side", "部门, 税务 or 两方", "部门", ("哪方",)),
            Key("name", "text", "the new name; `null` for none", "as before", ("姓名",)),
            Key("id", "text", "the new id number; `null` for none", "as before", ("证件号码", "身份证")),
            Key("id_type", "id_type", "the new id type", "as before", ("证件类型",)),
            Key("town", "raw", "the new town; `null` for none", "as before", ("街道乡镇",)), *WAY,
        ),
        ("人员信息变更",), "person", "- {act: person_corrected, person: r1, on: 2026-06-10, name: 黄瑛, sent: no}", "11:20",
    ),
    Act(
        "student_listed", "insured", "A school's roster of a term has the person (学生名册). The school is known by its label; it lies in its town.",
        (
            INSURED, ON, Key("school", "text", "the school by a label of your own", "学校", ("学校",)),
            Key("town", "raw", "the school's town; `null` for none (said where the school is named first)", "the first town of 青秀", ("街道乡镇",)),
            Key("term", "text", "学期: 2025A (autumn), 2026S (spring)", "that of `on`", ("学期",)),
            Key("start", "date", "first day of the term", "1 September, 24 February", ("开学日期",)),
        ),
        ("学生名册",), "person", "- {act: student_listed, person: r1, on: 2026-03-09, school: 实验小学}", "09:30",
    ),
    Act(
        "large_paid", "insured", "Large-amount medical (大额医疗) of a person and year is paid, by an employer or by the person.",
        (
            INSURED, ON, Key("year", "number", "the year", "the year of `on`", ("年度",)), Key("by", "payer", "单位 or 个人", "单位", ("缴纳方",)),
            Key("amount", "amount", "the amount", "180.00", ("金额",)),
        ),
        ("大额医疗缴费",), "person", "- {act: large_paid, person: r1, on: 2026-01-12}", "09:00",
    ),
    Act(
        "large_assessed", "insured", "NHSA assesses large-amount medical (大额医疗) for a flexible worker.",
        (
            INSURED, ON, Key("period", "month", "费款所属期", "the month of `on`", ("所属期",)), Key("amount", "amount", "the amount", "180.00", ("金额",)),
            *WAY, WITHDRAWN,
        ),
        ("核定大额医疗",), "person", "- {act: large_assessed, person: r1, on: 2026-05-06}", "10:00",
    ),
)  # fmt: skip
