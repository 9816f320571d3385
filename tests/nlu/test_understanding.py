"""What Rasa understands, held against messages that it was not trained on. Floors are the measured level less a margin."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.rasa import Rasa
from dialogues.inputs import Reading
from dialogues.understanding import choose
from nlu.acted import WORDS, acted_on, place_at
from tests.fixtures import all_answers, real_library
from tests.nlu.test_data import INTENT, labelled

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session")]

OUT_OF_SCOPE = "out_of_scope"
ACCURACY = 0.90
LEAST_OF_AN_INTENT = 0.6
DISTRESS_FOUND, DISTRESS_LOW = 0.95, 0.1  # at a low cut every cry has to be seen
FALSE_ALARMS = 0.10  # of ordinary messages, with distress as their top intent
OUT_OF_SCOPE_FOUND = 0.85
ANSWERED = 0.90  # with the step given
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


@dataclass(frozen=True)
class Measured:
    """A held-out message, what it means, what it was taken for (below the threshold for nothing), and how distressed."""

    text: str
    meant: str
    taken_for: str
    distress: float


def taken_for(reading: Reading) -> str:
    best = reading.ranking[0]
    return best.name if best.confidence >= reading.threshold else OUT_OF_SCOPE


def distress(reading: Reading) -> float:
    return next(one.confidence for one in reading.ranking if one.name == "distress")


async def measure(rasa: Rasa, meant: str, texts: list[str]) -> list[Measured]:
    found = []
    for text in texts:
        reading = await rasa.read(text)
        found.append(Measured(text, meant, taken_for(reading), distress(reading)))
    assert found
    return found


def share(found: list[Measured]) -> float:
    return sum(one.meant == one.taken_for for one in found) / len(found)


async def test_every_intent_is_recognised_in_new_words(rasa: Rasa) -> None:
    found = {intent: await measure(rasa, intent, texts) for intent, texts in labelled()["intents"].items()}
    everything = [one for of_intent in found.values() for one in of_intent]
    assert share(everything) >= ACCURACY, [one for one in everything if one.meant != one.taken_for]
    weak = {intent: share(of_intent) for intent, of_intent in found.items() if share(of_intent) < LEAST_OF_AN_INTENT}
    assert weak == {}


async def test_distress_is_seen_in_new_words(rasa: Rasa) -> None:
    found = await measure(rasa, "distress", labelled()["intents"]["distress"])
    missed = [one.text for one in found if one.distress < DISTRESS_LOW]
    assert 1 - len(missed) / len(found) >= DISTRESS_FOUND, missed


async def test_distress_of_a_friend_is_seen(rasa: Rasa) -> None:
    found = await measure(rasa, "distress", labelled()["third_person"])
    missed = [one.text for one in found if one.distress < DISTRESS_LOW]
    assert 1 - len(missed) / len(found) >= DISTRESS_FOUND, missed


@pytest.mark.parametrize("kind", ["figures", "ordinary"])
async def test_ordinary_messages_rarely_alarm(rasa: Rasa, kind: str) -> None:
    found = await measure(rasa, kind, labelled()[kind])
    alarms = [one.text for one in found if one.taken_for == "distress"]
    assert len(alarms) / len(found) <= FALSE_ALARMS, alarms


async def test_what_is_out_of_scope_is_left_alone(rasa: Rasa) -> None:
    found = await measure(rasa, OUT_OF_SCOPE, labelled()["intents"][OUT_OF_SCOPE])
    assert share(found) >= OUT_OF_SCOPE_FOUND, [one for one in found if one.taken_for != OUT_OF_SCOPE]


async def test_answers_are_understood_at_their_step(rasa: Rasa) -> None:
    wrong, count = [], 0
    for name, answers in labelled()["answers"].items():
        place = place_at(real_library(), *name.split("."))
        assert place is not None
        here = place.here(real_library(), NOW)
        for answer, text in ((answer, text) for answer, texts in answers.items() for text in texts):
            count += 1
            acted = acted_on(choose(here, text, await rasa.read(text), real_library()), here, place)
            meant = answer.removeprefix(INTENT) if answer == WORDS or answer.startswith(INTENT) else place.name_of(answer)
            wrong += [(name, text, answer, acted)] if acted != meant else []
    assert count > 0
    assert 1 - len(wrong) / count >= ANSWERED, wrong


async def test_ranking_is_complete_and_sums_to_one(rasa: Rasa) -> None:
    reading = await rasa.read("what do you mean")
    assert {one.name for one in reading.ranking} == set(labelled()["intents"])
    assert sum(one.confidence for one in reading.ranking) == pytest.approx(1, abs=1e-4)
    assert list(reading.ranking) == sorted(reading.ranking, key=lambda one: -one.confidence)
    assert 0.1 < reading.threshold < 0.7


async def test_every_step_with_answers_has_a_head(rasa: Rasa) -> None:
    heads = (await rasa.read("hello")).heads
    expected: dict[str, list[str]] = {}
    for intent in all_answers():
        _, lesson, step, answer = intent.split(".", 3)
        expected.setdefault(f"{lesson}.{step}", []).append(answer)
    assert "made-up.numbers" in expected, "a step with a single answer has a head, too"
    assert {step: sorted(one.name for one in head.ranking) for step, head in heads.items()} == {
        step: sorted(answers) for step, answers in expected.items()
    }
    assert all(sum(one.confidence for one in head.ranking) <= 1.0001 for head in heads.values())


@pytest.mark.parametrize(
    ("step", "text", "answer"),
    [
        ("who", "i know nobody", "nobody"),
        ("who", "i dont know anybody there", "nobody"),
        ("who", "no one comes to mind", "nobody"),
        ("who", "not sure what im into", "not-sure"),
        ("who", "i still have no idea what i want", "not-sure"),
        ("feeling", "fine", "fine"),
        ("feeling", "its fine", "fine"),
        ("feeling", "bit awkward tbh", "awkward"),
        ("feeling", "rather not", "rather-not"),
        ("numbers", "i couldnt find any numbers", "none"),
        ("numbers", "no figures there", "none"),
        ("where", "i mean the government site", "Find a job, GOV.UK"),
    ],
)
async def test_head_knows_its_answer_in_new_words(rasa: Rasa, step: str, text: str, answer: str) -> None:
    head = (await rasa.read(text)).heads[f"made-up.{step}"]
    assert head.ranking[0].name == answer
    assert head.ranking[0].confidence >= head.threshold


@pytest.mark.parametrize("step", ["who", "feeling", "numbers"])
@pytest.mark.parametrize(
    "text",
    [
        "Aisha",
        "my cousin sam",
        "skip",
        "example?",
        "what do you mean",
        "the weather is nice",
        "I learned to ask for help sooner",
    ],
)
async def test_head_leaves_other_words_alone(rasa: Rasa, step: str, text: str) -> None:
    head = (await rasa.read(text)).heads[f"made-up.{step}"]
    assert head.ranking[0].confidence < head.threshold


async def test_same_text_gives_the_same_reading(rasa: Rasa) -> None:
    first = await rasa.read("can you say that again")
    assert await rasa.read("can you say that again") == first
