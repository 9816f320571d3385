"""The lock on the data folder: one `coach run` at a time.

The law of this file: the system holds the lock, not the file, so it ends with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from dialogues.errors import SettingsError

FILE = "run.lock"


class DataLock:
    """Holds the folder while the block runs: `with DataLock(folder): ...`."""

    def __init__(self, folder: Path) -> None:
        """Lock that folder, which is made where it is missing."""
        self._path = folder / FILE

    def __enter__(self) -> Self:
        """Take the lock. Raises SettingsError that says who has it, or why the folder cannot be used."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            what = f"the folder '{self._path.parent}' cannot be used: {error.strerror}. Name one that this user can write to."
            raise SettingsError(f"ROOFTOP_DATA: {what}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = self._holder()
            self._file.close()
            what = f"the folder '{self._path.parent}' is in use by another 'coach run'{holder}."
            raise SettingsError(f"ROOFTOP_DATA: {what} Stop that one, or name another folder.") from error
        self._sign()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        """Let go of the lock."""
        self._file.close()

    @staticmethod
    def is_held(folder: Path) -> bool:
        """Whether a `coach run` holds that folder now; False where it cannot be known."""
        try:
            with (folder / FILE).open("r", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # nobody has run there, or it is not ours to read
            return False
        return False

    def _holder(self) -> str:
        self._file.seek(0)
        signature = self._file.read().strip()
        return f" ({signature})" if signature else ""

    def _sign(self) -> None:
        """Write down who holds the lock, for whoever comes second; a disk that is full is no reason to stop."""
        try:
            self._file.truncate(0)
            self._file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
            self._file.flush()
        except OSError:
            return
