"""Help that is open now: hours in the place's zone, nights, holidays, the clocks' change, and never nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.errors import LessonError
from dialogues.hours import Hours, open_until, opens_at, read_hours, uncovered
from dialogues.library import load_library, load_place
from dialogues.place import Place, parse_place
from tests.fixtures import LESSONS, ROOT

LONDON = ZoneInfo("Europe/London")
SHIPPED = sorted(path.stem for path in (ROOT / "dialogues" / "places").glob("*.yml"))
HEAD = """
place: here
country: GB
zone: Europe/London
quiet_from: "21:00"
quiet_until: "08:00"
facts: {service: us, contact: a door, hours: nine to five}
holidays: {2026-12-25: Christmas Day}
crisis_lines:
  - {name: Emergency, how: call 999, open: always, checked: 2026-11-22}
"""
LINES = """
  - {name: Day Line, how: call 1, note: free, open: [monday to friday 09:00-17:00], closed_on_holidays: 1, checked: 2026-11-22}
  - {name: Night Line, how: call 2, open: [every day 20:00-08:00], checked: 2026-11-22}
  - {name: Home Line, how: call 3, open: always, about: abuse, checked: 2026-11-22}
"""


def place(lines: str = LINES) -> Place:
    return parse_place(HEAD + lines, "here.yml")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "lines"),
    [
        (at(23, 10), ["Emergency: call 999 (day and night)", "Day Line: call 1 (free, open now, until 17:00)", "20:00"]),
        (
            at(23, 18),
            ["Emergency: call 999 (day and night)", "Day Line: call 1 (free, opens tomorrow at 09:00)", "today at 20:00"],
        ),
        (
            at(28, 23),
            ["Emergency", "Night Line: call 2 (open now, until 08:00)", "Day Line: call 1 (free, opens Monday at 09:00)"],
        ),
        (at(29, 7, 59), ["Emergency", "Night Line: call 2 (open now, until 08:00)", "opens tomorrow at 09:00"]),
        (at(25, 10, month=12), ["Emergency", "Day Line: call 1 (free, opens Monday at 09:00)", "opens today at 20:00"]),
    ],
)
def test_only_what_is_open_is_named_and_what_opens_later_comes_last(moment: datetime, lines: list[str]) -> None:
    shown = place().help_lines(moment)
    assert len(shown) == 3
    assert all(part in line for part, line in zip(lines, shown, strict=True)), shown


def test_a_topic_has_its_lines_first_and_others_never_see_them() -> None:
    assert [line.split(":")[0] for line in place().help_lines(at(23, 10), "abuse")] == [
        "• Emergency",
        "• Home Line",
        "• Day Line",
    ]
    assert "Home Line" not in "".join(place().help_lines(at(23, 10)))
    assert place().help_lines(at(23, 10), "another") == place().help_lines(at(23, 10))


def test_one_line_that_is_open_can_be_named_alone() -> None:
    assert place().open_line(at(23, 10)) == "Day Line, call 1"
    assert place().open_line(at(23, 21)) == "Night Line, call 2"
    assert place().open_line(at(23, 18)) == "Emergency, call 999"


def test_hours_follow_the_clock_on_the_wall_when_it_changes() -> None:
    """On the night of 25 October 2026 the clocks in London go back: it has 13 hours from eight to eight."""
    hours = [read_hours("every day 20:00-08:00")]
    end = open_until(hours, at(24, 20, month=10), LONDON)
    assert end is not None
    assert end - at(24, 20, month=10) == timedelta(hours=13)
    assert end.hour == 8


def test_hours_that_follow_each_other_are_one_time() -> None:
    hours = [read_hours("monday 00:00-24:00"), read_hours("tuesday 00:00-12:00")]
    end = open_until(hours, at(23, 3), LONDON)
    assert end == at(24, 12)
    assert opens_at(hours, at(24, 13), LONDON) == at(30, 0)


@pytest.mark.parametrize(
    "text", ["", "9-17", "monday 9:00-17:00", "monday to funday 09:00-17:00", "every day 24:00-08:00", "25:00"]
)
def test_hours_that_cannot_be_read_say_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="monday to friday 09:00-20:00"):
        read_hours(text)


def test_days_go_round_the_week() -> None:
    assert read_hours("Saturday to Monday 10:00-12:00") == Hours((5, 6, 0), 600, 720)


def test_the_first_hour_without_anybody_is_named() -> None:
    assert uncovered([read_hours("every day 20:00-08:00"), read_hours("monday to friday 08:00-20:00")]) == "saturday 08:00"
    assert uncovered([read_hours("always")]) is None
    assert uncovered([]) == "monday 00:00"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "how: call 999, open: always",
            "how: call 999, open: [monday to friday 09:00-17:00]",
            "no crisis line for everybody is open",
        ),
        ("how: call 999, ", "how: call 999, about: abuse, ", "first crisis line has to be the emergency number"),
        ("open: always, checked", "checked", "'open'"),
        ("open: always", "open: sometimes", "are no hours"),
        ("open: always", "open: ~", "are no hours"),
        ("open: always", "open: []", "hours have to be written"),
        ("open: always", "open: [[always]]", "hours have to be written"),
    ],
)
def test_a_place_that_leaves_somebody_without_a_number_is_refused_by_name(old: str, new: str, says: str) -> None:
    lines = LINES.replace("every day 20:00-08:00", "monday 20:00-08:00")
    with pytest.raises(LessonError) as caught:
        parse_place((HEAD + lines).replace(old, new, 1), "here.yml")
    assert "here.yml" in str(caught.value)
    assert says in str(caught.value)


def test_a_line_about_a_topic_that_no_phrase_leads_to_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "here.yml"
    file.write_text(HEAD + LINES.replace("about: abuse", "about: abusing"), encoding="utf-8")
    with pytest.raises(LessonError, match=r"'Home Line' is about 'abusing'.*Did you mean 'abuse'|abusing"):
        load_library(LESSONS, file)


@given(
    st.sampled_from(SHIPPED),
    st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes)),
    st.booleans(),
)
def test_whoever_needs_help_gets_some_at_any_hour(name: str, moment: datetime, abuse: bool) -> None:  # noqa: FBT001
    shown = load_place(name).help_lines(moment, "abuse" if abuse else "")
    assert 2 <= len(shown) <= 3
    assert shown[0].startswith("• Emergency")
    assert "opens" not in shown[0]
