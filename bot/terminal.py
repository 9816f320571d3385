"""The terminal as a screen: line editing, history, completion and colours, by prompt_toolkit and rich.

The law of this file: it shows and reads, and keeps nothing; the history of what was typed ends with the process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from bot.rasa import Progress, Rasa
from dialogues.inputs import Said, StudentInput
from dialogues.table import COMMANDS

WIDTH_COLUMNS = 72  # longer lines are hard to read
STATES = {
    "training": "learning the lessons' answers",
    "starting": "getting ready to read",
    "ready": "reading",
    "down": "not reading just now",
    "failed": "cannot read",
}


class _Choices(Completer):
    """Completes the open buttons, and commands after a slash."""

    def __init__(self, commands: Iterable[str]) -> None:
        self.labels: list[str] = []
        self._commands = [f"/{name}" for name in commands]

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:  # noqa: ARG002
        typed = document.text_before_cursor
        known = self._commands if typed.startswith("/") else self.labels
        return [Completion(word, start_position=-len(typed)) for word in known if word.casefold().startswith(typed.casefold())]


class Terminal:
    """A person's terminal."""

    def __init__(
        self,
        farewell: str = "Your place is kept. Bye for now.",
        commands: Iterable[str] = COMMANDS,
        status: Callable[[], str] | None = None,
    ) -> None:
        """Prepare the line editor; nothing is shown yet. `status` says what stands at the bottom instead of Rasa's state."""
        self.console = Console(width=min(WIDTH_COLUMNS, Console().width), highlight=False)
        self._choices = _Choices(commands)
        self._farewell, self._status = farewell, status
        self._session: PromptSession[str] = PromptSession(completer=self._choices, complete_while_typing=True)
        self._reading = "starting"

    def show(self, text: str, options: Sequence[Mapping[str, Any]]) -> None:
        """Print one message as a bubble, its choices numbered below it."""
        self.console.print()
        self.console.print(Padding(Text(text), (0, 0, 0, 2)))
        choices = [option["label"] for option in options if not option["quiet"]]
        offers = [option["label"] for option in options if option["quiet"]]
        for number, label in enumerate(choices, 1):
            self.console.print(f"   [bold cyan]{number}[/]  {escape(label)}")
        if offers:
            self.console.print(f"   [dim]{escape(' · '.join(offers))}[/]")
        self._choices.labels = [*choices, *offers]

    def note(self, progress: Progress) -> None:
        """Keep it for the line at the bottom of the screen."""
        self._reading = progress.phase
        self.refresh()

    def refresh(self) -> None:
        """Draw the line at the bottom of the screen anew."""
        if self._session.app.is_running:
            self._session.app.invalidate()

    def _toolbar(self) -> HTML:
        if self._status is not None:
            return HTML("{}").format(self._status())
        busy = self._reading != "ready"
        state = STATES.get(self._reading, self._reading) + (" (buttons and plain commands work meanwhile)" if busy else "")
        return HTML("<b>{}</b> · /menu · /help · Ctrl-D leaves").format(f"Rooftop: {state}")

    async def lines(self) -> AsyncIterator[str]:
        """Read lines until Ctrl-D or Ctrl-C."""
        while True:
            try:
                with patch_stdout(raw=True):
                    line = await self._session.prompt_async("\n> ", bottom_toolbar=self._toolbar)
            except (EOFError, KeyboardInterrupt):
                self.console.print(f"\n  {self._farewell}", style="dim")
                return
            yield line

    async def while_reading(self, rasa: Rasa, text: str) -> StudentInput:
        """Read, with a typing indicator."""
        with self.console.status("[dim]…[/]", spinner="dots"):
            return Said(text, await rasa.read(text))
