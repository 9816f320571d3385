"""What both children of the coach, the trainer and the server, have in common. Standard library only, on Python 3.10.

The law of this file: a child ends when its standard input does, so that none outlives a parent, however that ended.
"""

from __future__ import annotations

import os
import threading


def _wait_and_end() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)  # at once, whatever else is going on


def end_with_the_parent() -> None:
    """Start watching standard input; to be called before anything slow. The process ends with it."""
    threading.Thread(target=_wait_and_end, daemon=True).start()


def quieten_rasa() -> None:
    """Send nothing to Rasa's makers, and leave out what its libraries tell of themselves."""
    os.environ.update({"RASA_TELEMETRY_ENABLED": "false", "SANIC_ACCESS_LOG": "false", "TF_CPP_MIN_LOG_LEVEL": "3"})
