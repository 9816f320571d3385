"""Masking: nothing by which somebody could be found survives, and what was meant does."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.masking import mask, names_in, says_something
from tests.fixtures import real_library

PLAIN = real_library().plain
QUICK_SECONDS = 2.0  # a turn waits for it; it takes a tenth of a second at worst

PARTS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[a-z.]{1,9}@[a-z]{1,9}\.[a-z]{2,4}", fullmatch=True),
    st.from_regex(r"@\w{1,12}", fullmatch=True),
    st.from_regex(r"(https?|ftp|tg)://[a-z.]{2,10}/\S{0,9}", fullmatch=True),
    st.from_regex(r"[\d \-.()+]{1,15}", fullmatch=True),
    st.sampled_from(["I'm", "my name is", "Aino", "call me", ".", " ", "at", "dot", "www.x.org"]),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PARTS, max_size=6), st.sampled_from([" ", "", "\n", "\u200b"]))
def test_no_address_link_handle_or_run_of_digits_survives_in_any_text(parts: list[str], between: str) -> None:
    masked = mask(between.join(parts), PLAIN)
    assert "@" not in masked
    assert "://" not in masked
    assert not re.search(r"www\.|\d{4,}", masked)
    assert "\n" not in masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I'm Aino", "I'm [name]"),
        ("hi im aino virtanen", "hi im [name]"),
        ("my name is priya nair and i study law", "my name is [name] and i study law"),
        ("can i talk w my cousin sam about it", "can i talk w my cousin [name] about it"),
        ("I met Will yesterday", "I met [name] yesterday"),
        ("what does Priya\u2019s boss do", "what does [name] boss do"),
        ("Dr Khan said no", "Dr [name] said no"),
        ("\u4f60\u597d \u674e\u660e", "[name]"),
        ("mail ann.b@uni.ac.uk or @annb pls", "mail [address] or [handle] pls"),
        ("ann at uni dot org", "[address]"),
        ("call +44 7700 900 123 ok?", "call [number] ok?"),
        ("0 7 7 0 0 9", "[number]"),
        ("my id is k1234567", "my id is [number]"),
        ("on 2026-11-23", "on [number]"),
        ("see https://x.org/?q=1 or bit.ly/ab", "see [link] or [link]"),
        ("I live at 12 Baker Street, SW1A 1AA", "I live at [address] , [address]"),
        ("Mannerheimintie 5 A 12", "[address]"),
        ("07\u200b700\u200b900", "[number]"),
    ],
)
def test_what_says_who_somebody_is_is_masked(text: str, masked: str) -> None:
    assert mask(text, PLAIN) == masked


@pytest.mark.parametrize(
    "text",
    [
        "what if i dont know wich one 2 pick",
        "IDK WHAT THIS MEANS",
        "Will I earn enough in theatre?",
        "i have 2 or 3 ideas and 10 minutes",
        "i'm panicking",
        "um like is this the thing w the ppl",
    ],
)
def test_what_names_nobody_stays_as_it_was_typed(text: str) -> None:
    assert mask(text, PLAIN) == text


def test_a_name_that_is_known_is_masked_in_any_form() -> None:
    known = names_in("Priya from the lab", PLAIN, all_words=True)
    assert known == {"priya"}
    assert mask("would priya's boss mind, PRIYA?", PLAIN, known) == "would [name] boss mind, [name]?"


def test_a_text_of_masks_alone_says_nothing() -> None:
    assert not says_something(mask("@ann 07700900123 https://x.org", PLAIN))
    assert says_something(mask("call 07700900123", PLAIN))


@pytest.mark.parametrize(
    "text", ["a" * 4096, "a-" * 2048, "a." * 2048, "1 " * 2048, "12 a b c " * 500, "@" * 4096, " at " * 1000]
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    began = time.monotonic()
    mask(text, PLAIN)
    assert time.monotonic() - began < QUICK_SECONDS


def test_words_that_name_nobody_are_in_lower_case_and_none_is_also_a_name() -> None:
    assert len(PLAIN.words) > 1000
    assert all(word == word.lower() for word in PLAIN.words | PLAIN.also_names | PLAIN.before_names)
    assert not PLAIN.words & PLAIN.also_names
