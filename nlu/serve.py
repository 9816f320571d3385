"""Rasa's HTTP server, as a child that cannot outlive its parent: python nlu/serve.py --model FILE --port N, in its environment.

The law of this file: the first line of standard input is the token, and the end of standard input is the end of the server.
It listens on the loopback address alone, and logs nothing of what is asked.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # our components are `nlu.components`; this folder is not a place

from nlu.components.child import end_with_the_parent, quieten_rasa  # noqa: E402  (from the path set above)
from nlu.components.tensorflow_standin import stand_in_for_tensorflow  # noqa: E402

HOST = "127.0.0.1"
ANSWER_WITHIN_S = 30


def first_line() -> str:
    """Return the first line of standard input, read byte by byte so that nothing after it is taken."""
    line = b""
    while (byte := os.read(0, 1)) not in {b"", b"\n"}:
        line += byte
    return line.decode()


def serve(model: Path, port: int, token: str) -> None:
    """Run the server; returns when it is told to end."""
    from rasa.core.run import serve_application  # noqa: PLC0415  (takes seconds, so the watch on the parent starts first)
    from rasa.utils.common import configure_logging_and_warnings  # noqa: PLC0415
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_logging_and_warnings(logging.WARNING, warn_only_once=True, filter_repeated_logs=True)
    configure_structlog(logging.WARNING)  # without it Rasa prints each message that it parses
    serve_application(str(model), channel="rest", interface=HOST, port=port, auth_token=token, response_timeout=ANSWER_WITHIN_S)


def main() -> int:
    """Take the token, watch the parent, serve; return the exit code."""
    parser = argparse.ArgumentParser(description="Serve Rooftop's Rasa model.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    token = first_line()
    if not token:
        sys.stderr.write("The first line of standard input has to be the token.\n")
        return 2
    end_with_the_parent()
    quieten_rasa()
    stand_in_for_tensorflow()
    serve(asked.model, asked.port, token)
    return 0


if __name__ == "__main__":
    sys.exit(main())
