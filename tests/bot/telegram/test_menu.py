"""The commands, as Telegram lists them."""

from telegram.constants import BotCommandLimit, BotDescriptionLimit

from bot.telegram.menu import DESCRIPTIONS, SHORT_DESCRIPTION
from dialogues.table import COMMANDS


def test_every_command_of_the_engine_is_listed_and_no_other() -> None:
    assert set(DESCRIPTIONS) == set(COMMANDS)


def test_descriptions_fit() -> None:
    assert all(BotCommandLimit.MIN_DESCRIPTION <= len(text) <= 40 for text in DESCRIPTIONS.values())
    assert len(SHORT_DESCRIPTION) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
