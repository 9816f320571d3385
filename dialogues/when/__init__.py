"""When something is to be, in a student's words: "thursday after my seminar" + now + zone -> a day, an hour, and words back.

The law of this file: now and the zone come in as arguments, and nothing of the machine's clock, locale or environment counts.
A text that names no time plainly is None, never a guess: so is one that names two, denies one ("not on friday"), tells of the
past, or says more beside a time than an answer to "when?" would.

How it is read (the rules stand in `days.py` and `hours.py`, the words in `words.py`, and what they come to in `reading.py`):

- Dates are British: 3/12 is 3 December. A date without a year is the next one of that name.
- A weekday is the next one to come, with "this", "next" or nothing before it, and never today. "Friday next week" and "friday
  week" are a week later. "Next week" and "next month" are the same day of then; "the weekend" is its Saturday.
- A bare hour is the next one in waking hours where today is meant or no day is named ("at 9", said at 10:00, is 21:00); on
  another day 7 to 11 are in the morning, 12 is noon, and 1 to 6 are in the afternoon. "09:00" and "19:30" are what they say.
  "Half 3" is half past three, as the British mean it. Midnight is the last minute of the day named.
- An hour without a day is the next such hour. "Today" with an hour that is over names no time.
- "Before friday" is the day before; "after friday" the day after. "After my exam on friday" keeps the occasion in her words.
"""

from dialogues.when.change import time_instead
from dialogues.when.moment import USUAL_HOUR, When, to_her
from dialogues.when.reading import FURTHEST_DAYS, READ_CHARACTERS, read_when
from dialogues.when.words import PART_BEGINS, Part

__all__ = [
    "FURTHEST_DAYS",
    "PART_BEGINS",
    "READ_CHARACTERS",
    "USUAL_HOUR",
    "Part",
    "When",
    "read_when",
    "time_instead",
    "to_her",
]
