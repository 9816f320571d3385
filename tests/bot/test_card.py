"""The progress card: a picture that a phone can show, whatever the progress is."""

from __future__ import annotations

import io
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot import card
from bot.card import Progress, TrackProgress, describe, draw_card
from dialogues.lesson_file import TRACKS

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz and everything else that belongs to it, in full"


def progress(tracks: int = 3, *, done: int = 0, name: str = "") -> Progress:
    """Return a progress with that many tracks of four lessons, `done` finished in each."""
    rows = tuple(TrackProgress(name or TRACKS[number], done, 0, 4) for number in range(tracks))
    return Progress(rows, done * tracks, 4 * tracks, open_actions=0)


def picture(of: Progress) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(of))).convert("RGB")


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    found = image.getcolors(maxcolors=1 << 20)
    assert found
    return {colour for _, colour in found if isinstance(colour, tuple)}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2.1 defines it."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in ImageColor.getrgb(colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_card_is_a_small_png_of_the_promised_width() -> None:
    full = Progress(progress(9, done=3).tracks, 27, 36, 4, LONG, LONG)
    data = draw_card(full)
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert image.width == card.WIDTH_PX == 720
    assert len(data) < 60_000


def test_card_grows_by_the_same_height_with_every_track() -> None:
    heights = [picture(progress(tracks)).height for tracks in range(1, 10)]
    steps = {after - before for before, after in itertools.pairwise(heights)}
    assert len(steps) == 1
    assert steps.pop() > 0


def test_same_progress_gives_the_same_bytes_and_another_gives_others() -> None:
    assert draw_card(progress(done=1)) == draw_card(progress(done=1))
    assert draw_card(progress(done=1)) != draw_card(progress(done=2))


def test_long_names_leave_the_margins_empty() -> None:
    crowded = Progress((TrackProgress(LONG, 9, 3, 140), TrackProgress("x" * 200, 0, 0, 16)), 9, 156, 1234, LONG, LONG)
    image = picture(crowded)
    paper = ImageColor.getrgb(card.PAPER)
    top = card._HEADER_PX + 1
    for left, right in ((0, card._MARGIN_PX - 1), (card.WIDTH_PX - card._MARGIN_PX + 2, card.WIDTH_PX)):
        assert colours(image.crop((left, top, right, image.height))) == {paper}


def test_long_name_stops_before_the_count() -> None:
    image = picture(progress(1, done=1, name=LONG))
    count_px = card._length("1 of 4", card._SMALL_PX)
    right = card.WIDTH_PX - card._MARGIN_PX - count_px
    y = card._HEADER_PX + 32
    assert colours(image.crop((right - 24, y, right - 2, y + 80))) == {ImageColor.getrgb(card.PAPER)}


@given(text=st.text(max_size=120), lines=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_any_text_wraps_into_its_lines_and_width(text: str, lines: int) -> None:
    wrapped = card._wrap(text, 36, 400, lines=lines)
    assert len(wrapped) <= lines
    assert all(card._length(line, 36) <= 400 for line in wrapped)


def test_cut_text_ends_in_an_ellipsis_and_whole_text_does_not() -> None:
    assert card._wrap(LONG, 36, 400, lines=2)[-1].endswith("…")
    assert card._wrap("Stories", 36, 400, lines=2) == ["Stories"]


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        (card.WHITE, card.EVENING, 4.5),
        (card.PALE, card.EVENING, 4.5),
        (card.PALE, card.FAR_ROOFS, 4.5),
        (card.INK, card.PAPER, 4.5),
        (card.MUTED, card.PAPER, 4.5),
        (card.INK, card.WHITE, 4.5),
        (card.MUTED, card.WHITE, 4.5),
        (card.WHITE, card.DONE, 4.5),
        (card.DONE, card.PAPER, 3.0),
        (card.STARTED, card.PAPER, 3.0),
        (card.STARTED, card.WHITE, 3.0),
        (card.OPEN, card.PAPER, 3.0),
        (card.OPEN, card.WHITE, 3.0),
    ],
)
def test_colours_that_carry_meaning_reach_the_contrast_of_wcag_aa(ink: str, ground: str, least: float) -> None:
    assert contrast(ink, ground) >= least


def test_picture_keeps_the_colours_whose_contrast_was_measured() -> None:
    rows = (TrackProgress("reflecting", 2, 1, 5),)
    image = picture(Progress(rows, 2, 5, 1, "A question worth asking", "what is on your mind"))
    meant = (card.WHITE, card.EVENING, card.INK, card.MUTED, card.PAPER, card.DONE, card.STARTED, card.OPEN, card.PALE)
    assert {ImageColor.getrgb(colour) for colour in meant} <= colours(image)


def test_done_started_and_open_lessons_look_different() -> None:
    looks = [(1, 0), (0, 1), (0, 0)]
    shown = {draw_card(Progress((TrackProgress("stories", done, begun, 1),), 0, 1, 0)) for done, begun in looks}
    assert len(shown) == 3


def test_one_finished_lesson_of_very_many_is_seen() -> None:
    image = picture(Progress((TrackProgress("stories", 1, 0, 500),), 1, 500, 0))
    assert ImageColor.getrgb(card.DONE) in colours(image)


def test_beginning_is_invited_and_not_counted_against_the_student() -> None:
    large, small = card._headline(progress())
    assert "0" not in large + small
    assert "0" not in describe(progress())
    assert ImageColor.getrgb(card.SUN) in colours(picture(progress()))


@pytest.mark.parametrize("done", [0, 1, 7, 998, 999])
@pytest.mark.parametrize("current", [None, "Ask someone who knows"])
def test_headline_ends_before_the_sun(done: int, current: str | None) -> None:
    large, small = card._headline(Progress((), done, 999, 0, current))
    sun_px = 606 - 44
    assert card._MARGIN_PX + card._length(large, card._LARGE_PX) < card.WIDTH_PX - card._MARGIN_PX
    assert card._MARGIN_PX + card._length(small, card._MEDIUM_PX) < sun_px


def test_description_says_what_the_card_shows() -> None:
    rows = (TrackProgress("reflecting", 1, 0, 6), TrackProgress("stories", 0, 1, 2))
    text = describe(Progress(rows, 1, 8, 2, "Learn from a story", "its turning points"))
    assert text == (
        "You have finished 1 of 8 lessons: reflecting 1 of 6. "
        "You are in the middle of “Learn from a story” (next: its turning points), and you have 2 things planned to do."
    )
    assert describe(progress(1, done=4)) == "You have finished all there is, 4 lessons."
    assert describe(Progress((), 0, 1, 0)) == "1 lesson is ready when you are."


@pytest.mark.parametrize("done", [0, 1, 4])
def test_progress_survives_the_way_through_json(done: int) -> None:
    given_progress = Progress(progress(2, done=done).tracks, 2 * done, 8, 1, "A title", None)
    assert Progress.from_dict(json.loads(json.dumps(given_progress.to_dict()))) == given_progress
