"""A log tells what the program did: never what anybody wrote, and no secret."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from bot.logs import KEYS, VALUE_CHARACTERS, configure_logs, described, named, redacted
from bot.settings import ROOT
from dialogues.errors import LessonError, Problem, SettingsError

TOKEN = "123456789:AAF-not_a_real_token_at_all_0123456"
WORDS = "my manager shouts at me"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Leave the loggers of the standard library as they were found."""
    handlers, level = logging.root.handlers, logging.root.level
    yield
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.NOTSET)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    """Return what was logged, line by line."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_known_keys_are_kept() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    structlog.get_logger().info("update_kept", update=7, seconds=0.25)
    (line,) = lines(out)
    assert (line["event"], line["level"], line["update"], line["seconds"]) == ("update_kept", "info", 7, 0.25)
    assert line["timestamp"].endswith("Z")


def test_unknown_key_is_dropped_in_production() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    structlog.get_logger().info("update_kept", text=WORDS, update=7)
    assert WORDS not in out.getvalue()
    assert lines(out)[0]["update"] == 7


def test_unknown_key_is_refused_in_tests() -> None:
    configure_logs("info", "json", strict=True, stream=io.StringIO())
    with pytest.raises(KeyError, match="text"):
        structlog.get_logger().info("update_kept", text=WORDS)


def test_long_value_is_cut() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    structlog.get_logger().info("update_kept", reason="word " * 1_000)
    assert len(lines(out)[0]["reason"]) == VALUE_CHARACTERS


def test_level_below_the_chosen_one_is_silent() -> None:
    out = io.StringIO()
    configure_logs("warning", "json", stream=out)
    structlog.get_logger().info("update_kept")
    assert out.getvalue() == ""


def test_text_form_is_one_readable_line() -> None:
    out = io.StringIO()
    configure_logs("info", "text", stream=out)
    structlog.get_logger().warning("rasa_ended", exit_code=3)
    assert len(out.getvalue().splitlines()) == 1
    assert "rasa_ended" in out.getvalue()
    assert "exit_code=3" in out.getvalue()


def test_token_in_a_value_is_cut_out() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    structlog.get_logger().info("call_failed", address=f"https://api.telegram.org/bot{TOKEN}/getMe")
    assert TOKEN not in out.getvalue()
    assert lines(out)[0]["address"] == "https://api.telegram.org/bot<token>/getMe"


def ask_with_httpx() -> None:
    """Let httpx log a request whose address holds the token, as it does at INFO."""
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get(f"https://api.telegram.org/bot{TOKEN}/getMe")


def test_httpx_would_log_the_token_if_it_were_let() -> None:
    out = io.StringIO()
    logger = logging.getLogger("httpx")
    handler = logging.StreamHandler(out)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        ask_with_httpx()
    finally:
        logger.removeHandler(handler)
    assert TOKEN in out.getvalue()


@pytest.mark.parametrize("level", ["debug", "info"])
def test_httpx_is_silent_about_requests(level: str) -> None:
    out = io.StringIO()
    configure_logs(level, "json", stream=out)
    logging.getLogger("httpx").setLevel(logging.INFO)
    ask_with_httpx()
    assert out.getvalue() == ""


def test_of_other_libraries_the_template_alone_is_kept() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    logging.getLogger("telegram.ext").warning("could not read %s", WORDS)
    retrieved = f"Task exception was never retrieved\nfuture: <Task finished exception=KeyError('{WORDS}')>"
    logging.getLogger("asyncio").error(retrieved)
    assert WORDS not in out.getvalue()
    assert [line["event"] for line in lines(out)] == ["could not read %s", "Task exception was never retrieved"]
    assert lines(out)[0]["logger"] == "telegram.ext"


def test_traceback_holds_the_place_and_no_value() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    try:
        dict[str, str]()[WORDS]
    except KeyError:
        structlog.get_logger().exception("turn_failed", update=7)
    (line,) = lines(out)
    assert WORDS not in out.getvalue()
    assert "test_logs.py" in line["traceback"]
    assert line["traceback"].endswith("KeyError")


def test_traceback_of_another_library_is_as_careful() -> None:
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    try:
        int(WORDS)
    except ValueError:
        logging.getLogger("elsewhere").exception("failed")
    assert WORDS not in out.getvalue()
    assert lines(out)[0]["traceback"].endswith("ValueError")


def test_causes_are_told_first() -> None:
    full = OSError(28, "No space left on device")
    full.__cause__ = ValueError(WORDS)
    text = described(full)
    assert text.index("ValueError") < text.index("No space left on device")
    assert WORDS not in text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (SettingsError("RASA_URL cannot be 'x'"), "dialogues.errors.SettingsError: RASA_URL cannot be 'x'"),
        (httpx.ConnectError(f"no way to /bot{TOKEN}/getMe"), "httpx.ConnectError: no way to /bot<token>/getMe"),
        (LessonError([Problem("a.yml", 1, 1, "", WORDS, "")]), "dialogues.errors.LessonError"),
        (ValueError(WORDS), "ValueError"),
    ],
)
def test_error_keeps_its_words_only_where_they_are_not_a_students(error: Exception, told: str) -> None:
    assert named(error) == told
    out = io.StringIO()
    configure_logs("info", "json", stream=out)
    structlog.get_logger().warning("call_failed", error=error)
    assert lines(out)[0]["error"] == told


def test_text_without_a_token_stays() -> None:
    assert redacted("at 10:30 on 2026-11-22, see lessons/a/b.yml:12:3") == "at 10:30 on 2026-11-22, see lessons/a/b.yml:12:3"


def log_calls() -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of a log in the bot's source."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                logger = ast.unparse(node.func.value)
                if logger.split("(")[0].split(".")[-1].strip("_") in {"log", "logger", "LOG", "bind", "get_logger"}:
                    yield path, node


def test_every_event_has_a_fixed_name_and_known_keys() -> None:
    found = list(log_calls())
    assert found
    for path, call in found:
        place = f"{path.relative_to(ROOT)}:{call.lineno}"
        assert call.args, place
        assert isinstance(call.args[0], ast.Constant), f"{place}: an event's name is written out, never put together"
        assert {word.arg for word in call.keywords} <= KEYS | {"exc_info"}, place
