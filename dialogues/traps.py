"""YAML's traps in plain words: from an error of PyYAML to what an author did, and a mend that lets the reading go on.

The law of this file: it is asked only where YAML cannot read a text, so it never raises a false alarm. A mend lives in memory
alone and keeps every line in its place, so that what stands below is read and reported too.
"""

from __future__ import annotations

import re

import yaml

from dialogues import codes
from dialogues.lesson_file import KEYS
from dialogues.misplaced import BARE_KEY, dashed_key, find_misplaced, find_tab, key_without_colon, missing_dash
from dialogues.quotes import after_value, backslash, is_whole, open_quote
from dialogues.source import (
    BLOCK_TEXT,
    CURLY,
    QUOTED_CHARACTERS,
    STRUCTURE,
    Line,
    Trap,
    above,
    below,
    block_texts,
    in_quotes,
    indent_of,
    loose_lines,
    neighbours,
    split,
)
from dialogues.words import clip, slug

_UNSPACED = re.compile(r"^\s*(?:-\s+)*([a-z]+):(?=[^\s/])")
_WIDE_COLON = re.compile(r"^\s*(?:-\s+)*(?P<key>[^:：﹕∶꞉]{1,60}?)\s*(?P<colon>[：﹕∶꞉])\s*")
_HEAD = ("lesson", "title", "track", "minutes", "outcome", "language")  # what stands above the steps, a text each
_LISTED = ("examples", "sources", "after", "steps", "expect", "choices", "otherwise", "afterwards")  # may stand in brackets
_OTHER_SIGN = re.compile(r"^(?P<name>[^:]{1,60}?)\s*(?P<sign>->|=>|→|=|;)\s*(?P<text>.*)$")
_FENCE = "```"
_AT_A_SIGN = (
    *("block sequence entries are not allowed", "anchor", "alias", "tag", "block scalar"),
    "cannot start any token",
)  # of PyYAML's messages
_STARTS = set("@`%*&!{[|>,}]?")  # no text can begin with one of these
_CLOSING = {"[": "]", "{": "}"}


