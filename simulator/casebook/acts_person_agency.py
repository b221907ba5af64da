"""Acts of the departments on persons that are insured: stops, merges, corrections, rosters of schools, large-amount medical."""

import datetime as dt
from decimal import Decimal
from typing import Any

from simulator.casebook import vocabulary as w
from simulator.casebook.acts_insured import BASE_TABLES, ENROLMENT_TABLES, ID_TYPES, Insured
from simulator.casebook.acts_person import PersonActs
from simulator.casebook.args import Args, at
from simulator.casebook.errors import CaseError

STOPS = {
    "死亡": "01", "dead": "01", "参军": "02", "enlisted": "02", "迁出": "03", "moved": "03", "停保": "04", "suspended": "04", "转职工": "05",
    "employed": "05", "转学校参保": "06", "student": "06", "领取待遇": "07", "benefits": "07", "暂停待遇": "08", "benefits_suspended": "08",
    "转灵活就业": "10", "flexible": "10",
}  # fmt: skip
RESTS_IN_PENSION = {"02", "05"}  # who goes to the army or to an employer keeps residents' pension, at rest
SIDES = {"部门": "agency", "agency": "agency", "人社": "agency", "医保": "agency", "税务": "tax", "tax": "tax", "两方": "both", "both": "both"}  # fmt: skip
PAYERS = {"单位": "1", "employer": "1", "个人": "2", "person": "2"}
CHANGE = {
    w.HRSS: ("hrss_person", "RS_RYBD", "BDLSH AAC001 XTLY AAE140 BDLX BDRQ JBSJ FSSJ DQBZ DQSJ CXBZ CXSJ GXSJ"),
    w.NHSA: ("nhsa_person", "PSN_CHG_D", "CHG_NO PSN_NO SRC_SYS INSUTYPE CHG_TYPE CHG_DATE OPTER_TIME SEND_TIME READ_FLAG READ_TIME WTDR_FLAG "
             "WTDR_TIME UPDT_TIME"),
}  # fmt: skip
MERGE = {
    w.HRSS: ("hrss_person", "RS_RYHB", "BHBBH XTLY BLBH HBSJ FSSJ DQBZ DQSJ CXBZ CXSJ GXSJ"),
    w.NHSA: ("nhsa_person", "PSN_MRG_D", "MRG_PSN_NO SRC_SYS KEEP_PSN_NO MRG_TIME SEND_TIME READ_FLAG READ_TIME WTDR_FLAG WTDR_TIME UPDT_TIME"),
}  # fmt: skip
# of the enrolment: state, suspended, ended, why, benefits, benefits suspended, begun, sent, read flag, read, touched
STATE = {
    w.HRSS: ["AAC031", "TBRQ", "ZZRQ", "ZZYY", "DYKSRQ", "DYZTRQ", "AAC030", "FSSJ", "DQBZ", "DQSJ", "GXSJ"],
    w.NHSA: [
        "INSU_STAS",
        "PAUS_DATE",
        "INSU_END",
        "END_RSN",
        "",
        "",
        "INSU_BEGN",
        "SEND_TIME",
        "READ_FLAG",
        "READ_TIME",
        "UPDT_TIME",
    ],
}
PERSON = {
    w.HRSS: ("AAC003", "AAC002", "AAC058", "JDXZ_DM", "FSSJ", "DQBZ", "DQSJ", "GXSJ"),
    w.NHSA: ("PSN_NAME", "CERTNO", "PSN_CERT_TYPE", "SUBD_CODE", "SEND_TIME", "READ_FLAG", "READ_TIME", "UPDT_TIME"),
}
NUMBERS = {
    "RS_RYJBXX": "AAC001",
    "RS_RYCB": "AAC001",
    "PSN_INFO_B": "PSN_NO",
    "PSN_INSU_D": "PSN_NO",
    "ZRR_DJXX": "SBDJXH",
}
LARGE_ITEM, LARGE_AMOUNT = "330", Decimal("180.00")


