"""Every kind of problem that a file can have, by its stable code.

The law of this file: a code never changes its meaning and is never given out again. RT0... is an error: the file is refused.
RT1... is a warning: it loads, and would be better otherwise. `docs/problems/` holds a page for each.
"""

from __future__ import annotations

from dataclasses import dataclass

_WARNINGS = "RT1"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code, and what it is in a few words (the heading of its page)."""

    code: str
    title: str

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return severity_of(self.code)


KINDS: dict[str, Kind] = {}


def severity_of(code: str) -> str:
    """Return `error` or `warning` for a code."""
    return "warning" if code.startswith(_WARNINGS) else "error"


def _kind(code: str, title: str) -> str:
    KINDS[code] = Kind(code, title)
    return code


# The file as such
NOT_UTF8 = _kind("RT0001", "The file is not UTF-8 text")
UNREADABLE = _kind("RT0002", "The file cannot be opened")
TOO_LONG = _kind("RT0003", "The file is far too long")
NOTHING_IN_IT = _kind("RT0004", "There is nothing in the file")
SECOND_DOCUMENT = _kind("RT0005", "A second document begins in the file")
CONTROL_CHARACTER = _kind("RT0006", "A character that cannot be seen")

# YAML's traps
TAB = _kind("RT0010", "A tab at the beginning of a line")
COLON_IN_TEXT = _kind("RT0011", "A colon inside a text")
SPACE_AFTER_COLON = _kind("RT0012", "No space after a colon or a dash")
MISSING_COLON = _kind("RT0013", "A line without its colon")
OPEN_QUOTE = _kind("RT0014", "A quotation mark that is never closed")
TEXT_AFTER_QUOTE = _kind("RT0015", "Text after the closing quotation mark")
CURLY_QUOTES = _kind("RT0016", "Curly quotation marks that do not protect")
SPECIAL_START = _kind("RT0017", "A text that begins with a special character")
INDENTATION = _kind("RT0018", "A line that is indented wrongly")
MISSING_DASH = _kind("RT0019", "A line without its dash")
REPEATED_KEY = _kind("RT0020", "A key that stands twice")
ANCHOR = _kind("RT0021", "An anchor, an alias or a tag")
TOO_DEEP = _kind("RT0022", "Nested too deep")
BACKSLASH = _kind("RT0023", "A backslash in double quotation marks")
NOT_YAML = _kind("RT0024", "A line that cannot be read")
BROKEN_TEXT = _kind("RT0025", "A comment or an empty indent in the middle of a text")
OPEN_BRACKET = _kind("RT0026", "A bracket or a brace that is never closed")

YAML_CODES = frozenset(KINDS)  # until here: what a line means is not known for sure

# The keys
UNKNOWN_KEY = _kind("RT0101", "A word that is not a key of the format")
MISSING_KEY = _kind("RT0102", "A key is missing")
NOT_A_NUMBER = _kind("RT0103", "Not a whole number")
NOT_AN_OPTION = _kind("RT0104", "Not one of the words that can stand there")
BAD_NAME = _kind("RT0105", "Not a form that a name can have")
EMPTY = _kind("RT0106", "A key with nothing behind it")
LIST_FOR_TEXT = _kind("RT0107", "A list where a text is wanted")
TEXT_FOR_LIST = _kind("RT0108", "A text where a list is wanted")
KEYS_FOR_TEXT = _kind("RT0109", "Keys where a text is wanted")
NOT_KEYS = _kind("RT0110", "A text or a list where keys are wanted")
OUT_OF_RANGE = _kind("RT0111", "A number or a text that is too small or too big")
WHAT_IT_IS = _kind("RT0112", "The file does not say what it is")
BRACES_IN_TITLE = _kind("RT0113", "Braces in a title")
STEPS_UNDER_ONE_DASH = _kind("RT0114", "Several steps under one dash")
NAME_TAKEN = _kind("RT0115", "A step's name that is taken")
SILENT_STEP = _kind("RT0116", "A step that says nothing")
ASK_AND_DO = _kind("RT0117", "A question and an action in one step")
NEEDS_ASK = _kind("RT0118", "A key that belongs to a question")
NEEDS_DO = _kind("RT0119", "A key that belongs to an action")
NOT_A_TIME = _kind("RT0120", "Not a time that the coach knows")
EXPECT_AND_CHOICES = _kind("RT0121", "Expected answers and choices in one step")
OTHERWISE_AND_CHOICES = _kind("RT0122", "'otherwise' beside choices")
MEANS_IN_LESSON = _kind("RT0123", "'means' in a lesson")

# The ways through, and what is kept
NO_SUCH_STEP = _kind("RT0201", "A jump to nowhere")
UNREACHED = _kind("RT0202", "A step that nobody reaches")
NO_END = _kind("RT0203", "A lesson that cannot end")
SILENT_ROUND = _kind("RT0204", "A round without a question")
NEVER_KEPT = _kind("RT0205", "A word in braces that nothing fills")
MAY_BE_UNKNOWN = _kind("RT0206", "A word in braces that may not be known yet")
STRAY_BRACE = _kind("RT0207", "A brace without its partner")
MOVED_NOWHERE = _kind("RT0208", "A step that is moved to nowhere")

# The lessons together
NOT_FILE_NAME = _kind("RT0301", "The id is not the file's name")
ID_TAKEN = _kind("RT0302", "Two lessons of one name")
NO_SUCH_LESSON = _kind("RT0303", "'after' names no lesson of the track")
AFTER_ITSELF = _kind("RT0304", "'after' leads back to the lesson")
SCRIPTS_NAME = _kind("RT0305", "The id of a script")
NOT_PHRASES = _kind("RT0306", "Not a list of phrases")

# The place
BAD_PLACE = _kind("RT0401", "A place file that does not hold")
NO_SUCH_PLACE = _kind("RT0402", "No such place")

# What reminders say
BAD_WORDINGS = _kind("RT0501", "Wordings of a reminder that do not hold")
BAD_CAMPAIGN = _kind("RT0502", "A campaign that does not hold")

# Warnings: the file as such, and YAML's quieter traps
BYTE_ORDER_MARK = _kind("RT1001", "A byte-order mark")
WINDOWS_LINE_ENDS = _kind("RT1002", "Windows line ends")
ABOUT_THE_FILE = {BYTE_ORDER_MARK, WINDOWS_LINE_ENDS}
CUT_BY_HASH = _kind("RT1003", "A text that is cut off by a #")
SHOWN_QUOTES = _kind("RT1004", "Curly quotation marks around a whole text")
KEPT_AS_YES = _kind("RT1005", "Yes, no, true or false as a name")
DRAFTS_NAME = _kind("RT1006", "A draft whose file does not bear its id")
SWALLOWED = _kind("RT1007", "An entry that became part of the text above")

# Warnings: on a phone, and for the student
LONG_MESSAGE = _kind("RT1101", "A message too long for a phone")
LONG_LABEL = _kind("RT1102", "A button that is cut off")
HARD_TO_READ = _kind("RT1103", "Harder to read than a 13-year-old's book")
FEW_EXAMPLES = _kind("RT1104", "Fewer than five examples")
SAME_EXAMPLE = _kind("RT1105", "The same example in two answers")
CONFUSABLE = _kind("RT1106", "Two answers that sound alike")
BAD_LINK = _kind("RT1107", "A link in a wrong form")
TWO_QUESTIONS = _kind("RT1108", "Two questions at once")
LONGER_THAN_SAID = _kind("RT1109", "A lesson longer than it says")
NO_AFTERWARDS = _kind("RT1110", "An action that nobody asks about")
SAYS_NOTHING_BACK = _kind("RT1111", "An expected answer that gets no reply")
MANY_STEPS = _kind("RT1112", "More steps than a student has patience for")
NO_EXAMPLE = _kind("RT1113", "A question without an example")
NO_MEANING = _kind("RT1114", "A question without its meaning")
NO_ABOUT = _kind("RT1115", "A step that a reminder cannot name")
KEPT_AND_ASKED = _kind("RT1116", "An answer that is kept and asked for again")
ONLY_SKIP = _kind("RT1117", "A question from which only “skip” leads on")
MOVED_STANDS = _kind("RT1118", "A step that is moved and still stands")
RAW_MARKS = _kind("RT1120", "Signs that are shown as they stand")
SHOUTING = _kind("RT1121", "Exclamation marks or emoji in a row")
MANY_BUTTONS = _kind("RT1122", "More buttons than can be taken in")
