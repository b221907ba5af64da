"""Alerts: told once, again when worse, after hours, when over; quiet hours; routing; real webhook and SMTP on this machine."""

from __future__ import annotations

import datetime as dt
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from common import paths
from orchestration.lib import alert_book, alert_config, alert_desk, alert_send, alerts, patrol, warehouse
from orchestration.lib.alert_book import Book, Condition
from orchestration.lib.alert_config import AlertConfig
from orchestration.lib.exchange_config import ConfigError, Secret

from .test_ledger import rule

TUESDAY_NOON = dt.datetime(2026, 6, 30, 4)  # UTC: 12:00 in Nanning
TUESDAY_NIGHT = dt.datetime(2026, 6, 30, 14)  # 22:00
WEDNESDAY = dt.datetime(2026, 7, 1, 1)  # 09:00
TOPICS = ("exchange", "client", "patrol")
HOUR = dt.timedelta(hours=1)


def config(**more: Any) -> AlertConfig:
    raw: dict[str, Any] = {
        "general": {"remind_after_hours": 6, "urgent": ["exchange:connection_lost"]},
        "quiet": {"from": "20:00", "until": "08:00", "free_days": True},
        "channels": {"duty": {"url_env": "ALERT_DUTY"}},
        "routes": [{"channel": "duty"}],
    }
    return alert_config.parse({**raw, **more})


def condition(
    key: str = "exchange:space_runs_out", severity: str = "high", subjects: tuple[str, ...] = ("HRSS|DATA",)
) -> Condition:
    return Condition(
        key, key.split(":", maxsplit=1)[0], severity, "表空间将满（1 项）", "人社交换库 已用 95%", subjects
    )


class Post:
    """A sender that remembers, and fails when told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.outcome = alert_send.SENT

    def __call__(self, address: Secret | None, title: str, body: str) -> str:
        self.sent.append((title, body))
        return self.outcome


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with alert_book.opened(tmp_path / "alerts.sqlite") as opened:
        yield opened


@pytest.fixture
def post() -> Post:
    return Post()


def test_told_once_and_again_after_the_agreed_hours(book: Book, post: Post) -> None:
    for hours in (0, 1, 5):
        alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON + hours * HOUR, post)
    assert len(post.sent) == 1
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON + 6 * HOUR, post)
    assert len(post.sent) == 2
    assert "仍未解除" in post.sent[1][1]


def test_told_when_it_gets_worse_and_not_when_it_gets_better(book: Book, post: Post) -> None:
    two = condition(subjects=("HRSS|DATA", "NHSA|IDX"))
    for now in (condition(), two, condition(), two, condition(subjects=("NHSA|IDX",))):
        alerts.tell(book, config(), [now], TOPICS, TUESDAY_NOON, post)
    assert [("加重" in body) for _, body in post.sent] == [False, True]
    alerts.tell(book, config(), [condition(severity="urgent")], TOPICS, TUESDAY_NOON, post)
    assert len(post.sent) == 3


def test_told_when_it_is_over_and_anew_when_it_comes_back(book: Book, post: Post) -> None:
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON, post)
    alerts.tell(book, config(), [], TOPICS, TUESDAY_NOON + HOUR, post)
    alerts.tell(book, config(), [], TOPICS, TUESDAY_NOON + HOUR, post)
    assert len(post.sent) == 2
    assert "1 项已解除" in post.sent[1][0]
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON + 2 * HOUR, post)
    assert "新发" in post.sent[2][1]


def test_what_was_not_looked_at_is_not_over(book: Book, post: Post) -> None:
    """A run that failed says nothing about the exchange, and another job's success does not end it."""
    failed = alerts.of_run("daily_refresh", "每日刷新", "没有一张交换表能同步", config())
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON, post)
    alerts.tell(book, config(), failed, ("run:daily_refresh",), TUESDAY_NOON, post)
    alerts.tell(book, config(), [], ("run:hourly_watch",), TUESDAY_NOON, post)
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON, post)
    assert len(post.sent) == 2
    alerts.tell(book, config(), [], ("run:daily_refresh",), TUESDAY_NOON, post)
    assert "[已解除] 作业失败：每日刷新" in post.sent[2][1]