class PersonAgencyActs(PersonActs):
    """What HRSS and NHSA do to a person's numbers, and who learns of it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._schools: dict[str, str] = {}

    # --- rows that are there already
    def _row_of(self, place: tuple[str, str], number: str | None, item: str | None = None) -> dict[str, Any] | None:
        column = NUMBERS[place[1]]
        found = [
            row.values for row in self.cast.rows
            if (row.system, row.table) == place and row.values.get(column) == number
            and (item is None or item in (row.values.get("AAE140"), row.values.get("INSUTYPE")))
        ]  # fmt: skip
        return found[-1] if found else None

    def _enrolment_of(self, insured: Insured) -> dict[str, Any]:
        row = self._row_of(
            ENROLMENT_TABLES[insured.department], insured.person_no, insured.insurance["agency_item_code"]
        )
        if row is None:
            raise CaseError(f"{insured.label} is not at the department: there is nothing to change")
        return row

    def _way(
        self, args: Args, moment: dt.datetime
    ) -> tuple[dt.datetime | None, dt.datetime | None, dt.datetime | None]:
        sent = self._when(args, "sent", moment + dt.timedelta(minutes=10), "18:40")
        read = self._when(args, "read", sent + dt.timedelta(hours=1) if sent else None, "09:30")
        return sent, read, args.moment("withdrawn", "20:00")

    def _restate(self, insured: Insured, touched: dt.datetime, **state: Any) -> None:
        """Columns of the enrolment by their place in STATE."""
        names = (
            "status",
            "suspended",
            "ended",
            "why",
            "benefits",
            "benefits_suspended",
            "begun",
            "sent",
            "flag",
            "read",
            "touched",
        )
        columns = dict(zip(names, STATE[insured.department], strict=True))
        row = self._enrolment_of(insured)
        for name, value in state.items():
            if columns[name]:
                row[columns[name]] = value
        row[columns["touched"]] = max(row[columns["touched"]], touched)

    # --- stops
    def _act_agency_stopped(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        code = args.word("kind", STOPS)
        if code is None:
            raise args.error("kind", "what happened? 死亡, 参军, 迁出, 停保 …")
        if moment.date() > self.as_of:
            return
        happened = args.day("happened") or moment.date()
        sent, read, withdrawn = self._way(args, moment)
        values = self._sent_values(moment, sent, read, withdrawn)
        if not args.has("change") or args.flag("change"):
            system, table, columns = CHANGE[insured.department]
            number = f"{self.keys.stem}B{self.keys.next('person change'):04d}"
            self._exchange(
                (system, table), columns,
                (number, insured.person_no, insured.system, insured.insurance["agency_item_code"], code, happened, *values), moment,
            )  # fmt: skip
        if self._known(withdrawn) or (args.has("enrolment") and not args.flag("enrolment")):
            return
        touched = values[-1]
        if code == "04" or (code in RESTS_IN_PENSION and insured.insurance["insurance_code"] == "10210"):
            self._restate(insured, touched, status="2", suspended=happened)
        elif code == "07":
            self._restate(insured, touched, status="4", benefits=happened)
        elif code == "08":
            self._restate(insured, touched, status="5", benefits_suspended=happened)
        else:
            self._restate(insured, touched, status="3", ended=happened, why=code)

    def _act_agency_resumed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        if moment.date() > self.as_of:
            return
        sent, read, _ = self._way(args, moment)
        sent, read = self._known(sent), self._known(read)
        self._restate(
            insured, max(one for one in (moment, sent, read) if one), status="1", suspended=None, ended=None, why=None, benefits_suspended=None,
            begun=args.day("enrolled") or moment.date(), sent=sent, flag="1" if read else "0", read=read,
        )  # fmt: skip

    def _act_numbers_merged(self, args: Args, moment: dt.datetime) -> None:
        insured, kept = self._insured_of(args), self._insured_of(args, "into")
        if insured.department != kept.department:
            raise args.error("into", "numbers of two departments cannot be merged")
        if moment.date() > self.as_of:
            return
        sent, read, withdrawn = self._way(args, moment)
        values = self._sent_values(moment, sent, read, withdrawn)
        system, table, columns = MERGE[insured.department]
        self._exchange(
            (system, table), columns, (insured.person_no, insured.system, kept.person_no, *values), moment
        )  # fmt: skip
        if not self._known(withdrawn):
            self._restate(insured, values[-1], status="3", ended=moment.date(), why="09")

    # --- who it is
    def _act_person_corrected(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        side = args.word("by", SIDES) or "agency"
        if moment.date() > self.as_of:
            return
        changed: dict[str, Any] = {}
        if args.has("name"):
            changed["name"] = args.text("name")
        if args.has("id"):
            with at(args.at("id")):
                changed["id"] = self.keys.stated_id(str(args.raw("id"))) if args.given("id") else None
        if args.given("id_type"):
            changed["id_type"] = args.word("id_type", ID_TYPES)
        if args.has("town"):
            changed["town"] = args.typed("town", w.town)
        if not changed:
            raise args.error("by", "what was corrected? name, id, id_type, town")
        if side in {"agency", "both"}:
            self._correct_at_agency(args, insured, moment, changed)
        if side in {"tax", "both"}:
            row = self._row_of(("tax_person", "ZRR_DJXX"), insured.registration_no)
            if row is None:
                raise args.error("by", f"{insured.label} is not registered at tax")
            columns = {"name": "XM", "id": "ZJHM", "id_type": "ZJLX_DM", "town": "JDXZ_DM"}
            row.update({columns[what]: value for what, value in changed.items()} | {"GXSJ": moment})

    def _correct_at_agency(self, args: Args, insured: Insured, moment: dt.datetime, changed: dict[str, Any]) -> None:
        name, number, kind, town, sent_column, flag, read_column, touched = PERSON[insured.department]
        sent, read, _ = self._way(args, moment)
        sent, read = self._known(sent), self._known(read)
        columns = {"name": name, "id": number, "id_type": kind, "town": town}
        row = self._row_of(BASE_TABLES[insured.department], insured.person_no)
        if row is None:
            raise CaseError(f"{insured.label} is not at the department: there is nothing to correct")
        told = {sent_column: sent, flag: "1" if read else "0", read_column: read} if sent else {}
        row.update(
            {columns[what]: value for what, value in changed.items()} | told | {touched: max(one for one in (moment, sent, read) if one)}
        )  # fmt: skip
        if "town" in changed:
            enrolment = self._enrolment_of(insured)
            enrolment[town] = changed["town"]
            enrolment[touched] = max(enrolment[touched], moment)

    # --- schools
    def _act_student_listed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        if insured.department != w.NHSA:
            raise args.error("person", "only NHSA has rosters of students")
        label = args.text("school") or "学校"
        if label not in self._schools:
            self._schools[label] = f"{self.keys.stem}X{len(self._schools) + 1:02d}"
            has_town = args.has("town")
            town = args.typed("town", w.town) if has_town else w.town_of_bureau("14501030000")
            self._exchange(
                ("nhsa_person", "SCHL_INFO_B"), "SCHL_CODE SCHL_NAME SCHL_TYPE ADMDVS SUBD_CODE VIL_CODE UPDT_TIME",
                (self._schools[label], f"南宁市{label}", "1", "450103", town, w.village_of_town(town), dt.datetime(2022, 1, 4, 9)), dt.datetime(2022, 1, 4, 9),
            )  # fmt: skip
        term = args.text("term") or f"{moment.year}{'A' if moment.month >= 8 else 'S'}"
        start = args.day("start") or dt.date(
            int(term[:4]), 9 if term.endswith("A") else 2, 1 if term.endswith("A") else 24
        )
        self._exchange(
            ("nhsa_person", "STU_INFO_D"), "PSN_NO TERM_CODE SCHL_CODE GRADE_NO CLASS_NO TERM_BEGN SEND_TIME READ_FLAG READ_TIME UPDT_TIME",
            (insured.person_no, term, self._schools[label], 3, 2, start, moment, "1", moment, moment), moment,
        )  # fmt: skip

    # --- large-amount medical
    def _act_large_paid(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        payer = args.word("by", PAYERS) or "1"
        self._exchange(
            ("nhsa_person", "PSN_LRG_D"), "PSN_NO INSU_YEAR PAYER_TYPE EMP_NO PAY_AMT PAY_DATE UPDT_TIME",
            (insured.person_no, str(args.number("year") or moment.year), payer, f"4501{self.keys.stem}" if payer == "1" else None,
             args.amount("amount") or LARGE_AMOUNT, moment.date(), moment), moment,
        )  # fmt: skip

    def _act_large_assessed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        sent, read, withdrawn = self._way(args, moment)
        self._exchange(
            ("nhsa_person", "FLX_CLCT_D"),
            "CLCT_NTC_NO PSN_NO SRC_SYS INSUTYPE CASHYM CLCT_STD CLCT_AMT ASSE_TIME SEND_TIME READ_FLAG READ_TIME WTDR_FLAG WTDR_TIME UPDT_TIME",
            (f"{self.keys.stem}D{self.keys.next('large due'):04d}", insured.person_no, insured.system, LARGE_ITEM,
             args.month("period") or moment.strftime("%Y%m"), Decimal("4000.00"), args.amount("amount") or LARGE_AMOUNT,
             *self._sent_values(moment, sent, read, withdrawn)), moment,
        )  # fmt: skip
