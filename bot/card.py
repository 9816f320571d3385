"""The progress card: a small picture, for a phone, of how far a student has come.

The law of this file: a pure function from `Progress` to the bytes of a PNG. It reads no clock, no file and no font of the
system, so the same progress gives the same picture, and it shows what the coach counts, never what the student wrote.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, TypeAlias

from PIL import Image, ImageDraw, ImageFont

WIDTH_PX = 720  # twice the 360 points of a narrow phone
_Place: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom
_SCALE = 2  # drawn larger and then reduced: Pillow's own shapes have hard edges
_MARGIN_PX = 40
_INNER_PX = WIDTH_PX - 2 * _MARGIN_PX
_HEADER_PX = 310
_LARGE_PX, _MEDIUM_PX, _SMALL_PX = 60, 36, 28  # on the phone half of it: 14 points is the smallest that reads well
_MOST_WINDOWS = 16  # more would be too small to count; a longer track is shown in proportion

# Each pair that carries meaning reaches WCAG 2.1 AA: 4.5 to 1 for text (1.4.3), 3 to 1 for shapes (1.4.11).
PAPER, WHITE, INK, MUTED = "#FBF7F0", "#FFFFFF", "#1F2D3A", "#55636F"
EVENING, FAR_ROOFS, NEAR_ROOFS, PALE = "#17466B", "#215A84", "#0F3352", "#D6E8F5"
DONE, STARTED, OPEN, SUN = "#1C7A55", "#B86A0B", "#7D8A96", "#FFC857"
_COLOURS = 64  # of the finished picture; a quarter of the bytes that true colour takes, and no difference to the eye
# The bundled font has ASCII and little more; accents come off by themselves (NFKD), these letters do not.
_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "\u2013": "-", "\u2014": "-"}
)
_BEYOND_ASCII = frozenset("“”\u2018\u2019·")


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """One track: of its `total` lessons `done` are finished and `started` are begun but not finished."""

    name: str
    done: int
    started: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What the card shows; `current` is the title of the lesson that is open, and `where` names the step in it."""

    tracks: tuple[TrackProgress, ...]
    lessons_done: int
    lessons_total: int
    open_actions: int
    current: str | None = None
    where: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Progress:
        """Return the progress that `to_dict` gave, before or after a way through JSON."""
        return cls(**{**data, "tracks": tuple(TrackProgress(**track) for track in data["tracks"])})


def describe(progress: Progress) -> str:
    """Return what the card shows in one or two plain sentences, for a caption or a screen reader."""
    done, lessons = progress.lessons_done, _count(progress.lessons_total, "lesson")
    if not done:
        are = "is" if progress.lessons_total == 1 else "are"
        first = f"You have begun the first of {lessons}." if progress.current else f"{lessons} {are} ready when you are."
    elif done >= progress.lessons_total:
        first = f"You have finished all there is, {lessons}."
    else:
        tracks = [f"{track.name} {track.done} of {track.total}" for track in progress.tracks if track.done]
        first = f"You have finished {done} of {lessons}: {', '.join(tracks)}."
    at = f" (next: {progress.where})" if progress.where else ""
    now = [f"you are in the middle of “{progress.current}”{at}"] if progress.current else []
    now += [f"you have {_planned(progress.open_actions)}"] if progress.open_actions else []
    second = ", and ".join(now)
    return f"{first} {second[:1].upper()}{second[1:]}." if second else first


def draw_card(progress: Progress) -> bytes:
    """Return the card as a PNG, 720 pixels wide; its height grows with the number of tracks."""
    sketch = _Canvas(1)
    height = _draw(sketch, progress)  # a first pass, on a canvas of one line, only measures
    canvas = _Canvas(height)
    _draw(canvas, progress)
    return canvas.to_png()


def _draw(canvas: _Canvas, progress: Progress) -> int:
    """Draw everything from top to bottom and return the height in pixels."""
    _header(canvas, progress)
    y = _HEADER_PX + 32
    if progress.current:
        y = _now(canvas, y, progress.current, progress.where)
    for track in progress.tracks:
        y = _track(canvas, y, track)
    if progress.open_actions:
        y = _actions(canvas, y, progress.open_actions)
    return y + 16


def _header(canvas: _Canvas, progress: Progress) -> None:
    canvas.box((0, 0, WIDTH_PX, _HEADER_PX), EVENING)
    _roofs(canvas, progress)
    large, small = _headline(progress)
    canvas.text((_MARGIN_PX, 40), large, _LARGE_PX, WHITE, strong=True)
    canvas.text((_MARGIN_PX, 118), small, _MEDIUM_PX, PALE)


