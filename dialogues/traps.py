"""YAML's traps in plain words: from an error of PyYAML to what an author did, and a mend that lets the reading go on.

The law of this file: it is asked only where YAML cannot read a text, so it never raises a false alarm. A mend lives in memory
alone and keeps every line in its place, so that what stands below is read and reported too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from dialogues import codes
from dialogues.lesson_file import KEYS
from dialogues.words import clip

_PARTS = re.compile(r"^(?P<start>\s*(?:-\s+)*)(?:(?P<key>[^\s:#\"'{\[][^:]*?)\s*:(?P<gap>\s+|$))?(?P<value>.*)$")
_STRUCTURE = re.compile(r"^\s*(-\s|-$|[\w' -]{1,60}:(\s|$))")
_BLOCK_TEXT = re.compile(r"(^|[:\-]\s+)[|>][+-]?\d?\s*(#.*)?$")
_UNSPACED = re.compile(r"^\s*(?:-\s+)*([a-z]+):(?=[^\s/])")
_HIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ODD_SPACE = re.compile(
    r"^\s*[\xa0\u2000-\u200b\u202f\u2060\u3000][\s\xa0\u2000-\u200b\u2060]*|\u200b|\u2060"
)  # from a web page
_DOCUMENT = re.compile(r"^(---|\.\.\.)(\s|$)")
_CURLY = "“”„‘’‚«»"
_QUOTED = 60  # characters of a text that a remedy repeats
_NEAR_LINES = 40  # how far above a line its neighbours are looked for


@dataclass(frozen=True, slots=True)
class Trap:
    """What an author fell into: where (line and column from 0), its code, the words, and mends (line -> text), best first."""

    line: int
    column: int
    code: str
    what: str
    remedy: str
    mends: tuple[dict[int, str], ...] = ()
    width: int = 1
    is_certain: bool = True  # whether what stands below can be judged as if this had been right


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in its parts: what comes before the value, the key if there is one, and the value."""

    number: int
    start: str
    key: str | None
    value: str
    column: int  # of the value
    whole: str = field(repr=False)

    @property
    def indent(self) -> int:
        return len(self.whole) - len(self.whole.lstrip())

    def quoted(self) -> dict[int, str]:
        """Return the line with its value in single quotes."""
        return {self.number: self.whole[: self.column] + "'" + self.value.rstrip().replace("'", "''") + "'"}


def hidden_characters(lines: list[str]) -> list[Trap]:
    """Return a trap for each line that holds what no text can hold (NUL, half a character) or a space that only looks so."""
    traps = []
    for number, line in enumerate(lines):
        if (match := _HIDDEN.search(line) or _ODD_SPACE.search(line)) is not None:
            what = f"an invisible character (U+{ord(match[0][-1]):04X}) stands here"
            mend = {number: _ODD_SPACE.sub(lambda odd: " " * len(odd[0]), _HIDDEN.sub(" ", line))}
            remedy = "Delete it: retype the word that it stands in."
            traps.append(Trap(number, match.end() - 1, codes.CONTROL_CHARACTER, what, remedy, (mend,)))
    return traps


def further_documents(lines: list[str]) -> list[Trap]:
    """Return a trap for each line that ends YAML's document and begins another one."""
    content = [n for n, line in enumerate(lines) if line.strip() and not line.startswith(("#", "%"))]
    marks = {n for n in content if _DOCUMENT.match(lines[n])}
    first = next((n for n in content if n not in marks), len(lines))
    begun = [n for n in content if n in marks and n > first]
    last = content[-1] if content else 0
    what, remedy = "a second document begins here", "Take this line out: a file holds one lesson."
    return [
        Trap(n, 0, codes.SECOND_DOCUMENT, what, remedy, ({n: ""},), len(lines[n]))
        for n in begun
        if not (lines[n].startswith("...") and n == last)
    ]


