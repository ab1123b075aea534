"""The test images of this folder, as the networks read them, and 8-bit grey PNG files."""
import struct
import zlib
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_png(path, pixels):
    """`pixels` is [height, width] of uint8. Rows are stored unfiltered."""
    height, width = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def read_png(path):
    """What write_png() wrote."""
    data = path.read_bytes()
    chunks, at = {}, len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks[kind] = data[at + 8:at + 8 + length]
        at += 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width)
    if rows[:, 0].any():
        raise ValueError(f"{path}: rows are filtered; write it with write_png()")
    return rows[:, 1:]


def test_images():
    """Pairs of an image, [1, 1, 8, 8] in 0..1, and its label, in the order of test.lst."""
    result = []
    for line in (FOLDER / "test.lst").read_text().splitlines():
        path, label = line.split()
        pixels = read_png(FOLDER / path).astype(np.float32)
        result.append(((pixels / np.float32(255))[None, None], int(label)))
    return result