def test_quiet_hours_hold_back_and_a_digest_follows(book: Book, post: Post) -> None:
    over = condition("patrol:backlog", subjects=("RS_ZJHZ",))
    for hour in range(3):
        alerts.tell(book, config(), [condition(), over], TOPICS, TUESDAY_NIGHT + hour * HOUR, post)
    assert post.sent == []
    alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NIGHT + 4 * HOUR, post)
    alerts.tell(book, config(), [condition()], TOPICS, WEDNESDAY, post)
    [(title, body)] = post.sent
    assert title == "【社保费数据监测】1 项告警，1 项已解除（重要）"
    assert body.startswith("静默时段内的告警汇总")
    assert "[新发]" in body
    assert "[已解除]" in body
    alerts.tell(book, config(), [condition()], TOPICS, WEDNESDAY + HOUR, post)
    assert len(post.sent) == 1


def test_urgent_breaks_through_and_alone(book: Book, post: Post) -> None:
    lost = Condition("exchange:connection_lost", "exchange", "urgent", "连接中断（1 项）", "医保交换库…", ("NHSA",))
    alerts.tell(book, config(), [condition(), lost], TOPICS, TUESDAY_NIGHT, post)
    assert [title for title, _ in post.sent] == ["【社保费数据监测】1 项告警（紧急）"]
    alerts.tell(book, config(), [condition(), lost], TOPICS, WEDNESDAY, post)
    assert "表空间将满" in post.sent[1][1]


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (dt.datetime(2026, 6, 30, 11, 59), False),  # Tuesday 19:59
        (dt.datetime(2026, 6, 30, 12), True),  # 20:00
        (dt.datetime(2026, 6, 30, 23, 59), True),  # 07:59 of Wednesday
        (dt.datetime(2026, 7, 1, 0), False),  # 08:00
        (dt.datetime(2026, 7, 4, 4), True),  # Saturday noon
        (dt.datetime(2026, 5, 9, 4), False),  # a Saturday that is worked
    ],
)
def test_when_it_is_quiet(moment: dt.datetime, quiet: bool) -> None:
    assert alerts.is_quiet(config(), moment) is quiet


def test_a_channel_that_fails_is_told_next_time_and_the_others_at_once(book: Book) -> None:
    two = config(
        channels={"a": {"url_env": "ALERT_A"}, "b": {"url_env": "ALERT_B"}},
        routes=[{"channel": "a"}, {"channel": "b"}],
    )
    bad: list[str] = []
    broken = iter([alert_send.FAILED, alert_send.SENT, alert_send.SENT])

    def sender(address: Secret | None, title: str, body: str) -> str:
        bad.append(title)
        return next(broken)

    assert alerts.tell(book, two, [condition()], TOPICS, TUESDAY_NOON, sender) == {"a": "failed", "b": "sent"}
    assert alerts.tell(book, two, [condition()], TOPICS, TUESDAY_NOON + HOUR, sender) == {"a": "sent"}
    assert alerts.tell(book, two, [condition()], TOPICS, TUESDAY_NOON + HOUR, sender) == {}


def test_routes_by_topic_and_severity(book: Book, post: Post) -> None:
    one = config(routes=[{"channel": "duty", "topics": ["client"]}, {"channel": "duty", "min_severity": "urgent"}])
    alerts.tell(book, one, [condition()], TOPICS, TUESDAY_NOON, post)
    assert post.sent == []
    alerts.tell(
        book, one, [condition("client:logins_failing"), condition(severity="urgent")], TOPICS, TUESDAY_NOON, post
    )
    assert "2 项告警" in post.sent[0][0]


