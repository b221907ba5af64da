"""Acts on the exchange systems (heartbeats, inserts, space, reads) and on signing in to the employer client.

A system of a case is its own: its code begins with the case's number, so that no case sees another's heartbeats. 征收子系统 and
税库银, which lie beside the way of registrations and bills, keep their codes. Logins of an hour are those of the whole city:
cases that speak of the same hour are built apart.
"""

import datetime as dt
from typing import Any

from simulator.casebook.acts_client import ClientActs
from simulator.casebook.args import Args
from simulator.casebook.errors import CaseError
from simulator.part import settings

STEP = dt.timedelta(minutes=30)
USUAL_MS = 20
HISTORY = 21  # days before as_of, for comparison
SYSTEMS = {"人社交换库": "HRSS", "医保交换库": "NHSA", "南宁社保系统": "NNSB", "区一门式系统": "QYMS", "区医保系统": "QYYB", "数据共享平台": "SHARE",
           "支撑平台": "SUPPORT", "管理子系统": "MGMT", "征收子系统": "LEVY", "税库银": "TIPS"}  # fmt: skip
BESIDE = {"LEVY", "TIPS"}
BUSINESS = {"户籍": "1", "征集单": "2", "回盘": "3", "自然人": "4", "1": "1", "2": "2", "3": "3", "4": "4"}
REASONS = {"网络": ("03", "网络异常，请稍后再试"), "密码": ("01", "账号或密码错误"), "验证码": ("02", "验证码错误")}
Beat = tuple[str, int | None, bool]  # state, response, maintenance


