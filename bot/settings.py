"""The bot's settings, from the environment and from the checkout's `.env`; the environment wins.

The law of this file: a setting is right or the program does not start. Everything that is wrong is told at once, each by the
name of its variable, its value (never a secret's) and what to write instead. An empty variable counts as unset.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from dialogues.errors import SettingsError, did_you_mean

ROOT = Path(__file__).resolve().parent.parent
PLACES = ROOT / "dialogues" / "places"
ENV_FILE = ROOT / ".env"
TOKEN_SHAPE = re.compile(r"[0-9]+:[\w-]{20,}", re.ASCII)  # Bot API, "Authorizing your bot"; looser, for servers of one's own
OUR_PREFIX = "ROOFTOP_"  # whatever starts so is ours, and a name that is not known is a slip


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+[^?#\s]*", value):
        raise ValueError("write an address that starts with http:// or https:// and has no '?', such as http://127.0.0.1:8081")
    return value.rstrip("/")


def _chat(value: str) -> str:
    if not re.fullmatch(r"-?[1-9]\d*", value, re.ASCII):
        raise ValueError("write the chat's number, such as -1001234567890; a group's begins with a minus")
    return value


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseModel):
    """What an operator can set; each field's alias is its variable. Paths are absolute, addresses end without a slash."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    telegram_bot_token: SecretStr | None = Field(None, alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: Address = Field("https://api.telegram.org", alias="TELEGRAM_API_URL")
    data: Path = Field(ROOT / "data", alias="ROOFTOP_DATA")
    place: Path = Field(PLACES / "uk.yml", alias="ROOFTOP_PLACE")
    advisers_chat: Annotated[str, AfterValidator(_chat)] | None = Field(None, alias="ROOFTOP_ADVISERS_CHAT")
    rasa_url: Address | None = Field(None, alias="RASA_URL")
    rasa_token: SecretStr | None = Field(None, alias="RASA_TOKEN")
    nudge_seconds: float = Field(30.0, ge=1, le=60, alias="ROOFTOP_NUDGE_SECONDS")
    hold_back: float = Field(0.1, ge=0, le=0.5, alias="ROOFTOP_HOLD_BACK")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", alias="ROOFTOP_LOG")
    log_format: Literal["text", "json"] = Field(
        default_factory=lambda: "text" if sys.stderr.isatty() else "json", alias="ROOFTOP_LOG_FORMAT"
    )

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
            raise ValueError("write the token as @BotFather gave it: digits, a colon, then letters, digits, '-' and '_'")
        return value

    @field_validator("place")
    @classmethod
    def _place_exists(cls, value: Path) -> Path:
        if not value.is_file():
            known = ", ".join(sorted(file.stem for file in PLACES.glob("*.yml")))
            raise ValueError(f"write one of {known}, or the path of a place file of your own")
        return value

    @field_validator("data")
    @classmethod
    def _data_can_be_a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("write the path of a folder; this is a file")
        return value


SECRETS = {"TELEGRAM_BOT_TOKEN", "RASA_TOKEN"}
NAMES = {str(field.alias) for field in Settings.model_fields.values()}


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE) -> Settings:
    """Return the settings from `environ` (by default the process's) and, below it, from `env_file`, if there is one.

    A relative path in the environment starts where the user stands, one in the file starts at the checkout.
    Raises `SettingsError` that names everything wrong, one setting a line.
    """
    given = _placed(_given(dotenv_values(env_file, interpolate=False) if env_file else {}), ROOT)
    given |= _placed(_given(os.environ if environ is None else environ), Path.cwd())
    problems = [_unknown(name) for name in sorted(given.keys() - NAMES) if name.startswith(OUR_PREFIX)]
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems += [_told(str(one["loc"][0]), given, str(one["msg"])) for one in error.errors()]
        raise SettingsError("\n".join(problems)) from None
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _given(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in variables.items() if value and value.strip()}


def _placed(given: dict[str, str], base: Path) -> dict[str, str]:
    """Make paths absolute: the data folder, and the place where it is not just a name."""
    placed = dict(given)
    if "ROOFTOP_DATA" in given:
        placed["ROOFTOP_DATA"] = str(base / Path(given["ROOFTOP_DATA"]).expanduser())
    if "ROOFTOP_PLACE" in given:
        place = given["ROOFTOP_PLACE"]
        is_path = "/" in place or place.endswith((".yml", ".yaml"))
        placed["ROOFTOP_PLACE"] = str(base / Path(place).expanduser() if is_path else PLACES / f"{place}.yml")
    return placed


def _unknown(name: str) -> str:
    ours = sorted(known for known in NAMES if known.startswith(OUR_PREFIX))
    return f"{name} is not a setting." + (did_you_mean(name, ours) or f" There are {', '.join(ours)}.")


def _told(name: str, given: Mapping[str, str], message: str) -> str:
    """Return one line: the variable, its value unless that is a secret, and what to write instead."""
    value = "(its value is not shown)" if name in SECRETS else repr(given.get(name, ""))
    remedy = message.removeprefix("Value error, ").replace("Input should be", "write")
    return f"{name} cannot be {value}: {remedy}"
