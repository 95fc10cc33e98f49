"""What each event writes, as rows. `WRITERS` is the whole list; a test fails on an event that has no entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Table

from core import events as e
from core.messages import Reading
from storage import tables as t
from storage.sealing import Sealer

Row = dict[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows gathered from a batch of acts. Inserts go in bulk; changes keep their order."""

    sealer: Sealer
    act: e.Act
    inserts: dict[Table, list[Row]] = field(default_factory=dict)
    changes: list[tuple[Table, Row, Row]] = field(default_factory=list)
    talks: dict[str, Row] = field(default_factory=dict)
    cancelled: list[tuple[str, str]] = field(default_factory=list)

    def add(self, table: Table, row: Row) -> None:
        self.inserts.setdefault(table, []).append(row)

    def change(self, table: Table, where: Row, values: Row) -> None:
        self.changes.append((table, where, values))

    def talk(self, conversation: str, **values: Any) -> None:
        """Values of one conversation's row: the last of a batch wins, and one statement writes them all."""
        self.talks.setdefault(conversation, {}).update(values, last_at=self.act.at)

    def past(self, noun: str, subject: str, became: str, case: str | None = None, reason: str | None = None) -> None:
        self.add(
            t.history,
            {
                "noun": noun,
                "subject": subject,
                "case": case,
                "became": became,
                "actor": self.act.actor,
                "reason": reason,
                "at": self.act.at,
            },
        )


def reading_json(reading: Reading) -> str:
    """A reading as it is kept: rules and places, never words."""
    hits = [{"rule": hit.rule, "span": [hit.start, hit.end], "priority": hit.priority} for hit in reading.hits]
    return orjson.dumps({"priority": reading.priority, "hits": hits, "lexicon": reading.lexicon}).decode()


def _message(rows: Rows, conversation: str, seq: int, author: str, text: str, **more: Any) -> None:
    row = {
        "conversation": conversation, "seq": seq, "author": author,
        "body": rows.sealer.seal(text, f"message|body|{conversation}|{seq}"),
        "staff": None, "channel": None, "provider_id": None, "step": None, "reading": None,
        "received_at": rows.act.at, "at": rows.act.at, "indexed": False,
    }  # fmt: skip
    rows.add(t.message, row | more)
    rows.talk(conversation, seq=seq)


def _started(r: Rows, v: e.ConversationStarted) -> None:
    r.add(
        t.conversation,
        {
            "id": v.conversation, "line": v.line, "channel": v.channel, "code_name": v.code_name, "state": "open", "seq": 0,
            "standing": None, "token_index": r.sealer.index("token", v.token) if v.token else None, "return_index": None,
            "address": r.sealer.seal(v.address, f"conversation|address|{v.conversation}") if v.address else None,
            "address_index": r.sealer.index("address", v.address) if v.address else None, "previous": v.previous,
            "started_at": r.act.at, "last_at": r.act.at, "ended_at": None, "left_quickly_at": None,
        },
    )  # fmt: skip
    r.past("conversation", v.conversation, "open")


def _received(r: Rows, v: e.MessageReceived) -> None:
    _message(r, v.conversation, v.seq, "person", v.text, channel=v.channel, provider_id=v.provider_id,
             received_at=v.received_at, reading=reading_json(v.reading))  # fmt: skip


def _bot_said(r: Rows, v: e.BotSaid) -> None:
    _message(r, v.conversation, v.seq, "bot", v.text, step=v.step)


def _system_said(r: Rows, v: e.SystemSaid) -> None:
    _message(r, v.conversation, v.seq, "system", v.text, step=v.step)


def _staff_said(r: Rows, v: e.StaffSaid) -> None:
    _message(r, v.conversation, v.seq, "staff", v.text, staff=v.staff, channel="staff",
             provider_id=f"{v.conversation}:{v.client_id}", step=v.quick_reply)  # fmt: skip
    r.change(t.cases, {"id": v.case, "answered_at": None}, {"answered_at": r.act.at})


def _moved(r: Rows, v: e.TalkMoved) -> None:
    standing = orjson.dumps({"session": v.session, "window": [[at.timestamp(), text] for at, text in v.window]}).decode()
    r.talk(v.conversation, standing=r.sealer.seal(standing, f"conversation|standing|{v.conversation}"))


def _ended(r: Rows, v: e.ConversationEnded) -> None:
    r.talk(v.conversation, state="ended", ended_at=r.act.at)
    r.past("conversation", v.conversation, "ended", reason=v.by)


def _reopened(r: Rows, v: e.ConversationReopened) -> None:
    r.talk(v.conversation, state="open", ended_at=None)
    r.past("conversation", v.conversation, "open")


