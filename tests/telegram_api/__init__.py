"""A Bot API server for tests: as strict and as troublesome as Telegram's own, on loopback or in process.

Its law: a bot that behaves well here behaves well at Telegram. Where the two differ, this one is the stricter,
and says so beside the difference. A test drives it as a student does, and looks at what she sees:

    tg = FakeTelegram()
    ada = tg.user(first_name="Ada", language_code="en")
    ada.writes_command("/start")
    await ada.waits_for("Hello")
    ada.presses("Fine")

The bot reaches it in process (`httpx.ASGITransport(tg.app)`; no time limits there) or over a socket
(`async with tg.serve() as base_url`, `with tg.serve_in_thread() as base_url`).

Mind when polling by hand that, as at Telegram, who asks again from the same offset within 3 s waits for up to 3 s, and
within 0.5 s gets one update only; `tg.clock.advance(4)` before asking again is the way around.
"""

from .calls import Call, Upload
from .fake import DEFAULT_TOKEN, FakeTelegram
from .limits import Violation
from .people import Group, Student
from .state import Bot, Chat, Clock, Message, Press

__all__ = [
    "DEFAULT_TOKEN",
    "Bot",
    "Call",
    "Chat",
    "Clock",
    "FakeTelegram",
    "Group",
    "Message",
    "Press",
    "Student",
    "Upload",
    "Violation",
]