def diagnose(lines: list[str], error: yaml.MarkedYAMLError) -> Trap:
    """Return what the author did where PyYAML stopped."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    began = min(error.context_mark.line, at) if error.context_mark else at
    column = mark.column if mark else 0
    said = f"{error.context or ''} {error.problem or ''}"
    return (
        _open_quote(lines, at)
        or _tab(lines, at)
        or _by_message(lines, said, at, began, column)
        or _misplaced(lines, at)
        or Trap(
            at,
            column,
            codes.NOT_YAML,
            f"this line cannot be read ({error.problem or error.context})",
            "Compare it with the lines around it: the dash, the colon, the quotation marks, the spaces before it.",
            is_certain=False,
        )
    )


def _split(lines: list[str], number: int) -> _Line:
    whole = lines[number]
    match = _PARTS.match(whole)
    if match is None:  # a line break that Python knows and YAML does not
        return _Line(number, "", None, whole, 0, whole)
    return _Line(number, match["start"], match["key"], match["value"], match.start("value"), whole)


def _in_block_texts(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that are text below a `|` or a `>`."""
    inside: set[int] = set()
    outer: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if outer is not None and (not line.strip() or indent > outer):
            inside.add(number)
            continue
        outer = indent if _BLOCK_TEXT.search(line) else None
    return inside


def _open_quote(lines: list[str], at: int) -> Trap | None:
    inside = _in_block_texts(lines)
    for number in range(at + 1):
        one = _split(lines, number)
        if number in inside or one.value[:1] not in {'"', "'"}:
            continue
        mark = one.value[0]
        body = re.sub(r"\\.", "xx", one.value[1:]) if mark == '"' else one.value[1:].replace("''", "xx")
        below = next((line for line in lines[number + 1 :] if line.strip()), "- ")
        if mark not in body and _STRUCTURE.match(below):
            what = f"the quotation mark {mark} opens here and is never closed"
            remedy = f"Close it at the end of the text, or take it out: most texts need none. Write {mark}text{mark}."
            mend = {number: lines[number].rstrip() + mark}
            return Trap(number, one.column, codes.OPEN_QUOTE, what, remedy, (mend, one.quoted()), len(one.value))
    return None


def _tab(lines: list[str], at: int) -> Trap | None:
    if "\t" not in lines[at][: len(lines[at]) - len(lines[at].lstrip())]:
        return None
    tabbed = [n for n, line in enumerate(lines) if n >= at and "\t" in line[: len(line) - len(line.lstrip())]]
    more = f" (and before {len(tabbed) - 1} more lines)" if len(tabbed) > 1 else ""
    what = f"a tab stands before this line{more}"
    remedy = "Put spaces in its place: two for each level. In VS Code: 'Convert Indentation to Spaces'."
    above = next((n for n in range(at - 1, -1, -1) if lines[n].strip()), at)
    near = [len(_split(lines, above).start), len(_split(lines, above).start) + 2, len(_split(lines, above).start) + 4]
    sizes = tuple({n: lines[n].expandtabs(size) for n in tabbed} for size in (2, 4, 8))
    single = tuple({at: " " * indent + lines[at].lstrip()} for indent in near)
    indent = len(lines[at]) - len(lines[at].lstrip())
    return Trap(at, lines[at].index("\t"), codes.TAB, what, remedy, (*single, *sizes), max(1, indent - lines[at].index("\t")))


def _by_message(lines: list[str], said: str, at: int, began: int, column: int) -> Trap | None:
    if "mapping values are not allowed" in said:
        return _colon(lines, at, column)
    if "could not find expected ':'" in said:
        return _no_colon(lines, began)
    if "escape character" in said or "hexadecimal" in said:
        return _backslash(lines, at, column)
    if "block sequence entries are not allowed" in said:
        return _special(lines, at)
    if "anchor" in said or "alias" in said or "tag" in said or "block scalar" in said or "cannot start any token" in said:
        return _special(lines, at)
    return _after_value(lines, at) or _special(lines, at) or _special(lines, began) or _broken_text(lines, at)


