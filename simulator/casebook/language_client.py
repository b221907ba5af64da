"""The acts of cases on the inner way of bills and in the employer client (客户端): what each is called and takes."""

from simulator.casebook.grammar import AGREEMENT, BILL, BY, EMPLOYER, ON, REGISTRATION, TAXPAYER, TICKET, Act, Key

ACCOUNT = Key("account", "text", "the client account's label", "the employer's", ("账户", "客户端账户"))
REASON = Key("reason", "text", "the words that are shown", "those of the code", ("原因", "提示"))
CODE = Key("code", "text", "the client's reason code", "none", ("原因代码",))
RESULT = Key("result", "done", "成功 or 失败", "成功", ("结果",))
_REGISTERED = (REGISTRATION, EMPLOYER, BY, ACCOUNT, ON)

CLIENT_ACTS: tuple[Act, ...] = (
    # --- the inner way of a bill
    Act(
        "single_push", "inner", "A clerk pushes one bill by hand (单笔推送).",
        (BILL, ON, Key("result", "done", "成功 or 失败", "失败", ("结果",)), REASON), ("单笔推送",), "bill",
        "- {act: single_push, bill: b1, on: 2026-06-24, reason: 户籍未关联}", "15:00",
    ),
    Act(
        "redelivered", "inner", "A bill is delivered to the front database anew (重新投递); `result: 处理中`: no outcome yet.",
        (BILL, ON, Key("result", "done", "成功, 失败 or 处理中", "失败", ("结果",)), REASON), ("重新投递",), "bill",
        "- {act: redelivered, bill: b1, on: 2026-06-25, result: 失败}", "10:00",
    ),
    Act(
        "write_off_answered", "inner", "The write-off is passed to the sharing platform and answered by the core; a success voids the bill at tax.",
        (BILL, ON, RESULT, REASON), ("核销反馈",), "bill", "- {act: write_off_answered, bill: b1, on: 2026-06-22, result: 失败, reason: 核心处理异常}",
        "14:00",
    ),
    Act(
        "file_merged", "inner", "The employer's tax file is merged into another one (并档) and ceases; what is tied to it stays tied.",
        (EMPLOYER, TAXPAYER, ON, Key("into", "taxpayer", "the taxpayer that stays", "one that is not in the case", ("并入",))), ("税务并档",), "employer",
        "- {act: file_merged, employer: 甲, on: 2026-06-10}", "16:00",
    ),
    Act(
        "industry_cleared", "inner", "The tax file has no industry (行业) any more.", (EMPLOYER, TAXPAYER, ON), ("行业缺失",), "employer",
        "- {act: industry_cleared, employer: 甲, on: 2026-06-10}",
    ),
    Act(
        "section_cleared", "inner", "The fee registration has no section (科所) any more.", (REGISTRATION, EMPLOYER, BY, ON), ("科所缺失",), "employer",
        "- {act: section_cleared, employer: 甲, by: hrss, on: 2026-06-10}",
    ),
    Act(
        "copy_synced", "inner",
        "The support platform's copy of the association (关联副本) shows the present tie; with `old: yes` the tie before, or that it was cancelled.",
        (REGISTRATION, EMPLOYER, BY, ON, Key("old", "flag", "yes: what was before", "no", ("旧",))), ("同步关联",), "employer",
        "- {act: copy_synced, employer: 甲, by: hrss, on: 2026-06-10}", "09:20",
    ),
    Act(
        "setup_ended", "inner", "The accounting set-up (会统配置) of an item's employer or individual part ends in a bureau; all others are in order.",
        (Key("bureau", "bureau", "the bureau", "required", ("主管局",)), Key("item", "item", "the insurance item", "required", ("险种",)),
         Key("part", "part", "单位 or 个人", "required", ("部分",)), ON), ("会统配置缺失",), "bureau",
        "- {act: setup_ended, bureau: 青秀, item: 城职养老, part: 个人, on: 2026-06-01}",
    ),
    Act(
        "project_info", "inner", "HRSS sends the project of a bill, in one of the districts (区划) that are configured or not.",
        (BILL, ON, Key("district", "text", "the district code; null: none", "450103", ("区划", "行政区划")),
         Key("project_no", "key", "the project's number", "a number of its own", ("项目编号",)),
         Key("processing", "flag", "the project flag of the processing table", "that of the bill", ("处理表标志",))), ("工程项目信息",), "bill",
        "- {act: project_info, bill: b1, district: 450103, on: 2026-06-08}", "09:05",
    ),
    # --- the bank
    Act(
        "verification", "bank", "The bank answers the verification (验证) of an agreement, and the agreement's state follows.",
        (AGREEMENT, ON, Key("result", "bank_result", "成功, or a code or text such as 户名不符 or 24005", "成功", ("返回", "code", "结果")),
         Key("text", "text", "the bank's own text", "that of the code", ("返回信息",))), ("协议验证",), "agreement",
        "- {act: verification, agreement: x1, on: 2026-06-20, result: 户名不符}", "10:05",
    ),
    Act(
        "voucher_requested", "bank", "A voucher number is asked for a bank-side query (银行端查询); by default it comes.",
        (BILL, TICKET, ON, RESULT, REASON), ("申请凭证",), "bill",
        "- {act: voucher_requested, bill: b1, on: 2026-06-20, result: 失败, reason: 获取凭证号信息失败}", "11:15",
    ),
    Act(
        "bank_took", "bank", "TIPS says that the bank has taken the money of the last debit, whether tax has the answer or not.",
        (BILL, TICKET, ON), ("银行已扣款",), "bill", "- {act: bank_took, bill: b1, on: 2026-06-29}", "11:25",
    ),
    # --- the client
    Act(
        "client_account", "client", "A handler (经办人) opens an account in the client.",
        (Key("account", "new", "a label of your own", "k1, k2, …", ("账户", "as")), EMPLOYER, ON,
         Key("id_number", "key", "id number, or `{same_as: k1}`", "one of its own", ("证件号码",)),
         Key("id_form", "id_form", "same, old (15 digits) or lower (small x)", "same", ("证件写法",)),
         Key("mobile", "key", "mobile, or `{same_as: k1}`", "one of its own", ("手机",))), ("注册账户",), "account",
        "- {act: client_account, account: k2, employer: 甲, on: 2026-05-04, mobile: {same_as: k1}}", "09:30",
    ),
    Act(
        "account_cancelled", "client", "A client account is cancelled (注销).", (ACCOUNT, ON), ("注销账户",), "account",
        "- {act: account_cancelled, account: k1, on: 2026-06-01}",
    ),
    Act(
        "message", "client", "A text message (短信验证码) is asked for, and delivered or not.",
        (Key("message", "new", "a label of your own", "m1, m2, …", ("短信", "as")), ACCOUNT, ON,
         Key("purpose", "purpose", "注册, 登录, 找回密码, 户籍绑定", "找回密码", ("用途",)),
         Key("result", "receipt", "delivered, or 终端拦截, 关机, 空号, 网关超时, none (无回执)", "delivered", ("结果", "回执"))), ("短信",), "message",
        "- {act: message, message: m1, account: k1, on: 2026-06-29 09:10, result: 终端拦截}", "09:40",
    ),
    Act(
        "contacts", "client", "Phones of the three contacts (三类人员) in the tax register: `{mobile, landline}`, a mobile alone, or null.",
        (EMPLOYER, TAXPAYER, ON, Key("legal", "phone", "法定代表人", "unchanged", ("法定代表人",)),
         Key("finance", "phone", "财务负责人", "unchanged", ("财务负责人",)), Key("filer", "phone", "办税人", "unchanged", ("办税人",))),
        ("三类人员",), "employer",
        "- {act: contacts, employer: 甲, filer: {mobile: null, landline: 0771-5530021}, on: 2026-05-04}",
    ),
    Act(
        "bound", "client", "A registration is bound (绑定) in the client.", _REGISTERED, ("绑定",), "employer",
        "- {act: bound, employer: 甲, by: hrss, on: 2026-05-04}", "10:20",
    ),
    Act(
        "unbound", "client", "A registration is unbound (解绑) in the client.", _REGISTERED, ("解绑",), "employer",
        "- {act: unbound, employer: 甲, by: hrss, on: 2026-06-04}", "15:20",
    ),
    Act(
        "bind_failed", "client", "Somebody tries in vain to bind a registration.", (*_REGISTERED, CODE, REASON), ("绑定失败",), "employer",
        "- {act: bind_failed, employer: 甲, by: hrss, on: 2026-06-24}", "10:20",
    ),
    Act(
        "declaration_refused", "client", "The client refuses the declaration of a bill (申报失败).", (BILL, ACCOUNT, ON, CODE, REASON), ("申报失败",), "bill",
        "- {act: declaration_refused, bill: b1, on: 2026-06-24, reason: 登记行业信息缺失}", "10:40",
    ),
    Act(
        "printable", "client", "The printable data (票据数据) of a bill's tickets is generated, or with `result: 失败` not.",
        (BILL, TICKET, ON, RESULT), ("票据数据生成",), "bill", "- {act: printable, bill: b1, on: 2026-06-18}", "12:00",
    ),
    Act(
        "printed", "client", "The tax certificates (完税证明) of a bill's tickets are printed, or refused.",
        (BILL, TICKET, ON, Key("through", "signed_through", "counter (前台) or client (客户端)", "client", ("渠道", "channel")), RESULT, CODE, REASON),
        ("打印",), "bill", "- {act: printed, bill: b1, on: 2026-06-24, result: 失败}", "15:30",
    ),
)  # fmt: skip