def test_a_channel_without_address_is_said_once(book: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ALERT_DUTY", raising=False)
    for hour in range(3):
        outcome = alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON + hour * HOUR)
        assert outcome == {"duty": "no_address"}
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        assert book.copy_log(con) == 1
        assert book.copy_log(con) == 0
        assert con.execute("select channel, outcome, conditions from ops.alert_log").fetchall() == [("duty", "no_address", 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": 1}, "colour"),
        ({"general": {"remind": 3}}, "remind"),
        ({"general": {"remind_after_hours": 0}}, "remind_after_hours"),
        ({"quiet": {"from": "25:00", "until": "08:00"}}, "from"),
        ({"quiet": {"from": "20:00", "until": "08:00", "weekend": True}}, "weekend"),
        ({"channels": {"duty": {"url": "json://x"}}}, "url"),
        ({"channels": {"duty": {"url_env": "json://host/secret"}}}, "url_env"),
        ({"routes": [{"channel": "nobody"}]}, "nobody"),
        ({"routes": [{"channel": "duty", "topics": ["weather"]}]}, "weather"),
        ({"routes": [{"channel": "duty", "min_severity": "awful"}]}, "awful"),
    ],
)
def test_what_the_file_does_not_know_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as caught:
        config(**change)
    assert "secret" not in str(caught.value)


def test_the_repositorys_own_file_is_right() -> None:
    loaded = alert_config.load()
    assert {"duty", "mail"} == set(loaded.channels)
    assert loaded.channels_for("exchange", "high") == ["duty", "mail"]
    known = {"exchange", "patrol", "run", "client", "special"}
    assert {key.split(":")[0] for key in loaded.urgent} <= known


