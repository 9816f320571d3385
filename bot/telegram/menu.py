"""The commands, as Telegram lists them beside the input field.

The law of this file: every command of the engine stands here, in the order in which students need them, and no other.
Source: https://core.telegram.org/bots/api#setmycommands
"""

from __future__ import annotations

from bot.telegram.api import Call

DESCRIPTIONS = {
    "menu": "What we can do",
    "lessons": "Choose a lesson",
    "resume": "Carry on where you were",
    "progress": "How far you have come",
    "journal": "What you have written",
    "actions": "What you planned, and how it went",
    "explain": "What does this question mean?",
    "example": "Show me an example",
    "skip": "Leave this question out",
    "back": "Go back one question",
    "later": "Not now; keep my place",
    "nudges": "Reminders: how often, when, pause, stop",
    "help": "How this works",
    "adviser": "Talk to a person",
    "privacy": "What I keep, and who sees it",
    "stop": "Stop the lesson, or reminders",
    "export": "Send me all that you keep about me",
    "forget": "Delete all that you keep about me",
    "start": "Say hello again",
}
SHORT_DESCRIPTION = "A coach for finding your own way in work and careers, in short lessons of a few minutes."


def menu_calls() -> list[Call]:
    """Return the calls that show the commands, and what the bot is, in its profile."""
    commands = [{"command": name, "description": what} for name, what in DESCRIPTIONS.items()]
    return [
        Call("setMyCommands", {"commands": commands}),
        Call("setMyShortDescription", {"short_description": SHORT_DESCRIPTION}),
    ]
