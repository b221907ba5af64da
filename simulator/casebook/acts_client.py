"""Acts on the inner way of bills and in the employer client: rows of logs and registers that no plan of the world knows."""

import datetime as dt
from typing import Any

from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_register import RegisterActs
from simulator.casebook.args import Args, at
from simulator.casebook.casting import ACTS
from simulator.casebook.errors import CaseError, choices
from simulator.casebook.reader import Record

DONE = {"成功": "1", "success": "1", "yes": "1", "1": "1", "失败": "2", "failed": "2", "no": "2", "2": "2", "处理中": "0", "none": "0", "0": "0"}  # fmt: skip
PURPOSES = {
    "注册": "1",
    "登录": "2",
    "找回密码": "3",
    "修改密码": "3",
    "户籍绑定": "4",
    "绑定": "4",
    "1": "1",
    "2": "2",
    "3": "3",
    "4": "4",
}
# what the operator answers: receipt state, code, words
RECEIPTS: dict[str, tuple[str | None, str | None, str | None]] = {
    "delivered": ("1", None, None), "blocked": ("2", "01", "终端拦截"), "off": ("2", "02", "用户关机或停机"),
    "vacant": ("2", "03", "空号"), "timeout": (None, "04", "运营商网关超时"), "none": (None, None, None),
}  # fmt: skip
RECEIPT_WORDS = {"送达": "delivered", "终端拦截": "blocked", "拦截": "blocked", "关机": "off", "停机": "off", "空号": "vacant",
                 "网关超时": "timeout", "超时": "timeout", "无回执": "none"} | {one: one for one in RECEIPTS}  # fmt: skip
ID_FORMS = {"same": "same", "old": "old", "15位": "old", "lower": "lower", "小写": "lower"}
PHONES = {"legal": ("FDDBRSJ", "FDDBRGDDH"), "finance": ("CWFZRSJ", "CWFZRGDDH"), "filer": ("BSRSJ", "BSRGDDH")}
BIND_WORDS = {"01": "未查询到可绑定的户籍信息", "02": "纳税人状态异常，不能绑定", "03": "登记手机号码无法接收验证码"}
REFUSED_WORDS = {"01": "户籍关联关系已变更，请重新获取费款", "02": "登记信息已并档，无法申报", "03": "登记行业信息缺失",
                 "04": "未分配主管税务所（科、分局）", "99": "系统繁忙，请稍后再试"}  # fmt: skip
PRINT_WORDS = {"01": "该税票已在办税服务厅打印", "02": "未查询到可打印的票据数据"}
PARTS = {"单位": "1", "unit": "1", "1": "1", "个人": "2", "person": "2", "2": "2"}


