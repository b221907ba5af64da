"""Acts on village cadres, on the mapping of old codes and numbers to new ones, and on towns that bureaus claim."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from simulator.casebook import vocabulary as w
from simulator.casebook.acts_insured import InsuredActs
from simulator.casebook.acts_registry import RegistryActs
from simulator.casebook.args import Args, at
from simulator.casebook.errors import CaseError, choices

HOME = "14501030000"
RUN_STATES = {"排队": "0", "完成": "1", "中断": "2", "出错": "3", "运行中": "4"}
RUN_KINDS = {"户籍参保": "1", "缴费": "2", "三方协议": "3"}
CODE_TYPES = {"街道乡镇": "JDXZ", "社区村": "CSQ", "参保人员特殊类别": "RYLB", "单位类型": "DWLX"}
CODE_STATES = {"未对照": "0", "已对照": "1", "不再使用": "2"}
CLAIMS = {"属地": "1", "功能区": "2"}
WAITING, DONE, RUNNING = "0", "1", "4"
NOWHERE = "不存在"


@dataclass
class Cadre:
    """A village cadre and the last roster."""

    key: str
    mobile: str | None
    import_no: str | None = None
    lines: int = 0


class CadreActs(InsuredActs, RegistryActs):
    """What the module for cadres logs, and what the code tables say."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._cadres: dict[str, Cadre] = {}
        self._claimed: dict[str, str] = {}

    def _cadre(self, args: Args) -> Cadre:
        if args.given("cadre"):
            label = str(args.raw("cadre"))
            if label not in self._cadres:
                raise args.error("cadre", f"cadre {label} has not registered yet; {choices(self._cadres, label)}")
            return self._cadres[label]
        if len(self._cadres) == 1:
            return next(iter(self._cadres.values()))
        raise args.error("cadre", f"which cadre? {choices(self._cadres)}")

    def _own_label(self, args: Args, name: str, head: str) -> str:
        label = str(args.raw(name)) if args.given(name) else self._next_label(head, self.cast.others)
        if label in self.cast.others:
            raise args.error(name, f"{label} exists already; give it another label")
        return label

    def _own_or_stated_id(self, args: Args, what: str) -> str | None:
        if not args.has("id"):
            return self.keys.id_number(500 + self.keys.next(what))
        text = args.text("id")
        with at(args.at("id")):
            return None if text is None else self.keys.stated_id(text)

    # --- cadres
    def _act_cadre_registered(self, args: Args, moment: dt.datetime) -> None:
        label = self._own_label(args, "cadre", "g")
        town = args.typed("town", w.town)
        bureau = args.typed("bureau", w.bureau) or (w.towns()[town]["bureau"] if town else HOME)
        town = town or w.town_of_bureau(bureau)
        cadre = Cadre(self.keys.running("CG", "cadre", 3), args.text("mobile") if args.has("mobile") else "13800138000")
        self._cadres[label] = cadre
        self.cast.others[label] = cadre.key
        cancelled = args.moment("cancelled", "17:00")
        cancelled = cancelled if cancelled and cancelled.date() <= self.as_of else None
        self._put(
            "tax_cadre", "GB_ZH", moment, CGXH=cadre.key, CGXM="覃村干", SFZJLX_DM="201", SFZJHM=self._own_or_stated_id(args, "cadre id"),
            SJHM=cadre.mobile, XZQHSZ_DM=w.towns()[town]["district"] if town else None, JDXZ_DM=town,
            CSQ_DM=args.text("village") or w.village_of_town(town), ZGSWJ_DM=bureau, GWLB_DM="1", ZCSJ=moment, SHZT_DM="1",
            SHSJ=moment, TYSQSSJ=moment, ZHZT_DM="3" if cancelled else "1", ZXSJ=cancelled, GXSJ=cancelled or moment,
        )  # fmt: skip

    def _act_code_sent(self, args: Args, moment: dt.datetime) -> None:
        cadre = self._cadre(args)
        received = not args.has("received") or args.flag("received")
        for nth in range(args.number("times") or 1):
            sent = moment + dt.timedelta(minutes=2 * nth)
            receipt = sent + dt.timedelta(seconds=8) if received else None
            self._put(
                "tax_cadre", "GB_DXRZ", sent, DXLSH=self.keys.running("GX", "cadre message", 4), CGXH=cadre.key, SJHM=cadre.mobile, YWLX_DM="2",
                FSSJ=sent, HZSJ=receipt, HZZT_DM="1" if received else None, SBYY_DM=None, GXSJ=receipt or sent,
            )  # fmt: skip

    def _act_roster_imported(self, args: Args, moment: dt.datetime) -> None:
        cadre = self._cadre(args)
        label = self._own_label(args, "roster", "d")
        number, failed = self.keys.running("DR", "roster", 4), args.flag("failed")
        lines = args.number("lines")
        lines = 100 if lines is None else lines
        self.cast.others[label] = number
        self._put(
            "tax_cadre", "GB_DR", moment, DRXH=number, CGXH=cadre.key, DRSJ=moment, DRTS=0 if failed else lines,
            DRZT_DM="2" if failed else "1", SBYY=args.text("reason"),
        )  # fmt: skip
        if failed or moment.date() > self.as_of:
            return
        cadre.import_no, cadre.lines = number, lines
        named = args.raw("persons") or []
        for person in named if isinstance(named, list) else [named]:
            if str(person) not in self._insured:
                raise args.error("persons", f"{person} was not insured yet; {choices(self._insured, str(person))}")
            insured = self._insured[str(person)]
            self._put(
                "tax_cadre", "GB_DRMX", moment, CGXH=cadre.key, MXXH=self.keys.running("MX", "roster person", 4), DRXH=number, XM=insured.name,
                SFZJLX_DM=insured.id_type, SFZJHM=insured.id_number, PPZT_DM="1", RYBH=insured.person_no, PPSJ=moment, GXSJ=moment,
            )  # fmt: skip

    def _act_roster_matched(self, args: Args, moment: dt.datetime) -> None:
        cadre = self._cadre(args)
        if cadre.import_no is None:
            raise CaseError("the cadre has imported no roster yet: there is nothing to match")
        label = self._own_label(args, "run", "m")
        number = self.keys.running("PP", "matching run", 4)
        state = args.word("result", RUN_STATES) or DONE
        done = args.number("done")
        if done is None:
            done = cadre.lines if state == DONE else 0 if state in (WAITING, RUNNING) else cadre.lines // 2
        ended = None if state in (WAITING, RUNNING) else moment + dt.timedelta(minutes=10)
        self.cast.others[label] = number
        self._put(
            "tax_cadre", "GB_PP", moment, PPXH=number, DRXH=cadre.import_no, CGXH=cadre.key, PPLX_DM=args.word("kind", RUN_KINDS) or "1",
            YYSJ=moment, KSSJ=None if state == WAITING else moment, JSSJ=ended, ZTS=cadre.lines, CLTS=done, PPTS=done, PPZT_DM=state,
            SBYY=args.text("reason"), GXSJ=ended or moment,
        )  # fmt: skip

    # --- codes, old numbers, towns
    def _act_code_mapped(self, args: Args, moment: dt.datetime) -> None:
        label = self._own_label(args, "code", "c")
        kind = args.word("type", CODE_TYPES) or "JDXZ"
        old, new = self.keys.running("8", "old code", 3), args.text("to")
        state = args.word("state", CODE_STATES) or ("1" if new else "0")
        self.cast.others[label] = f"{kind}|{old}"
        self._put(
            "tax_registry", "DM_DZ", moment, DMLX_DM=kind, YDM=old, YMC="旧" + label, XDM=new, XMC=None, DZZT_DM=state,
            DZRQ=moment.date() if state != "0" else None, GXSJ=moment,
        )  # fmt: skip

    def _act_old_number(self, args: Args, moment: dt.datetime) -> None:
        label = self._own_label(args, "number", "o")
        department = (args.word("by", w.DEPARTMENTS) if args.given("by") else None) or w.HRSS
        number = self.keys.running("3", "old number", 3)
        self.cast.others[label] = f"{department}|{number}"
        common = {
            "XM": args.text("name") if args.has("name") else "旧黄一", "ZJLX": "201", "ZJHM": self._own_or_stated_id(args, "old id"),
            "JDXZ_DM": self._old_town(args, label), "RYLB_DM": None, "CBRQ": dt.date(2012, 1, 1), "GXSJ": moment,
        }  # fmt: skip
        agency = args.typed("agency", w.agency) or w.agency_of_bureau(HOME)
        new, system = self._new_number(args, department)
        if department == w.HRSS:
            self._put("hrss_legacy", "LRS_RYCB", moment, GRBH=number, YAB003=agency, XZ_DM="170", CBZT="1", **common)
            if new:
                self._put("hrss_legacy", "LRS_BHDZ", moment, GRBH=number, AAC001=new, XTLY=system, GXSJ=moment)
            return
        self._put("nhsa_legacy", "LYB_RYXX", moment, RYBH=number, JBJG_DM=agency, XZ_DM="390", **common)
        if new:
            self._put(
                "nhsa_person", "PSN_NO_MAP", moment, OLD_PSN_NO=number, PSN_NO=new, SRC_SYS=system, UPDT_TIME=moment
            )

    def _old_town(self, args: Args, label: str) -> str | None:
        """A code of the old system that no other case has; it can be expected as `<label> town`."""
        if not args.given("town"):
            return None
        code = self.keys.stated(str(args.text("town")))
        self.cast.others[f"{label} town"] = f"JDXZ|{code}"
        return code

    def _new_number(self, args: Args, department: str) -> tuple[str | None, str]:
        system = "QYMS" if department == w.HRSS else "QYYB"
        if not args.given("to"):
            return None, system
        label = str(args.raw("to"))
        if label == NOWHERE:
            return self.keys.running("N", "number nowhere", 3), system
        if label not in self._insured:
            raise args.error("to", f"{label} was not insured yet; {choices([NOWHERE, *self._insured], label)}")
        return self._insured[label].person_no, self._insured[label].system

    def _act_town_claimed(self, args: Args, moment: dt.datetime) -> None:
        if not args.given("town") or not args.given("bureau"):
            raise CaseError("a claim needs its town (a label of your own) and the bureau that claims it")
        label = str(args.raw("town"))
        first = label not in self._claimed
        town = self._claimed.setdefault(label, f"45{self.keys.stem}{len(self._claimed) + 1}")
        self.cast.others[label] = town
        until = args.day("until")
        self._put(
            "tax_registry", "JDXZ_GX", moment, JDXZ_DM=town, ZGSWJ_DM=args.typed("bureau", w.bureau), JDXZMC=label,
            GXLX_DM=args.word("kind", CLAIMS) or ("1" if first else "2"), GXYJ=args.text("ground") or "行政区划", YXQQ=moment.date(),
            YXQZ=until, GXSJ=moment,
        )  # fmt: skip