class ExchangeActs(ClientActs):
    """How the exchange systems live."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._beats: dict[str, dict[dt.datetime, Beat]] = {}
        self._ends: dict[str, dt.datetime] = {}
        self.login_hours: set[dt.datetime] = set()

    def _system(self, args: Args) -> tuple[str, str]:
        """Code within the case, and the name that the author used."""
        name = args.text("system") or "人社交换库"
        code = SYSTEMS.get(name, name).upper()
        return (code if code in BESIDE else f"{self.keys.stem}{code}"), name

    def _label(self, args: Args, head: str, key: str) -> None:
        self.cast.others[args.text("as") or self._next_label(head, self.cast.others)] = key

    # --- heartbeats
    def _lay(self, code: str) -> dict[dt.datetime, Beat]:
        """The heartbeats of an undisturbed system up to the end of as_of."""
        if code not in self._beats:
            first = dt.datetime.combine(self.as_of - dt.timedelta(days=HISTORY), dt.time())
            last = dt.datetime.combine(self.as_of, dt.time(23, 30))
            count = int((last - first) / STEP)
            self._beats[code] = {first + number * STEP: ("1", USUAL_MS, False) for number in range(count + 1)}
        return self._beats[code]

    def _disturb(self, args: Args, moment: dt.datetime, beat: Beat) -> None:
        code, name = self._system(args)
        until = args.moment("until", "23:59") or dt.datetime.max
        beats = self._lay(code)
        for at in beats:
            if moment <= at < until:
                beats[at] = beat
        self.cast.others[args.text("as") or name] = f"{code}|{moment.date()}"

    def _act_system_down(self, args: Args, moment: dt.datetime) -> None:
        self._disturb(args, moment, ("3", None, args.flag("maintenance")))

    def _act_system_slow(self, args: Args, moment: dt.datetime) -> None:
        self._disturb(args, moment, ("2", USUAL_MS * (args.number("times") or 8), False))

    def _act_heartbeat_stopped(self, args: Args, moment: dt.datetime) -> None:
        code, name = self._system(args)
        self._lay(f"{self.keys.stem}OTHER")
        last = max(at for at in self._lay(code) if at < moment)
        self._ends[code] = moment
        self.cast.others[args.text("as") or name] = f"{code}|{last.date()}"

    def _write_beats(self) -> None:
        for code, beats in self._beats.items():
            for at, (state, response, maintenance) in beats.items():
                if at < self._ends.get(code, dt.datetime.max):
                    down = state == "3"
                    self._row("exchange_ops", "JK_XTXT", at, XTXH=f"{self.keys.stem}X{at:%Y%m%d%H%M}{code}", XT_DM=code, XTMC=code, TXSJ=at,
                              ZT_DM=state, XYHS=response, LJS=0 if down else 30, CPULYL=0 if down else 30, NCLYL=0 if down else 45,
                              JHWHBZ="Y" if maintenance else None, GXSJ=at)  # fmt: skip

    # --- inserts, space, reads
    def _act_insert_failed(self, args: Args, moment: dt.datetime) -> None:
        table = (args.text("table") or "RS_DWJBXX").upper()
        known = {name: business for _, name, business, *_ in settings("exchange_health")["tables"]}
        business = args.word("business", BUSINESS) if args.has("business") else known.get(table)
        recovered = args.moment("recovered", "23:59")
        if recovered is not None and recovered.date() > self.as_of:
            recovered = None
        key = f"{self.keys.stem}F{self.keys.next('failure'):04d}"
        self._row("exchange_ops", "JK_CRSB", moment, SBXH=key, XT_DM=self._system(args)[0], BM=table, YWLX_DM=business, PCH="1", SBSJ=moment,
                  SBHS=args.number("rows") or 40, CWDM=args.text("error") or "ORA-12899", CWXX=None, CFCS=3, HFSJ=recovered,
                  GXSJ=recovered or moment)  # fmt: skip
        self._label(args, "f", key)

    def _act_space_measured(self, args: Args, moment: dt.datetime) -> None:
        code, _ = self._system(args)
        used = args.amount("used")
        if used is None:
            raise CaseError("“used” is missing", args.at("used"))
        label = args.text("as") or "s1"
        total = args.number("total") or 800
        name = f"{self.keys.stem}{label.upper()}"
        self._row("exchange_ops", "JK_KJ", moment, XT_DM=code, BKJMC=name, CJSJ=moment, ZKJ=total, YYKJ=(used * total / 100).quantize(used), SYL=used,
                  ZDKZBZ="Y" if args.flag("autoextend") else None, GXSJ=moment)  # fmt: skip
        self.cast.others[label] = f"{code}|{name}"

    def _act_slow_read(self, args: Args, moment: dt.datetime) -> None:
        key = f"{self.keys.stem}R{self.keys.next('slow read'):04d}"
        self._row("exchange_ops", "JK_MCX", moment, CXXH=key, XT_DM=self._system(args)[0], BM=(args.text("table") or "RS_DWJBXX").upper(), RWMC="读取",
                  KSSJ=moment, HS=60 * (args.number("times") or 9), YZ=60, DQHS=1000, DDSJ=None, GXSJ=moment)  # fmt: skip
        self._label(args, "r", key)

    # --- the client
    def _act_logins(self, args: Args, moment: dt.datetime) -> None:
        count, failed = args.number("count"), args.number("failed") or 0
        if count is None:
            raise CaseError("“count” is missing", args.at("count"))
        accounts = args.number("accounts") or failed
        code, words = REASONS[args.word("reason", {word: word for word in REASONS}) or "网络"]
        hour = moment.replace(minute=0, second=0)
        for number in range(count):
            fails = number < failed
            account = number % accounts if fails and accounts else number
            key = f"{self.keys.stem}L{self.keys.next('login'):06d}"
            self._row("tax_client", "KHD_DLRZ", hour + dt.timedelta(seconds=number), DLLSH=key, YHXH=f"{self.keys.stem}A{account:05d}", DLZD_DM="2",
                      DLFS_DM="1", DLSJ=hour + dt.timedelta(seconds=number), DLJG_DM="2" if fails else "1", SBYY_DM=code if fails else None,
                      SBYY=words if fails else None)  # fmt: skip
        if hour.date() <= self.as_of:
            self.login_hours.add(hour)
        self._label(args, "h", f"{hour:%Y-%m-%d %H}")