# --- real channels on this machine


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]], Callable[[int], None]]]:
    """A web server that keeps what it is sent."""
    got: list[dict[str, Any]] = []
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/key-of-the-hook", got, lambda code: status.__setitem__(0, code)
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_the_words(
    webhook: tuple[str, list[dict[str, Any]], Callable[[int], None]], book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    url, got, answer = webhook
    monkeypatch.setenv("ALERT_DUTY", url)
    answer(500)
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {"duty": "failed"}
    answer(200)
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {"duty": "sent"}
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {}
    assert got[-1]["title"] == "【社保费数据监测】1 项告警（重要）"
    assert "人社交换库 已用 95%" in got[-1]["message"]
    shown = capsys.readouterr()
    assert "key-of-the-hook" not in shown.out + shown.err


def test_nobody_listens_and_an_address_that_is_none() -> None:
    assert alert_send.send(Secret("json://127.0.0.1:9/x"), "t", "b") == alert_send.FAILED
    assert alert_send.send(Secret("no-such-service://x"), "t", "b") == alert_send.BAD_ADDRESS
    assert alert_send.send(None, "t", "b") == alert_send.NO_ADDRESS


def test_mail_arrives_over_smtp() -> None:
    got: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            def say(text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

            say("220 local")
            while line := self.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    say("354 go on")
                    while (part := self.rfile.readline()).strip() != b".":
                        got.append(part)
                    say("250 kept")
                elif word == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        address = Secret(f"mailto://127.0.0.1:{port}?from=monitor@example.org&to=duty@example.org&mode=insecure")
        assert alert_send.send(address, "交换监测", "未读 9 行") == alert_send.SENT
        server.shutdown()
    text = b"".join(got).decode()
    assert "To: duty@example.org" in text


def test_wecom_gets_the_words_and_the_key_stays_hidden(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Apprise's own plugin with the network patched: the group robot's address, its text message, and a refusal told next time."""
    sent: list[tuple[str, dict[str, Any]]] = []
    answers = iter([500, 200])

    def posted(url: str, data: bytes, **kwargs: Any) -> Any:
        sent.append((url, json.loads(data)))
        answer = requests.Response()
        answer.status_code = next(answers)
        answer._content = b"{}"
        return answer

    monkeypatch.setattr("apprise.plugins.wecombot.requests.post", posted)
    monkeypatch.setenv("ALERT_DUTY", "wecombot://4f1d-key-of-the-robot/")
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {"duty": "failed"}
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {"duty": "sent"}
    assert alerts.tell(book, config(), [condition()], TOPICS, TUESDAY_NOON) == {}
    assert {url for url, _ in sent} == {"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=4f1d-key-of-the-robot"}
    assert [message["msgtype"] for _, message in sent] == ["text", "text"]
    text = sent[-1][1]["text"]["content"]
    assert "【社保费数据监测】1 项告警（重要）" in text
    assert "人社交换库 已用 95%" in text
    shown = capsys.readouterr()
    assert "key-of-the-robot" not in shown.out + shown.err + caplog.text


# --- from data


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.opened(tmp_path / "w.duckdb") as opened:
        yield opened


def answer(check_id: str, *lines: patrol.Line) -> patrol.Answer:
    check = next(check for check in patrol.CHECKS if check.check_id == check_id)
    return patrol.Answer(check, *patrol.roll_up(lines), lines)


def test_failed_checks_become_alerts_unless_a_finding_tells_the_same() -> None:
    lost = Condition("exchange:connection_lost", "exchange", "urgent", "连接中断", "…", ("NHSA|2026-06-30",))
    answers = [
        answer("heartbeat", patrol.Line("医保交换库", "FAIL", "无应答", "NHSA"), patrol.Line("税库银", "FAIL", "无应答", "TIPS")),
        answer("disk", patrol.Line("数仓", "FAIL", "剩余 1 GB（2%）")),
        answer("backlog", patrol.Line("征集汇总表", "WARN", "堆积")),
    ]  # fmt: skip
    found = {one.key: one for one in alerts.of_patrol(answers, config(), [lost])}
    assert set(found) == {"patrol:heartbeat", "patrol:disk"}
    assert found["patrol:heartbeat"].subjects == ("税库银",)
    assert found["patrol:disk"].severity == "high"


def test_a_rule_that_asks_for_it_tells_people_and_breaks_through_the_night(
    con: duckdb.DuckDBPyConnection, book: Book, post: Post
) -> None:
    """Special payments of the gravely ill: one condition a reason over both rules, urgent by alerts.toml; other rules stay silent."""
    con.execute("create schema marts")
    for model, subject in (("anm_medical", "NHSA|1"), ("anm_pension", "HRSS|2"), ("anm_other", "HRSS|3")):
        con.execute(
            f"create table marts.{model} as select 'special_due' as subject_type, '{subject}' as subject_key, 'in_transit' as reason_code,"
            " '在途' || subject_key as evidence, date '2026-06-26' as since_date"
        )
    asked = {"alert": "special", "reasons": {"in_transit": "在途，税务未收到"}, "rule_kind": "diagnosis"}
    rules = [
        rule("B1.03", "anm_medical", **asked),
        rule("B1.10", "anm_pension", **asked),
        rule("B9.1", "anm_other", reasons=asked["reasons"]),
    ]
    shipped = alert_config.load(paths.root() / "alerts.toml")
    [found] = alerts.of_rules(con, rules, shipped)
    assert (found.key, found.severity, found.subjects) == ("special:in_transit", "urgent", ("HRSS|2", "NHSA|1"))
    assert alerts.tell(book, shipped, [found], ("special",), TUESDAY_NIGHT, post) == {"duty": "sent", "mail": "sent"}
    assert "在途，税务未收到（2 项）" in post.sent[0][1]


def test_a_wrong_file_never_breaks_the_run(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text("[general]\nnonsense = 1\n", encoding="utf-8")
    monkeypatch.setenv("SHEBAO_ALERTS_CONFIG", str(file))
    assert "nonsense" in alert_desk.after_patrol(con, (), (), TUESDAY_NOON)
    assert "nonsense" in alert_desk.after_run("daily_refresh", "失败", TUESDAY_NOON)
