"""A row of the outbox becomes calls."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.render import (
    CAPTION_UNITS,
    TEXT_UNITS,
    render_card,
    render_export,
    render_mark,
    render_message,
    split,
    units,
)


def options(*labels: str, quiet: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return [{"label": label, "quiet": label in quiet} for label in labels]


def rows(*labels: str, quiet: tuple[str, ...] = ()) -> list[list[str]]:
    (call,) = render_message("17", "Well?", options(*labels, quiet=quiet), "p-1")
    return [[button["text"] for button in row] for row in call.params["reply_markup"]["inline_keyboard"]]


def test_text_goes_out_plain_and_without_previews() -> None:
    (call,) = render_message("17", "*1 < 2* & https://example.org")
    assert call.method == "sendMessage"
    expected = {"chat_id": "17", "text": "*1 < 2* & https://example.org", "link_preview_options": {"is_disabled": True}}
    assert call.params == expected


def test_short_answers_stand_two_in_a_row() -> None:
    assert rows("Yes", "No", "Perhaps") == [["Yes", "No"], ["Perhaps"]]


def test_one_long_answer_gives_each_a_row() -> None:
    assert rows("Yes", "No, not this week") == [["Yes"], ["No, not this week"]]


def test_offers_stand_in_one_row_at_the_bottom() -> None:
    quiet = ("For example?", "Skip")
    answer = "A long answer to a question"
    assert rows("For example?", answer, "Skip", quiet=quiet) == [[answer], [*quiet]]


def test_buttons_of_one_row_stand_together_above_the_others() -> None:
    plans = [
        {"label": f"{label}: {row}", "quiet": False, "row": row} for row in (1, 2) for label in ("Done", "Not yet", "Drop it")
    ]
    (call,) = render_message("17", "Well?", [*plans, *options("Menu")], "p-1")
    found = [[button["text"] for button in row] for row in call.params["reply_markup"]["inline_keyboard"]]
    assert found == [["Done: 1", "Not yet: 1", "Drop it: 1"], ["Done: 2", "Not yet: 2", "Drop it: 2"], ["Menu"]]


def test_buttons_carry_prompt_and_index_whatever_row_they_stand_in() -> None:
    (call,) = render_message("17", "Well?", options("For example?", "Yes", quiet=("For example?",)), "3fa-2")
    found = {b["text"]: b["callback_data"] for row in call.params["reply_markup"]["inline_keyboard"] for b in row}
    assert found == {"For example?": "3fa-2.0", "Yes": "3fa-2.1"}


def test_long_label_is_cut_with_an_ellipsis() -> None:
    (((label,),)) = rows("word " * 20)
    assert len(label) <= 60
    assert label.endswith("…")


def test_buttons_stand_under_the_last_part_of_a_long_text() -> None:
    calls = render_message("17", "word " * 2000, options("Yes"), "p-1")
    assert len(calls) == 3
    assert ["reply_markup" in call.params for call in calls] == [False, False, True]


def test_nothing_to_say_is_no_call() -> None:
    assert render_message("17", " \n ") == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one two\n\nthree four. five", ["one two", "three four. five"]),
        ("one two. three four five six", ["one two.", "three four five six"]),
        ("one two three four five six", ["one two three four", "five six"]),
        ("x" * 25, ["x" * 20, "x" * 5]),
    ],
)
def test_text_is_parted_at_the_best_seam(text: str, parts: list[str]) -> None:
    assert split(text, 20) == parts


def test_characters_beyond_the_basic_plane_count_twice_and_stay_whole() -> None:
    parts = split("🪜" * 15, 20)
    assert parts == ["🪜" * 10, "🪜" * 5]


@given(st.text(alphabet=st.sampled_from("ab .\n!🪜"), max_size=200), st.integers(8, 40))
def test_parts_fit_and_lose_nothing(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(part and units(part) <= most for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_five_thousand_characters_arrive_whole() -> None:
    text = "x" * 5000
    assert "".join(call.params["text"] for call in render_message("17", text)) == text
    assert TEXT_UNITS == 4096


def test_card_has_its_words_as_caption() -> None:
    (call,) = render_card("17", "You have begun.", b"PNG")
    assert call.method == "sendPhoto"
    assert call.params["caption"] == "You have begun."
    assert call.params["photo"].input_file_content == b"PNG"


def test_words_too_long_for_a_caption_follow_the_card() -> None:
    calls = render_card("17", "word " * 300, b"PNG")
    assert [call.method for call in calls] == ["sendPhoto", "sendMessage"]
    assert "caption" not in calls[0].params
    assert CAPTION_UNITS == 1024


def test_export_is_readable_json_in_a_file() -> None:
    (call,) = render_export("17", {"kept": [{"value": "Zoë 🪜"}]})
    file = call.params["document"]
    assert file.filename == "rooftop-export.json"
    assert json.loads(file.input_file_content) == {"kept": [{"value": "Zoë 🪜"}]}
    assert "Zoë 🪜" in file.input_file_content.decode()
    assert "\n" in file.input_file_content.decode()


def test_mark_leaves_the_one_button_that_was_chosen() -> None:
    (call,) = render_mark("17", 5, "Yes", "p-1")
    assert call.method == "editMessageReplyMarkup"
    assert call.params["reply_markup"] == {"inline_keyboard": [[{"text": "✓ Yes", "callback_data": "p-1.done"}]]}
