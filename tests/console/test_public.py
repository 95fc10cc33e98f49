"""The public chat over a fake that keeps chats in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from console.public.paper import CONTENT, LEAVE_TO
from console.public.port import ChatView, Presence, Shown, State
from console.public.routes import public_routes
from core.deployment import load_deployment
from core.errors import NotFound, TooMany, WrongToken
from core.settings import HERE
from core.text import clean

AT = datetime(2026, 11, 24, 16, 4, tzinfo=UTC)
OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class FakeChats:
    """Chats in memory: one conversation, c1, opened by t1."""

    messages: list[Shown] = field(default_factory=lambda: [Shown(1, "bot", "Lantern bot", "Hi. This is a private chat.", AT)])
    choices: tuple[tuple[str, str], ...] = (("safe", "I'm safe"), ("not_safe", "I'm not safe"))
    state: State = "bot"
    crisis_open: bool = False
    full: bool = False
    fails_to_end: bool = False
    sent: dict[str, int] = field(default_factory=dict)
    choice: str | None = None
    ended_by: str | None = None

    def _check(self, conversation: str, token: str) -> None:
        if (conversation, token) != ("c1", "t1"):
            raise WrongToken

    async def start(self, line: str, address: str) -> tuple[str, str]:
        if self.full:
            raise TooMany
        return "c1", "t1"

    async def view(self, conversation: str, token: str) -> ChatView:
        self._check(conversation, token)
        return ChatView("teens", "Blue Otter 41", self.messages, self.choices, self.state, self.crisis_open, len(self.messages))

    async def send(self, conversation: str, token: str, client_id: str, text: str, choice: str | None) -> int:
        self._check(conversation, token)
        if client_id not in self.sent:
            self.messages.append(Shown(len(self.messages) + 1, "person", "", clean(text), AT))
            self.sent[client_id], self.choice = len(self.messages), choice
        return self.sent[client_id]

    async def end(self, conversation: str, token: str, by: str) -> None:
        self._check(conversation, token)
        if self.fails_to_end:
            raise RuntimeError("the database is away")
        self.state, self.ended_by = "ended", by

    async def give_code(self, conversation: str, token: str) -> str:
        self._check(conversation, token)
        return "river lamp oak"

    async def come_back(self, code: str, address: str) -> tuple[str, str]:
        if code != "river lamp oak":
            raise NotFound
        return "c1", "t1"

    async def presence(self, line: str) -> Presence:
        return Presence(open=False, someone=False, words="No one is here right now. We open at 4pm.")


@pytest.fixture
def chats() -> FakeChats:
    return FakeChats()


@pytest.fixture
def client(chats: FakeChats) -> Iterator[TestClient[Litestar]]:
    app = Litestar(public_routes(load_deployment(HERE / "deployments" / "llr"), chats), openapi_config=None)
    with TestClient(app, base_url="https://testserver.local") as made:
        made.headers.update(OURS)
        yield made


@pytest.fixture
def inside(client: TestClient[Litestar]) -> TestClient[Litestar]:
    client.post("/chat/teens/start", follow_redirects=False)
    return client


def post(client: TestClient[Litestar], path: str, **data: str) -> Any:
    return client.post(path, data=data, follow_redirects=False)


def test_start_page_tells_the_truth_about_who_is_there_and_opens_the_helplines(client: TestClient[Litestar]) -> None:
    page = client.get("/chat/teens")

    assert page.status_code == 200
    assert "No one is here right now. We open at 4pm." in page.text
    assert '<details class="crisis" id="crisis" open>' in page.text
    assert "You don&#39;t have to say your name." in page.text


@pytest.mark.parametrize("path", ["/chat/teens", "/chat/teens/before", "/help", "/privacy", "/chat/c/c1", "/chat/nowhere"])
def test_every_page_has_helplines_leave_now_and_strict_headers(client: TestClient[Litestar], path: str) -> None:
    page = client.get(path)

    assert 'href="tel:999"' in page.text
    assert 'href="sms:85258"' in page.text
    assert 'href="/chat/leave"' in page.text
    assert "<title>Chat</title>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert " on" + "click=" not in page.text


def test_starting_gives_a_cookie_no_script_reads_and_goes_to_the_chat(client: TestClient[Litestar]) -> None:
    answer = post(client, "/chat/teens/start")

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/c/c1")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-chat=c1.t1;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize(
    "path", ["/chat/teens/start", "/chat/teens/return", "/chat/c/c1/send", "/chat/c/c1/person", "/chat/c/c1/end", "/chat/c/c1/code", "/chat/leave"]
)
@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://elsewhere.example"}, {}],
)
def test_a_post_from_elsewhere_is_refused(client: TestClient[Litestar], path: str, headers: dict[str, str]) -> None:
    del client.headers["sec-fetch-site"]

    assert client.post(path, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["https://testserver.local", "null"])
def test_an_older_browser_without_fetch_metadata_can_still_start(client: TestClient[Litestar], origin: str) -> None:
    del client.headers["sec-fetch-site"]

    answer = client.post("/chat/teens/start", headers={"origin": origin}, follow_redirects=False)

    assert answer.status_code == 303


def test_chat_page_shows_words_escaped_inside_a_log(inside: TestClient[Litestar], chats: FakeChats) -> None:
    chats.messages.append(Shown(2, "person", "", "<script>alert(1)</script>", AT))

    page = inside.get("/chat/c/c1").text

    assert 'role="log"' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Lantern bot, <time" in page
    assert "4:04pm" in page


def test_a_message_sent_twice_with_one_form_is_stored_once(inside: TestClient[Litestar], chats: FakeChats) -> None:
    for _ in range(2):
        answer = post(inside, "/chat/c/c1/send", client_id="a", text="hello")

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/c/c1#end")
    assert [message.text for message in chats.messages[1:]] == ["hello"]


def test_a_quick_answer_is_stored_in_the_words_of_its_button(inside: TestClient[Litestar], chats: FakeChats) -> None:
    post(inside, "/chat/c/c1/send", client_id="a", choice="not_safe")

    assert (chats.messages[-1].text, chats.choice) == ("I'm not safe", "not_safe")


@pytest.mark.parametrize(("text", "problem"), [(" ", "text_empty"), ("a" * 2001, "text_too_long")])
def test_a_refused_message_says_how_to_mend_it(inside: TestClient[Litestar], text: str, problem: str) -> None:
    answer = post(inside, "/chat/c/c1/send", client_id="a", text=text)

    assert answer.headers["location"] == f"/chat/c/c1?problem={problem}"
    assert CONTENT["problem"][problem] in inside.get(answer.headers["location"]).text


def test_asking_for_a_real_person_is_a_message_with_its_own_choice(inside: TestClient[Litestar], chats: FakeChats) -> None:
    post(inside, "/chat/c/c1/person", client_id="p")

    assert (chats.messages[-1].text, chats.choice) == (CONTENT["chat"]["person_text"], "person")


def test_an_open_case_opens_the_helplines(inside: TestClient[Litestar], chats: FakeChats) -> None:
    assert 'id="crisis" open' not in inside.get("/chat/c/c1").text

    chats.crisis_open = True

    assert 'id="crisis" open' in inside.get("/chat/c/c1").text


def test_ending_shows_the_ended_page_and_a_code_can_be_saved(inside: TestClient[Litestar], chats: FakeChats) -> None:
    answer = post(inside, "/chat/c/c1/end")

    assert (answer.headers["location"], chats.ended_by) == ("/chat/c/c1/ended", "person")
    assert CONTENT["ended"]["heading"] in inside.get("/chat/c/c1/ended").text
    assert "river lamp oak" in post(inside, "/chat/c/c1/code").text


def test_a_code_opens_the_chat_again_and_a_wrong_one_says_so(client: TestClient[Litestar]) -> None:
    assert post(client, "/chat/teens/return", code=" river lamp oak ").headers["location"] == "/chat/c/c1"

    assert post(client, "/chat/teens/return", code="no").headers["location"] == "/chat/teens?problem=wrong_code"
    assert CONTENT["problem"]["wrong_code"].split("'")[0] in client.get("/chat/teens?problem=wrong_code").text


def test_when_too_many_start_the_page_says_so(client: TestClient[Litestar], chats: FakeChats) -> None:
    chats.full = True

    assert post(client, "/chat/teens/start").headers["location"] == "/chat/teens?problem=too_many"


def test_without_the_cookie_the_chat_stays_shut(client: TestClient[Litestar]) -> None:
    page = client.get("/chat/c/c1")

    assert page.status_code == 401
    assert "Hi. This is a private chat." not in page.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_leave_now_ends_the_visit_forgets_the_browser_and_shows_the_weather(
    inside: TestClient[Litestar], chats: FakeChats, method: str
) -> None:
    answer = inside.request(method, "/chat/leave", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"], chats.ended_by) == (303, LEAVE_TO, "left")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_leave_now_goes_even_when_nothing_can_be_recorded(inside: TestClient[Litestar], chats: FakeChats) -> None:
    chats.fails_to_end = True

    assert inside.get("/chat/leave", follow_redirects=False).headers["location"] == LEAVE_TO


def test_a_link_on_another_site_does_not_end_a_chat(inside: TestClient[Litestar], chats: FakeChats) -> None:
    inside.get("/chat/leave", headers={"sec-fetch-site": "cross-site"}, follow_redirects=False)

    assert chats.ended_by is None


def test_scripts_stay_small_and_are_not_kept(client: TestClient[Litestar]) -> None:
    script = client.get("/static/chat.js")

    assert len(script.content) < 8192
    assert script.headers["cache-control"] == "no-store"
    assert client.get("/static/secrets.txt").status_code == 404


def test_words_are_content_without_exclamation_marks() -> None:
    words = (Path(HERE) / "console" / "public" / "content.yaml").read_text(encoding="utf-8")

    assert "!" not in words
    assert "risk" not in words.lower()
