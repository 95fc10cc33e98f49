"""`lantern`: run it, look into it, prove it."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import pyotp
import typer
import uvicorn

from bot.service import Service
from console.desk.reads import queue as queue_of
from core.logs import configure
from core.settings import Settings, settings
from lantern import accounts
from lantern.app import make_app
from storage import people
from storage.access import lines_of
from storage.audit import verify

app = typer.Typer(no_args_is_help=True, help="Lantern: a text and chat line for young people's mental health.", add_completion=False)
users = typer.Typer(no_args_is_help=True, help="Staff accounts.")
audit = typer.Typer(no_args_is_help=True, help="The record.")
db = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(users, name="users")
app.add_typer(audit, name="audit")
app.add_typer(db, name="db")


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def _serve(parts: frozenset[str], announce: bool = False) -> None:
    config: Settings = settings()
    configure(config.log_level, config.log_format)
    if announce:
        base = f"http://{config.host}:{config.port}"
        print(f"Lantern is starting.\n  Young people   {base}/chat/teens\n  Parents        {base}/chat/parents\n  Staff          {base}/staff")
    uvicorn.run(
        make_app(config, parts, announce), host=config.host, port=config.port, log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=3,
    )  # fmt: skip


@app.command()
def serve() -> None:
    """Run everything in one process. Example: lantern serve"""
    _serve(frozenset({"web", "console", "worker"}), announce=True)


@app.command()
def web() -> None:
    """Run the public chat and its interface. Example: LANTERN_PORT=8000 lantern web"""
    _serve(frozenset({"web"}))


@app.command()
def console() -> None:
    """Run the staff pages. Example: LANTERN_PORT=8001 lantern console"""
    _serve(frozenset({"console"}))


@app.command()
def worker() -> None:
    """Run the watcher: clocks, the ladder, leases. Example: LANTERN_PORT=8002 lantern worker"""
    _serve(frozenset({"worker"}))


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the tables that are missing. Example: lantern db upgrade"""

    async def work() -> None:
        service = Service.of(settings())
        await service.database.create()
        await service.database.close()

    _run(work())
    print("The database is ready.")


@users.command("add")
def users_add(
    username: str, first_name: str, job: str, password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    role: Annotated[list[str], typer.Option()] = ["clinician"],  # noqa: B006 - typer's own form
) -> None:  # fmt: skip
    """Add an account. Example: lantern users add amira Amira "mental health nurse" --role clinician"""

    async def work() -> str:
        service = Service.of(settings())
        await service.database.create()
        return await accounts.add(service, username, first_name, job, tuple(role), password)

    print("Put this into an authenticator app:", _run(work()))


@users.command("list")
def users_list() -> None:
    """List accounts. Example: lantern users list"""

    async def work() -> list[people.Person]:
        service = Service.of(settings())
        async with service.database.read() as connection:
            return await people.everyone(connection, service.sealer)

    for person in _run(work()):
        print(f"{person.username}\t{person.job}\t{','.join(person.roles)}\t{'disabled' if person.disabled else 'active'}")


@users.command("code")
def users_code(username: str) -> None:
    """The demo's sign-in code now; refused outside the demo. Example: lantern users code amira"""
    if not settings().demo:
        print("Codes come from the person's own authenticator app.", file=sys.stderr)
        raise typer.Exit(2)

    async def work() -> people.Person | None:
        service = Service.of(settings())
        async with service.database.read() as connection:
            return await people.by_username(connection, service.sealer, username)

    person = _run(work())
    if person is None:
        print(f"There is no account {username}.", file=sys.stderr)
        raise typer.Exit(1)
    print(pyotp.TOTP(person.totp_secret).now())


@app.command()
def queue(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Open cases in queue order. Example: lantern queue --json"""

    async def work() -> list[dict[str, Any]]:
        desk = make_app(settings()).state.desk
        rows = await queue_of(desk, None)  # type: ignore[arg-type]
        return [
            {"id": r.case, "conversation": r.conversation, "priority": r.priority, "opened_at": r.since.isoformat(),
             "due_at": r.due_at.isoformat() if r.due_at else None, "claimed_by": r.holder}
            for r in rows
        ]  # fmt: skip

    rows = _run(work())
    print(json.dumps(rows) if as_json else "\n".join(f"{r['priority']:12} {r['due_at'] or '':34} {r['id']}" for r in rows))


@app.command()
def transcript(conversation: str, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """One conversation's transcript. Example: lantern transcript ID --json"""

    async def work() -> list[dict[str, Any]]:
        service = Service.of(settings())
        async with service.database.read() as connection:
            lines = await lines_of(connection, service.sealer, conversation)
        return [{"seq": x.seq, "from": x.author, "name": x.name or "", "text": x.text, "at": x.at.isoformat()} for x in lines]

    lines = _run(work())
    print(json.dumps(lines) if as_json else "\n".join(f"#{x['seq']} {x['from']}: {x['text']}" for x in lines))
    if not lines:
        raise typer.Exit(1)


@audit.command("verify")
def audit_verify() -> None:
    """Prove the record whole, or name the first broken link. Example: lantern audit verify"""

    async def work() -> Any:
        service = Service.of(settings())
        async with service.database.read() as connection:
            return await verify(connection, service.sealer)

    verdict = _run(work())
    if verdict.whole:
        print(f"Whole: {verdict.entries} entries, {verdict.messages} messages.")
    else:
        print(f"Broken at entry {verdict.broken_at}: {verdict.why}.", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def screen(jsonl: Annotated[bool, typer.Option("--jsonl")] = False) -> None:
    """Read lines {"id","text"} or {"id","messages"}; write what screening finds. Example: lantern screen --jsonl < texts.jsonl"""
    reader = Service.of(settings()).screen
    for line in sys.stdin:
        row = json.loads(line)
        *before, text = row.get("messages") or [row["text"]]
        reading = reader.read(text, before)
        hits = [{"rule": h.rule, "span": [h.start, h.end], "text": text[h.start : h.end]} for h in reading.hits]
        print(json.dumps({"id": row["id"], "priority": reading.priority, "hits": hits, "lexicon": reading.lexicon}), flush=True)


def main() -> None:
    app()