def _colon(lines: list[str], at: int, column: int) -> Trap | None:  # noqa: PLR0911 - one return a cause
    one, above = _split(lines, at), _above(lines, at)
    unspaced = next((n for n in (above, at) if n is not None and _UNSPACED.match(lines[n])), None)
    if unspaced is not None and (match := _UNSPACED.match(lines[unspaced])) and match[1] in KEYS:
        line = lines[unspaced]
        what, remedy = f"there is no space after '{match[1]}:'", f"Write '{match[1]}: ' and then the text."
        mend = {unspaced: f"{line[: match.end()]} {line[match.end() :]}"}
        return Trap(unspaced, match.start(1), codes.SPACE_AFTER_COLON, what, remedy, (mend,), len(match[1]) + 1)
    if one.key is not None and ":" in one.value and column >= one.column:
        return _colon_in_value(one, column)
    if one.key is None or above is None:
        return None
    over = _split(lines, above)
    if over.key is None and not over.start.strip() and over.indent == one.indent:
        return _no_colon(lines, above)
    is_named = over.key is not None and over.start.strip() and over.value.strip()
    if is_named and one.indent > len(over.start) and one.key.strip() in KEYS:
        what, remedy = "a text stands behind the name of a step", f"Write '- {over.key}:' alone, and 'say: ...' below it."
        mend = {above: f"{over.start}{over.key}:"}
        return Trap(above, over.column, codes.NOT_KEYS, what, remedy, (mend,), len(over.value.strip()))
    if over.key is None and over.start.strip() and one.indent > over.indent and one.key.strip() in KEYS:
        what, remedy = "a colon is missing after this name", f"Write '- {over.value.strip()}:'."
        mend = {above: over.whole.rstrip() + ":"}
        return Trap(above, over.column, codes.MISSING_COLON, what, remedy, (mend,), len(over.value.strip()))
    if one.key.strip() in KEYS or _split(lines, above).key is None:
        return _misplaced(lines, at)
    what = "a colon followed by a space stands in a text that goes over several lines"
    remedy = "Put a '|' behind the key, and the text below it; there a colon may stand."
    mended = lines[at].replace(": ", "; ")
    return Trap(at, lines[at].find(":"), codes.COLON_IN_TEXT, what, remedy, ({at: re.sub(r":$", ";", mended)},))


def _colon_in_value(one: _Line, column: int) -> Trap:
    value = one.value.strip()
    if value[0] in _CURLY:
        what = "curly quotation marks do not protect the colon in this text"
        remedy = f"Use straight ones: {one.key}: '{clip(value.strip(_CURLY), _QUOTED)}'."
        return Trap(one.number, one.column, codes.CURLY_QUOTES, what, remedy, (one.quoted(),), len(value))
    what = "a second colon followed by a space: YAML takes it for another key"
    remedy = f"Put the text in quotation marks: {one.key}: {_in_quotes(value)}."
    return Trap(one.number, column, codes.COLON_IN_TEXT, what, remedy, (one.quoted(),))


def _in_quotes(text: str) -> str:
    """Return the text as it can be written, cut where it is long."""
    shown = clip(text, _QUOTED)
    return f'"{shown}"' if '"' not in shown else "'" + shown.replace("'", "''") + "'"


def _no_colon(lines: list[str], began: int) -> Trap:
    one = _split(lines, began)
    words = one.whole.split()
    match = _UNSPACED.match(one.whole)
    if match is not None:
        what, remedy = f"there is no space after '{match[1]}:'", f"Write '{match[1]}: ' and then the text."
        mend = {began: f"{one.whole[: match.end()]} {one.whole[match.end() :]}"}
        return Trap(began, match.start(1), codes.SPACE_AFTER_COLON, what, remedy, (mend,), len(match[1]) + 1)
    first = words[0].lstrip("-") if words else ""
    if first not in KEYS and (missing := _missing_dash(lines, one)) is not None:
        return missing
    indent = one.indent
    mends: list[dict[int, str]] = [{began: f"{one.start}{one.value.replace(' ', ': ', 1)}"}] if first in KEYS else []
    above = _above(lines, began)
    if first not in KEYS:
        mends.append({began: one.whole.rstrip() + ":"})  # a choice
    if above is not None:
        mends.append({began: " " * (_split(lines, above).indent + 4) + one.whole.strip()})  # as more of the text above
    what = "this line has no colon, and does not belong to the text above"
    remedy = f"Write '{first}: ...'." if first in KEYS else "Write 'key: text', or indent it below the text that it belongs to."
    return Trap(began, indent, codes.MISSING_COLON, what, remedy, tuple(mends), len(one.whole.strip()), first in KEYS)


