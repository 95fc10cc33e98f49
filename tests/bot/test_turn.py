"""A message, end to end, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from bot.watch import Watch
from core.errors import ConversationOver, WrongToken
from core.messages import Author
from storage import tables as t
from storage.audit import verify

CRISIS = "i cant do this anymore i want to die"


async def _rows(world, table):
    async with world.service.database.read() as connection:
        return (await connection.execute(select(table))).all()


def test_bot_greets_before_anything_is_written(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        opened = await world.chats.open(conversation, token)
        assert opened.lines
        assert {line.author for line in opened.lines} == {Author.BOT}

    play(story)


def test_second_send_with_same_client_id_makes_no_second_message(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        first = await world.chats.send(conversation, token, "a", "hello")
        assert await world.chats.send(conversation, token, "a", "hello") == first
        opened = await world.chats.open(conversation, token)
        assert [line.text for line in opened.lines if line.author is Author.PERSON] == ["hello"]

    play(story)


def test_crisis_opens_one_very_urgent_case_in_the_same_commit_and_answers_with_safety_words(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", CRISIS)
        (case,) = await _rows(world, t.cases)
        assert (case.priority, case.state, case.conversation) == ("very_urgent", "open", conversation)
        assert {clock.kind for clock in await _rows(world, t.clock)} >= {"answer"}
        opened = await world.chats.open(conversation, token)
        assert opened.lines[-1].step == "safety.very_urgent.no_one"
        assert opened.standing.case_open

    play(story)


def test_retraction_lowers_nothing_and_the_bot_stays_silent(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", CRISIS)
        seq = await world.chats.send(conversation, token, "b", "jk lol")
        (case,) = await _rows(world, t.cases)
        assert case.priority == "very_urgent"
        assert (await world.chats.open(conversation, token)).standing.seq == seq

    play(story)


def test_words_split_over_two_messages_are_read_together(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", "i want to")
        await world.chats.send(conversation, token, "b", "die")
        assert [case.priority for case in await _rows(world, t.cases)] == ["very_urgent"]

    play(story)


def test_many_at_once_share_commits_and_lose_nothing(play):
    async def story(world):
        chats = [await world.chats.start("teens") for _ in range(12)]
        sends = [world.chats.send(c, token, str(n), f"message {n}") for c, token in chats for n in range(5)]
        await asyncio.gather(*sends)
        for conversation, token in chats:
            lines = (await world.chats.open(conversation, token)).lines
            assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
            said = [line.text for line in lines if line.author is Author.PERSON]
            assert sorted(said) == [f"message {n}" for n in range(5)]

    play(story)


class _Broken:
    """A screen that fails on one word."""

    def __init__(self, screen):
        self.screen = screen
        self.version, self.rules = screen.version, screen.rules

    def read(self, words, window=(), answering=False):
        if words == "boom":
            raise RuntimeError("a bug")
        return self.screen.read(words, window)


def test_message_nothing_can_handle_becomes_a_case_and_its_neighbours_are_answered(play):
    async def story(world):
        world.turns.readers = replace(world.turns.readers, screen=_Broken(world.service.screen))
        chats = [await world.chats.start("teens") for _ in range(3)]
        sends = [world.chats.send(c, token, "x", words) for (c, token), words in zip(chats, ("hi", "boom", "hey"), strict=True)]
        await asyncio.gather(*sends)
        (case,) = await _rows(world, t.cases)
        assert (case.cause, case.conversation) == ("turn_failed", chats[1][0])
        opened = await world.chats.open(*chats[1])
        assert [line.text for line in opened.lines if line.author is Author.PERSON] == ["boom"]
        assert opened.lines[-1].step == "failed_turn"

    play(story)


def test_wrong_token_opens_nothing(play):
    async def story(world):
        (conversation, _), (_, other) = await world.chats.start("teens"), await world.chats.start("teens")
        with pytest.raises(WrongToken):
            await world.chats.open(conversation, other)
        with pytest.raises(WrongToken):
            await world.chats.send(conversation, other, "a", "hello")

    play(story)


def test_three_words_open_the_conversation_again_and_the_old_key_stops(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        code = await world.chats.give_code(conversation, token)
        assert len(code.split()) == 3
        again, key = await world.chats.come_back(code.upper())
        assert again == conversation
        await world.chats.open(conversation, key)
        with pytest.raises(WrongToken):
            await world.chats.open(conversation, token)

    play(story)


def test_late_message_reopens_within_half_an_hour_and_not_after(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.end(conversation, token)
        world.clock.advance(timedelta(minutes=20))
        await world.chats.send(conversation, token, "a", "still here")
        await world.chats.end(conversation, token)
        world.clock.advance(timedelta(minutes=31))
        with pytest.raises(ConversationOver):
            await world.chats.send(conversation, token, "b", "hello again")

    play(story)


def test_ladder_fires_each_step_once_and_pages_at_the_target(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", CRISIS)
        watch, again = Watch(world.service), Watch(world.service)
        for _ in range(9):
            world.clock.advance(timedelta(seconds=20))
            await watch.fire_due()
            await again.fire_due()
        steps = [(alarm.audience, alarm.step) for alarm in await _rows(world, t.alarm)]
        assert len(steps) == len(set(steps)), "a step fired twice"
        assert {audience for audience, _ in steps} == {"everyone", "supervisor", "on_call"}
        assert await watch.send_pages() + await again.send_pages() == 1
        assert next(c for c in await _rows(world, t.clock) if c.kind == "answer").state == "missed"

    play(story)


def test_record_is_append_only_and_verifies_until_a_byte_is_changed(play):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", CRISIS)
        database, sealer = world.service.database, world.service.sealer
        async with database.read() as connection:
            assert (await verify(connection, sealer)).whole
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as connection:
                await connection.execute(update(t.audit).values(actor="someone else"))
        async with database.write() as connection:
            drop = "DROP TRIGGER message_no_update" + ("" if database.on_sqlite else " ON message")
            await connection.execute(text(drop))
            row = (await connection.execute(select(t.message).where(t.message.c.author == "person"))).one()
            changed = bytes(row.body[:-1]) + bytes([row.body[-1] ^ 1])
            await connection.execute(update(t.message).where(t.message.c.number == row.number).values(body=changed))
        async with database.read() as connection:
            verdict = await verify(connection, sealer)
        assert (verdict.broken_at, verdict.why) == (2, "a message is not as it was written")

    play(story)


def test_no_words_stand_in_the_database_or_the_log(play, capfd):
    async def story(world):
        conversation, token = await world.chats.start("teens")
        await world.chats.send(conversation, token, "a", "zebracanary i want to die")
        async with world.service.database.read() as connection:
            for table in t.meta.sorted_tables:
                for row in await connection.execute(select(table)):
                    assert "zebracanary" not in repr(tuple(row))

    play(story)
    out, err = capfd.readouterr()
    assert "zebracanary" not in out + err
