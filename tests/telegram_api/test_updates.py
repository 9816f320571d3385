"""Updates: how they are numbered, kept, confirmed, awaited and lost (items 1 to 8 of the behaviours)."""

import asyncio
import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from . import FakeTelegram, Student
from .conftest import Client
from .updates import UpdateQueue


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_update_ids_start_at_random_and_count_up_across_chats(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """1: one queue per bot, its first id in [2,000,001, 2^30), sequential afterwards."""
    grace = tg.user("Grace")
    for number in range(3):
        ada.writes(f"a{number}")
        grace.writes(f"g{number}")
    updates = await ask.updates()
    ids = [update["update_id"] for update in updates]
    assert 2_000_001 <= ids[0] < 2**30
    assert [later - earlier for earlier, later in pairwise(ids)] == [1] * 5
    assert texts(updates) == ["a0", "g0", "a1", "g1", "a2", "g2"]
    assert FakeTelegram(seed=1).bot.queue.next_id != FakeTelegram(seed=2).bot.queue.next_id


async def test_ids_can_have_gaps(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """1, 8: ids grow, but not always by one."""
    ada.writes("before")
    tg.trouble.gap(7)
    ada.writes("after")
    first, second = await ask.updates()
    assert second["update_id"] - first["update_id"] == 8


async def test_ids_can_start_anew_lower_and_the_old_offset_still_reads_them(
    tg: FakeTelegram, ada: Student, ask: Client
) -> None:
    """1, 2, 8: after a long idle ids restart lower; an offset far beyond the tail is served from the head."""
    ada.writes("old")
    [old] = await ask.updates()
    assert await ask.updates(offset=old["update_id"] + 1) == []
    tg.trouble.reset_ids()
    ada.writes("new")
    [new] = await ask.updates(offset=old["update_id"] + 1)
    assert new["update_id"] < old["update_id"]
    assert tg.unconfirmed() == [new["update_id"]], "a nonsense offset confirms nothing"


async def test_ids_do_not_start_anew_under_unconfirmed_updates(tg: FakeTelegram, ada: Student) -> None:
    """1: the ids restart only in an empty queue."""
    ada.writes("hello")
    with pytest.raises(ValueError, match="confirmed"):
        tg.trouble.reset_ids()


async def test_a_higher_offset_confirms_and_zero_confirms_nothing(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """2: offset > 0 drops what lies below it; offset 0 is the head."""
    for text in ("one", "two", "three"):
        ada.writes(text)
    ids = [update["update_id"] for update in await ask.updates()]
    assert tg.unconfirmed() == ids
    assert texts(await ask.updates(offset=ids[1])) == ["two", "three"]
    assert tg.unconfirmed() == ids[1:]
    tg.clock.advance(1)  # asking for the same at once would get one update only
    assert texts(await ask.updates(offset=0)) == ["two", "three"]


async def test_an_offset_just_beyond_the_tail_confirms_all_and_one_far_beyond_nothing(
    tg: FakeTelegram, ada: Student, ask: Client
) -> None:
    """2: offset > tail + 10, or far in the past, is served from the head."""
    ada.writes("hello")
    [update] = await ask.updates()
    assert texts(await ask.updates(offset=update["update_id"] + 12)) == ["hello"]
    assert texts(await ask.updates(offset=1)) == ["hello"]
    assert await ask.updates(offset=update["update_id"] + 11) == []
    assert tg.unconfirmed() == []


async def test_a_negative_offset_keeps_only_the_last(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """2: offset < 0 keeps the last |offset| updates and forgets the others."""
    for text in ("one", "two", "three"):
        ada.writes(text)
    assert texts(await ask.updates(offset=-2)) == ["two", "three"]
    assert len(tg.unconfirmed()) == 2


@pytest.mark.parametrize(("limit", "expected"), [(1, 1), (7, 7), (100, 100), (101, 100), (0, 100), (-1, 100), (None, 100)])
async def test_limit_is_1_to_100_and_100_by_default(ada: Student, ask: Client, limit: int | None, expected: int) -> None:
    """3: limit 1..100, default 100."""
    for number in range(105):
        ada.writes(str(number))
    assert len(await ask.updates(limit=limit)) == expected


async def test_asking_again_at_once_from_the_same_offset_gets_one_update(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """3: the same offset again within 0.5 s forces limit 1."""
    ada.writes("one")
    ada.writes("two")
    assert len(await ask.updates()) == 2
    assert len(await ask.updates()) == 1
    tg.clock.advance(0.6)
    assert len(await ask.updates()) == 2


async def test_asking_again_for_nothing_waits_three_seconds(tg: FakeTelegram, ask: Client) -> None:
    """3: the same offset again within 3 s with a shorter timeout waits 3 s, so that nobody spins."""
    started = time.monotonic()
    assert await ask.updates() == []
    assert time.monotonic() - started < 2
    assert await ask.updates() == []
    assert time.monotonic() - started >= 2.9
    tg.clock.advance(4)
    assert await ask.updates() == []
    assert time.monotonic() - started < 5.5


async def test_unconfirmed_updates_come_again_with_every_call(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """4: what is not confirmed is delivered again, also to a bot that was killed and started anew."""
    ada.writes("still here")
    for _ in range(3):
        assert texts(await ask.updates()) == ["still here"]
        tg.clock.advance(4)


@given(st.lists(st.one_of(st.just("push"), st.just("read"), st.integers(-3, 4))))
def test_nothing_is_lost_but_by_confirmation(steps: list[str | int]) -> None:
    """2, 4: whatever the order of arriving, reading and confirming, the queue is what was pushed less what was confirmed."""
    queue = UpdateQueue(random.Random(0))  # noqa: S311 - ids of a test
    start, expected = queue.next_id, []
    for step in steps:
        if step == "push":
            expected.append(queue.push({}, expires_at=1.0))
        elif isinstance(step, int):
            offset = step if step <= 0 else start + step
            queue.confirm(offset)
            expected = expected[offset:] if offset < 0 else [one for one in expected if one >= offset]
        assert [update["update_id"] for update in queue.read(100, now=0.0)] == expected


async def test_an_update_is_delivered_as_it_was_when_it_happened(ada: Student, ask: Client) -> None:
    """4: the queue keeps what happened, not what the message looks like now."""
    message = ada.writes("first")
    ada.edits(message, "second")
    first, second = await ask.updates()
    assert first["message"]["text"] == "first"
    assert second["edited_message"]["text"] == "second"
    assert second["edited_message"]["message_id"] == first["message"]["message_id"]
    assert second["edited_message"]["edit_date"] >= first["message"]["date"]


async def test_a_long_poll_ends_empty_at_its_timeout(ask: Client) -> None:
    """4: a long poll returns [] when its time is over."""
    started = time.monotonic()
    assert await ask.updates(timeout=1) == []
    assert 0.9 <= time.monotonic() - started < 2.5


async def test_a_long_poll_wakes_at_once_on_a_new_update(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """4: a waiting bot hears of a new update within milliseconds."""
    polling = asyncio.create_task(ask.updates(timeout=50))
    await tg.until(lambda: tg.bot.polling.current)
    started = time.monotonic()
    ada.writes("hello")
    assert texts(await polling) == ["hello"]
    assert time.monotonic() - started < 1


async def test_a_second_poll_ends_the_first_with_409(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """5: of two concurrent getUpdates the first is refused, the second goes on."""
    first = asyncio.create_task(ask("getUpdates", timeout=50))
    await tg.until(lambda: tg.bot.polling.current)
    second = asyncio.create_task(ask.updates(timeout=50))
    assert (await first).refusal == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    ada.writes("hello")
    assert texts(await second) == ["hello"]


async def test_polling_under_a_webhook_is_refused_and_the_second_refusal_comes_late(tg: FakeTelegram, ask: Client) -> None:
    """5: getUpdates with a webhook set is a 409; conflicts that follow are answered 3 s late."""
    assert (await ask("setWebhook", url="https://rooftop.example/hook")).result is True
    refusal = (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    started = time.monotonic()
    assert (await ask("getUpdates")).refusal == refusal
    assert time.monotonic() - started < 2
    assert (await ask("getUpdates")).refusal == refusal
    assert time.monotonic() - started >= 2.9
    assert (await ask("deleteWebhook")).result is True
    tg.clock.advance(4)
    assert await ask.updates() == []


async def test_setting_a_webhook_ends_a_poll_with_409(tg: FakeTelegram, ask: Client) -> None:
    """5: setWebhook aborts the poll that waits."""
    polling = asyncio.create_task(ask("getUpdates", timeout=50))
    await tg.until(lambda: tg.bot.polling.current)
    await ask("setWebhook", url="https://rooftop.example/hook")
    assert (await polling).refusal == (409, "Conflict: terminated by setWebhook request")


async def test_a_message_waits_24_hours_and_a_press_150_seconds(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """6: while a bot is down, presses vanish after 150 s and messages after 24 h."""
    ada.writes("hello")
    markup = {"inline_keyboard": [[{"text": "Fine", "callback_data": "1.0"}]]}
    await ask("sendMessage", chat_id=ada.chat.chat_id, text="How are you?", reply_markup=markup)
    ada.presses("Fine")
    assert [set(update) - {"update_id"} for update in await ask.updates()] == [{"message"}, {"callback_query"}]
    tg.clock.advance(149)
    assert len(await ask.updates()) == 2
    tg.clock.advance(2)
    assert texts(await ask.updates()) == ["hello"]
    tg.clock.advance(86_400 - 160)
    assert texts(await ask.updates()) == ["hello"]
    tg.clock.advance(20)
    assert await ask.updates() == []
    assert (await ask("getWebhookInfo")).result["pending_update_count"] == 0


async def test_kinds_on_request_come_only_when_asked_for(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """7: message_reaction (as chat_member and message_reaction_count) is left out by default."""
    message = ada.writes("hello")
    ada.reacts(message)
    assert len(await ask.updates(allowed_updates=["message", "message_reaction"])) == 1, "it acts on later updates only"
    ada.reacts(message)
    tg.clock.advance(4)
    assert [set(update) - {"update_id"} for update in await ask.updates()] == [{"message"}, {"message_reaction"}]


async def test_the_last_explicit_list_of_kinds_sticks(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """7: allowed_updates is remembered until another list is given; an empty one is the default."""
    await ask.updates(allowed_updates=["callback_query"])
    ada.writes("unheard")
    tg.clock.advance(4)
    assert await ask.updates() == []
    assert (await ask("getWebhookInfo")).result["allowed_updates"] == ["callback_query"]
    tg.clock.advance(4)
    await ask.updates(allowed_updates=[])
    ada.writes("heard")
    assert texts(await ask.updates()) == ["heard"]


async def test_a_confirmed_update_can_be_delivered_once_more(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """8: a duplicate of a confirmed update, whatever the offset, exactly once."""
    ada.writes("hello")
    [update] = await ask.updates()
    assert await ask.updates(offset=update["update_id"] + 1) == []
    tg.trouble.redeliver(update["update_id"])
    tg.clock.advance(4)
    assert await ask.updates(offset=update["update_id"] + 1) == [update]
    tg.clock.advance(4)
    assert await ask.updates(offset=update["update_id"] + 1) == []


async def test_an_update_that_no_library_can_read_can_be_pushed(tg: FakeTelegram, ask: Client) -> None:
    """8: raw updates go through untouched."""
    pushed = tg.push_raw({"message": {"date": "yesterday"}})
    assert await ask.updates() == [{"update_id": pushed, "message": {"date": "yesterday"}}]


async def test_bots_have_queues_of_their_own(tg: FakeTelegram, ada: Student, ask: Client) -> None:
    """1: what is written to one bot does not reach another."""
    other = tg.add_bot("7000000002:OTHER", "other_bot")
    tg.user("Grace", bot=other).writes("to the other")
    ada.writes("to the first")
    assert texts(await ask.updates()) == ["to the first"]
    assert texts(await Client(ask.http, other.token).updates()) == ["to the other"]
