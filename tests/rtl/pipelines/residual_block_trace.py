#!/usr/bin/python3
"""Writes the random trace of residual_block.yaml. usage: residual_block_trace.py FILE"""
import json
import pathlib
import random
import struct
import sys

IMAGES = 3
ZEROS = 0.6


def conv(name, source, output, filters, kernel, stride, pads):
    return {"name": name, "operator": "conv", "inputs": [source], "output": output, "pointwise": ["relu"],
            "filters": filters, "kernel": [kernel, kernel], "stride": stride, "pads": pads}


def row(channels, chosen):
    bits = [chosen.random() >= ZEROS for _ in range(channels)]
    return bytes(sum(bit << k for k, bit in enumerate(bits[first:first + 8])) for first in range(0, channels, 8))


def main():
    chosen = random.Random(4)
    layers = [conv("stem", "image", "a", 8, 3, 1, [1, 1, 1, 1]),
              conv("first", "a", "b", 8, 3, 1, [1, 1, 1, 1]),
              conv("second", "b", "c", 8, 3, 1, [1, 1, 1, 1]),
              {"name": "sum", "operator": "add", "inputs": ["c", "a"], "output": "d", "pointwise": ["relu"]},
              conv("down", "d", "e", 16, 3, 2, [0, 0, 1, 1]),
              conv("wide", "e", "f", 16, 3, 1, [1, 1, 1, 1]),
              {"name": "slice", "operator": "subsample", "inputs": ["d"], "output": "g", "pointwise": [], "stride": 2},
              {"name": "pad", "operator": "channel_pad", "inputs": ["g"], "output": "h", "pointwise": [], "before": 4,
               "after": 4},
              {"name": "total", "operator": "add", "inputs": ["f", "h"], "output": "i", "pointwise": ["relu"]},
              {"name": "pool", "operator": "global_average_pool", "inputs": ["i"], "output": "j", "pointwise": []},
              {"name": "scores", "operator": "fully_connected", "inputs": ["j"], "output": "k", "pointwise": [],
               "outputs": 10}]
    maps = {"image": (10, 10, 3), "a": (10, 10, 8), "b": (10, 10, 8), "d": (10, 10, 8), "e": (5, 5, 16), "j": (1, 1, 16)}
    weights = {"stem": (8, 3, 3), "first": (8, 3, 8), "second": (8, 3, 8), "down": (16, 3, 8), "wide": (16, 3, 16),
               "scores": (10, 1, 16)}
    tensors = {}
    for edge, (height, width, channels) in maps.items():
        rows = b"".join(row(channels, chosen) for _ in range(IMAGES * height * width))
        tensors[f"activation_mask/{edge}"] = ([IMAGES, height, width, -(-channels // 8)], rows)
    for layer, (filters, kernel, channels) in weights.items():
        rows = b"".join(row(channels, chosen) for _ in range(filters * kernel * kernel))
        tensors[f"weight_mask/{layer}"] = ([filters, kernel, kernel, -(-channels // 8)], rows)

    graph = {"version": 1, "images": [{"name": f"random{k}"} for k in range(IMAGES)],
             "network": {"name": "residual block", "input": {"edge": "image", "shape": [10, 10, 3]}, "output": "k",
                         "layers": layers}}
    header, end = {"__metadata__": {"millrace": json.dumps(graph)}}, 0
    for name, (shape, rows) in tensors.items():
        begin, end = end, end + len(rows)
        header[name] = {"dtype": "U8", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    pathlib.Path(sys.argv[1]).write_bytes(struct.pack("<Q", len(text)) + text
                                          + b"".join(rows for _, rows in tensors.values()))


main()
