"""Small files for people to send.

Its law: nothing here is of a real person.
"""

from __future__ import annotations

import struct
import zlib

VOICE = b"OggS" + bytes(60)
STICKER = b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(14)


def png(width: int = 4, height: int = 3) -> bytes:
    """Return a black picture of this size."""
    rows = b"".join(b"\x00" + bytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
