"""What a model's readings of labelled messages come to: accuracy, confusions, distress, out of scope, calibration, latency.

The law of this file: outcomes in, figures out, each figure with the definition that it goes by. It asks nobody and writes
nothing; `coach nlu evaluate` brings the outcomes and shows the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from nlu.acted import DISTRESS, OUT_OF_SCOPE, WORDS
from nlu.labelled import Labelled
from nlu.metrics import Bin, Scores, Share, auroc, calibration, cut_at, macro_f1, nearest, percentiles, scores_of

REFUSED = 0.05  # of what is in scope: the share at which the recall of out of scope is compared between models
GROUPS = ("distress", "third person", "other intents", "ordinary", "figures", "answers")
IN_DISTRESS = GROUPS[:2]

By = Literal["phrases", "classifier", "together"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A labelled message, and what became of it.

    `acted` is what the coach would act on (`nlu.acted`), with its `confidence`. `top` is the first of the classifier's
    ranking with its own, and `threshold` the model's; all are empty or 0 where no server read it (`was_read`). `inside` is
    the confidence of the best intent but out_of_scope. `alarms` are the checks that took it for distress; `seconds` is the
    time of the request, None where none was made.
    """

    message: Labelled
    acted: str
    confidence: float
    top: str = ""
    top_confidence: float = 0.0
    threshold: float = 0.0
    inside: float = 0.0
    alarms: frozenset[By] = frozenset()
    seconds: float | None = None
    was_read: bool = True

    @property
    def hit(self) -> bool:
        """Whether the coach acted on what was meant."""
        return self.acted == self.message.meant

    @property
    def by_threshold(self) -> str:
        """What the universal classifier says by itself: its first, or out_of_scope below the threshold."""
        return self.top if self.top and self.top_confidence >= self.threshold else OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages that meant one thing and were taken for another; `nearest` are examples of it, spelt like the first of them."""

    meant: str
    taken: str
    count: int
    texts: list[str]
    nearest: list[str]


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many of a group of messages were taken for distress: recall for those of IN_DISTRESS, else false alarms."""

    group: str
    phrases: Share
    classifier: Share
    together: Share
    texts: list[str]  # those that were missed, or the false alarms


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """How well is told apart what means nothing that is known; `auroc` and the rest rank by the best intent's confidence."""

    found: Share
    refused: Share
    auroc: float | None
    cut: float | None
    found_at_cut: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """The expected calibration error of the coach's own confidence with its bands, and of the classifier's first."""

    acted_error: float | None
    bands: list[Bin]
    top_error: float | None


