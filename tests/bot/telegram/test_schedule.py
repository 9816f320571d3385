"""Which row goes next, and when."""

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.schedule import Schedule, Ticket

LONG_S = 0.001  # more than the rounding of a sum of waits


def run(schedule: Schedule, until_s: float = 10_000.0, start_s: float = 0.0) -> list[tuple[float, Ticket]]:
    """Send all that waits, at once whenever it may go; return (time, ticket)."""
    now, sent = start_s, []
    while now < until_s:
        ticket = schedule.next(now)
        if ticket is not None:
            sent.append((now, ticket))
            schedule.done(ticket, now)
        elif (wait := schedule.wait_s(now)) is None:
            break
        else:
            now += wait + 1e-9
    return sent


def filled(*tickets: Ticket) -> Schedule:
    schedule = Schedule()
    for ticket in tickets:
        schedule.add(ticket, 0.0)
    return schedule


def test_one_chat_gets_three_at_once_and_then_one_a_second() -> None:
    sent = run(filled(*(Ticket(row, "a") for row in range(6))))
    assert [ticket.row for _, ticket in sent] == list(range(6))
    times = [round(at, 1) for at, _ in sent]
    assert times == [0.0, 0.0, 0.1, 1.0, 2.0, 3.0]


def test_no_second_holds_more_than_25() -> None:
    sent = [at for at, _ in run(filled(*(Ticket(row, str(row)) for row in range(200))))]
    assert len(sent) == 200
    assert all(later - first >= 1.0 - LONG_S for first, later in zip(sent, sent[25:], strict=False))
    assert sent[-1] < 8.1


def test_replies_go_before_everything_else() -> None:
    schedule = filled(*(Ticket(row, f"n{row}", 1) for row in range(50)))
    first = schedule.next(0.0)
    assert first is not None
    schedule.add(Ticket(99, "r"), 0.0)
    schedule.done(first, 0.0)
    assert next(ticket.row for _, ticket in run(schedule)) == 99


def test_reply_carries_along_what_waits_before_it_in_its_chat() -> None:
    schedule = filled(*(Ticket(row, f"n{row}", 1) for row in range(50)))
    schedule.add(Ticket(99, "n40"), 0.0)
    assert [ticket.row for _, ticket in run(schedule)][:2] == [40, 99]


def test_marks_go_after_the_messages_of_their_chat_and_do_not_slow_them() -> None:
    schedule = filled(Ticket(1, "a", is_mark=True), Ticket(2, "a"), Ticket(3, "a"), Ticket(4, "a"))
    sent = run(schedule)
    assert [ticket.row for _, ticket in sent] == [2, 3, 4, 1]
    assert sent[-1][0] < 0.2
    schedule.add(Ticket(5, "a"), 1.0)
    assert run(schedule, start_s=1.0)[0][0] == 1.0


def test_chat_waits_while_one_of_its_rows_is_under_way() -> None:
    schedule = filled(Ticket(1, "a"), Ticket(2, "a"), Ticket(3, "b"))
    first, other = schedule.next(0.0), schedule.next(1.0)
    assert first is not None
    assert other is not None
    assert (first.row, other.row) == (1, 3)
    assert schedule.next(2.0) is None
    assert schedule.wait_s(2.0) is None
    schedule.done(first, 2.0)
    second = schedule.next(2.0)
    assert second is not None
    assert second.row == 2


def test_refused_row_stays_first_and_its_chat_alone_waits() -> None:
    schedule = filled(Ticket(1, "a"), Ticket(2, "a"), Ticket(3, "b"))
    first = schedule.next(0.0)
    assert first is not None
    schedule.again(first, 0.0, after_s=7.0)
    assert [(round(at), ticket.row) for at, ticket in run(schedule)] == [(0, 3), (7, 1), (7, 2)]


def test_closed_means_all() -> None:
    schedule = filled(Ticket(1, "a"), Ticket(2, "b"))
    schedule.close(0.0, 5.0)
    assert schedule.next(4.9) is None
    assert [round(at) for at, _ in run(schedule)] == [5, 5]


def test_no_more_are_under_way_than_allowed() -> None:
    schedule = filled(*(Ticket(row, str(row)) for row in range(9)))
    schedule.at_once = 2
    assert [schedule.next(float(now)) is not None for now in range(4)] == [True, True, False, False]


def test_parts_of_a_long_text_are_counted() -> None:
    schedule = filled(Ticket(1, "a"))
    ticket = schedule.next(0.0)
    assert ticket is not None
    waits = [schedule.reserve_s(ticket, 0.0) for _ in range(4)]
    assert [round(wait, 2) for wait in waits] == [0.04, 0.08, 1.0, 2.0]


def test_dropped_chat_sends_no_more_but_can_again_later() -> None:
    schedule = filled(Ticket(1, "a"), Ticket(2, "a"), Ticket(3, "a", is_mark=True))
    under_way = schedule.next(0.0)
    assert under_way is not None
    schedule.drop("a")
    schedule.drop("unknown")
    schedule.done(under_way, 0.0)
    assert run(schedule) == []
    schedule.add(Ticket(4, "a"), 10.0)
    assert [ticket.row for _, ticket in run(schedule, start_s=10.0)] == [4]


def test_what_an_earlier_run_left_begins_without_a_burst() -> None:
    schedule = Schedule()
    for row in range(3):
        schedule.add_left(Ticket(row, "a"), 0.0)
    schedule.add(Ticket(9, "b"), 0.0)
    assert [(round(at), ticket.row) for at, ticket in run(schedule)] == [(0, 9), (1, 0), (2, 1), (3, 2)]


def test_quiet_chats_are_forgotten() -> None:
    schedule = filled(*(Ticket(row, str(row)) for row in range(5)))
    run(schedule)
    schedule.tidy(0.5)
    schedule.tidy(100.0)
    assert schedule._lines == {}
    assert len(schedule) == 0


CHATS = st.sampled_from("abcd")
ARRIVALS = st.lists(st.tuples(st.integers(0, 20), CHATS, st.integers(0, 1), st.booleans()), max_size=40)


@given(ARRIVALS, st.integers(0, 2**32))
def test_whatever_comes_all_goes_once_in_order_and_within_limits(made: list[tuple[int, str, int, bool]], seed: int) -> None:
    schedule, now, chance = Schedule(), 0.0, random.Random(seed)  # noqa: S311 - the chance of a refusal
    coming = [
        (quarters / 4, Ticket(row, chat, priority, is_mark=mark))
        for row, (quarters, chat, priority, mark) in enumerate(sorted(made))
    ]
    added: dict[tuple[str, bool], list[int]] = defaultdict(list)
    sent: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
    while coming or len(schedule):
        while coming and coming[0][0] <= now:
            _, ticket = coming.pop(0)
            added[ticket.address, ticket.is_mark].append(ticket.row)
            schedule.add(ticket, now)
        ticket_ = schedule.next(now)
        if ticket_ is not None and chance.random() < 0.1:
            schedule.again(ticket_, now, chance.random())
        elif ticket_ is not None:
            sent[ticket_.address, ticket_.is_mark].append((now, ticket_.row))
            schedule.done(ticket_, now)
        else:
            waits = [wait for wait in (schedule.wait_s(now), coming[0][0] - now if coming else None) if wait is not None]
            now += min(waits) + 1e-9
    assert {key: [row for _, row in rows] for key, rows in sent.items()} == added
    for rows in sent.values():
        times = [at for at, _ in rows]
        assert all(later - first >= 1.0 - LONG_S for first, later in zip(times, times[3:], strict=False))
