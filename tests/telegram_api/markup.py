"""Texts, captions, formatting and keyboards: what Telegram accepts of them, and what it makes of them.

Its law: lengths and offsets are in UTF-16 code units (https://core.telegram.org/bots/api#messageentity), except those in
error messages, which count bytes of UTF-8.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from .calls import Params
from .errors import bad_request

TEXT_MOST, CAPTION_MOST = 4096, 1024
BUTTONS_MOST, BUTTONS_MOST_IN_A_ROW = 100, 8
MARKUP_MOST_BYTES = 10_000
CALLBACK_DATA_MOST_BYTES = 64

TAGS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
HTML_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]*)""")

FOUND = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w+)?"),
    "url": re.compile(r"https?://[^\s<>]+"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}"),
}

Json = dict[str, Any]


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def found_entities(text: str) -> list[Json]:
    """Return the commands, addresses and mentions that a client marks by itself."""
    return [
        {"type": kind, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match.group())}
        for kind, pattern in FOUND.items()
        for match in pattern.finditer(text)
    ]


def in_messages(text: str) -> list[str]:
    """Return what a person wrote as the texts of messages: trimmed, not empty (ValueError), none longer than it may be."""
    rest = text.strip()
    if not rest:
        raise ValueError("there is nothing to send")
    parts = []
    while utf16_length(rest) > TEXT_MOST:
        cut = rest.encode("utf-16-le")[: 2 * TEXT_MOST].decode("utf-16-le", "ignore")
        parts.append(cut)
        rest = rest[len(cut) :]
    return [*parts, rest]


def read_text(params: Params) -> Json:
    """Return the `text` and `entities` of a message that is to be sent."""
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT_MOST:
        raise bad_request("message is too long")
    entities = entities or found_entities(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(params: Params) -> Json:
    """Return the `caption` and `caption_entities` of a message that is to be sent; nothing without a caption."""
    caption, entities = _formatted(params, "caption", "caption_entities")
    if utf16_length(caption) > CAPTION_MOST:
        raise bad_request("message caption is too long")
    entities = entities or found_entities(caption)
    return ({"caption": caption} if caption else {}) | ({"caption_entities": entities} if entities else {})


def read_markup(params: Params) -> Json | None:
    """Return the keyboard that is to be shown."""
    markup = params.json("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if len(json.dumps(markup, ensure_ascii=False).encode()) > MARKUP_MOST_BYTES:
        raise bad_request("reply markup is too long")
    name = "inline_keyboard" if "inline_keyboard" in markup else "keyboard"
    if name in markup:
        _check_rows(markup[name], name)
    return markup


def inline_only(markup: Json | None) -> Json | None:
    """Return the keyboard if it is an inline keyboard with buttons: only that becomes a part of a message."""
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    return {"inline_keyboard": rows} if rows else None


def _check_rows(rows: object, name: str) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the reply markup must be an Array of Arrays')
    # Telegram rearranges longer rows of its own accord; a bot should not depend on how.
    if sum(map(len, rows)) > BUTTONS_MOST or any(len(row) > BUTTONS_MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button, inline=name == "inline_keyboard")


def _check_button(button: object, *, inline: bool) -> None:
    if isinstance(button, str) and not inline:
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text of the button must be non-empty")
    if not inline:
        return
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_MOST_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif not set(button) - {"text", "style", "icon_custom_emoji_id"}:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Json]]:
    mode = params.text("parse_mode").lower()
    text = params.text(name).replace("\r", "")
    if mode == "html":
        text, entities = HtmlText(text).parsed()
    elif mode:
        # The other modes exist at Telegram; here they are refused until a bot of ours needs one.
        raise bad_request("unsupported parse_mode")
    else:
        entities = params.json(entities_name) or []
    return _trimmed(text, entities)


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    stripped = text.strip()
    before = utf16_length(text[: len(text) - len(text.lstrip())])
    length = utf16_length(stripped)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - before, 0)
        end = min(entity["offset"] + entity["length"] - before, length)
        if start < end:
            kept.append(entity | {"offset": start, "length": end - start})
    return stripped, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class HtmlText:
    """A text with HTML tags, on its way to a text with entities."""

    source: str
    _text: str = ""
    _entities: list[Json] = field(default_factory=list)
    _open: list[tuple[str, str, int]] = field(default_factory=list)
    """Tag, attributes and offset of what is not closed yet."""

    def parsed(self) -> tuple[str, list[Json]]:
        """Return the text without tags, and the entities; a 400 for tags that are unknown or do not match."""
        at = 0
        while at < len(self.source):
            tag, entity = TAG.match(self.source, at), HTML_ENTITY.match(self.source, at)
            if tag:
                self._tag(tag)
            elif self.source[at] == "<":
                raise self._cannot(f'Unsupported start tag "" at byte offset {self._bytes(at)}')
            else:
                self._text += html.unescape(entity.group()) if entity else self.source[at]
            found = tag or entity
            at = found.end() if found else at + 1
        if self._open:
            raise self._cannot(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return self._text, self._entities

    def _tag(self, match: re.Match[str]) -> None:
        closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if not closing:
            if name not in TAGS or (name == "span" and "tg-spoiler" not in attributes):
                raise self._cannot(f'Unsupported start tag "{name}" at byte offset {self._bytes(match.start())}')
            self._open.append((name, attributes, utf16_length(self._text)))
            return
        at = self._bytes(match.start())
        if not self._open:
            raise self._cannot(f"Unexpected end tag at byte offset {at}")
        expected, attributes, offset = self._open.pop()
        if name != expected:
            raise self._cannot(f'Unmatched end tag at byte offset {at}, expected "</{expected}>", found "</{name}>"')
        self._close(name, attributes, offset)

    def _close(self, name: str, attributes: str, offset: int) -> None:
        length = utf16_length(self._text) - offset
        if not length:
            return
        entity: Json = {"type": TAGS[name], "offset": offset, "length": length}
        if name == "a":
            href = HREF.search(attributes)
            entity["url"] = href.group(1) if href else self._text[-length:]
        elif name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        self._entities.append(entity)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    @staticmethod
    def _cannot(why: str) -> Exception:
        return bad_request(f"can't parse entities: {why}")
