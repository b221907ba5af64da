"""Acts of the language on village cadres and on code tables, old numbers and towns, as data."""

from simulator.casebook.grammar import ON, Act, Key

CADRE = Key("cadre", "cadre", "a cadre by its label", "the case's only one", ("村干",))
REASON = Key("reason", "text", "what the system says", "none", ("原因",))

CADRE_ACTS: tuple[Act, ...] = (
    Act(
        "cadre_registered", "cadre",
        "A village cadre registers for the module 个人社保 and is approved (村干注册). The label stands for the account.",
        (
            Key("cadre", "new", "a label of your own", "g1, g2, …", ("村干", "as", "label")), ON,
            Key("id", "text", "the id number; `null` for none", "one of its own", ("证件号码", "身份证")),
            Key("mobile", "text", "the mobile; `null` for none", "13800138000", ("手机",)),
            Key("bureau", "bureau", "the bureau", "青秀", ("主管局", "局")),
            Key("town", "raw", "town, by name or code", "the first town of the bureau", ("街道乡镇",)),
            Key("village", "text", "village code", "the first village of the town", ("社区村",)),
            Key("cancelled", "moment", "when the account was cancelled", "never", ("注销",)),
        ),
        ("村干注册",), "cadre", "- {act: cadre_registered, cadre: g1, on: 2025-03-03}", "09:00",
    ),
    Act(
        "code_sent", "cadre", "The cadre asks for a verification code (验证码): it comes, or there is no receipt.",
        (
            CADRE, ON, Key("received", "flag", "no: no receipt of delivery", "yes", ("送达",)),
            Key("times", "number", "how many, two minutes apart", "1", ("次数",)),
        ),
        ("发送验证码",), "cadre", "- {act: code_sent, cadre: g1, on: 2026-06-25, received: no, times: 3}", "09:30",
    ),
    Act(
        "roster_imported", "cadre", "The cadre imports a roster of residents (导入名册). The label stands for the import.",
        (
            CADRE, ON, Key("roster", "new", "a label of your own", "d1, d2, …", ("名册", "as", "label")),
            Key("lines", "number", "how many persons", "100", ("人数",)),
            Key("failed", "flag", "yes: the import was refused", "no", ("失败",)), REASON,
            Key("persons", "labels", "persons on it that matching found: labels of `person_insured` (medical insurance of residents)", "none named", ("人员",)),
        ),
        ("导入名册",), "cadre", "- {act: roster_imported, cadre: g1, on: 2026-06-01, lines: 320}", "10:00",
    ),
    Act(
        "roster_matched", "cadre", "A matching run (匹配任务) over the cadre's last roster starts at that time. The label stands for the run.",
        (
            CADRE, ON, Key("run", "new", "a label of your own", "m1, m2, …", ("任务", "as", "label")),
            Key("result", "text", "完成, 中断, 出错, 运行中 or 排队", "完成", ("结果",)),
            Key("kind", "text", "户籍参保, 缴费 or 三方协议", "户籍参保", ("匹配类型",)),
            Key("done", "number", "how many persons were done", "all; half when it broke off", ("已处理",)), REASON,
        ),
        ("名册匹配",), "cadre", "- {act: roster_matched, cadre: g1, on: 2026-06-01 20:10, result: 中断, done: 120, reason: 网络中断}", "20:10",
    ),
    Act(
        "code_mapped", "code",
        "An old code of a code set stands in the mapping to the new systems (新旧代码对照). The label stands for the old code.",
        (
            Key("code", "new", "a label of your own", "c1, c2, …", ("旧代码", "as", "label")), ON,
            Key("type", "text", "街道乡镇, 社区村, 参保人员特殊类别 or 单位类型", "街道乡镇", ("代码类型",)),
            Key("to", "text", "the new code; `null` for none", "none", ("新代码",)),
            Key("state", "text", "已对照, 未对照 or 不再使用", "已对照 with a new code, else 未对照", ("状态",)),
        ),
        ("代码对照",), "code", "- {act: code_mapped, code: c1, type: 街道乡镇, on: 2024-03-15, to: '450103004'}", "09:00",
    ),
    Act(
        "old_number", "code",
        "A number of the old pension (or old medical) system and what the map of numbers makes of it (旧编号). The label stands for the old number.",
        (
            Key("number", "new", "a label of your own", "o1, o2, …", ("旧编号", "as", "label")), ON,
            Key("id", "text", "the id number; `null` for none", "one of its own", ("证件号码", "身份证")), Key("name", "text", "the name", "旧黄一", ("姓名",)),
            Key("to", "insured", "the new number: a label of `person_insured`, 不存在 for one that the new system does not know", "none", ("新编号",)),
            Key("agency", "agency", "the agency", "that of 青秀", ("经办机构",)),
            Key("town", "text", "code of the town in the old system; expected as `<label> town`", "none", ("街道乡镇",)),
            Key("by", "departments", "hrss or nhsa", "hrss", ("部门",)),
        ),
        ("旧编号",), "code", "- {act: old_number, number: o1, on: 2025-06-30, id: '450103196005052115', name: 韦五, to: r1}", "20:00",
    ),
    Act(
        "town_claimed", "code", "A bureau claims a town (街道乡镇管辖归属). The label stands for the town.",
        (
            Key("town", "text", "a label of your own; the same one again is the same town", "required", ("街道乡镇", "as", "label")), ON,
            Key("bureau", "bureau", "the bureau that claims it", "required", ("主管局", "局")),
            Key("kind", "text", "属地 or 功能区", "属地 for the first claim, then 功能区", ("管辖类型",)),
            Key("until", "date", "the last day of the claim", "open", ("止",)), Key("ground", "text", "the ground", "行政区划", ("依据",)),
        ),
        ("管辖归属",), "code", "- {act: town_claimed, town: t1, bureau: 江南, on: 2019-01-01}", "09:00",
    ),
)  # fmt: skip
