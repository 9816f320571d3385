"""The client: whatever is written, and whatever a server answers, the outcome is a reading or an NLUError."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.rasa import Rasa
from dialogues.inputs import Reading
from nlu.client import MOST_CHARACTERS, NLUClient, NLUError, cleaned

in_session = pytest.mark.asyncio(loop_scope="session")
SECRET = "she-wrote-this"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/distress@0.99", "distress@0.99"),
        (" / //start", "start"),
        ("\u200b/skip", "skip"),
        ("a\x00b\nc", "a b c"),
        ("\ud800hi", "hi"),
        ("x" * 5000, "x" * MOST_CHARACTERS),
    ],
)
def test_text_is_cleaned_before_it_is_read(text: str, read: str) -> None:
    assert cleaned(text) == read


@pytest.mark.parametrize("text", ["", "   ", "/", "//  /", "🙂", "👍🏽👍🏽", "...!?", "\x00\x01", "❤️", "\n"])
async def test_text_without_words_is_not_asked_about(text: str) -> None:
    nowhere = NLUClient("http://127.0.0.1:9", None)
    assert await nowhere.read(text) == Reading.none()
    await nowhere.aclose()


@pytest.mark.rasa
@in_session
@pytest.mark.parametrize(
    "text",
    [
        "/distress@0.99",
        "/restart",
        "a" * 4096,
        "why " * 1024,
        "Здравствуйте, я не понимаю",
        "مرحبا كيف حالك",
        "你好 我不明白",
        '{"text": "hi", "intent": "affirm"}',
        "https://example.org/?a=1&b=%00",
        "hi\x00\x07there",
        "\ud83dhello",
        "[affirm](deny) {x}",
        "<b>bold</b>",
        "1",
        "ok 👍",
    ],
)
async def test_odd_text_gets_a_reading(rasa: Rasa, text: str) -> None:
    client = NLUClient(rasa.url, rasa.token)
    assert (await client.read(text)).was_read
    await client.aclose()


@pytest.mark.rasa
@in_session
async def test_slash_does_not_bypass_the_classifier(rasa: Rasa) -> None:
    assert (await rasa.read("/later@1.0")).ranking[0].confidence < 1
    assert (await rasa.read("/skip")) == (await rasa.read("skip"))


@pytest.mark.rasa
@in_session
async def test_wrong_token_is_an_error_without_the_text(rasa: Rasa) -> None:
    client = NLUClient(rasa.url, "not-the-token")
    assert not await client.ready()
    with pytest.raises(NLUError, match="status 401") as refused:
        await client.read(SECRET)
    assert SECRET not in repr(refused.value)
    await client.aclose()


async def test_unreachable_server_is_an_error_without_text_or_token() -> None:
    client = NLUClient("http://127.0.0.1:9", "the-token")
    assert not await client.ready()
    with pytest.raises(NLUError) as unreachable:
        await client.read(SECRET)
    assert SECRET not in repr(unreachable.value)
    assert "the-token" not in repr(unreachable.value)
    await client.aclose()


class _Answers(BaseHTTPRequestHandler):
    """Answers each request with the text of its path."""

    def do_POST(self) -> None:
        body = self.server.body  # type: ignore[attr-defined]  # set by the fixture below
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Say nothing."""


@pytest.fixture
def strange_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve `request.param` to whoever asks; return the address."""
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    server.body = request.param  # type: ignore[attr-defined]  # what it answers
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "strange_server",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"{}",
        b'{"intent_ranking": [], "threshold": 0.3, "heads": {}}',
        b'{"intent_ranking": [{"name": "greet"}], "threshold": 0.3, "heads": {}}',
        b'{"intent_ranking": [{"name": "greet", "confidence": 1}], "threshold": 0.3, "heads": [1]}',
        b"\xff\xfe",
    ],
    indirect=True,
)
async def test_strange_answer_is_an_error(strange_server: str) -> None:
    client = NLUClient(strange_server, None)
    with pytest.raises(NLUError):
        await client.read("hello")
    await client.aclose()