def _headline(progress: Progress) -> tuple[str, str]:
    done, total = progress.lessons_done, progress.lessons_total
    if not done and not progress.current:
        return "Ready when you are", "Begin with any lesson you like"
    if not done:
        return "You have begun", f"The first of {_count(total, 'lesson')} is open"
    if done >= total:
        return "All done", f"{_count(total, 'lesson')} finished"
    return f"{_count(done, 'lesson')} done", f"out of {total}"


def _roofs(canvas: _Canvas, progress: Progress) -> None:
    """Draw a row of houses at dusk: the sun rises, and windows are lit, with the share of lessons that are done."""
    share = min(1.0, progress.lessons_done / max(1, progress.lessons_total))
    canvas.disc(606, round(240 - 60 * share), 44, SUN)
    for left, width, top in ((-40, 190, 236), (170, 170, 246), (330, 200, 228), (560, 220, 240)):
        canvas.house(left, width, top, _HEADER_PX, FAR_ROOFS)
    houses = ((34, 140, 250), (204, 150, 260), (410, 140, 246), (576, 124, 260))
    for left, width, top in houses:
        canvas.house(left, width, top, _HEADER_PX, NEAR_ROOFS)
    lit = round(share * 2 * len(houses)) if share < 1 else 2 * len(houses)
    lit = max(lit, 1)  # a light is on for everybody
    for number in range(2 * len(houses)):
        left, width, top = houses[number // 2]
        x = left + width // 4 + (number % 2) * (width // 2) - 10
        canvas.box((x, top + 12, x + 20, top + 36), SUN if number < lit else EVENING)


def _now(canvas: _Canvas, y: int, title: str, where: str | None) -> int:
    lines = [("You are in the middle of", _SMALL_PX, MUTED)]
    lines += [(line, _MEDIUM_PX, INK) for line in _wrap(title, _MEDIUM_PX, _INNER_PX - 64, lines=2)]
    lines += [(line, _SMALL_PX, MUTED) for line in _wrap(f"Next: {where}", _SMALL_PX, _INNER_PX - 64, lines=2)] if where else []
    height = 52 + sum(_line_px(size) for _, size, _ in lines)
    canvas.panel((_MARGIN_PX, y, WIDTH_PX - _MARGIN_PX, y + height), WHITE)
    canvas.panel((_MARGIN_PX, y, _MARGIN_PX + 12, y + height), STARTED, radius=6)
    at = y + 24
    for line, size, colour in lines:
        canvas.text((_MARGIN_PX + 36, at), line, size, colour, strong=size == _MEDIUM_PX)
        at += _line_px(size)
    return y + height + 36


def _track(canvas: _Canvas, y: int, track: TrackProgress) -> int:
    count = f"{track.done} of {track.total}" if track.done else _count(track.total, "lesson")
    room = _INNER_PX - _length(count, _SMALL_PX) - 32
    canvas.text((WIDTH_PX - _MARGIN_PX - _length(count, _SMALL_PX), y + 6), count, _SMALL_PX, MUTED)
    for line in _wrap(track.name[:1].upper() + track.name[1:], _MEDIUM_PX, room, lines=2):
        canvas.text((_MARGIN_PX, y), line, _MEDIUM_PX, INK)
        y += _line_px(_MEDIUM_PX)
    _windows(canvas, y + 6, track)
    return y + 84


def _windows(canvas: _Canvas, y: int, track: TrackProgress) -> None:
    """Draw one window a lesson: with a tick where it is done, half full where it is begun, empty where it is to come."""
    shown = min(track.total, _MOST_WINDOWS)
    done, started = (_share(part, track.total, shown) for part in (track.done, track.started))
    step = min(64, (_INNER_PX + 12) // max(1, shown))
    for number in range(shown):
        x, side = _MARGIN_PX + number * step, min(step - 12, 44)
        if number < done:
            canvas.panel((x, y, x + side, y + side), DONE, radius=8)
            canvas.tick(x, y, side)
        elif number < done + started:
            canvas.panel((x, y, x + side, y + side), WHITE, radius=8, edge=STARTED)
            canvas.box((x + 2, y + side // 2, x + side - 2, y + side - 2), STARTED)
        else:
            canvas.panel((x, y, x + side, y + side), WHITE, radius=8, edge=OPEN)


def _actions(canvas: _Canvas, y: int, actions: int) -> int:
    canvas.box((_MARGIN_PX, y, WIDTH_PX - _MARGIN_PX, y + 2), PALE)
    canvas.disc(_MARGIN_PX + 10, y + 46, 10, SUN)
    canvas.text((_MARGIN_PX + 36, y + 28), f"You have {_planned(actions)}", _SMALL_PX, INK)
    return y + 28 + _line_px(_SMALL_PX) + 8


def _share(part: int, total: int, shown: int) -> int:
    """Return how many of the windows shown stand for `part` of the lessons: at least one for any."""
    return part if shown == total else max(min(part, 1), part * shown // total)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _planned(actions: int) -> str:
    return f"{_count(actions, 'thing')} planned to do"


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font that Pillow carries, at that size (it has one whenever FreeType is built in, as in every wheel)."""
    font = ImageFont.load_default(size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType, so it has no font that can be scaled")
    return font


def _drawable(text: str) -> str:
    """Return the text in letters that the font has: accents are taken off, and what is left over is left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELT))
    return "".join(letter for letter in plain if " " <= letter <= "~" or letter in _BEYOND_ASCII)


def _length(text: str, size_px: int) -> int:
    return round(_font(size_px).getlength(_drawable(text))) + 1


def _line_px(size_px: int) -> int:
    return round(size_px * 1.3)


def _wrap(text: str, size_px: int, width_px: int, *, lines: int) -> list[str]:
    """Return the text in at most that many lines, none wider than `width_px`; what does not fit becomes an ellipsis."""
    wrapped: list[str] = []
    words = _drawable(text).split()
    while words and len(wrapped) < lines:
        taken = 1
        while taken < len(words) and _length(" ".join(words[: taken + 1]), size_px) <= width_px:
            taken += 1
        line = " ".join(words[:taken])
        words = words[taken:]
        is_cut = bool(words) and len(wrapped) == lines - 1
        wrapped.append(_fit(line, size_px, width_px, is_cut=is_cut))
    return wrapped


def _fit(line: str, size_px: int, width_px: int, *, is_cut: bool) -> str:
    if not is_cut and _length(line, size_px) <= width_px:
        return line
    while line and _length(line + "…", size_px) > width_px:
        line = line[:-1]
    return line.rstrip() + "…"


class _Canvas:
    """A sheet on which everything is given in the card's pixels and drawn larger."""

    def __init__(self, height_px: int) -> None:
        self.height_px = height_px
        self._image = Image.new("RGB", (WIDTH_PX * _SCALE, height_px * _SCALE), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def box(self, place: _Place, colour: str) -> None:
        self._pen.rectangle(_scaled(*place), fill=colour)

    def panel(self, place: _Place, colour: str, *, radius: int = 20, edge: str | None = None) -> None:
        self._pen.rounded_rectangle(
            _scaled(*place), radius * _SCALE, fill=colour, outline=edge, width=3 * _SCALE if edge else 0
        )

    def disc(self, x: int, y: int, radius: int, colour: str) -> None:
        self._pen.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def house(self, left: int, width: int, top: int, bottom: int, colour: str) -> None:
        roof = (left - 12, top, left + width // 2, top - width // 3, left + width + 12, top)
        self._pen.polygon(_scaled(*roof), fill=colour)
        self.box((left, top, left + width, bottom), colour)

    def tick(self, left: int, top: int, side: int) -> None:
        points = [(left + round(side * x), top + round(side * y)) for x, y in ((0.24, 0.52), (0.43, 0.70), (0.76, 0.32))]
        flat = [coordinate for point in points for coordinate in point]
        self._pen.line(_scaled(*flat), fill=WHITE, width=max(2, side // 9) * _SCALE, joint="curve")

    def text(self, at: tuple[int, int], text: str, size_px: int, colour: str, *, strong: bool = False) -> None:
        weight = size_px * _SCALE / 60 if strong else 0  # the bundled font has one weight: an outline thickens it
        x, y = _scaled(*at)
        self._pen.text((x, y), _drawable(text), fill=colour, font=_font(size_px * _SCALE), stroke_width=weight)

    def to_png(self) -> bytes:
        reduced = self._image.resize((WIDTH_PX, self.height_px), Image.Resampling.BOX)
        out = io.BytesIO()
        reduced = reduced.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(out, "PNG", optimize=True)
        return out.getvalue()


def _scaled(*values: int) -> list[int]:
    return [value * _SCALE for value in values]
