"""Every lesson walked with arbitrary inputs: no dead end, no crash, no loss, and nothing of the engine left unvisited."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogues.events import AnswerKept, ForgettingConfirmed, MessageQueued, StepReached
from dialogues.inputs import Asked, Chose, Edited, Input, Sent, Start
from dialogues.library import Library
from dialogues.table import ABOUT_AN_ACTION, COMMANDS, EVERYWHERE, TABLE, State
from dialogues.transcript import LOW_DAY, OR, UNSURE, Conversation
from dialogues.turn import Turn
from dialogues.understanding import COMMANDS as INTERRUPTIONS
from tests.fixtures import real_library

INTENTS = sorted(EVERYWHERE)
TEXTS = [
    "Ask someone who knows",
    "Sam from the lab",
    "yes",
    "no",
    "hi",
    "thanks",
    "tomorrow",
    "in 3 days",
    "change it to friday at 6",
    "i gave up on that",
    "what did i plan",
    "purple monkey",
    "...",
    "👍",
    "👎",
    "3",
    "stop",
    "10 to 18",
    "Helsinki",
    "remind me tomorrow at 9",
    "pause until 20 january",
    "idk",
    "i want to die",
    "my friend wants to die",
    "he hits me",
    "x" * 5000,
]

moves = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 8)),
    st.tuples(st.just("press"), st.just(0)),
    st.tuples(st.just("words"), st.sampled_from(TEXTS)),
    st.tuples(st.just("words"), st.just("my own words")),
    st.tuples(st.just("intent"), st.sampled_from([*INTENTS, LOW_DAY])),
    st.tuples(st.just("unsure"), st.integers(0, 5)),
    st.tuples(st.just("answer"), st.integers(0, 5)),
    st.tuples(st.just("later"), st.integers(0, 30)),
    st.tuples(st.just("publish"), st.just(0)),
    st.tuples(st.just("command"), st.sampled_from([*COMMANDS, "nonsense"])),
    st.tuples(
        st.just("input"), st.sampled_from([Start(), Start("someone-who-knows"), Edited("hm"), Sent("voice"), Chose("old", 0)])
    ),
)

SWEEP: list[tuple[str, object]] = [
    *(("intent", intent) for intent in [*INTENTS, LOW_DAY]),
    *(("words", text) for text in TEXTS),
    *(("press", number) for number in range(3)),
    ("answer", 0),
    ("unsure", 0),
]

COMMANDS_SWEPT: list[tuple[str, object]] = [("command", command) for command in COMMANDS]
"""Where own words are asked for, an intent is none; elsewhere a command does what its intent does, which is swept."""

_IN: list[tuple[str, object]] = [("input", Start("someone-who-knows"))]
_TO_THE_DAY: list[tuple[str, object]] = [*_IN, ("words", "Sam"), ("words", "How was it?"), ("press", 0), ("press", 0)]
_AGREED: list[tuple[str, object]] = [*_TO_THE_DAY, ("press", 0), ("words", "I ring the bell")]
PRELUDES: dict[str, list[tuple[str, object]]] = {
    "new": [],
    "words": _IN,
    "choice": _TO_THE_DAY[:-2],
    "last resort": [*_IN, ("answer", 0), ("answer", 0)],
    "moved": [*_IN, ("publish", 0)],
    "day": _TO_THE_DAY,
    "idle": [*_IN, ("command", "later")],
    "script": [*_IN, ("command", "forget")],
    "list": [*_IN, ("command", "menu")],
    "safety": [*_IN, ("intent", "distress")],
    "hours": [*_IN, ("command", "later"), ("press", 0)],
    "when": [*_IN, ("words", "remind me")],
    "pause": [*_IN, ("words", "pause until after my exams")],
    "if-then": [*_TO_THE_DAY, ("press", 0)],
    "another day": [*_AGREED, ("intent", "change_day")],
    "agreed": _AGREED,
    "agreed, and words again": [*_AGREED, *_IN],
    "agreed, and a choice again": [*_AGREED, *_TO_THE_DAY[:-2]],
    "follow-up": [*_AGREED, ("words", "done")],
    "not yet": [*_AGREED, ("words", "not yet")],
    "smaller": [*_AGREED, ("words", "not yet"), ("words", "make it smaller")],
    "why": [*_AGREED, ("words", "drop it")],
    "in doubt": [*_TO_THE_DAY, ("unsure", 0)],
    "in doubt at a choice": [*_TO_THE_DAY[:-2], ("unsure", 0)],
    "in doubt outside lessons": [("input", Start()), ("words", "Yes, you may"), ("unsure", 0)],
    "low-day": [*_IN, ("intent", LOW_DAY)],
    "adviser-offered": [*_IN, ("command", "adviser")],
    "adviser-told": [*_IN, ("command", "adviser"), ("press", 0)],
    "adviser-offered-after-distress": [*_IN, ("intent", "distress"), ("press", 0)],
    "adviser-told-after-distress": [*_IN, ("intent", "distress"), ("press", 0), ("press", 0)],
}


class Walk:
    """A conversation that remembers where it has been."""

    def __init__(self, library: Library, lesson: str | None) -> None:
        self.talk = Conversation.begin(library)
        self.steps: set[tuple[str, str]] = set()
        self.rows: Counter[tuple[str, str]] = Counter()
        if lesson is not None:
            self.watch(self.talk.take(Start(lesson)))

    def branch(self) -> Walk:
        """Return another walk that goes on from here."""
        other = Walk(self.talk.library, None)
        other.talk = replace(self.talk)
        return other

    def move(self, kind: str, what: object) -> None:
        prompt = self.talk.session.prompt
        if kind == "press":
            if prompt is not None and prompt.options:
                self.watch(self.talk.take(Chose(prompt.id, int(str(what)) % len(prompt.options))))
        elif kind == "words":
            self.watch(self.talk.say(str(what)))
        elif kind == "intent":
            self.watch(self.talk.say("something like that", str(what)))
        elif kind == "answer":
            answers = self.talk.here().answers
            if answers:
                self.watch(self.talk.say("in other words", f"answer: {answers[int(str(what)) % len(answers)].name}"))
        elif kind == "unsure":
            near = [*(f"answer: {one.name}" for one in self.talk.here().answers), "show_progress", "help"]
            self.watch(self.talk.say("either of them", UNSURE + OR.join(near[int(str(what)) :][:2])))
        elif kind in {"later", "publish"}:
            self.meanwhile(kind, int(str(what)))
        elif kind == "command":
            self.watch(self.talk.take(Asked(str(what))))
        else:
            assert isinstance(what, Start | Edited | Sent | Chose)
            given: Input = what
            self.watch(self.talk.take(given))

    def meanwhile(self, kind: str, number: int) -> None:
        at = self.talk.session.at
        if kind == "later":
            self.wait_and_press(number)
        elif at is not None:
            self.talk.session = replace(self.talk.session, at=replace(at, version="of another text"))

    def wait_and_press(self, number: int) -> None:
        """Let some days go by, and press a button of one of the nudges that came."""
        self.talk.elapse(timedelta(days=number % 5))
        buttons = [Chose(one.id, index) for one in self.talk.session.nudging.sent for index in range(len(one.acts))]
        if buttons:
            self.watch(self.talk.take(buttons[number % len(buttons)]))

    def watch(self, turn: Turn) -> None:
        session = turn.session
        forgotten = any(isinstance(event, ForgettingConfirmed) for event in turn.events)
        for event in turn.events:
            if isinstance(event, StepReached):
                self.steps.add((event.lesson, event.step))
            if isinstance(event, AnswerKept) and not forgotten:
                assert session.kept[event.lesson][event.name]
            if isinstance(event, MessageQueued):
                assert event.text
                assert len(event.text) < 4096, "a message would not fit Telegram"
                assert "{" not in event.text
        self.rows.update(turn.transitions)
        asked = [event.prompt for event in turn.events if isinstance(event, MessageQueued) and event.prompt]
        assert not asked or (session.prompt is not None and session.prompt.id == asked[-1]) or forgotten
        here = self.talk.here()
        if session.aside is not None and here.answers and session.prompt is not None:
            open_answers = {option.target for option in session.prompt.options}
            assert {f"answer:{answer.name}" for answer in here.answers} <= open_answers, (
                "typed words would answer a question not asked"
            )
        at = session.at
        assert at is None or self.talk.library.find(at.lesson, at.version).step(at.step).waits


def test_any_inputs_leave_every_student_able_to_finish() -> None:
    library = replace(real_library(), tells_advisers=True)
    steps: set[tuple[str, str]] = set()
    rows: Counter[tuple[str, str]] = Counter()

    @settings(max_examples=500, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(library.lessons)), st.lists(moves, min_size=20, max_size=60))
    def walk(lesson: str, sequence: list[tuple[str, object]]) -> None:
        walked = Walk(library, lesson)
        for kind, what in sequence:
            walked.move(kind, what)
        _finish(walked, lesson)
        steps.update(walked.steps)
        rows.update(walked.rows)

    walk()
    for prelude in PRELUDES.values():
        begun = Walk(library, None)
        for before in prelude:
            begun.move(*before)
        steps.update(begun.steps)
        rows.update(begun.rows)
        for kind, what in [*SWEEP, *(COMMANDS_SWEPT if begun.talk.here().takes_words else ())]:
            swept = begun.branch()
            swept.move(kind, what)
            _finish(swept, "someone-who-knows")
            steps.update(swept.steps)
            rows.update(swept.rows)
    assert steps == {(lesson.id, step.name) for lesson in library.lessons.values() for step in lesson.steps}
    everywhere = {key for state, key in TABLE if state is None}
    own = {(state.value, key) for state, key in TABLE if state is not None}
    missing_rows = {row for row in own if row not in rows and not _cannot_be_read(row)}
    missing_keys = everywhere - {key for _, key in rows}
    assert (missing_rows, missing_keys) == (set(), set())


def _cannot_be_read(row: tuple[str, str]) -> bool:
    """Where own words are asked for, only a command interrupts; the other intents are part of the answer there."""
    return row[0] in {State.WORDS, State.IF_THEN, *ABOUT_AN_ACTION} and row[1] not in INTERRUPTIONS | {
        "words",
        "new_day",
        "answer",
        "affirm",
        "deny",
        "unclear",
    }


def _finish(walked: Walk, lesson: str) -> None:
    """Whatever came before: saying words, picking the first choice and a day ends the lesson."""
    talk = walked.talk
    walked.watch(talk.take(Start(lesson)))
    walked.watch(talk.take(Start(lesson)))  # somebody who had been forgotten was only welcomed by the first
    for _ in range(40):
        if talk.session.at is None and lesson in talk.session.finished:
            return
        here = talk.here()
        if here.takes_words:
            walked.watch(talk.say("my own words"))
        else:
            walked.move("press", 0)
    raise AssertionError(f"{lesson} was not finished; the student is at {talk.session.at}, aside {talk.session.aside}")