def _opened(r: Rows, v: e.CaseOpened) -> None:
    r.add(
        t.cases,
        {
            "id": v.case, "conversation": v.conversation, "line": v.line, "priority": v.priority, "state": "open",
            "cause": v.cause, "rule": v.rule, "opened_seq": v.seq, "since": v.since, "opened_at": r.act.at,
            "holder": None, "lease_until": None, "round": 1, "answered_at": None, "decision": None, "outcome": None,
            "agreed": None, "closed_at": None,
        },
    )  # fmt: skip
    r.past("case", v.case, "open", v.case, v.cause)


def _raised(r: Rows, v: e.PriorityRaised) -> None:
    r.change(t.cases, {"id": v.case}, {"priority": v.became, "rule": v.rule, "cause": v.cause})
    r.past("priority", v.case, v.became, v.case, v.rule or v.cause)


def _changed(r: Rows, v: e.PriorityChanged) -> None:
    r.change(t.cases, {"id": v.case}, {"priority": v.became})
    r.past("priority", v.case, v.became, v.case, v.reason)


def _claimed(r: Rows, v: e.CaseClaimed) -> None:
    r.change(t.cases, {"id": v.case}, {"state": "claimed", "holder": v.staff, "lease_until": v.lease_until})
    r.past("claim", v.case, "held", v.case, v.staff)


def _back(r: Rows, case: str, became: str, reason: str) -> None:
    r.change(t.cases, {"id": case}, {"state": "open", "holder": None, "lease_until": None, "round": t.cases.c.round + 1})
    r.past("claim", case, became, case, reason)


def _closed(r: Rows, v: e.CaseClosed) -> None:
    r.change(
        t.cases,
        {"id": v.case},
        {"state": "closed", "holder": None, "lease_until": None, "outcome": v.outcome, "closed_at": r.act.at,
         "agreed": r.sealer.seal(v.agreed, f"cases|agreed|{v.case}")},
    )  # fmt: skip
    r.past("case", v.case, "closed", v.case, v.outcome)


def _decided(r: Rows, v: e.EmergencyDecided) -> None:
    r.change(t.cases, {"id": v.case}, {"decision": v.decision})
    r.past("emergency decision", v.case, v.decision, v.case, v.reason)


def _noted(r: Rows, v: e.NoteAdded) -> None:
    body = r.sealer.seal(v.text, f"note|body|{v.note}")
    r.add(t.note, {"id": v.note, "case": v.case, "conversation": v.conversation, "staff": v.staff, "body": body, "at": r.act.at})


def _offered(r: Rows, v: e.TransferOffered) -> None:
    r.add(
        t.transfer,
        {"id": v.transfer, "case": v.case, "by": v.by, "to": v.to, "reason": v.reason, "state": "offered",
         "note": r.sealer.seal(v.note, f"transfer|note|{v.transfer}"), "offered_at": r.act.at,
         "expires_at": v.expires_at, "ended_at": None},
    )  # fmt: skip
    r.past("transfer", v.transfer, "offered", v.case, v.reason)


def _accepted(r: Rows, v: e.TransferAccepted) -> None:
    r.change(t.transfer, {"id": v.transfer}, {"state": "accepted", "ended_at": r.act.at})
    r.change(t.cases, {"id": v.case}, {"holder": v.to, "lease_until": v.lease_until})
    r.past("transfer", v.transfer, "accepted", v.case)
    r.past("claim", v.case, "held", v.case, v.to)


def _offer_ended(r: Rows, v: e.TransferEnded) -> None:
    r.change(t.transfer, {"id": v.transfer}, {"state": v.became, "ended_at": r.act.at})
    r.past("transfer", v.transfer, v.became, v.case)


def _clock_started(r: Rows, v: e.ClockStarted) -> None:
    r.add(
        t.clock,
        {"case": v.case, "kind": v.kind, "started_at": v.started_at, "due_at": v.due_at, "state": "running", "warned": 0,
         "stopped_at": None, "missed_at": None, "staff": None, "reason": None, "policy": v.policy},
    )  # fmt: skip
    r.past("clock", v.kind, "running", v.case)


def _clock(r: Rows, case: str, kind: str, became: str, why: str | None = None, **values: Any) -> None:
    r.change(t.clock, {"case": case, "kind": kind}, values)
    r.past("clock", kind, became, case, why)


def _clock_met(r: Rows, v: e.ClockMet) -> None:
    where = {"case": v.case, "kind": v.kind}
    r.change(t.clock, where | {"missed_at": None}, {"state": "met"})
    _clock(r, v.case, v.kind, "met", stopped_at=r.act.at, staff=v.staff)


def _timer_set(r: Rows, v: e.TimerSet) -> None:
    r.add(
        t.timer,
        {"key": v.key, "kind": v.kind, "case": v.case, "due_at": v.due_at, "state": "set", "ended_at": None,
         "data": orjson.dumps(dict(v.data)).decode()},
    )  # fmt: skip


def _alarm(r: Rows, v: e.AlarmRaised) -> None:
    r.add(t.alarm, {"id": v.alarm, "case": v.case, "step": v.step, "audience": v.audience, "at": r.act.at,
                    "acknowledged_by": None, "acknowledged_at": None})  # fmt: skip
    if v.page:
        r.add(t.outbox, {"id": v.alarm, "kind": "page", "case": v.case, "step": v.step, "state": "pending", "attempt": 0,
                         "lease_until": None, "created_at": r.act.at, "ended_at": None})  # fmt: skip