def diagnose(lines: list[str], error: yaml.MarkedYAMLError) -> list[Trap]:
    """Return what the author may have done where PyYAML stopped, the likeliest first; never nothing."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    began = min(error.context_mark.line, at) if error.context_mark else at
    column = mark.column if mark else 0
    said = f"{error.context or ''} {error.problem or ''}"
    sure = open_quote(lines, at) or find_tab(lines, at) or _not_below_its_bar(lines, split(lines, at))
    if sure is not None:
        return [sure]
    what = f"this line cannot be read ({error.problem or error.context})"
    remedy = "Compare it with the lines around it: the dash, the colon, the quotation marks, the spaces before it."
    unknown = Trap(at, column, codes.NOT_YAML, what, remedy, is_certain=False)
    return _by_message(lines, said, at, began, column) or find_misplaced(lines, at) or [unknown]


def _by_message(lines: list[str], said: str, at: int, began: int, column: int) -> list[Trap]:
    if "mapping values are not allowed" in said:
        return _colon(lines, at, column)
    one: Trap | None
    if "could not find expected ':'" in said:
        one = _no_colon(lines, began)
    elif "escape character" in said or "hexdecimal" in said:  # libyaml spells it so
        one = backslash(lines, at, column)
    elif "document start" in said:
        one = _directive(lines, at)
    elif "flow" in said and (bracket := _open_bracket(lines, began)) is not None:
        one = bracket
    elif any(words in said for words in _AT_A_SIGN):
        one = _special(lines, at)
    else:
        one = after_value(lines, at) or _special(lines, at) or _special(lines, began) or _broken_text(lines, at)
    return [one] if one is not None else []


def _colon(lines: list[str], at: int, column: int) -> list[Trap]:
    one, before = split(lines, at), above(lines, at)
    unspaced = next((n for n in (before, at) if n is not None and _UNSPACED.match(lines[n])), None)
    if unspaced is not None and (match := _UNSPACED.match(lines[unspaced])) and match[1] in KEYS:
        return [_no_space(lines, unspaced, match)]
    if one.key is not None and ":" in one.value and column >= one.column:
        return [_colon_in_value(lines, one, column)]
    if one.key is None or before is None:
        return []
    over = split(lines, before)
    if (sure := dashed_key(lines, one) or _no_steps(lines, one, over)) is not None:
        return [sure]
    name = _after_a_name(one, over)
    return [*([name] if name is not None else []), *_colon_or_misplaced(lines, one, over)]


def _after_a_name(one: Line, over: Line) -> Trap | None:
    """Find a text behind a step's name, or a name without its colon, above the step's first key."""
    if (one.key or "").strip() not in KEYS or not over.has_dash:
        return None
    if over.key is not None and over.value.strip() and one.indent > over.level:
        what, remedy = "a text stands behind the name of a step", f"Write '- {over.key}:' alone, and 'say: ...' below it."
        mend = {over.number: f"{over.start}{over.key}:"}
        return Trap(over.number, over.column, codes.NOT_KEYS, what, remedy, (mend,), len(over.value.strip()))
    if over.key is None and one.indent > over.indent:
        what, remedy = "a colon is missing after this name", f"Write '- {over.value.strip()}:'."
        mend = {over.number: over.whole.rstrip() + ":"}
        return Trap(over.number, over.column, codes.MISSING_COLON, what, remedy, (mend,), len(over.value.strip()))
    return None


def _colon_or_misplaced(lines: list[str], one: Line, over: Line) -> list[Trap]:
    if over.key is None and not over.has_dash and over.indent == one.indent:
        return [_no_colon(lines, over.number)]
    if (one.key or "").strip() in KEYS or over.key is None:
        return find_misplaced(lines, one.number)
    what = "a colon followed by a space stands in a text that goes over several lines"
    remedy = "Put a '|' behind the key, and the text below it; there a colon may stand."
    mended = re.sub(r":$", ";", one.whole.replace(": ", "; "))
    in_text = Trap(one.number, one.whole.find(":"), codes.COLON_IN_TEXT, what, remedy, ({one.number: mended},))
    is_name = one.has_dash or not one.value.strip() or over.key not in KEYS
    return [*(find_misplaced(lines, one.number) if is_name else []), in_text]


def _no_steps(lines: list[str], one: Line, over: Line) -> Trap | None:
    """Find the first step right below the head of the file, with no `steps:` above it."""
    is_first = one.has_dash and over.indent == 0 and over.key in _HEAD and over.value.strip()
    if not is_first or any(re.match(r"steps\s*:", line) for line in lines):
        return None
    what, remedy = "'steps:' is missing above this line", "Write 'steps:' on a line of its own above the first step."
    empty = next((n for n in range(over.number + 1, one.number) if not lines[n].strip()), over.number)
    return Trap(one.number, one.indent, codes.MISSING_KEY, what, remedy, ({empty: "steps:"},), len(one.whole.strip()))


def _colon_in_value(lines: list[str], one: Line, column: int) -> Trap:
    value = one.value.strip()
    if value.endswith(":") and (found := _colon_at_the_end(lines, one)) is not None:
        return found
    if value[0] in CURLY:
        what = "curly quotation marks do not protect the colon in this text"
        remedy = f"Use straight ones: {one.written(value.strip(CURLY))}."
        return Trap(one.number, one.column, codes.CURLY_QUOTES, what, remedy, (one.quoted(),), len(value))
    if one.key is not None and not one.has_dash and one.key not in KEYS and one.indent > 0:
        label, _, rest = one.whole.strip().rpartition(": ")
        what, written = "a colon stands inside a label or a name", f"{in_quotes(label)}: {rest}"
        mend = {one.number: " " * one.indent + written}
        return Trap(one.number, one.level + len(one.key), codes.COLON_IN_TEXT, what, f"Write {written}", (mend, one.quoted()))
    what = "a second colon followed by a space: YAML takes it for another key"
    remedy = f"Put the text in quotation marks: {one.written(value)}."
    return Trap(one.number, column, codes.COLON_IN_TEXT, what, remedy, (one.quoted(),))


def _colon_at_the_end(lines: list[str], one: Line) -> Trap | None:
    """Find a text that ends with a colon and goes on below, or a step's name with a colon inside."""
    value, after = one.value.strip().rstrip(":"), below(lines, one.number)
    if indent_of(after) <= one.indent:
        return None
    if not STRUCTURE.match(after):
        what = "a colon stands at the end of this line, and the text goes on below"
        remedy = f"Write '{one.key}: |' alone on its line, and the whole text below it."
        mend = {one.number: one.whole.rstrip()[:-1] + ";"}
        return Trap(one.number, len(one.whole.rstrip()) - 1, codes.COLON_IN_TEXT, what, remedy, (mend,))
    if one.has_dash and slug(value):
        what, remedy = "a colon stands inside the name of a step", f"Write '- {slug(value)}:'."
        mend = {one.number: f"{one.start}{slug(value)}:"}
        return Trap(one.number, one.level, codes.BAD_NAME, what, remedy, (mend,), len(one.whole.strip()) - 2)
    return None