def _backslash(lines: list[str], at: int, column: int) -> Trap:
    start = max(0, lines[at].rfind("\\", 0, column + 1))
    what = "a backslash has a meaning of its own between double quotation marks"
    mend = {at: lines[at].replace("\\", "/")}
    return Trap(at, start, codes.BACKSLASH, what, "Use single ones ('...'), or none.", (mend,))


def _special(lines: list[str], at: int) -> Trap | None:
    one = _split(lines, at)
    first = one.value[:1]
    if _BLOCK_TEXT.search(one.whole) or one.whole.startswith("%"):
        return None
    if first and first in "|>" and one.key is not None:
        what = f"text stands on the line of the '{first}'"
        remedy = f"Leave '{one.key}: {first}' alone on its line, and write the text below, indented."
        below = next((line for line in lines[at + 1 :] if line.strip()), "")
        is_more = len(below) - len(below.lstrip()) > len(one.start)
        mend = {at: one.whole[: one.column] + first} if is_more else one.quoted()
        return Trap(at, one.column, codes.SPECIAL_START, what, remedy, (mend,), len(one.value))
    if one.value.startswith(("* ", "• ")) and one.key is None:
        mend = {at: f"{' ' * one.indent}- {one.value[2:]}"}
        what, remedy = f"a list has dashes, and {first} stands here", f"Write '- {clip(one.value[2:], _QUOTED)}'."
        return Trap(at, one.column, codes.MISSING_DASH, what, remedy, (mend,))
    if one.value.startswith("- ") and one.key is not None:
        what, remedy = "a list begins behind the colon", f"Write '{one.key}:' and each entry on a line of its own, after '- '."
        mend = {at: f"{one.start}{one.key}: [{one.value.strip('- ')!r}]"}
        return Trap(at, one.column, codes.SPECIAL_START, what, remedy, (mend,), is_certain=False)
    if first and first in "@`%*&!{[|>,}]?":
        what = f"a text that begins with {first} means something else to YAML"
        prefix = f"{one.key}: " if one.key else one.start.strip() + " "
        remedy = f"Put it in quotation marks: {prefix}{_in_quotes(one.value.strip())}."
        return Trap(at, one.column, codes.SPECIAL_START, what, remedy, (one.quoted(),), len(one.value))
    return None


def _after_value(lines: list[str], at: int) -> Trap | None:
    """Find a text that goes on behind its closing quotation mark, or a `[` or `{` that is closed too early."""
    one = _split(lines, at)
    if one.value[:1] not in {'"', "'"}:
        return None
    what = f"the text goes on after the closing {one.value[0]}"
    inner = one.value.strip().replace('"', "”") if one.value[0] == '"' else one.value.strip()
    remedy = f"Put the whole text in the other kind of marks, or below a '|': for example “{inner.strip(_CURLY)}”."
    if one.value[0] == "'":
        remedy = "An apostrophe closes it: take the outer marks out, or use double ones."
    return Trap(at, one.column, codes.TEXT_AFTER_QUOTE, what, remedy, (one.quoted(),), len(one.value.rstrip()))


def _broken_text(lines: list[str], at: int) -> Trap | None:
    above = _above(lines, at)
    if above is None or " #" not in lines[above] or _STRUCTURE.match(lines[at]):
        return None
    column = lines[above].index(" #") + 1
    what = "the # cuts off the rest of this line, and the text cannot go on below it"
    remedy = "Put a '|' behind the key, and the text below it; there a # may stand."
    mend = {above: lines[above].replace(" #", " x")}
    return Trap(above, column, codes.BROKEN_TEXT, what, remedy, (mend,), len(lines[above]) - column)