def _staff_added(r: Rows, v: e.StaffAdded) -> None:
    r.add(
        t.staff,
        {"id": v.staff, "username": v.username, "first_name": v.first_name, "job": v.job, "roles": ",".join(v.roles),
         "lines": ",".join(v.lines), "password_hash": v.password_hash, "totp_step": 0, "disabled_at": None,
         "totp_secret": r.sealer.seal(v.totp_secret, f"staff|totp_secret|{v.staff}")},
    )  # fmt: skip


def _shift_started(r: Rows, v: e.ShiftStarted) -> None:
    r.add(t.shift, {"id": v.shift, "staff": v.staff, "started_at": r.act.at, "last_at": r.act.at, "ended_at": None, "note": None})


def _shift_ended(r: Rows, v: e.ShiftEnded) -> None:
    r.change(t.shift, {"id": v.shift}, {"ended_at": r.act.at, "note": r.sealer.seal(v.note, f"shift|note|{v.shift}")})


def _feedback(r: Rows, v: e.FeedbackGiven) -> None:
    body = r.sealer.seal(orjson.dumps(dict(v.answers)).decode(), f"feedback|body|{v.conversation}")
    r.add(t.feedback, {"conversation": v.conversation, "line": v.line, "body": body, "at": r.act.at})


def _only_audited(_: Rows, __: Any) -> None:
    """The audit entry of the act is all there is to write."""


WRITERS: Mapping[type[e.Event], Callable[[Rows, Any], None]] = {
    e.ConversationStarted: _started,
    e.MessageReceived: _received,
    e.BotSaid: _bot_said,
    e.SystemSaid: _system_said,
    e.StaffSaid: _staff_said,
    e.TalkMoved: _moved,
    e.ConversationEnded: _ended,
    e.ConversationReopened: _reopened,
    e.LeftQuickly: lambda r, v: r.talk(v.conversation, left_quickly_at=r.act.at),
    e.ReturnCodeGiven: lambda r, v: r.talk(v.conversation, return_index=r.sealer.index("return", v.code)),
    e.TokenGiven: lambda r, v: r.talk(v.conversation, token_index=r.sealer.index("token", v.token)),
    e.FeedbackGiven: _feedback,
    e.TurnFailed: _only_audited,
    e.CaseOpened: _opened,
    e.PriorityRaised: _raised,
    e.PriorityChanged: _changed,
    e.CaseClaimed: _claimed,
    e.CaseReleased: lambda r, v: _back(r, v.case, "released", v.reason),
    e.ClaimLapsed: lambda r, v: _back(r, v.case, "lapsed", v.staff),
    e.CaseClosed: _closed,
    e.EmergencyDecided: _decided,
    e.NoteAdded: _noted,
    e.TransferOffered: _offered,
    e.TransferAccepted: _accepted,
    e.TransferEnded: _offer_ended,
    e.ClockStarted: _clock_started,
    e.ClockHastened: lambda r, v: _clock(r, v.case, v.kind, "hastened", due_at=v.due_at, policy=v.policy),
    e.ClockWarned: lambda r, v: _clock(r, v.case, v.kind, f"warned {v.percent}%", state="warned", warned=v.percent),
    e.ClockMet: _clock_met,
    e.ClockMissed: lambda r, v: _clock(r, v.case, v.kind, "missed", state="missed", missed_at=r.act.at),
    e.ClockCancelled: lambda r, v: _clock(r, v.case, v.kind, "cancelled", v.why, state="cancelled", stopped_at=r.act.at),
    e.BreachExplained: lambda r, v: _clock(r, v.case, v.kind, "explained", v.reason, reason=v.reason),
    e.TimerSet: _timer_set,
    e.TimersCancelled: lambda r, v: r.cancelled.append((v.case, v.prefix)),
    e.TimerFired: lambda r, v: r.change(t.timer, {"key": v.key}, {"state": "fired", "ended_at": r.act.at}),
    e.AlarmRaised: _alarm,
    e.AlarmAcknowledged: lambda r, v: r.change(
        t.alarm, {"id": v.alarm}, {"acknowledged_by": v.staff, "acknowledged_at": r.act.at}
    ),
    e.ShiftStarted: _shift_started,
    e.ShiftEnded: _shift_ended,
    e.StaffAdded: _staff_added,
    e.StaffDisabled: lambda r, v: r.change(t.staff, {"id": v.staff}, {"disabled_at": r.act.at}),
    e.SignedIn: _only_audited,
    e.SignInRefused: _only_audited,
    e.SignedOut: _only_audited,
    e.TranscriptRead: _only_audited,
    e.TranscriptsSearched: _only_audited,
    e.KeysRotated: _only_audited,
}
