"""Acts on what tax keeps beside its registers: checks, merged files, lists, projects, bookings, the old system, the client's questions."""

import datetime as dt
from typing import Any

from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_register import RegisterActs
from simulator.casebook.args import Args
from simulator.part import settings

YES_NO_WAITING = {"yes": "Y", "是": "Y", "true": "Y", "no": "N", "否": "N", "false": "N", "waiting": "", "未处理": ""}
OLD_SOCIAL, OLD_MEDICAL = ("01", "02", "03"), ("04", "05", "06")


class RegistryActs(RegisterActs):
    """Each writes rows of the tables as their systems would."""

    def _put(self, system: str, table: str, moment: dt.datetime, **row: Any) -> None:
        self.cast.rows.append(m.ExchangeRow(system, table, moment, row))

    @staticmethod
    def _unit(registration: m.Registration) -> dict[str, str]:
        return {"BMLY_DM": registration.department, "DWBH": registration.unit_no, "XTLY": registration.system}

    def _act_check_failed(self, args: Args, moment: dt.datetime) -> None:
        reason = args.text("reason")
        if not reason:
            raise args.error("reason", "what does the check say?")
        known = {name: code for code, _, name in settings("tax_codes")["checks"]}
        code = args.text("code") or next((code for name, code in known.items() if reason in name), None)
        solved = args.moment("solved", "15:00")
        for registration in self._registrations(args):
            self._put(
                "tax_registry", "ZC_HJJY", moment, JYXH=self.keys.running("HJ", "check", 4), **self._unit(registration), JYGZ_DM=code,
                YYMS=reason, JYSJ=moment, JJSJ=solved if solved and solved.date() <= self.as_of else None, GXSJ=moment,
            )  # fmt: skip

    def _act_unit_type_listed(self, args: Args, moment: dt.datetime) -> None:
        employer = self._employer(args)
        self._put(
            "tax_registry", "DWLX_QC", moment, QCPCH=self.keys.running("QC", "list", 4), XH=1,
            SHXYDM=self._code(args, "uscc", employer, employer.uscc), DWMC=args.text("name") if args.has("name") else employer.name,
            ZQDWLX_DM=self._unit_type(args), TGKS="社会保险费科", TGSJ=moment, GXSJ=moment,
        )  # fmt: skip

    def _unit_type(self, args: Args) -> str:
        found = args.word("type", w.UNIT_TYPES)
        if found is None:
            raise args.error("type", "which unit type?")
        return found

    def _act_unit_type_kept(self, args: Args, moment: dt.datetime) -> None:
        for registration in self._registrations(args):
            taken = registration.steps.get("received") or registration.sent_at or moment
            self._put(
                "tax_registry", "DWLX_WH", moment, **self._unit(registration), SBDJXH=None, DJXH=None, CSDWLX_DM=registration.unit_type,
                DWLX_DM=self._unit_type(args), WHFS_DM="2", CSSJ=min(taken, moment), WHSJ=moment, GXSJ=moment,
            )  # fmt: skip

    def _act_project_told(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        number = self.keys.running("GC", "project", 4)
        name, address = f"{bill.employer.label}商住小区工程", "民族大道2号"
        if not args.has("registered") or args.flag("registered"):
            self._put(
                "tax_registry", "GCXM_DJ", moment, XMBH=number, XMMC=name, XMDZ=address, XZQH_DM="450103", BMLY_DM=bill.department,
                DWBH=bill.unit_no, XTLY=bill.system, DJXH=None, HTJE="1000000.00", KGRQ=self.start, JHJGRQ=None, XMZT_DM="1",
                DJSJ=dt.datetime.combine(self.start, dt.time(9)), GXSJ=dt.datetime.combine(self.start, dt.time(9)),
            )  # fmt: skip
        self._put(
            "hrss", "RS_ZJGC", moment, ZJTZLSH=bill.serial, CSPCH=bill.batch, AAB001=bill.unit_no, XTLY=bill.system,
            XMBH=args.text("number") if args.has("number") else number, XMMC=args.text("name") if args.has("name") else name,
            XMDZ=args.text("address") if args.has("address") else address,
            XZQH_DM=args.text("district") if args.has("district") else "450103", CSSJ=moment, GXSJ=moment,
        )  # fmt: skip

    def _act_batch_booked(self, args: Args, moment: dt.datetime) -> None:
        generated = (args.word("generated", YES_NO_WAITING) if args.given("generated") else "Y") or None
        made = moment + dt.timedelta(days=2) if generated else None
        for registration in self._registrations(args):
            fees = [fee for fee in self.cast.fee_registrations if fee.registration is registration]
            fee = fees[-1] if fees else None
            own = fee.authority if fee else registration.assigned_bureau
            known = made is not None and made.date() <= self.as_of
            self._put(
                "tax_registry", "PK_YY", moment, YYXH=self.keys.running("YY", "booking", 4), **self._unit(registration),
                SBDJXH=fee.number if fee else None, DJXH=fee.taxpayer.key if fee else None,
                FKSSQ=args.month("period") or moment.strftime("%Y%m"), JBJG_DM=registration.agency,
                YYSWJG_DM=args.typed("bureau", w.authority) or own, YYSJ=moment, SCBZ=generated if known else None,
                SCSJ=made if known else None, WSCYY=args.text("reason") if known else None, GXSJ=made if known else moment,
            )  # fmt: skip

    def _act_in_old_system(self, args: Args, moment: dt.datetime) -> None:
        employer = self._employer(args)
        social = self._registration_of(employer, w.HRSS)
        unit_no = args.text("unit_no") or (social.unit_no if social else self.keys.unit_no(w.HRSS))
        if not social or social.unit_no != unit_no:
            self.cast.others[f"{employer.label} old"] = f"{w.HRSS}|NNSB|{unit_no}"
        imported = moment + dt.timedelta(days=14)
        ended = args.flag("ended")
        split = not args.has("split") or args.flag("split")
        self._put(
            "tax_registry", "YXT_DWHJ", imported, DWBH=unit_no, DWMC=args.text("name") if args.has("name") else employer.name,
            SHXYDM=self._code(args, "uscc", employer, employer.uscc), JBJG_DM=employer.agency, XZQH_DM="450103", JDXZ_DM=employer.town,
            HJZT_DM="2" if ended else "1", ZZRQ=moment.date() - dt.timedelta(days=90) if ended else None,
            BLRQ=moment.date() if split else None, DRSJ=imported, GXSJ=imported,
        )  # fmt: skip
        medical = not args.has("medical") or args.flag("medical")
        for code in (*OLD_SOCIAL, *(OLD_MEDICAL if medical else ())):
            self._put(
                "tax_registry", "YXT_DWXZ", imported, DWBH=unit_no, XZLX_DM=code, CBKSRQ=dt.date(2016, 3, 1),
                CBZZRQ=moment.date() - dt.timedelta(days=90) if ended else None, CBZT_DM="3" if ended else "1", DRSJ=imported, GXSJ=imported,
            )  # fmt: skip

    def _act_items_pushed(self, args: Args, moment: dt.datetime) -> None:
        confirmed = args.moment("confirmed", "16:00")
        known = confirmed is not None and confirmed.date() <= self.as_of
        for fee in self._fees(args):
            registration = fee.registration
            chosen = [one.code for one in args.items("items", registration.department) or []] or list(
                registration.enrolments
            )
            for code in chosen:
                item = w.items()[code]
                self._put(
                    "tax_client", "KHD_XZQR", moment, SBDJXH=fee.number, ZSPM_DM=item.zspm, ZSXM_DM=item.zsxm, DJXH=fee.taxpayer.key,
                    **self._unit(registration), TSSJ=moment, QRZT_DM="1" if known else "0", YHXH=None, QRSJ=confirmed if known else None,
                    GXSJ=confirmed if known else moment,
                )  # fmt: skip

    def _act_failed_return(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        for code, amount in bill.amounts.items():
            item = w.items()[code]
            self._put(
                "tax_levy", "ZS_HPXX", moment, HPXH=self.keys.running("HF", "failed", 4), BMLY_DM=bill.department, ZJTZLSH=bill.serial,
                CSPCH=bill.batch, ZSXM_DM=item.zsxm, ZSPM_DM=item.zspm, DZSPHM=None, HPLX_DM="1", HPJE=amount, HPSJ=moment, HPZT_DM="2",
                GXSJ=moment,
            )  # fmt: skip
