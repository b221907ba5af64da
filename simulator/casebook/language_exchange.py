"""The acts of cases on the exchange systems and on signing in to the client: what each is called and takes."""

from simulator.casebook.grammar import Act, Key

SYSTEM = Key(
    "system",
    "text",
    "人社交换库, 医保交换库, 南宁社保系统, 区一门式系统, 区医保系统, 数据共享平台, 支撑平台, 管理子系统, 征收子系统, 税库银, or a name of your own",
    "人社交换库",
    ("系统",),
)
SINCE = Key("on", "moment", "when it begins, day and time", "required", ("since", "from", "date", "at", "日期", "时间", "起"))  # fmt: skip
UNTIL = Key("until", "moment", "when it is over", "it goes on", ("止",))
LABEL = Key("as", "new", "a label of your own", "the system's name, else f1, s1, r1, h1, …", ("label", "标签"))
TABLE = Key("table", "text", "the exchange table's name", "RS_DWJBXX", ("表",))

EXCHANGE_ACTS: tuple[Act, ...] = (
    Act(
        "system_down", "exchange",
        "A system does not answer its heartbeat (连接中断), which comes each half hour, between two moments. With `maintenance: yes` it was announced.",
        (SYSTEM, SINCE, UNTIL, Key("maintenance", "flag", "announced (计划维护)", "no", ("计划维护",)), LABEL), ("连接中断",), "system",
        "- {act: system_down, system: 医保交换库, on: 2026-06-30 14:30, until: 2026-06-30 16:00}", "10:00",
    ),
    Act(
        "system_slow", "exchange", "A system answers many times slower than it used to (响应缓慢); the three weeks before are there for comparison.",
        (SYSTEM, SINCE, UNTIL, Key("times", "number", "how many times its usual response", "8", ("倍数",)), LABEL), ("响应缓慢",), "system",
        "- {act: system_slow, system: 数据共享平台, on: 2026-06-30 08:00, until: 2026-06-30 11:00}", "10:00",
    ),
    Act(
        "heartbeat_stopped", "exchange", "The heartbeat of a system is not written any more (心跳停报), while that of another one goes on.",
        (SYSTEM, SINCE, LABEL), ("心跳停报",), "system", "- {act: heartbeat_stopped, system: 支撑平台, on: 2026-06-30 15:00}", "10:00",
    ),
    Act(
        "insert_failed", "exchange", "A batch could not be inserted into an exchange table (插入失败), until it is recovered.",
        (TABLE, SYSTEM, SINCE, Key("rows", "number", "rows of the batch", "40", ("行数",)),
         Key("error", "text", "the database's error code", "ORA-12899", ("错误代码",)),
         Key("business", "business", "户籍, 征集单, 回盘, 自然人; null: not said", "that of the table", ("业务",)),
         Key("recovered", "moment", "when it went in after all", "not yet", ("恢复",)), LABEL), ("插入失败",), "table",
        "- {act: insert_failed, table: RS_ZJMX, on: 2026-06-30 10:00, rows: 4000, error: ORA-01653, as: f1}", "10:00",
    ),
    Act(
        "space_measured", "exchange", "A tablespace is measured (表空间): so much of it is used.",
        (SYSTEM, SINCE, Key("used", "amount", "used, in percent", "required", ("使用率",)),
         Key("total", "number", "its size in GB", "800", ("总空间",)),
         Key("autoextend", "flag", "it extends by itself", "no", ("自动扩展",)), LABEL), ("表空间",), "system",
        "- {act: space_measured, system: 人社交换库, on: 2026-06-30, used: 94.85, as: s1}", "06:05",
    ),
    Act(
        "slow_read", "exchange", "A job reads an exchange table and takes so many times its threshold (慢读).",
        (TABLE, SYSTEM, SINCE, Key("times", "number", "times the threshold of 60 seconds", "9", ("倍数",)), LABEL), ("慢读",), "table",
        "- {act: slow_read, table: CLCT_NTC_B, on: 2026-06-30 09:20, times: 9, as: r1}", "09:20",
    ),
    Act(
        "logins", "exchange", "Logins to the employer client within an hour, of which some fail (登录).",
        (SINCE, Key("count", "number", "how many logins", "required", ("次数",)), Key("failed", "number", "how many of them fail", "0", ("失败",)),
         Key("accounts", "number", "accounts that fail", "as many as failures", ("账户数",)),
         Key("reason", "login_reason", "网络, 密码, 验证码", "网络", ("原因",)), LABEL), ("客户端登录",), "on",
        "- {act: logins, on: 2026-06-30 15:00, count: 20, failed: 18, accounts: 12, as: h1}", "15:00",
    ),
)  # fmt: skip
