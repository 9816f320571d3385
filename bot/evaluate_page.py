"""stub"""

from pathlib import Path


def write_page(p: Path, f: object, g: object) -> None: ...