def _no_space(lines: list[str], at: int, match: re.Match[str]) -> Trap:
    line = lines[at]
    what, remedy = f"there is no space after '{match[1]}:'", f"Write '{match[1]}: ' and then the text."
    mend = {at: f"{line[: match.end()]} {line[match.end() :]}"}
    return Trap(at, match.start(1), codes.SPACE_AFTER_COLON, what, remedy, (mend,), len(match[1]) + 1)


def _no_colon(lines: list[str], began: int) -> Trap:
    one = split(lines, began)
    if (match := _UNSPACED.match(one.whole)) is not None:
        return _no_space(lines, began, match)
    if (found := _other_colon(one) or _not_below_its_bar(lines, one) or key_without_colon(lines, one)) is not None:
        return found
    bare = BARE_KEY.match(one.value.strip())
    what = "this line has no colon, and does not belong to the text above"
    width = len(one.whole.strip())
    if bare is not None and (first := bare["key"]) in KEYS:
        mend = {began: f"{one.start}{first}: {bare['rest']}".rstrip()}
        return Trap(began, one.indent, codes.MISSING_COLON, what, f"Write '{first}: ...'.", (mend,), width)
    if (missing := missing_dash(lines, one)) is not None:
        return missing
    before = above(lines, began)
    wanted = one.indent + 4
    if before is not None:
        wanted = indent_of(lines[before]) + (0 if before in block_texts(lines) else 4)
    remedy = f"Write 'key: text', or put {wanted} spaces before it if it is more of the text above."
    beside = next((line for line in reversed(neighbours(lines, began)) if line.indent <= one.indent), one)
    is_label = beside.indent == one.indent and beside.key is not None and beside.key not in KEYS
    if is_label:
        remedy = f"Write '{one.whole.strip()}:', and behind it the step that it leads to, if it is not the next one."
    as_choice = {began: one.whole.rstrip() + ":"}
    as_text = {number: " " * wanted + lines[number].strip() for number in loose_lines(lines, began)}
    return Trap(began, one.indent, codes.MISSING_COLON, what, remedy, (as_choice, as_text), width, is_label)


