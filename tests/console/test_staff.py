"""The staff pages against a desk in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from console.staff import show
from console.staff.deeds import onward_of
from console.staff.door import COOKIE, Door
from console.staff.permits import ROLES, Action, may
from console.staff.port import (
    Alarm,
    CaseRow,
    ClockRow,
    Colleague,
    Found,
    HistoryRow,
    Message,
    Note,
    QueueRow,
    Shift,
    Talk,
    TransferRow,
    Viewer,
)
from console.staff.routes import staff_routes
from console.staff.stream import hints
from core.clock import FrozenClock
from core.errors import Conflict, NotAllowed, NotFound, NotSignedIn, TooMany
from core.messages import Author, Hit
from core.priority import Priority

NOW = datetime(2026, 11, 24, 16, 6, tzinfo=UTC)
SAME = {"Sec-Fetch-Site": "same-origin"}
AMIRA = Viewer(id="amira", first_name="Amira", job="mental health nurse", roles=("clinician",), on_shift=True)  # type: ignore[arg-type]


def row(case: str, name: str, priority: Priority, due: timedelta | None, holder: str | None = None, reason: str = "") -> QueueRow:
    return QueueRow(
        case=case,  # type: ignore[arg-type]
        conversation=f"v{case}",  # type: ignore[arg-type]
        code_name=name,
        line="teen",  # type: ignore[arg-type]
        priority=priority,
        reason=reason or "Asked for a person",
        due_at=None if due is None else NOW + due,
        since=NOW - timedelta(minutes=4),
        holder=holder,  # type: ignore[arg-type]
        holder_name={"amira": "Amira", "ben": "Ben"}.get(holder or ""),
        last_at=NOW - timedelta(minutes=1),
    )


def some_rows() -> list[QueueRow]:
    return [
        row("1", "Blue Otter 41", Priority.EMERGENCY, -timedelta(minutes=1), "amira", "An overdose already taken"),
        row("2", "Quiet Fern 7", Priority.VERY_URGENT, timedelta(seconds=72), None, "Wanting to die"),
        row("3", "Red Finch 88", Priority.URGENT, timedelta(minutes=22), None, "Self-harm today"),
        row("4", "Old Pine 3", Priority.URGENT, timedelta(minutes=31), "ben", "Hopelessness"),
        row("5", "Calm Pebble 5", Priority.ROUTINE, timedelta(hours=19)),
    ]


def a_talk(mine: QueueRow) -> Talk:
    words = "not really. i want to end it <b>now</b>"
    clock = ClockRow(mine.case, "answer", NOW - timedelta(minutes=1), "missed", False)
    return Talk(
        conversation=mine.conversation,
        code_name=mine.code_name,
        line=mine.line,
        channel="web",
        case=CaseRow(
            mine.case,
            "claimed" if mine.holder else "open",
            mine.priority,
            mine.reason,
            "SUI-03",
            "14",
            mine.holder,
            mine.holder_name,
            mine.since,
            None,
        ),
        messages=(
            Message(1, Author.BOT, "Lantern bot", "Are you safe right now?", NOW - timedelta(minutes=5)),
            Message(
                2,
                Author.PERSON,
                mine.code_name,
                words,
                NOW - timedelta(minutes=4),
                (Hit("SUI-03", 14, 28, Priority.VERY_URGENT),),
            ),
            Message(3, Author.SYSTEM, "Lantern", "Amira, mental health nurse, is here now. Amira is a real person.", NOW),
            Message(4, Author.STAFF, "Amira", "I'm really glad you told me. I'm here with you.", NOW, (), "QR-12:3"),
        ),
        notes=(Note("Amira", "Called the duty manager.", NOW),),
        clocks=(clock, ClockRow(mine.case, "respond", NOW + timedelta(minutes=56), "running", False)),
        history=(HistoryRow(NOW - timedelta(minutes=4), "Case opened. Very urgent. SUI-03"), HistoryRow(NOW, "Claimed by Amira")),
        transfers=(),
        colleagues=(Colleague("ben", "Ben", "youth worker", 1),),  # type: ignore[arg-type]
        meanings={"SUI-03": "Wanting to end one's life, now"},
    )


@dataclass
class FakeDesk:
    """Remembers what was asked of it."""

    viewer: Viewer = AMIRA
    rows: list[QueueRow] = field(default_factory=some_rows)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    refuse: Exception | None = None
    names: list[str] = field(default_factory=list)

    async def sign_in(self, username: str, password: str, code: str, address: str) -> str:
        if self.refuse:
            raise self.refuse
        if (username, password, code) != ("amira", "right horse", "123456"):
            raise NotSignedIn
        return "token"

    async def who(self, token: str) -> Viewer | None:
        return self.viewer if token == "token" else None

    async def shift(self, viewer: Viewer) -> Shift:
        return Shift((Colleague(AMIRA.id, "Amira", "mental health nurse", 1),), "Blue Otter may come back tonight.")

    async def queue(self, viewer: Viewer) -> tuple[QueueRow, ...]:
        return tuple(self.rows)

    async def conversation(self, viewer: Viewer, conversation: str, reason: str) -> Talk:
        mine = next((r for r in self.rows if r.conversation == conversation), None)
        if mine is None:
            raise NotFound
        if mine.holder != viewer.id and not reason:
            raise NotAllowed
        self.done.append(("read", conversation, reason))
        return a_talk(mine)

    async def search(self, viewer: Viewer, query: Mapping[str, str]) -> tuple[Found, ...]:
        self.done.append(("search", dict(query)))
        return (Found("v9", "Green Wren 2", "teen", NOW, Priority.URGENT, "supported", "Ben", True),)  # type: ignore[arg-type]

    async def clocks(self, viewer: Viewer) -> tuple[ClockRow, ...]:
        return (ClockRow("1", "answer", NOW, "missed", False, None, "v1", "Blue Otter 41", Priority.EMERGENCY),)  # type: ignore[arg-type]

    async def transfers(self, viewer: Viewer) -> tuple[TransferRow, ...]:
        return ()

    async def alarms(self, viewer: Viewer) -> tuple[Alarm, ...]:
        return (Alarm("a1", "v2", "Quiet Fern 7", "again", NOW),)  # type: ignore[arg-type]

    async def changes(self) -> AsyncIterator[str]:  # type: ignore[override]
        for name in self.names:
            yield name
        await asyncio.sleep(3600)

    def __deepcopy__(self, memo: object) -> Any:
        raise AssertionError("the desk is never copied")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        async def deed(*given: Any) -> None:
            if self.refuse:
                raise self.refuse
            self.done.append((name, *given[1:]) if given and isinstance(given[0], Viewer) else (name, *given))

        return deed


def deployment() -> Any:
    quick = SimpleNamespace(id="QR-12", version=3, title="Glad you told me", text="I'm really glad you told me.", care=None)
    return SimpleNamespace(organisation="Lantern demo", lines={"teen": SimpleNamespace(name="Teen line")}, quick_replies=(quick,))


def app(desk: FakeDesk) -> Litestar:
    return Litestar(staff_routes(deployment(), desk, "s" * 32, FrozenClock(NOW)), openapi_config=None)  # type: ignore[arg-type]


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> Iterator[TestClient[Litestar]]:
    with TestClient(app(desk), base_url="https://testserver.local") as made:
        made.headers["Accept"] = "text/html"
        made.cookies.set(COOKIE, "token")
        made.follow_redirects = False
        yield made


def form(desk: FakeDesk, **fields: str) -> dict[str, str]:
    return {"csrf": Door(desk, "s" * 32).csrf("token"), **fields}  # type: ignore[arg-type]


def staff_handlers(made: Litestar) -> list[tuple[str, str, Any]]:
    return [
        (route.path, method, handler)
        for route in made.routes
        if route.path.startswith("/staff")
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method != "OPTIONS"
    ]


# --- the door ------------------------------------------------------------------------------------------------------


def test_every_staff_route_names_its_permit(desk: FakeDesk) -> None:
    table = staff_handlers(app(desk))
    assert len(table) > 25
    assert [(path, method) for path, method, handler in table if not isinstance(handler.opt.get("permit"), Action)] == []


def test_every_permit_but_the_open_ones_belongs_to_a_role() -> None:
    given = frozenset[Action]().union(*ROLES.values())
    assert set(Action) - given == {Action.ANYONE, Action.SIGNED_IN}


def test_a_route_without_a_permit_is_refused(desk: FakeDesk) -> None:
    @get("/bare", guards=[Door(desk, "s").guard()], exception_handlers={NotAllowed: lambda _, e: _plain(e)})  # type: ignore[arg-type]
    async def bare() -> str:
        return "seen"

    with TestClient(Litestar([bare])) as client:
        assert client.get("/bare").status_code == 403


def _plain(refused: NotAllowed) -> Any:
    from litestar import Response

    return Response(refused.message, status_code=int(refused.http_status))


def test_no_route_but_the_open_ones_answers_a_stranger(desk: FakeDesk) -> None:
    made = app(desk)
    with TestClient(made, base_url="https://testserver.local") as client:
        for path, method, handler in staff_handlers(made):
            if handler.opt["permit"] is Action.ANYONE or method == "HEAD":
                continue
            address = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
            assert client.request(method, address, headers=SAME).status_code == 401, (method, path)
    assert desk.done == []


def test_every_form_needs_the_token_of_its_session(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    for path, method, handler in staff_handlers(client.app):
        if method != "POST" or handler.opt["permit"] is Action.ANYONE:
            continue
        address = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
        assert client.post(address, data={"csrf": "wrong"}, headers=SAME).status_code == 403, path
    assert desk.done == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}])
def test_a_form_from_elsewhere_is_refused(desk: FakeDesk, client: TestClient[Litestar], headers: dict[str, str]) -> None:
    assert client.post("/staff/cases/2/claim", data=form(desk), headers=headers).status_code == 403
    assert desk.done == []


def test_an_admin_sees_nobodys_words(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    desk.viewer = replace(AMIRA, roles=("admin",))
    for path in ("/staff/queue", "/staff/c/v1", "/staff/search", "/staff/stream"):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "supervisor" in answer.text
    assert client.get("/staff").status_code == 200


def test_only_supervisors_search() -> None:
    assert not may(AMIRA, Action.SEARCH)
    assert may(replace(AMIRA, roles=("supervisor",)), Action.SEARCH)


# --- signing in ----------------------------------------------------------------------------------------------------


def test_signing_in_sets_a_cookie_scripts_cannot_read(client: TestClient[Litestar]) -> None:
    given = {"username": "amira", "password": "right horse", "code": "123456", "next": "/staff/queue"}
    answer = client.post("/staff/sign-in", data=given, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/queue")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-staff=token")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part.casefold() in cookie.casefold()


def test_a_wrong_password_says_no_more_than_that(client: TestClient[Litestar]) -> None:
    answer = client.post("/staff/sign-in", data={"username": "amira", "password": "x", "code": "1"}, headers=SAME)
    assert answer.status_code == 401
    assert "didn&#39;t match" in answer.text
    assert "<title>Error: Sign in" in answer.text


def test_too_many_tries_are_told_to_wait(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    desk.refuse = TooMany()
    assert client.post("/staff/sign-in", data={"username": "a", "password": "b", "code": "c"}, headers=SAME).status_code == 429


def test_a_stranger_is_sent_to_sign_in_and_back(client: TestClient[Litestar]) -> None:
    client.cookies.clear()
    answer = client.get("/staff/queue?who=mine")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?next=%2Fstaff%2Fqueue%3Fwho%3Dmine")


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example", "//elsewhere.example", "/staff\\@elsewhere.example", "/staff/sign-in", ""]
)
def test_signing_in_never_leads_elsewhere(path: str) -> None:
    assert onward_of(path) == "/staff"


def test_signing_out_forgets_the_cookie(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    answer = client.post("/staff/sign-out", data=form(desk), headers=SAME)
    assert (answer.status_code, desk.done) == (303, [("sign_out", "token", False)])
    assert "max-age=0" in answer.headers["set-cookie"].casefold()


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/staff", "/staff/queue", "/staff/queue/rows", "/staff/mine", "/staff/c/v1", "/staff/c/v2?reason=queue",
     "/staff/search?text=a&reason=complaint", "/staff/clocks", "/staff/end-shift", "/staff/sign-in"],
)  # fmt: skip
def test_every_page_opens_under_a_strict_policy(desk: FakeDesk, client: TestClient[Litestar], path: str) -> None:
    desk.viewer = replace(AMIRA, roles=("clinician", "supervisor"))
    answer = client.get(path)
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    for inline in (" style=", "onclick", "<style", "<script>"):
        assert inline not in answer.text
    assert "risk" not in answer.text.casefold()


def test_the_strip_shows_what_is_immediate_whatever_the_filter(client: TestClient[Litestar]) -> None:
    page = client.get("/staff/queue?priority=routine").text
    strip, table = page.split('<table id="queue"')
    assert "Quiet Fern 7" in strip
    assert "1:12 left" in strip
    assert "1 min late" in strip
    assert "Calm Pebble 5" in table
    assert "Red Finch 88" not in table


def test_only_those_on_shift_are_offered_a_claim(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    assert "Claim Red Finch 88" in client.get("/staff/queue").text
    desk.viewer = replace(AMIRA, on_shift=False)
    assert "Claim Red Finch 88" not in client.get("/staff/queue").text


def test_crisis_words_are_marked_explained_and_escaped(client: TestClient[Litestar]) -> None:
    page = client.get("/staff/c/v1").text
    assert '<span class="hide">crisis phrase: </span>want to end it</mark>' in page
    assert "Wanting to end one&#39;s life, now" in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page


def test_another_persons_conversation_asks_why_first(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    page = client.get("/staff/c/v4").text
    assert "Why are you opening this?" in page
    assert "want to end it" not in page
    client.get("/staff/c/v4?reason=quality_review")
    assert desk.done == [("read", "v4", "quality_review")]


def test_new_messages_come_alone(client: TestClient[Litestar]) -> None:
    page = client.get("/staff/c/v1/messages?after=3").text
    assert 'id="m-4"' in page
    assert 'id="m-3"' not in page


def test_a_search_without_a_reason_finds_nothing(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    desk.viewer = replace(AMIRA, roles=("supervisor",))
    client.get("/staff/search?text=mum")
    assert desk.done == []
    client.get("/staff/search?text=mum&reason=complaint")
    assert desk.done == [("search", {"text": "mum", "reason": "complaint"})]


# --- deeds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fields", "done"),
    [
        ("/staff/cases/2/claim", {}, ("claim", "2")),
        ("/staff/cases/1/release", {"reason": "break"}, ("release", "1", "break")),
        ("/staff/cases/1/close", {"outcome": "supported", "agreed": "rest"}, ("close", "1", "supported", "rest")),
        ("/staff/cases/1/reply", {"text": "hi", "client_id": "k"}, ("reply", "1", "hi", "k", None)),
        ("/staff/cases/1/note", {"text": "rang", "client_id": "k"}, ("note", "1", "rang", "k")),
        ("/staff/cases/1/priority", {"priority": "urgent", "reason": "safe"}, ("change_priority", "1", Priority.URGENT, "safe")),
        ("/staff/cases/1/transfer", {"to": "ben", "reason": "r", "note": "n"}, ("offer_transfer", "1", "ben", "r", "n")),
        ("/staff/transfers/t/accept", {}, ("accept_transfer", "t")),
        ("/staff/transfers/t/decline", {}, ("decline_transfer", "t")),
        ("/staff/transfers/t/withdraw", {}, ("withdraw_transfer", "t")),
        ("/staff/cases/1/clocks/respond/meet", {}, ("meet_clock", "1", "respond")),
        ("/staff/cases/1/clocks/answer/explain", {"reason": "busy"}, ("explain_breach", "1", "answer", "busy")),
        ("/staff/cases/1/decide", {"decision": "called_999", "reason": "r"}, ("decide_emergency", "1", "called_999", "r")),
        ("/staff/alarms/a1/acknowledge", {}, ("acknowledge", "a1")),
        ("/staff/start-shift", {}, ("start_shift", None)),
        ("/staff/end-shift", {"note": "quiet"}, ("end_shift", "quiet")),
    ],
)
def test_a_deed_is_done_and_leads_to_a_page(
    desk: FakeDesk, client: TestClient[Litestar], path: str, fields: dict[str, str], done: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form(desk, **fields), headers=SAME)
    assert answer.status_code == 303
    assert desk.done == [done]


def test_the_heartbeat_is_a_post_with_the_token_in_a_header(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    headers = {**SAME, "X-Csrf": form(desk)["csrf"]}
    assert client.post("/staff/heartbeat", headers=headers).status_code == 204
    assert desk.done == [("heartbeat",)]


@pytest.mark.parametrize("path", ["release", "close", "reply", "note", "priority", "transfer", "decide", "clocks/answer/explain"])
def test_a_form_with_nothing_in_it_does_nothing(desk: FakeDesk, client: TestClient[Litestar], path: str) -> None:
    assert client.post(f"/staff/cases/1/{path}", data=form(desk), headers=SAME).status_code == 422
    assert desk.done == []


def test_a_lost_race_says_who_won_and_keeps_the_words(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    desk.refuse = Conflict("Ben claimed this at 4:02pm.")
    answer = client.post("/staff/cases/1/reply", data=form(desk, text="I am here", client_id="k"), headers=SAME)
    assert answer.status_code == 409
    assert "Ben claimed this at 4:02pm." in answer.text
    assert "I am here" in answer.text


def test_the_way_back_never_leaves_our_pages(desk: FakeDesk, client: TestClient[Litestar]) -> None:
    answer = client.post("/staff/cases/2/claim", data=form(desk, conversation="//elsewhere.example"), headers=SAME)
    assert answer.headers["location"] == "/staff/queue"


# --- how things read -----------------------------------------------------------------------------------------------


def test_pieces_join_to_the_message_even_when_hits_overlap() -> None:
    hits = (Hit("A", 0, 5, Priority.URGENT), Hit("B", 3, 9, Priority.URGENT), Hit("C", 8, 99, Priority.URGENT))
    cut = show.pieces(Message(1, Author.PERSON, "x", "0123456789", NOW, hits))
    assert "".join(piece.text for piece in cut) == "0123456789"
    assert [piece.rules for piece in cut] == [("A",), ("A", "B"), ("B",), ("B", "C"), ("C",)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(68400, "19 h left"), (1320, "22 min left"), (252, "4:12 left"), (0, "0:00 left"), (-1, "1 min late"), (-200, "3 min late")],
)
def test_time_left_in_words(seconds: int, words: str) -> None:
    assert show.left_words(NOW + timedelta(seconds=seconds), NOW) == words


def test_the_stream_gathers_hints_and_beats() -> None:
    async def first() -> list[str]:
        desk = FakeDesk(names=["queue", "v1", "queue"])
        stream = hints(desk, beat=0.05, gather=0.02)  # type: ignore[arg-type]
        heard = [str((await anext(stream)).event) for _ in range(4)]
        await stream.aclose()  # type: ignore[attr-defined]
        return heard

    assert asyncio.run(first()) == ["hb", "queue", "msg", "hb"]
