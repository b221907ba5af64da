"""Acts on natural persons as insured: the rows that the departments and tax keep of a person number in an insurance."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.casebook import model as m
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_annuity import AnnuityActs
from simulator.casebook.args import Args, at
from simulator.casebook.casting import ACTS
from simulator.casebook.errors import CaseError, choices

HOME = "14501030000"
SYSTEMS = {w.HRSS: "QYMS", w.NHSA: "QYYB"}
ID_TYPES = {"居民身份证": "201", "身份证": "201", "201": "201", "港澳居民居住证": "237", "237": "237", "台湾居民居住证": "238", "238": "238",
            "外国人永久居留证": "233", "233": "233"}  # fmt: skip
# kind of person: code at the departments, code at tax
KINDS = {"普通": ("000", "01"), "学生": ("010", "02"), "脱贫户": ("021", "03"), "低保": ("021", "03"), "特困": ("022", "04"),
         "残疾": ("031", "05")}  # fmt: skip
KIND_WORDS = {word: word for word in KINDS}
NAMES = "一二三四五六七八九十"
BASE_TABLES = {w.HRSS: ("hrss_person", "RS_RYJBXX"), w.NHSA: ("nhsa_person", "PSN_INFO_B")}
ENROLMENT_TABLES = {w.HRSS: ("hrss_person", "RS_RYCB"), w.NHSA: ("nhsa_person", "PSN_INSU_D")}
SENT_COLUMNS = {w.HRSS: "CJSJ FSSJ DQBZ DQSJ CXBZ CXSJ GXSJ", w.NHSA: "CRTE_TIME SEND_TIME READ_FLAG READ_TIME WTDR_FLAG WTDR_TIME UPDT_TIME"}  # fmt: skip
BASE_COLUMNS = {
    w.HRSS: "AAC001 XTLY AAC058 AAC002 AAC003 AAC004 AAC006 YAB003 AAB301 JDXZ_DM CSQ_DM RYLB_DM",
    w.NHSA: "PSN_NO SRC_SYS PSN_CERT_TYPE CERTNO PSN_NAME GEND BRDY OPTINS_NO ADMDVS SUBD_CODE VIL_CODE PSN_IDET_TYPE",
}
ENROLMENT_COLUMNS = {
    w.HRSS: "AAC001 XTLY AAE140 YAB003 JDXZ_DM CSQ_DM AAC030 AAC031 YJJS",
    w.NHSA: "PSN_NO SRC_SYS INSUTYPE OPTINS_NO SUBD_CODE VIL_CODE INSU_BEGN INSU_STAS CLCT_STD",
}


@dataclass
class Insured:
    """A person number in an insurance."""

    label: str
    insurance: dict[str, str]
    person_no: str
    system: str
    id_type: str
    id_number: str | None
    name: str | None
    agency: str
    bureau: str
    town: str | None
    village: str | None
    kind: str
    at_agency: bool
    registration_no: str | None  # SBDJXH; nobody at tax: None
    merged: bool = False

    @property
    def department(self) -> str:
        """Whose insurance it is."""
        return self.insurance["department_code"]

    @property
    def key(self) -> str:
        """参保键, as the warehouse composes it."""
        return f"{self.department}|{self.system}|{self.person_no}|{self.insurance['insurance_code']}"


class InsuredActs(AnnuityActs):
    """Who is insured where, as each side has it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._insured: dict[str, Insured] = {}
        self._base_written: set[tuple[str, str, str]] = set()

    # --- words
    @staticmethod
    def _insurance(value: object) -> dict[str, str]:
        key = w.plain(value)
        known = w.person_insurances()
        for row in known:
            if key in (row["insurance_code"], row["insurance_name"]):
                return row
        raise CaseError(
            f"insurance “{value}” is none of natural persons; {choices([one['insurance_name'] for one in known], key)}"
        )

    def _insured_of(self, args: Args, name: str = "person") -> Insured:
        """The person number that an act names, or the case's only one."""
        if args.given(name):
            label = str(args.raw(name))
            if label not in self._insured:
                raise args.error(name, f"{label} was not insured yet; {choices(self._insured, label)}")
            return self._insured[label]
        if len(self._insured) == 1:
            return next(iter(self._insured.values()))
        raise args.error(name, f"which person number? {choices(self._insured)}")

    @staticmethod
    def _when(args: Args, name: str, usual: dt.datetime | None, clock: str) -> dt.datetime | None:
        """A step that has a usual time: said with a day, yes, no, or not said."""
        if not args.has(name) or v.is_yes(args.raw(name)) or args.raw(name) is True:
            return usual
        if v.is_no(args.raw(name)) or args.raw(name) is False:
            return None
        moment = args.moment(name, clock)
        if moment and usual and moment.date() == usual.date() and ":" not in str(args.raw(name)):
            return usual
        return moment

    def _known(self, moment: dt.datetime | None) -> dt.datetime | None:
        """A moment, unless it comes after the business date."""
        return moment if moment and moment.date() <= self.as_of else None

    def _sent_values(
        self,
        created: dt.datetime,
        sent: dt.datetime | None,
        read: dt.datetime | None,
        withdrawn: dt.datetime | None = None,
    ) -> tuple[Any, ...]:
        """Values of the columns that say when a row was made, sent, read and withdrawn."""
        sent, read, withdrawn = self._known(sent), self._known(read), self._known(withdrawn)
        touched = max(one for one in (created, sent, read, withdrawn) if one)
        return (created, sent, "1" if read else "0", read, "Y" if withdrawn else None, withdrawn, touched)

    def _exchange(self, place: tuple[str, str], columns: str, values: tuple[Any, ...], moment: dt.datetime) -> None:
        self.cast.rows.append(m.ExchangeRow(*place, moment, dict(zip(columns.split(), values, strict=True))))

    # --- insured
    def _declare_person_insured(self, args: Args) -> None:
        moment = self._moment(args, ACTS["person_insured"])
        label = str(args.raw("person")) if args.given("person") else self._next_label("r", self._insured)
        if label in self._insured or label in self.cast.others:
            raise args.error("person", f"{label} exists already; give it another label")
        insurance = args.typed("insurance", self._insurance) or self._insurance("10212")
        department = insurance["department_code"]
        number = self.keys.next("insured")
        kind = args.word("kind", KIND_WORDS) or "普通"
        town = args.typed("town", w.town)
        bureau = args.typed("bureau", w.bureau) or (w.towns()[town]["bureau"] if town else HOME)
        town = town or w.town_of_bureau(bureau)
        of_city = insurance["is_flexible"] == "true" or kind == "学生"
        at_agency = not args.has("at_agency") or args.flag("at_agency")
        sent = self._when(args, "sent", moment + dt.timedelta(minutes=10), "18:40") if at_agency else None
        read = self._when(args, "read", sent + dt.timedelta(hours=1) if sent else None, "09:30")
        usual = read or (moment + dt.timedelta(hours=1) if not at_agency else None)
        registered = self._when(args, "at_tax", usual + dt.timedelta(minutes=30) if usual else None, "10:30")
        insured = Insured(
            label=label,
            insurance=insurance,
            person_no=self.keys.stated(str(args.text("number")))
            if args.given("number")
            else f"{self.keys.stem}R{number:04d}",
            system=args.word("system", w.SYSTEMS) or SYSTEMS[department],
            id_type=args.word("id_type", ID_TYPES) or "201",
            id_number=self._id_number(args, number),
            name=args.text("name")
            if args.has("name")
            else f"黄{NAMES[(number - 1) % len(NAMES)]}{'' if number <= len(NAMES) else number}",
            agency=args.typed("agency", w.agency) or (w.agency("市本级") if of_city else w.agency_of_bureau(bureau)),
            bureau=bureau,
            town=town,
            village=args.text("village") or w.village_of_town(town),
            kind=kind,
            at_agency=at_agency,
            registration_no=self.keys.running("7", "person registration", 4) if registered else None,
        )
        self._insured[label] = insured
        self.cast.others[label] = insured.key
        if at_agency:
            withdrawn = args.moment("withdrawn", "20:00")
            self._write_enrolment(insured, moment, args.day("enrolled") or moment.date(), sent, read, withdrawn)
        if registered:
            self._write_registration(insured, registered)

    def _id_number(self, args: Args, number: int) -> str | None:
        if not args.has("id"):
            return self.keys.id_number(number)
        text = args.text("id")
        with at(args.at("id")):
            return None if text is None else self.keys.stated_id(text)

    def _write_enrolment(
        self, insured: Insured, created: dt.datetime, enrolled: dt.date, sent: dt.datetime | None, read: dt.datetime | None,
        withdrawn: dt.datetime | None,
    ) -> None:  # fmt: skip
        department = insured.department
        district = w.towns()[insured.town]["district"] if insured.town else "450103"
        file = (department, insured.system, insured.person_no)
        if file not in self._base_written:
            self._base_written.add(file)
            birth, sex = v.birth_and_sex(insured.id_number)
            base = (
                insured.person_no, insured.system, insured.id_type, insured.id_number, insured.name, sex, birth, insured.agency, district,
                insured.town, insured.village, KINDS[insured.kind][0],
            )  # fmt: skip
            self._exchange(
                BASE_TABLES[department], f"{BASE_COLUMNS[department]} {SENT_COLUMNS[department]}", (*base, *self._sent_values(created, sent, read)), created
            )  # fmt: skip
        flexible = insured.insurance["is_flexible"] == "true"
        enrolment = (
            insured.person_no, insured.system, insured.insurance["agency_item_code"], insured.agency, insured.town, insured.village, enrolled,
            "1", Decimal("4000.00") if flexible else None,
        )  # fmt: skip
        columns = f"{ENROLMENT_COLUMNS[department]} {SENT_COLUMNS[department]}"
        values = (*enrolment, *self._sent_values(created, sent, read, withdrawn))
        if department == w.HRSS:
            columns, values = f"{columns} JFDC", (*values, None if flexible else Decimal("200.00"))
        self._exchange(ENROLMENT_TABLES[department], columns, values, created)

    def _write_registration(self, insured: Insured, registered: dt.datetime) -> None:
        values = {
            "SBDJXH": insured.registration_no, "BMLY_DM": insured.department, "XTLY": insured.system, "RYBH": insured.person_no,
            "ZJLX_DM": insured.id_type, "ZJHM": insured.id_number, "XM": insured.name, "ZSXM_DM": insured.insurance["zsxm_code"],
            "ZSPM_DM": insured.insurance["zspm_code"], "SBJBJG_DM": insured.agency, "ZGSWJ_DM": insured.bureau, "JDXZ_DM": insured.town,
            "SQC_DM": insured.village, "RYLB_DM": KINDS[insured.kind][1], "DJZT_DM": "1", "DJSJ": registered, "GXSJ": registered,
        }  # fmt: skip
        self.cast.rows.append(m.ExchangeRow("tax_person", "ZRR_DJXX", registered, values))