def _other_colon(one: Line) -> Trap | None:
    """Find a colon of another kind, a sign in its place, or one between quotation marks with its key."""
    bare = one.value.strip().strip("\"'")
    match = _OTHER_SIGN.match(one.value.strip())
    key, _, text = bare.partition(":")
    if bare != one.value.strip() and key in KEYS and text.strip():
        what, written = "the quotation marks stand around the key, too", f"{key}: {in_quotes(text.strip())}"
    elif match is not None:
        what, written = f"{match['sign']} stands where a colon belongs", f"{match['name']}: {match['text']}".strip()
    else:
        return _wide_colon(one)
    mend, column = {one.number: f"{one.start}{written}"}, one.level
    return Trap(one.number, column, codes.MISSING_COLON, what, f"Write '{written}'.", (mend,), len(one.whole.strip()))


def _not_below_its_bar(lines: list[str], one: Line) -> Trap | None:
    """Find a text that stands no further to the right than the key with the `|` above it."""
    first, before = one, above(lines, one.number)
    while before is not None and indent_of(lines[before]) == one.indent and not BLOCK_TEXT.search(lines[before]):
        first, before = split(lines, before), above(lines, before)  # the text may have lines that look like keys
    over = split(lines, before) if before is not None else None
    if over is None or over.key is None or not BLOCK_TEXT.search(over.whole) or one.indent > over.level:
        return None
    if any(line.has_dash or line.key in KEYS for line in (first, one)):
        return None
    if over.has_dash and over.key in KEYS:
        what, remedy = f"a dash stands before '{over.key}': keys have none", "Take the dash out."
        mend = {over.number: " " * over.indent + over.whole[over.level :]}
        return Trap(over.number, over.indent, codes.NOT_KEYS, what, remedy, (mend,))
    what = f"the text of '{over.key}' does not stand further to the right than '{over.key}'"
    remedy = f"Put {over.level + 2} spaces before it, and before each line of it."
    numbers = [*range(first.number, one.number), *loose_lines(lines, one.number)]
    mend = {number: " " * (over.level + 2) + lines[number].strip() for number in numbers}
    return Trap(first.number, first.indent, codes.INDENTATION, what, remedy, (mend,), len(first.whole.strip()))


def _wide_colon(one: Line) -> Trap | None:
    match = _WIDE_COLON.match(one.whole)
    if match is None:
        return None
    what = f"the colon after '{match['key']}' is a wide one ({match['colon']})"
    mend = {one.number: f"{one.whole[: match.end('key')]}: {one.whole[match.end() :]}"}
    remedy = f"Write '{match['key']}:' with the colon of a keyboard, and a space behind it."
    return Trap(one.number, match.start("colon"), codes.MISSING_COLON, what, remedy, (mend,))


def _directive(lines: list[str], at: int) -> Trap | None:
    number = next((n for n in range(at, -1, -1) if lines[n].startswith("%")), None)
    if number is None:
        return None
    what, remedy = "a line that begins with % is an order to YAML", "Take the line out, or write it as a remark: '# ...'."
    return Trap(number, 0, codes.SPECIAL_START, what, remedy, ({number: ""},), len(lines[number]))


def _open_bracket(lines: list[str], at: int) -> Trap | None:
    """Find a list or a mapping in brackets that is never closed; a text that begins with one is another thing."""
    one = split(lines, at)
    sign = one.value[:1]
    if sign not in _CLOSING or one.key not in _LISTED or _CLOSING[sign] in one.value:
        return None
    what = f"the {sign} opens here and is never closed"
    form = "'- entry'" if sign == "[" else "'name: ...'"
    remedy = f"Write '{one.key}:' alone, and below it each entry on a line of its own: {form}."
    mend = {at: one.whole.rstrip().rstrip(",") + _CLOSING[sign]}
    return Trap(at, one.column, codes.OPEN_BRACKET, what, remedy, (mend, one.quoted()), len(one.value.rstrip()))


