"""Train a model, in Rasa's environment: python nlu/train.py --config FILE --data FOLDER --out FILE.

The law of this file: it trains what it is given and writes the one file that it is asked for. Lines on standard output that
start with PHASE say how far it is; what goes wrong stands on standard error, and the exit code is 1. It ends with its
standard input.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # our components are `nlu.components`; this folder is not a place

from nlu.components.child import end_with_the_parent, quieten_rasa  # noqa: E402  (from the path set above)
from nlu.components.tensorflow_standin import stand_in_for_tensorflow  # noqa: E402

PHASE = "phase: "


def say(phase: str) -> None:
    """Tell the parent what is being done now."""
    sys.stdout.write(f"{PHASE}{phase}\n")
    sys.stdout.flush()


class Progress(logging.Handler):
    """Turns Rasa's "Starting to train component 'X'." into a phase."""

    def emit(self, record: logging.LogRecord) -> None:
        """Report the component that is trained next."""
        message = record.getMessage()
        if message.startswith("Starting to train component"):
            say(f"training {message.split(chr(39))[1]}")


def train(config: Path, data: Path, out: Path) -> bool:
    """Train, telling of each phase; return whether there is a model now."""
    from rasa.model_training import train_nlu  # noqa: PLC0415  (takes seconds, so the parent hears of it first)

    hooks = logging.getLogger("rasa.engine.training.hooks")
    hooks.setLevel(logging.INFO)
    hooks.addHandler(Progress())
    say("reading the examples")
    return bool(train_nlu(str(config), str(data), str(out.parent), fixed_model_name=out.name))


def main() -> int:
    """Train what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description="Train Rooftop's Rasa model.")
    for name in ("--config", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    asked = parser.parse_args()
    end_with_the_parent()
    quieten_rasa()
    stand_in_for_tensorflow()
    say("starting Rasa")
    try:
        return 0 if train(asked.config, asked.data, asked.out) else 1
    except Exception as error:  # noqa: BLE001  (whatever Rasa raises is told to the author in its own words, without a traceback)
        cause = f" {error.__cause__}" if error.__cause__ else ""  # of "Error running graph component", the only telling part
        sys.stderr.write(f"error: {error}{cause}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