def _above(lines: list[str], at: int) -> int | None:
    """Return the number of the next line above that is neither empty nor a comment."""
    below_top = range(at - 1, -1, -1)
    return next((n for n in below_top if lines[n].strip() and not lines[n].lstrip().startswith("#")), None)


def _misplaced(lines: list[str], at: int) -> Trap | None:
    """Find a line whose dash is missing, or whose indentation fits none of the lines above."""
    if not lines[at].strip():
        return None
    one = _split(lines, at)
    dash = re.match(r"^(\s*)-([^\s-].*)$", one.whole)
    if dash is not None and one.whole.rstrip().endswith(":"):
        what, remedy = "there is no space after the dash", f"Write '- {dash[2]}'."
        mend = {at: f"{dash[1]}- {dash[2]}"}
        return Trap(at, one.indent, codes.SPACE_AFTER_COLON, what, remedy, (mend,), len(one.whole.strip()))
    above = [_split(lines, n) for n in range(max(0, at - _NEAR_LINES), at) if lines[n].strip()]
    if (missing := _missing_dash(lines, one)) is not None:
        return missing
    over = above[-1] if above else None
    if over is not None and over.indent != one.indent and _is_the_odd_one(lines, over, one):
        return _misplaced_to(over, [one.indent, one.indent - 2], lines)
    levels = {line.indent for line in above} | {len(line.start) for line in above if line.start.strip()}
    fits = sorted(levels, key=lambda level: (abs(level - one.indent), -level))
    fits = [level for level in fits if level != one.indent]
    return _misplaced_to(one, fits, lines) if fits else None


def _missing_dash(lines: list[str], one: _Line) -> Trap | None:
    above = [_split(lines, n) for n in range(max(0, one.number - _NEAR_LINES), one.number) if lines[n].strip()]
    nearest = next((line for line in reversed(above) if line.indent <= one.indent), None)
    if one.start.strip() or nearest is None or nearest.indent != one.indent or not nearest.start.strip():
        return None
    words = one.whole.strip()
    what = "the lines above at this place begin with a dash, and this one does not"
    mend = {one.number: f"{' ' * one.indent}- {words}"}
    return Trap(one.number, one.indent, codes.MISSING_DASH, what, f"Write '- {clip(words, _QUOTED)}'.", (mend,), len(words))


def _is_the_odd_one(lines: list[str], over: _Line, one: _Line) -> bool:
    """Whether the line above stands as hardly any other, and this one as many do: then that one is indented wrongly."""
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return over.indent > 0 and abs(over.indent - one.indent) <= 1 and indents.count(over.indent) * 2 < indents.count(one.indent)


def _misplaced_to(one: _Line, levels: list[int], lines: list[str]) -> Trap:
    mends = [{one.number: " " * level + one.whole.strip()} for level in levels]
    mends += [_moved(lines, one.number, level - one.indent) for level in levels]
    spaces = "1 space stands" if one.indent == 1 else f"{one.indent or 'no'} spaces stand"
    what = f"{spaces} before this line, which does not fit the lines around it"
    remedy = f"Indent it as its neighbours are: {levels[0]} spaces, perhaps."
    near = abs(levels[0] - one.indent) <= 2  # noqa: PLR2004 - one level
    return Trap(one.number, 0, codes.INDENTATION, what, remedy, tuple(mends), max(1, one.indent), near)


def _moved(lines: list[str], at: int, by: int) -> dict[int, str]:
    """Return the line and all that stands at least as deep below it, moved sideways."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    moved = {}
    for number in range(at, len(lines)):
        line = lines[number]
        own = len(line) - len(line.lstrip())
        if line.strip() and own < indent:
            break
        moved[number] = " " * max(0, own + by) + line.lstrip()
    return moved
