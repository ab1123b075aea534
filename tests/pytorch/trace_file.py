"""Reads a trace for comparison: as little as the tests need, without the reader that is under test elsewhere."""
import json
import struct
from pathlib import Path

import numpy as np


class TraceFile:
    def __init__(self, path):
        data = Path(path).read_bytes()
        length = struct.unpack_from("<Q", data)[0]
        header = json.loads(data[8:8 + length])
        self.graph = json.loads(header.pop("__metadata__")["millrace"])
        self.network = self.graph["network"]
        self.tensors = {}
        for name, info in header.items():
            begin, end = (8 + length + offset for offset in info["data_offsets"])
            dtype = np.int8 if info["dtype"] == "I8" else np.uint8
            self.tensors[name] = np.frombuffer(data[begin:end], dtype).reshape(info["shape"])

    def mask(self, kind, name, channels):
        """One bool a value."""
        packed = self.tensors[f"{kind}_mask/{name}"]
        return np.unpackbits(packed, axis=-1, count=channels, bitorder="little").astype(bool)

    def layers(self):
        """Each layer without names: edges are numbers, in the order in which they are made."""
        numbers = {self.network["input"]["edge"]: 0}
        for number, layer in enumerate(self.network["layers"], 1):
            numbers[layer["output"]] = number
        return [{**layer, "name": None, "inputs": [numbers[edge] for edge in layer["inputs"]],
                 "output": numbers[layer["output"]]} for layer in self.network["layers"]]

    def operators(self):
        """For instance "conv relu"."""
        return [" ".join([layer["operator"], *layer["pointwise"]]) for layer in self.network["layers"]]

    def masks(self):
        """Without names, in the order of the file."""
        return [tensor for name, tensor in self.tensors.items() if "_mask/" in name]

    def codes(self):
        """Without names, in the order of the file; values, not codes."""
        return [tensor * self.graph["code_scales"][name] for name, tensor in self.tensors.items() if "_code/" in name]