class ClientActs(RegisterActs):
    """The inner way of bills, banks' side records, and the client."""

    # --- rows
    def _row(self, system: str, table: str, moment: dt.datetime, **values: Any) -> None:
        self.cast.rows.append(m.ExchangeRow(system, table, moment, values))

    def _change(
        self, system: str, table: str, moment: dt.datetime, where: dict[str, Any], values: dict[str, Any]
    ) -> None:
        if moment.date() <= self.as_of:
            self.cast.changes.append(m.ExchangeChange(system, table, where, values))

    def _bill_columns(self, bill: m.Bill) -> dict[str, Any]:
        return {"BMLY_DM": bill.department, "ZJTZLSH": bill.serial, "CSPCH": bill.batch}

    def _unit_columns(self, registration: m.Registration) -> dict[str, Any]:
        return {"BMLY_DM": registration.department, "DWBH": registration.unit_no, "XTLY": registration.system}

    def _fee_of(self, registration: m.Registration | None) -> m.FeeRegistration | None:
        fees = [
            fee for fee in self.cast.fee_registrations if fee.registration is registration and fee.cancelled_at is None
        ]
        return max(fees, key=lambda fee: fee.associated_at) if fees else None

    def _fee_columns(self, registration: m.Registration | None) -> dict[str, Any]:
        fee = self._fee_of(registration)
        return {"SBDJXH": fee.number if fee else None, "DJXH": fee.taxpayer.key if fee else None}

    # --- the inner way of a bill
    def _act_single_push(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        result = args.word("result", DONE) or "2"
        if result == "1" and "pushed" not in bill.steps:
            self._fill(bill, "pushed", moment, args)
            bill.steps["pushed"] = moment
        elif "received" not in bill.steps:
            self._fill(bill, "pushed", moment, args)
        self._row("tax_registry", "ZC_DBTS", moment, TSXH=self.keys.running("DT", "push"), **self._bill_columns(bill), TSSJ=moment,
                  TSJG_DM=result, SBYY=args.text("reason") if result == "2" else None, GXSJ=moment)  # fmt: skip

    def _act_redelivered(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        result = args.word("result", DONE) or "2"
        done = None if result == "0" else moment + dt.timedelta(minutes=40)
        self._row("tax_registry", "CT_JL", moment, CTXH=self.keys.running("CT", "redelivery"), CTDX_DM="2", **self._bill_columns(bill),
                  DWBH=bill.unit_no, XTLY=bill.system, CTYY=bill.fail_reason, SQSJ=moment, CTSJ=done, CTJG_DM=result,
                  SBYY=(args.text("reason") or bill.fail_reason) if result == "2" else None, GXSJ=done or moment)  # fmt: skip

    def _act_write_off_answered(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if bill.write_off_at is None:
            self._act_write_off_started(args, moment - dt.timedelta(hours=1))
        assert bill.write_off_at is not None
        result = args.word("result", DONE) or "1"
        self._row("tax_registry", "HX_SQ", bill.write_off_at, HXXH=self.keys.running("HX", "write off"), **self._bill_columns(bill),
                  HXYY="缴费人申请作废", FQSJ=bill.write_off_at, TSSJ=bill.write_off_at + dt.timedelta(minutes=2), FKSJ=moment, HXZT_DM=result,
                  SBYY=args.text("reason") if result == "2" else None, GXSJ=moment)  # fmt: skip
        if result == "1":
            bill.tax_voided_at = moment

    def _act_file_merged(self, args: Args, moment: dt.datetime) -> None:
        old = self._taxpayer(args)
        into = self._taxpayer(args, "into").key if args.given("into") else self.keys.running("1014599", "merged", 7)
        self._row("tax_registry", "DJ_BD", moment, BDXH=self.keys.running("BD", "merge"), BBDJXH=old.key, CXDJXH=into, BDYY="重复登记并档",
                  BDSJ=moment, JBSWJG_DM=w.roll_up(old.authority), GXSJ=moment)  # fmt: skip
        if moment.date() <= self.as_of:
            old.status, old.status_date = "07", moment.date()
            old.updated_at = max(old.updated_at, moment)

    def _act_industry_cleared(self, args: Args, moment: dt.datetime) -> None:
        self._change(
            "tax_core", "DJ_NSRXX", moment, {"DJXH": self._taxpayer(args).key}, {"HY_DM": None, "GXSJ": moment}
        )

    def _act_section_cleared(self, args: Args, moment: dt.datetime) -> None:
        for fee in self._fees(args):
            self._change("tax_mgmt", "SB_DJXX", moment, {"SBDJXH": fee.number}, {"ZGSWSKFJ_DM": None, "GXSJ": moment})

    def _act_copy_synced(self, args: Args, moment: dt.datetime) -> None:
        old = args.flag("old")
        for registration in self._registrations(args):
            fees = sorted(
                (fee for fee in self.cast.fee_registrations if fee.registration is registration),
                key=lambda fee: fee.associated_at,
            )
            if not fees:
                raise CaseError("there is no association yet")
            fee = fees[-2] if old and len(fees) > 1 else fees[-1]
            self._row("tax_registry", "ZC_HJGL", moment, **self._unit_columns(registration), SBDJXH=fee.number, DJXH=fee.taxpayer.key,
                      ZGSWJ_DM=w.roll_up(fee.authority), ZGSWSKFJ_DM=w.office_of(w.roll_up(fee.authority)),
                      GLZT_DM="2" if old and len(fees) == 1 else "1", TBSJ=moment, GXSJ=moment)  # fmt: skip

    def _act_setup_ended(self, args: Args, moment: dt.datetime) -> None:
        bureau = args.need("bureau", w.bureau)
        item = args.need("item", w.item)
        part = args.need("part", lambda value: w.pick(value, PARTS, "part"))
        begun = dt.datetime.combine(self.start, dt.time(8))
        for code in w.bureaus():
            ended = moment.date() if code == bureau else None
            for one in ("1", "2"):
                last = ended if one == part else None
                self._row("tax_registry", "HT_PZ", begun, PZXH=f"HT{self.keys.stem}{item.zspm}{code}{one}", ZGSWJ_DM=code, ZSXM_DM=item.zsxm,
                          ZSPM_DM=item.zspm, JFBF_DM=one, YSKM_DM=f"{item.zsxm}0101", YSFPBL=100, SKGK_DM=f"2611{code[3:9]}", YXQQ=self.start,
                          YXQZ=last, GXSJ=moment if last else begun)  # fmt: skip

    def _act_project_info(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if bill.department != w.HRSS:
            raise CaseError(f"bill {bill.label} comes from {bill.department.lower()}; projects come with bills of hrss")
        district = (args.text("district") if args.has("district") else "450103") or None
        number = self._number(args, "project_no", lambda: self.keys.running("GC", "project"))
        self._row("hrss", "RS_ZJGC", moment, ZJTZLSH=bill.serial, CSPCH=bill.batch, AAB001=bill.unit_no, XTLY=bill.system, XMBH=number,
                  XMMC="南宁甲工程", XMDZ="民族大道1号", XZQH_DM=district, CSSJ=moment, GXSJ=moment)  # fmt: skip
        if args.given("processing"):
            self._change("hrss", "RS_ZJCL", bill.sent_at, {"ZJTZLSH": bill.serial, "CSPCH": bill.batch},
                         {"GCXMBZ": "Y" if args.flag("processing") else "N"})  # fmt: skip

    # --- banks
    def _act_verification(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._agreement(args)
        code, text = self._answer(args, w.SUCCESS)
        passed = code == w.SUCCESS
        self._row("tax_bank", "XY_YZJG", moment, YZXH=self.keys.running("V", "verification"), XYXH=agreement.key, DJXH=agreement.taxpayer.key,
                  KHYHHH=agreement.branch, ZHMC=agreement.account_name, YHZH=agreement.account, YZLX_DM="1", FSSJ=moment, FHSJ=moment,
                  YSFHDM=code, YSFHXX=args.text("text") or text or w.return_codes().get(code or "", {}).get("return_text"),
                  YZJG_DM="1" if passed else "2", GXSJ=moment)  # fmt: skip
        if moment.date() <= self.as_of:
            agreement.verified = "1" if passed else "2"

    def _act_voucher_requested(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        result = args.word("result", DONE) or "1"
        for ticket in self._tickets(args, bill):
            got = result == "1"
            fee = self._fee_of(bill.registration)
            self._row("tax_bank", "YHD_PZ", moment, QQXH=self.keys.running("Y", "voucher"), DZSPHM=ticket.number, **self._bill_columns(bill),
                      DJXH=fee.taxpayer.key if fee else None, SKSSSWJG_DM=w.roll_up(fee.authority) if fee else None, KJQD_DM="2",
                      PZHM=self.keys.running("3", "voucher number") if got else None, PZJE=ticket.amount, QQSJ=moment, HQJG_DM=result,
                      SBYY=None if got else args.text("reason") or "获取凭证号信息失败", DYSJ=moment if got else None, PZZT_DM="2" if got else "9",
                      GXSJ=moment)  # fmt: skip

    def _act_bank_took(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        for ticket in self._tickets(args, bill):
            if not ticket.deductions:
                raise CaseError(f"no debit of bill {bill.label} was sent")
            last = max(ticket.deductions, key=lambda one: one.sent_at)
            self._row("tax_bank", "TIPS_JG", moment, JYLSH=self.keys.running("T", "tips"), KKXH=last.number, DZSPHM=ticket.number,
                      BWLX_DM={"1": "3001", "2": "1102"}.get(last.kind, "1103"), JYLX_DM={"1": "2", "2": "3"}.get(last.kind, "1"), JKFS_DM="2",
                      JYJE=last.amount, FSSJ=last.sent_at, YHCLSJ=moment, YSFHDM=w.SUCCESS, YSFHXX="交易成功", CLZT_DM="1",
                      GKRQ=moment.date(), DZBS_DM="0", GXSJ=moment)  # fmt: skip

    # --- accounts and messages
    def _account(self, args: Args, employer: m.Employer | None = None) -> str | None:
        accounts = self.cast.client_accounts
        if args.given("account"):
            label = str(args.raw("account"))
            if label not in accounts:
                raise args.error("account", f"account {label} was not opened; {choices(accounts, label)}")
            return accounts[label].key
        own = [one for one in accounts.values() if employer is None or one.employer is employer]
        return own[0].key if len(own) == 1 else None

    def _declare_client_account(self, args: Args) -> None:
        label = str(args.raw("account")) if args.given("account") else self._next_label("k", self.cast.client_accounts)
        if label in self.cast.client_accounts:
            raise args.error("account", f"account {label} exists already; give it another label")
        moment = self._moment(args, ACTS["client_account"])
        number = self.keys.next("client account")
        account = m.ClientAccount(label, f"KH{self.keys.stem}{number:04d}", self._employer(args), moment,
                                  f"45010319{80 + number % 20:02d}0101{self.keys.number % 1000:03d}X", f"139{self.keys.stem[-5:]}{number:03d}")  # fmt: skip
        for name in ("id_number", "mobile"):
            if args.has(name):
                setattr(account, name, self._same_or_stated(args, name))
        form = args.word("id_form", ID_FORMS) or "same"
        if account.id_number and form == "old":
            account.id_number = account.id_number[:6] + account.id_number[8:17]
        elif account.id_number and form == "lower":
            account.id_number = account.id_number.lower()
        self.cast.client_accounts[label] = account
        self.cast.others[label] = account.key

    def _same_or_stated(self, args: Args, name: str) -> str | None:
        value = args.raw(name)
        if not isinstance(value, Record):
            return None if value is None else str(value)
        source = str(value.get("same_as") or value.get("of"))
        with at(args.at(name)):
            if source not in self.cast.client_accounts:
                raise CaseError(f"account {source} was not opened; {choices(self.cast.client_accounts, source)}")
        return getattr(self.cast.client_accounts[source], name)

    def _act_account_cancelled(self, args: Args, moment: dt.datetime) -> None:
        key = self._account(args)
        account = next((one for one in self.cast.client_accounts.values() if one.key == key), None)
        if account is None:
            raise args.error("account", f"which account? {choices(self.cast.client_accounts)}")
        account.cancelled_at = moment

    def _act_message(self, args: Args, moment: dt.datetime) -> None:
        label = str(args.raw("message")) if args.given("message") else self._next_label("m", self.cast.others)
        key = self.keys.running("X", "message")
        account = next((one for one in self.cast.client_accounts.values() if one.key == self._account(args)), None)
        state, code, words = RECEIPTS[args.word("result", RECEIPT_WORDS) or "delivered"]
        delivered = moment + dt.timedelta(seconds=8) if state == "1" else None
        self._row("tax_client", "KHD_DXRZ", moment, DXLSH=key, YHXH=account.key if account else None, SJHM=account.mobile if account else None,
                  YYS_DM="1", YWLX_DM=args.word("purpose", PURPOSES) or "3", FSSJ=moment, HZSJ=delivered, HZZT_DM=state, SBYY_DM=code, SBYY=words,
                  GXSJ=delivered or moment)  # fmt: skip
        self.cast.others[label] = key

    def _act_contacts(self, args: Args, moment: dt.datetime) -> None:
        taxpayer = self._taxpayer(args)
        values: dict[str, Any] = {}
        for name, columns in PHONES.items():
            if not args.has(name):
                continue
            value = args.raw(name)
            if isinstance(value, Record):
                values |= {column: None if value.get(key) is None else str(value[key])
                           for column, key in zip(columns, ("mobile", "landline"), strict=True)}  # fmt: skip
            else:
                values |= {columns[0]: None if value is None else str(value), columns[1]: None}
        self._change("tax_core", "DJ_NSRXX", moment, {"DJXH": taxpayer.key}, values | {"GXSJ": moment})

    # --- bindings, declarations, prints
    def _binding(self, args: Args, moment: dt.datetime, operation: str, result: str, code: str | None) -> None:
        for registration in self._registrations(args):
            words = args.text("reason") if result == "2" else None
            self._row("tax_client", "KHD_BDRZ", moment, BDXH=self.keys.running("B", "binding"), YHXH=self._account(args, registration.employer),
                      **self._unit_columns(registration), **self._fee_columns(registration), CZLX_DM=operation, CZLY_DM="1", CZJG_DM=result,
                      SBYY_DM=code, SBYY=words or BIND_WORDS.get(code or ""), CZSJ=moment)  # fmt: skip

    def _act_bound(self, args: Args, moment: dt.datetime) -> None:
        self._binding(args, moment, "1", "1", None)

    def _act_unbound(self, args: Args, moment: dt.datetime) -> None:
        self._binding(args, moment, "2", "1", None)

    def _act_bind_failed(self, args: Args, moment: dt.datetime) -> None:
        self._binding(args, moment, "1", "2", args.text("code"))

    def _act_declaration_refused(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if "processed" not in bill.steps:
            self._fill(bill, "declared", moment, args)
            bill.filled.discard("declared")
        code = args.text("code")
        self._row("tax_client", "KHD_SBRZ", moment, SBLSH=self.keys.running("K", "declaration"), YHXH=self._account(args, bill.employer),
                  **self._bill_columns(bill), **self._fee_columns(bill.registration), FKSSQ=bill.period, SBJE=bill.summary, BLQD_DM="2", SBSJ=moment,
                  SBJG_DM="2", SBYY_DM=code, SBYY=args.text("reason") or REFUSED_WORDS.get(code or ""))  # fmt: skip

    def _act_printable(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        for ticket in self._tickets(args, bill):
            self._row("tax_client", "KHD_PZSC", moment, DZSPHM=ticket.number, SBDJXH=self._fee_columns(bill.registration)["SBDJXH"], SCSJ=moment,
                      SCZT_DM=args.word("result", DONE) or "1")  # fmt: skip

    def _act_printed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        result = args.word("result", DONE) or "1"
        at_counter = args.word("through", w.SIGNED_THROUGH) == "1"
        code = args.text("code")
        for ticket in self._tickets(args, bill):
            self._row("tax_client", "KHD_PZDY", moment, DYLSH=self.keys.running("D", "print"), DZSPHM=ticket.number,
                      **self._fee_columns(bill.registration), PZZL_DM="1", BLQD_DM="1" if at_counter else "2",
                      YHXH=None if at_counter else self._account(args, bill.employer), DYSJ=moment, DYJG_DM=result, SBYY_DM=code,
                      SBYY=(args.text("reason") or PRINT_WORDS.get(code or "")) if result == "2" else None)  # fmt: skip
