"""What students say about their plans: "drop it", "i gave up on that", "what did i plan", "didnt manage it".

The law of this file: whole messages alone count, in the forms below; whether one can be meant at all is decided in
`understanding.py`. The NLU server reads the many other ways to say that something is done or not done.
"""

from __future__ import annotations

import re

from dialogues.words import normalise

_BEFORE = (
    r"(?:(?:ok|okay|hm+|well|actually|honestly|tbh|sorry|no|nah|i think|let'?s|just|please|pls|(?:can|could) (?:you|we)) )*"
)
_AFTER = r"(?: (?:please|pls|now|then|sorry|tbh|anymore|any more|after all|for now|from (?:my|the) list))*"
_IT = r"(?:it|that|this|that one|this one|(?:the|my|that|this) (?:plan|action|idea|thing|one))"
_ME = r"(?:i |i'm |im |i've |ive |i have |i'll |ill |i will )?"

_LET_GO = re.compile(
    rf"{_BEFORE}{_ME}(?:"
    rf"(?:drop|dropped|dropping|scrap|scrapped|cancel|cancelled|canceled|ditch|ditched|abandon|abandoned) {_IT}"
    rf"|(?:give|gave|given|giving)(?: it)? up on {_IT}"
    rf"|(?:let|letting) (?:go of {_IT}|{_IT} go)"
    rf"|take {_IT} off"
    rf"|(?:won't|wont|will not|not going to|not gonna) (?:be )?(?:do|doing) {_IT}"
    rf"|(?:don't|dont|do not) want to do {_IT}|not doing {_IT}"
    rf"){_AFTER}"
)
_PLANS = re.compile(
    r"(?:(?:can you|could you|please|pls) )?(?:(?:show|see|list|open|check)(?: me)? |what(?:'s| is| are|s|re|'re) (?:on )?)?"
    r"(?:my |the )?(?:open )?(?:plans?|actions?|to ?do(?: list)?|things to do)(?: list)?(?: please| pls| again)*"
    r"|what (?:did|do|have|had|was|were) (?:i|we) (?:plan|planned|planning|agree|agreed)(?: to do| on| again)*"
    r"|what was (?:my|the) plan(?: again)?|what (?:should|did) i (?:want|need|have) to do(?: again)?"
)
_NOT_DONE = re.compile(
    rf"{_BEFORE}(?:i )?(?:still )?(?:didn't|didnt|did not|haven't|havent|have not|couldn't|couldnt|could not)(?: really| even)?"
    rf"(?: (?:manage|managed|manage to|do|done|get to|got to|get round to|got round to|get around to|got around to|make|made))?"
    rf"(?: (?:do|doing))?(?: {_IT})?(?: yet| sorry)*"
)


def lets_go(text: str) -> bool:
    """Whether the whole text lets go of what was planned."""
    return _LET_GO.fullmatch(normalise(text)) is not None


def asks_plans(text: str) -> bool:
    """Whether the whole text asks what was planned."""
    return _PLANS.fullmatch(normalise(text)) is not None


def says_not_done(text: str) -> bool:
    """Whether the whole text says that what was planned is not done."""
    return _NOT_DONE.fullmatch(normalise(text)) is not None