def _special(lines: list[str], at: int) -> Trap | None:  # noqa: PLR0911 - one return a sign
    one = split(lines, at)
    first = one.value[:1]
    bare = (one.key or "").strip("*_` ")
    if bare in KEYS and one.key != bare:
        what, remedy = f"signs stand around the key '{bare}'", f"Write '{bare}:'."
        mend = {at: f"{one.start}{bare}: {one.value}"}
        return Trap(at, one.level, codes.SPECIAL_START, what, remedy, (mend,), len(one.key or ""))
    if BLOCK_TEXT.search(one.whole) or one.whole.startswith("%") or is_whole(one.value):
        return None
    if (one.key or "")[:1] in _STARTS and one.key is not None and one.key.strip("*_`") not in KEYS:
        what, remedy = f"a name that begins with {one.key[0]} means something else to YAML", f'Write "{one.key}":'
        mend = {at: f'{one.start}"{one.key}": {one.value}'.rstrip()}
        return Trap(at, one.level, codes.SPECIAL_START, what, remedy, (mend,), len(one.key))
    if one.value.startswith(_FENCE) and one.key is None:
        what, remedy = "this line stands around an example in a web page", "Take it out, and the one like it at the end."
        return Trap(at, one.column, codes.SPECIAL_START, what, remedy, ({at: ""},), len(one.value))
    if first and first in "|>" and one.key is not None:
        return _behind_the_bar(lines, one, first)
    if first and first in "*•" and one.key is None and (found := missing_dash(lines, one) or _bullet(one)) is not None:
        return found
    if one.value.startswith("- ") and one.key is not None:
        return _dash_behind_the_colon(one)
    if first and first in _STARTS:
        what = f"a text that begins with {first} means something else to YAML"
        remedy = f"Put it in quotation marks: {one.written(one.value.strip())}."
        return Trap(at, one.column, codes.SPECIAL_START, what, remedy, (one.quoted(),), len(one.value))
    return None


def _dash_behind_the_colon(one: Line) -> Trap:
    text = one.value.strip("- ").rstrip()
    if one.key in _LISTED:
        what, remedy = "a list begins behind the colon", f"Write '{one.key}:' and each entry on a line of its own, after '- '."
        mend = {one.number: f"{one.start}{one.key}: [{text!r}]"}
        return Trap(one.number, one.column, codes.SPECIAL_START, what, remedy, (mend,), is_certain=False)
    what, remedy = "a dash stands behind the colon", f"Take it out: {one.key}: {clip(text, QUOTED_CHARACTERS)}"
    return Trap(one.number, one.column, codes.SPECIAL_START, what, remedy, ({one.number: f"{one.start}{one.key}: {text}"},))


def _bullet(one: Line) -> Trap | None:
    sign, text = one.value[:1], one.value[2:]
    if one.value[1:2] != " ":
        return None
    what, remedy = f"a list has plain hyphens, and {sign} stands here", f"Write '- {clip(text, QUOTED_CHARACTERS)}'."
    return Trap(one.number, one.column, codes.MISSING_DASH, what, remedy, ({one.number: f"{' ' * one.indent}- {text}"},))


def _behind_the_bar(lines: list[str], one: Line, sign: str) -> Trap:
    what = f"text stands on the line of the '{sign}'"
    remedy = f"Leave '{one.key}: {sign}' alone on its line, and write the text below, indented."
    is_more = indent_of(below(lines, one.number)) > one.level
    mend = {one.number: one.whole[: one.column] + sign} if is_more else one.quoted()
    return Trap(one.number, one.column, codes.SPECIAL_START, what, remedy, (mend,), len(one.value))


def _broken_text(lines: list[str], at: int) -> Trap | None:
    before = above(lines, at)
    if before is None or " #" not in lines[before] or STRUCTURE.match(lines[at]):
        return None
    column = lines[before].index(" #") + 1
    what = "the # cuts off the rest of this line, and the text cannot go on below it"
    remedy = "Put a '|' behind the key, and the text below it; there a # may stand."
    mend = {before: lines[before].replace(" #", " x")}
    return Trap(before, column, codes.BROKEN_TEXT, what, remedy, (mend,), len(lines[before]) - column)
