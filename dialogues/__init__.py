"""The conversation: pure, with no I/O beyond reading its own YAML, no clock, no chance, no network.

The words, one per thing, as they are used everywhere:

    lesson      a conversation of a few minutes that an adviser wrote; it has a version (the hash of its keys and texts)
    script      the same, for what is said outside lessons (welcome, privacy, safety ...)
    step        a named part of a lesson: it says, and it may wait (for own words, a choice, a day)
    answer      something that a step foresees: an expected answer or a choice
    kept        what a student answered, kept under a name per lesson
    place       the local facts of one institution; also: where a student stands (`Position`)
    session     where one student stands, whole
    input       something that happened to the conversation (`inputs.py`)
    reading     what the NLU server made of a text, for every place where it could have been said
    meaning     what was chosen from a reading, where the student is (`understanding.py`)
    turn        one input taken: the new session and the events
    event       a fact that came out of a turn, in the past tense (`events.py`)
    prompt      the buttons that are open; an option is one of them
    fate        what becomes of those at a step when its lesson is changed (`changes.py`); a held lesson goes on as it was
    aside       a script or list that plays beside a lesson
    action      a thing to do in the real world, agreed for a day
    when        a time as a student named it: a day, maybe an hour, a part of the day or an occasion (`when/`)
    missed      a message that was not understood; kept, masked, where the student agreed (`learning.py`)
    nudge       a message that the coach sends of its own accord, for one of a few reasons (`nudges.py`)
    reminder    one that the student asked for; it comes at its minute
    campaign    a series of nudges that an adviser wrote
    occasion    a moment at which a nudge was sent, or held back for comparison
    leanings    what was learned of wordings and hours from the occasions
"""

from dialogues.engine import advance
from dialogues.library import Library, load_library
from dialogues.session import Session
from dialogues.table import COMMANDS
from dialogues.turn import Turn

__all__ = ["COMMANDS", "Library", "Session", "Turn", "advance", "load_library"]
