"""Chat spelling, spelt out for the language model, which learnt its words from edited text: "idk" says nothing to it.

The law of this file: a table and one function. It only helps the model to read; what a student wrote stays as it was, also
for the word counts, which learn chat spelling by themselves.
"""

from __future__ import annotations

import re

CHAT_WORDS = {
    # apostrophes that nobody types on a phone
    "im": "i'm", "ive": "i've", "id": "i'd", "dont": "don't", "cant": "can't", "wont": "won't", "didnt": "didn't",
    "doesnt": "doesn't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "havent": "haven't",
    "hasnt": "hasn't", "hadnt": "hadn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't",
    "whats": "what's", "thats": "that's", "lets": "let's", "hows": "how's", "wheres": "where's", "whos": "who's",
    "youre": "you're", "theres": "there's", "theyre": "they're", "itll": "it'll", "youve": "you've",
    # single letters and numbers
    "u": "you", "ur": "your", "r": "are", "y": "yes", "n": "no", "k": "ok", "kk": "ok", "b4": "before", "l8r": "later",
    "2day": "today", "2nite": "tonight", "2moro": "tomorrow", "2morrow": "tomorrow", "gr8": "great", "m8": "mate",
    # yes and no
    "yh": "yes", "yhh": "yes", "ye": "yes", "yea": "yes", "yeh": "yes", "yas": "yes", "ya": "yes", "yep": "yes", "yup": "yes",
    "nah": "no", "naw": "no", "na": "no", "nope": "no", "oki": "ok", "okie": "ok", "ofc": "of course", "def": "definitely",
    "defo": "definitely", "bet": "ok",
    # please and thanks
    "pls": "please", "plz": "please", "thx": "thanks", "tnx": "thanks", "thanx": "thanks", "ty": "thank you",
    "tysm": "thank you so much", "ta": "thanks", "np": "no problem",
    # coming and going
    "gtg": "got to go", "g2g": "got to go", "brb": "be right back", "bbl": "be back later", "ttyl": "talk to you later",
    "ttfn": "goodbye for now", "cya": "see you", "cu": "see you", "gn": "good night", "gm": "good morning", "sup": "what's up",
    "wassup": "what's up",
    # when
    "rn": "right now", "atm": "at the moment", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow",
    "asap": "as soon as possible",
    "nxt": "next", "wk": "week", "mins": "minutes", "hrs": "hours",
    # asking and not knowing
    "wdym": "what do you mean", "wym": "what do you mean", "eg": "for example", "idk": "i don't know",
    "idek": "i don't even know",
    "dunno": "don't know", "idc": "i don't care", "idgi": "i don't get it", "hbu": "how about you", "wbu": "what about you",
    "lmk": "let me know", "cba": "can't be bothered", "nvm": "never mind", "tbh": "to be honest", "ngl": "not going to lie",
    # shortened words
    "msg": "message", "msgs": "messages", "txt": "text", "ppl": "people", "coz": "because", "cuz": "because", "bc": "because",
    "gonna": "going to", "wanna": "want to", "gotta": "have to", "lemme": "let me", "gimme": "give me", "smth": "something",
    "sth": "something", "sb": "somebody", "abt": "about", "wat": "what", "wot": "what", "dis": "this", "da": "the",
    "shld": "should",
    "bf": "boyfriend", "gf": "girlfriend", "uni": "university", "probs": "probably", "prolly": "probably",
    "info": "information",
    "qs": "questions", "ques": "question", "diff": "different", "cud": "could", "wud": "would", "shud": "should",
    "plss": "please",
    # a cry for help, shortened
    "kms": "kill myself", "unalive": "kill",
}  # fmt: skip

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_APOSTROPHES = str.maketrans("\u2019\u2018\u00b4`", "''''")


def spelt_out(text: str) -> str:
    """Return the text in lower case, with stretched words cut ("heyyy") and chat words spelt out."""
    lowered = _STRETCHED.sub(r"\1", text.lower().translate(_APOSTROPHES))
    return _WORD.sub(lambda match: CHAT_WORDS.get(match[0], match[0]), lowered)