@dataclass(frozen=True, slots=True)
class Latency:
    """How long a reading takes over HTTP, in milliseconds; `unread` are those that the server did not read in time."""

    p50_ms: float | None
    p99_ms: float | None
    requests: int
    unread: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures. `accuracy` to `calibration` are those of messages that could be meant anywhere; `answers` of the others."""

    accuracy: Share
    raw_accuracy: Share
    first_in_scope: Share  # of what is in scope, by the classifier's first intent, however unsure
    macro_f1: float | None
    intents: list[Scores]
    confusions: list[Confusion]
    distress: list[Alarms]
    out_of_scope: OutOfScope
    calibration: Calibration
    answers: Share
    answers_by_kind: dict[str, Share]
    answers_by_step: dict[str, Share]
    answer_confusions: list[Confusion]
    latency: Latency


def evaluate(outcomes: Sequence[Outcome], examples: Mapping[str, Sequence[str]]) -> Evaluation:
    """Return what the outcomes come to; `examples` are the training data, by intent, to show what misled."""
    anywhere = [one for one in outcomes if one.message.section == "intents"]
    at_steps = [one for one in outcomes if one.message.section == "answers"]
    scores = scores_of([(one.message.meant, one.acted) for one in anywhere])
    error, bands = calibration([(one.confidence, one.hit) for one in anywhere])
    known = [one for one in anywhere if one.was_read and one.message.meant in examples]
    return Evaluation(
        accuracy=Share.among(one.hit for one in anywhere),
        raw_accuracy=Share.among(one.by_threshold == one.message.meant for one in anywhere),
        first_in_scope=Share.among(one.top == one.message.meant for one in anywhere if one.message.meant != OUT_OF_SCOPE),
        macro_f1=macro_f1(scores),
        intents=scores,
        confusions=confusions_of(anywhere, examples),
        distress=_alarms(outcomes),
        out_of_scope=_out_of_scope(anywhere),
        calibration=Calibration(
            error, bands, calibration([(one.top_confidence, one.top == one.message.meant) for one in known])[0]
        ),
        answers=Share.among(one.hit for one in at_steps),
        answers_by_kind=_shares(at_steps, lambda one: _kind(one.message.meant)),
        answers_by_step=_shares(at_steps, lambda one: f"{one.message.lesson}.{one.message.step}"),
        answer_confusions=confusions_of(at_steps, examples),
        latency=_latency(outcomes),
    )


def confusions_of(outcomes: Iterable[Outcome], examples: Mapping[str, Sequence[str]]) -> list[Confusion]:
    """Return every pair of what was meant and what it was taken for, the most frequent first."""
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in outcomes:
        if not one.hit:
            wrong[one.message.meant, one.acted].append(one.message.text)
    ordered = sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Confusion(meant, taken, len(texts), texts, nearest(texts[0], examples.get(taken, ())))
        for (meant, taken), texts in ordered
    ]


def _group(one: Outcome) -> str:
    section, meant = one.message.section, one.message.meant
    if section in {"intents", "answers"} and meant == DISTRESS:
        return "distress"
    return "other intents" if section == "intents" else section.replace("_", " ")


def _alarms(outcomes: Sequence[Outcome]) -> list[Alarms]:
    found = []
    for group in GROUPS:
        own = [one for one in outcomes if _group(one) == group]
        phrases, classifier, together = (Share.among(way in one.alarms for one in own) for way in get_args(By))
        wrong = [one.message.text for one in own if ("together" in one.alarms) != (group in IN_DISTRESS)]
        if own:
            found.append(Alarms(group, phrases, classifier, together, wrong))
    return found


def _out_of_scope(anywhere: Sequence[Outcome]) -> OutOfScope:
    outside = [one for one in anywhere if one.message.meant == OUT_OF_SCOPE]
    inside = [one for one in anywhere if one.message.meant != OUT_OF_SCOPE]
    cut = cut_at([one.inside for one in inside], REFUSED) if inside and outside else None
    return OutOfScope(
        found=Share.among(one.acted == OUT_OF_SCOPE for one in outside),
        refused=Share.among(one.acted == OUT_OF_SCOPE for one in inside),
        auroc=auroc([-one.inside for one in outside], [-one.inside for one in inside]),
        cut=cut,
        found_at_cut=Share.among(one.inside < cut for one in outside) if cut is not None else Share.among(()),
    )


def _kind(meant: str) -> str:
    """Return the kind of what a message at a step means: the step's own answer, own words, or what works everywhere."""
    return "own answers" if meant.startswith("step.") else "own words" if meant == WORDS else "meant everywhere"


def _shares(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Share]:
    grouped: dict[str, list[bool]] = defaultdict(list)
    for one in outcomes:
        grouped[key(one)].append(one.hit)
    return {name: Share.among(hits) for name, hits in sorted(grouped.items())}


def _latency(outcomes: Sequence[Outcome]) -> Latency:
    times = [one.seconds * 1000 for one in outcomes if one.seconds is not None]
    p50, p99 = percentiles(times) or (None, None)
    return Latency(p50, p99, len(times), sum(not one.was_read for one in outcomes))


def matrix_of(evaluation: Evaluation) -> tuple[list[str], dict[tuple[str, str], int]]:
    """Return the labels, by name, and how many messages there are of each (meant, taken) pair, the right ones too."""
    cells: Counter[tuple[str, str]] = Counter()
    for one in evaluation.confusions:
        cells[one.meant, one.taken] = one.count
    for scores in evaluation.intents:
        right = round(scores.recall * scores.support)
        if right:
            cells[scores.label, scores.label] = right
    return [one.label for one in evaluation.intents], dict(cells)
