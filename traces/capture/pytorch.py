#!/usr/bin/python3
"""Captures a trace from a PyTorch model: which activations and weights are not zero, image by image.

As a function, from a program that has the model and its images anyway:

    from pytorch import capture
    capture(model, test_loader, "resnet.safetensors")

As a command:

    python3 traces/capture/pytorch.py MODEL.py:FUNCTION IMAGES --out TRACE.safetensors

The network (layers, joins, pools, pads) comes from torch.fx, which runs `forward` once with stand-ins for tensors. The
values come from the model itself: a hook on every Conv2d and Linear clones what the layer reads. Batch norms behind a
layer become part of its weights, as exporters do it, so a trace is the same as that of the exported ONNX file, but for
names. Every operator becomes part of the network, or moves values only, or is refused by its name. The file format is
described in traces/README.md. Needs torch and numpy, nothing else.
"""
import argparse
import dis
import functools
import hashlib
import importlib.util
import inspect
import json
import os
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def report_interrupt():
    print("\npytorch.py: interrupted; nothing was written", file=sys.stderr)
    return EXIT_INTERRUPTED


def report_missing(modules):
    print(f"pytorch.py: error: {sys.executable} has no {' and no '.join(modules)}; script/bootstrap --pytorch installs both "
          "for /usr/bin/python3, run pytorch.py with that", file=sys.stderr)
    return EXIT_BAD_INPUT


# For who imports this file, all of these are exceptions as usual.
try:
    import numpy as np
    import torch
    from torch import fx, nn
    from torch.nn import functional
except ModuleNotFoundError:
    missing = [module for module in ("numpy", "torch") if importlib.util.find_spec(module) is None]
    if __name__ != "__main__" or not missing:
        raise
    sys.exit(report_missing(missing))
except KeyboardInterrupt:
    if __name__ != "__main__":
        raise
    sys.exit(report_interrupt())

FORMAT_VERSION = 1
LARGEST_CLASS = 65535
ALIGNMENT = 64


class CaptureError(Exception):
    """What is wrong with a model or its images, where, and what would be right."""


# ---------------------------------------------------------------------------------------------------------------------
# Running `forward` symbolically

class Unpacking:
    """`a, b = x` for stand-ins: torch 1.13 looks at the wrong instruction under Python 3.11."""

    def __iter__(self):
        frame = inspect.currentframe().f_back
        instructions = dis.get_instructions(frame.f_code)
        instruction = next(one for one in instructions if one.offset == frame.f_lasti)
        if instruction.opname == "UNPACK_SEQUENCE":
            return (self[index] for index in range(instruction.argval))
        return self.tracer.iter(self)


class StandInAttribute(Unpacking, fx.proxy.Attribute):
    pass


class StandIn(Unpacking, fx.Proxy):
    def __getattr__(self, name):
        return StandInAttribute(self, name)


class Tracer(fx.Tracer):
    def proxy(self, node):
        return StandIn(node, self)


def name_of(node):
    """Of the method or function that a node calls."""
    return node.target if node.op == "call_method" else getattr(node.target, "__name__", "function")


def is_in_place(node, module):
    if node.op == "call_module":
        return getattr(module, "inplace", False)
    name = name_of(node)
    if name in ("iadd", "isub", "imul", "itruediv") or (name.endswith("_") and not name.endswith("__")):
        return True
    try:
        given = inspect.signature(node.target).bind(*node.args, **node.kwargs).arguments
    except (TypeError, ValueError):  # a method, or a function that is not written in Python
        given = node.kwargs
    return bool(given.get("inplace", False))


def follow_in_place(graph, modules):
    """An operator that works in place changes its input for whoever reads that later; let those read its output."""
    order = {node: position for position, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        is_call = node.op in ("call_module", "call_method", "call_function")
        if is_call and node.args and isinstance(node.args[0], fx.Node) and is_in_place(node, modules.get(node.target)):
            changed = node.args[0]
            for reader in [user for user in changed.users if order[user] > order[node]]:
                reader.replace_input_with(changed, node)


# What may be asked of a tensor without depending on its values.
QUERIES = {"size", "dim", "ndimension", "numel", "getattr"}


class Results(fx.Interpreter):
    """Runs the graph once. Keeps which nodes are made of the image, of the others the value, and every tensor's shape."""

    def __init__(self, graph_module):
        super().__init__(graph_module)
        self.shapes = {}
        self.constants = {}
        self.depends = set()

    def run_node(self, node):
        result = super().run_node(node)
        is_tensor = isinstance(result, torch.Tensor)
        if node.op == "placeholder":
            is_made_of_image = not self.depends
        else:
            is_query = not is_tensor and name_of(node) in QUERIES
            is_made_of_image = not is_query and any(source in self.depends for source in node.all_input_nodes)
        if is_made_of_image:
            self.depends.add(node)
        else:
            self.constants[node] = result.clone() if is_tensor else result
        if is_tensor:
            self.shapes[node] = tuple(result.shape)
        return result


def traced(model, example):
    """The graph of a model, and what its nodes give for one image."""
    parameters = list(inspect.signature(model.forward).parameters.values())
    needed = [one.name for one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
    if len(needed) != 1:
        raise CaptureError(f"the model's forward needs {len(needed)} arguments ({', '.join(needed)}), must need one: the "
                           "image")
    # What may be left out is left out.
    defaults = {one.name: one.default for one in parameters
                if one.default is not one.empty and one.kind is one.POSITIONAL_OR_KEYWORD}
    try:
        graph = Tracer().trace(model, concrete_args=defaults)
    except Exception as error:  # whatever `forward` makes of stand-ins
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise CaptureError(f"torch.fx cannot trace the model: {reason[0]}; its forward must not depend on the values of "
                           "tensors (if, for, int() and the like); rewrite that part, or export the model to ONNX and "
                           "use millrace capture") from error
    modules = dict(model.named_modules())
    follow_in_place(graph, modules)
    graph_module = fx.GraphModule(model, graph)
    graph_module.graph.eliminate_dead_code()
    results = Results(graph_module)
    results.run(example.clone())
    return graph_module.graph, modules, results


# ---------------------------------------------------------------------------------------------------------------------
# From the graph to the network

class Value:
    """A tensor of the graph that depends on the image: where each of its elements is on an edge of the network.

    `places` has the shape of the tensor for one image. An element is the 1-based index into the edge's values in the
    order height, width, channel; 0 is a zero of a padding. So operators that only move values are simply done to it.
    `is_alone`: nothing else reads what leads from the edge to this tensor.
    """

    def __init__(self, edge, places, is_alone=True):
        self.edge = edge
        self.places = places.contiguous()
        self.is_alone = is_alone


@functools.lru_cache(maxsize=None)
def map_places(shape):
    """[1, C, H, W] on an edge of height, width, channels. Many edges have one shape: they share the tensor."""
    height, width, channels = shape
    places = torch.arange(1, height * width * channels + 1).reshape(1, height, width, channels)
    return places.permute(0, 3, 1, 2).contiguous()


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


class WeightedLayer:
    """A layer with weights, and where its hook finds it."""

    def __init__(self, layer, path, call, value, weights):
        self.layer = layer
        self.path = path
        self.call = call  # how often the module was called before
        self.value = value
        self.weights = weights  # [F, Kh, Kw, channels of one group]

    def scale(self, factors):
        self.weights = self.weights * factors.reshape(-1, 1, 1, 1)


# Pointwise operators, by the name of module, function or method.
STEPS = {
    "ReLU": "relu", "relu": "relu", "ReLU6": "relu6", "relu6": "relu6", "LeakyReLU": "leaky_relu",
    "leaky_relu": "leaky_relu", "PReLU": "prelu", "ELU": "elu", "elu": "elu", "Sigmoid": "sigmoid", "sigmoid": "sigmoid",
    "Hardsigmoid": "hard_sigmoid", "hardsigmoid": "hard_sigmoid", "Hardswish": "hard_swish", "hardswish": "hard_swish",
    "Tanh": "tanh", "tanh": "tanh", "GELU": "gelu", "gelu": "gelu", "SiLU": "silu", "silu": "silu",
}
# Operators that move values, or put zeros around them.
MOVES = {"view", "reshape", "flatten", "unflatten", "Flatten", "Unflatten", "squeeze", "unsqueeze", "permute",
         "transpose", "t", "contiguous", "getitem", "getattr", "chunk", "split", "unbind", "narrow", "detach", "clone",
         "ZeroPad2d", "pad"}
NOTHING = {"Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "dropout", "dropout2d"}
ADVICE = {
    "MultiheadAttention": "write it out: nn.Linear for q, k and v each, torch.matmul, softmax",
    "TransformerEncoderLayer": "write it out: nn.Linear for q, k and v each, torch.matmul, softmax",
    "conv2d": "make it an nn.Conv2d, so that a hook sees what it reads",
    "linear": "make it an nn.Linear, so that a hook sees what it reads",
}


class Importer:
    """Goes through the graph once. Layers are named as their module, or as torch.fx names the function."""

    def __init__(self, graph, modules, results, network_name):
        self.graph, self.modules, self.results = graph, modules, results
        self.name = network_name
        self.values = {}    # by node: a Value, or a tuple of them
        self.shapes = {}    # by edge: height, width, channels
        self.layers = []    # as the file has them
        self.made_by = {}   # edge: layer
        self.weighted = []
        self.left_out = []
        self.calls = {}     # by module path
        self.names = set()
        self.input = None
        self.output = None
        self.node = None    # the one that is being imported

    # Names, messages, arguments

    def refuse(self, what):
        raise CaptureError(f"{self.describe()}: {what}")

    def describe(self):
        path = self.node.target if self.node.op == "call_module" else self.node.name
        return f"layer '{path}' ({self.operator_name()})"

    def operator_name(self):
        if self.node.op == "call_module":
            return type(self.modules[self.node.target]).__name__
        name = name_of(self.node)
        name = {"iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "truediv"}.get(name, name)
        return name.strip("_")

    def unique(self):
        """The node's own name on the first use."""
        base = self.node.target if self.node.op == "call_module" else self.node.name
        name, count = base, 1
        while name in self.names:
            count += 1
            name = f"{base}:{count}"
        self.names.add(name)
        return name

    def parameters(self, **defaults):
        """A module's attributes, or a function's arguments behind the first one, in this order."""
        if self.node.op == "call_module":
            module = self.modules[self.node.target]
            return SimpleNamespace(**{name: getattr(module, name, value) for name, value in defaults.items()})
        given = dict(zip(defaults, self.node.args[1:]))
        unknown = set(self.node.kwargs) - set(defaults) - {"input", "inplace"}
        if unknown or len(self.node.args) - 1 > len(defaults):
            self.refuse(f"takes only {', '.join(defaults)} here")
        given.update(self.node.kwargs)
        return SimpleNamespace(**{name: self.constant(given.get(name, value)) for name, value in defaults.items()})

    def constant(self, argument):
        """An argument that does not depend on the image."""
        def value_of(node):
            if node in self.results.depends:
                self.refuse(f"reads '{node.name}', which depends on the image, where only constants are supported")
            return self.results.constants[node]
        return fx.node.map_arg(argument, value_of)

    def source(self, argument=None):
        """The node that an argument is, the first one if not said otherwise."""
        if argument is None:
            argument = self.node.args[0] if self.node.args else self.node.kwargs.get("input")
        if not isinstance(argument, fx.Node) or not isinstance(self.values.get(argument), Value):
            self.refuse("must read a tensor that depends on the image")
        return argument

    def value(self, argument=None):
        """All values of an edge, each once."""
        result = self.values[self.source(argument)]
        if result.places is map_places(self.shapes[result.edge]):
            return result
        elements = int(np.prod(self.shapes[result.edge]))
        places = result.places.flatten()
        if len(places) != elements or not torch.equal(places.sort().values, torch.arange(1, elements + 1)):
            self.refuse(f"reads a part of '{result.edge}', or zeros around it; only every n-th row and column, zeros of "
                        "channels, and zeros around the input of a Conv2d are supported")
        return result

    def map_value(self):
        """The same, and as [1, C, H, W]."""
        result = self.value()
        if not torch.equal(result.places, map_places(self.shapes[result.edge])):
            self.refuse(f"reads '{result.edge}' reshaped to {list(result.places.shape)}; only maps are supported")
        return result

    def readers(self, node):
        """Asking for a shape is no reading."""
        return [user for user in node.users if user.op == "output" or user in self.results.depends]

    def still_alone(self, node):
        return self.values[node].is_alone and len(self.readers(node)) == 1

    # Adding to the network

    def add_layer(self, kind, inputs, shape, **keys):
        """Makes an edge, as [1, C, H, W]; a handler may see it in another form."""
        name = self.unique()
        layer = {"name": name, "operator": kind, "inputs": inputs, "output": name, "pointwise": [], **keys}
        self.layers.append(layer)
        self.shapes[name] = tuple(shape)
        self.made_by[name] = layer
        return Value(name, map_places(shape))

    def step(self, name, argument=None):
        """A pointwise operator: part of the layer before if nothing else reads that, else a layer."""
        source = self.source(argument)
        value = self.value(argument)
        if self.still_alone(source) and value.edge in self.made_by:
            layer = self.made_by.pop(value.edge)
            layer["pointwise"].append(name)
            layer["output"] = self.unique()
            self.made_by[layer["output"]] = layer
            self.shapes[layer["output"]] = self.shapes.pop(value.edge)
            return Value(layer["output"], value.places)
        result = self.add_layer("pointwise", [value.edge], self.shapes[value.edge])
        self.made_by[result.edge]["pointwise"] = [name]
        return Value(result.edge, value.places)

    def affine(self, source, factors):
        """A factor and a constant for each channel. Right behind a layer with weights they are part of these, as exporters
        do it; else they are a step."""
        value = self.values[source]
        layer = self.made_by.get(value.edge)
        if layer is not None and not layer["pointwise"] and self.still_alone(source):
            for weighted in self.weighted:
                if weighted.layer is layer:
                    weighted.scale(factors)
                    return Value(value.edge, value.places)
        return self.step("batch_norm", source)

    def per_channel(self, value, constant):
        """A factor for each channel of the edge; None if they differ within a channel."""
        channels = self.shapes[value.edge][2]
        everywhere = constant.to("cpu", torch.float32).expand(value.places.shape).flatten()
        channel = (value.places.flatten() - 1) % channels
        result = torch.empty(channels)
        result[channel] = everywhere
        return result.numpy() if torch.equal(result[channel], everywhere) else None

    # Operators

    def convolution(self):
        module = self.modules[self.node.target]
        source = self.values[self.source()]
        shape = self.shapes[source.edge]
        around = self.zeros_around(source)
        own = module._reversed_padding_repeated_twice  # left, right, top, bottom, also for padding="same"
        stride = pair(module.stride)
        if module.padding_mode != "zeros" and any(own):
            self.refuse(f"padding_mode is {module.padding_mode}; only zeros are supported")
        if pair(module.dilation) != (1, 1) or stride[0] != stride[1]:
            self.refuse(f"stride is {stride}, dilation {pair(module.dilation)}; only equal strides and no dilation are "
                        "supported")
        pads = [around[0] + own[2], around[1] + own[0], around[2] + own[3], around[3] + own[1]]
        kernel = list(module.kernel_size)
        out = [(shape[axis] + pads[axis] + pads[axis + 2] - kernel[axis]) // stride[0] + 1 for axis in (0, 1)]
        result = self.add_layer("conv", [source.edge], (*out, module.out_channels), filters=module.out_channels,
                                kernel=kernel, stride=stride[0], groups=module.groups, pads=pads)
        self.add_weights(result, source, module.weight.permute(0, 2, 3, 1))
        return result

    def zeros_around(self, value):
        """Top, left, bottom, right of a padded map."""
        height, width, channels = self.shapes[value.edge]
        places = value.places
        if places.dim() == 4 and places.shape[1] == channels:
            rows = places[0, 0].amax(1).nonzero().flatten()
            columns = places[0, 0].amax(0).nonzero().flatten()
            top, left = int(rows[0]), int(columns[0])
            pads = (top, left, places.shape[2] - height - top, places.shape[3] - width - left)
            padded = functional.pad(map_places((height, width, channels)), (pads[1], pads[3], pads[0], pads[2]))
            if min(pads) >= 0 and torch.equal(places, padded):
                return pads
        self.map_value()
        return self.refuse(f"reads '{value.edge}' in a form that is not supported")

    def linear(self):
        module = self.modules[self.node.target]
        source = self.value()
        height, width, channels = self.shapes[source.edge]
        rows = source.places.reshape(-1, module.in_features)
        weights = module.weight.detach()
        if len(rows) == 1:
            result = self.add_layer("fully_connected", [source.edge], (1, 1, module.out_features),
                                    outputs=module.out_features)
            ordered = torch.empty_like(weights)
            ordered[:, rows[0] - 1] = weights
        else:
            if not torch.equal(rows.flatten(), torch.arange(1, rows.numel() + 1)) or module.in_features != channels:
                self.refuse(f"reads '{source.edge}' ({height}x{width}x{channels}) as {list(source.places.shape)}; the "
                            "last axis must be the channels of a token, or all of an image")
            result = self.add_layer("conv", [source.edge], (height, width, module.out_features),
                                    filters=module.out_features, kernel=[1, 1], stride=1, groups=1, pads=[0, 0, 0, 0])
            ordered = weights
        self.add_weights(result, source, ordered[:, None, None, :])
        return self.by_pixel(result, source)

    def by_pixel(self, result, like):
        """The result's channels on the last axis, the other axes as those of `like`."""
        channels = self.shapes[result.edge][2]
        return Value(result.edge, result.places.permute(0, 2, 3, 1).reshape(*like.places.shape[:-1], channels))

    def add_weights(self, result, source, weights):
        path = self.node.target
        call = self.calls.get(path, 0)
        self.calls[path] = call + 1
        values = weights.detach().to(torch.float32).cpu().contiguous().numpy()
        self.weighted.append(WeightedLayer(self.made_by[result.edge], path, call, source, values))

    def batch_norm(self):
        module = self.modules[self.node.target]
        if module.running_var is None:
            self.refuse("has no running statistics; only batch norms that are constant in eval mode are supported")
        value = self.value()
        factor = torch.ones_like(module.running_var) if module.weight is None else module.weight.detach()
        factor = factor / torch.sqrt(module.running_var + module.eps)
        axes = [1] * value.places.dim()
        axes[1] = -1
        factors = self.per_channel(value, factor.reshape(axes))
        if factors is None:
            self.refuse(f"reads '{value.edge}' as {list(value.places.shape)}; its second axis must be the channels")
        return self.affine(self.source(), factors)

    def add(self):
        if "alpha" in self.node.kwargs:
            self.refuse("alpha is not supported")
        return self.with_constant(lambda _: torch.ones(())) if self.has_constant() else self.join_equal()

    def subtract(self):
        if not self.has_constant():
            self.refuse("only sums of two activations are supported, differences are not")
        return self.with_constant(lambda _: torch.ones(()))

    def multiply(self):
        if not self.has_constant():
            self.refuse("only sums and matrix products of two activations are supported, products element by element "
                        "(squeeze-and-excite, gates) are not")
        return self.with_constant(lambda constant: constant)

    def divide(self):
        if not self.has_constant() or self.node.args[0] not in self.values:
            self.refuse("only quotients of an activation and a constant are supported")
        return self.with_constant(lambda constant: 1 / constant)

    def has_constant(self):
        if len(self.node.args) < 2:
            self.refuse("an operand is given by name; give both by position")
        return sum(isinstance(argument, fx.Node) and argument in self.values for argument in self.node.args[:2]) == 1

    def with_constant(self, factor_of):
        """Sum, difference, product or quotient of an activation and a constant."""
        first, second = self.node.args[:2]
        source, other = (first, second) if first in self.values else (second, first)
        constant = torch.as_tensor(self.constant(other), dtype=torch.float32)
        value = self.value(source)
        if self.per_channel(value, constant) is None:
            return self.step("add_constant" if self.operator_name() in ("add", "sub") else "mul_constant", source)
        return self.affine(source, self.per_channel(value, factor_of(constant)))

    def join_equal(self):
        first, second = (self.value(argument) for argument in self.node.args[:2])
        if self.shapes[first.edge] != self.shapes[second.edge] or not torch.equal(first.places, second.places):
            self.refuse(f"adds {list(first.places.shape)} to {list(second.places.shape)}; only equal maps are supported")
        result = self.add_layer("add", [first.edge, second.edge], self.shapes[first.edge])
        return Value(result.edge, first.places)

    def concat(self):
        sources = self.node.args[0]
        axis = self.parameters(dim=0).dim
        values = [self.value(source) for source in sources]
        shapes = [self.shapes[value.edge] for value in values]
        rank = values[0].places.dim()
        is_map = rank == 4 and axis in (1, -3)
        is_last = axis in (-1, rank - 1) and all(
            torch.equal(value.places.flatten(), torch.arange(1, value.places.numel() + 1)) for value in values)
        if is_map:
            is_map = all(torch.equal(value.places, map_places(shape)) for value, shape in zip(values, shapes))
        if not is_map and not (is_last and rank != 4) or len({shape[:2] for shape in shapes}) != 1:
            self.refuse(f"joins along axis {axis}; only channels of equal maps, or of equal tokens, are supported")
        channels = sum(shape[2] for shape in shapes)
        result = self.add_layer("concat", [value.edge for value in values], (*shapes[0][:2], channels))
        return result if is_map else self.by_pixel(result, values[0])

    def pool(self, kind, parameters, **keys):
        source = self.map_value()
        height, width, channels = self.shapes[source.edge]
        kernel = pair(parameters.kernel_size)
        stride = kernel if parameters.stride in (None, []) else pair(parameters.stride)
        padding = pair(parameters.padding)
        if kernel[0] != kernel[1] or stride[0] != stride[1]:
            self.refuse(f"kernel is {kernel}, stride {stride}; only squares and equal strides are supported")
        if kind == "average_pool" and kernel == (height, width) and padding == (0, 0):
            return self.add_layer("global_average_pool", [source.edge], (1, 1, channels))
        out = self.results.shapes[self.node][2:]
        return self.add_layer(kind, [source.edge], (*out, channels), kernel=list(kernel), stride=stride[0],
                              pads=[*padding, *padding], ceil_mode=bool(parameters.ceil_mode), **keys)

    def max_pool(self):
        parameters = self.parameters(kernel_size=None, stride=None, padding=0, dilation=1, ceil_mode=False,
                                     return_indices=False)
        if pair(parameters.dilation) != (1, 1) or parameters.return_indices:
            self.refuse("dilation and indices are not supported")
        return self.pool("max_pool", parameters)

    def average_pool(self):
        parameters = self.parameters(kernel_size=None, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                                     divisor_override=None)
        if parameters.divisor_override is not None:
            self.refuse("divisor_override is not supported")
        counts = bool(parameters.count_include_pad) and any(pair(parameters.padding))
        return self.pool("average_pool", parameters, count_include_pad=counts)

    def adaptive_average_pool(self):
        source = self.map_value()
        if self.results.shapes[self.node][2:] != (1, 1):
            self.refuse("only an average over the whole map (output size 1) is supported")
        return self.add_layer("global_average_pool", [source.edge], (1, 1, self.shapes[source.edge][2]))

    def mean(self):
        source = self.value()
        parameters = self.parameters(dim=None, keepdim=False)
        axes = parameters.dim if isinstance(parameters.dim, (tuple, list)) else [parameters.dim]
        height, width, channels = self.shapes[source.edge]
        if None not in axes and source.places.shape[0] == 1 and 0 not in axes:
            channel = (source.places - 1) % channels
            lowest = channel.amin(tuple(axes))
            if torch.equal(lowest, channel.amax(tuple(axes))) and torch.equal(lowest.flatten(), torch.arange(channels)):
                result = self.add_layer("global_average_pool", [source.edge], (1, 1, channels))
                return Value(result.edge, result.places.reshape(self.results.shapes[self.node]))
        return self.refuse(f"takes the mean along {parameters.dim}; only that of a whole map, or of all tokens, is "
                           "supported")

    def matmul(self):
        if not all(isinstance(argument, fx.Node) and argument in self.values for argument in self.node.args[:2]):
            self.refuse("multiplies an activation by a constant matrix; make it an nn.Linear, so that a hook sees what "
                        "it reads")
        first, second = (self.value(argument) for argument in self.node.args[:2])
        a, b = first.places, second.places
        if a.dim() < 2 or b.dim() != a.dim() or a.shape[:-2] != b.shape[:-2]:
            self.refuse(f"multiplies {list(a.shape)} by {list(b.shape)}; only equal leading axes are supported")
        groups, (rows, inner), columns = int(np.prod(a.shape[:-2])), a.shape[-2:], b.shape[-1]
        if not torch.equal(a.reshape(groups, rows, inner), self.head_places(groups, rows, inner)):
            self.refuse(f"the first operand ('{first.edge}') is not tokens by channels, head after head")
        b = b.reshape(groups, inner, columns)
        transpose = torch.equal(b, self.head_places(groups, columns, inner).transpose(1, 2))
        if not transpose and not torch.equal(b, self.head_places(groups, inner, columns)):
            self.refuse(f"the second operand ('{second.edge}') is not tokens by channels, or these transposed, head after "
                        "head")
        height, width, _ = self.shapes[first.edge]
        result = self.add_layer("matmul", [first.edge, second.edge], (height, width, groups * columns), groups=groups,
                                transpose=transpose)
        return Value(result.edge, self.head_places(groups, rows, columns).reshape(*a.shape[:-1], columns))

    @staticmethod
    def head_places(groups, tokens, channels):
        """[groups, tokens, channels of a group] on an edge on which a token's groups follow each other."""
        return torch.arange(1, groups * tokens * channels + 1).reshape(tokens, groups, channels).transpose(0, 1)

    def softmax(self):
        source = self.value()
        if [reader.op for reader in self.readers(self.node)] == ["output"]:
            self.left_out.append(self.describe())
            return source
        axis = self.parameters(dim=None, _stacklevel=3, dtype=None).dim
        if axis is None or self.operator_name() not in ("Softmax", "softmax"):
            self.refuse("only a softmax along a named axis is supported before the end")
        turned = source.places.movedim(axis, -1)
        size = turned.shape[-1]
        rows = turned.reshape(-1, size)
        channels = self.shapes[source.edge][2]
        if not torch.equal(rows, rows[:, :1] + torch.arange(size)) or torch.any((rows[:, 0] - 1) % size != 0) or \
                channels % size != 0:
            self.refuse(f"runs along axis {axis} of {list(source.places.shape)}; only along a token's channels, or equal "
                        "parts of them, is supported")
        result = self.add_layer("softmax", [source.edge], self.shapes[source.edge], groups=channels // size)
        return Value(result.edge, source.places)

    def layer_norm(self):
        source = self.value()
        size = self.parameters(normalized_shape=None, weight=None, bias=None, eps=1e-5).normalized_shape
        size = [size] if isinstance(size, int) else list(size)
        channels = self.shapes[source.edge][2]
        if size != [channels] or not torch.equal(source.places.flatten(), torch.arange(1, source.places.numel() + 1)):
            self.refuse(f"normalises {size}; only the channels of a token ({channels}) are supported")
        result = self.add_layer("layer_norm", [source.edge], self.shapes[source.edge])
        return Value(result.edge, source.places)

    def clip(self):
        parameters = self.parameters(min_val=-1.0, max_val=1.0) if "ard" in self.operator_name() else \
            self.parameters(min=None, max=None)
        bounds = tuple(vars(parameters).values())
        return self.step("relu6" if bounds == (0, 6) else "relu" if bounds == (0, None) else "clip")

    def move(self):
        if self.operator_name() == "pad":
            parameters = self.parameters(pad=None, mode="constant", value=None)
            if parameters.mode != "constant" or parameters.value not in (None, 0):
                self.refuse("pads with something else than zeros; only zeros are supported")

        def argument_of(node):
            if node not in self.values:
                return self.constant(node)
            value = self.values[node]
            return value.places if isinstance(value, Value) else tuple(part.places for part in value)
        args = fx.node.map_arg(self.node.args, argument_of)
        kwargs = fx.node.map_arg(self.node.kwargs, argument_of)
        if self.node.op == "call_module":
            moved = self.modules[self.node.target](*args, **kwargs)
        elif self.node.op == "call_method":
            moved = getattr(args[0], self.node.target)(*args[1:], **kwargs)
        else:
            moved = self.node.target(*args, **kwargs)
        source = self.values[self.node.args[0]]
        if not isinstance(source, Value):
            return source[self.node.args[1]]
        if isinstance(moved, (tuple, list)):
            return tuple(Value(source.edge, part, is_alone=False) for part in moved)
        value = Value(source.edge, moved, self.still_alone(self.node.args[0]))
        return self.settled(value)

    def settled(self, value):
        """A finished slice or padding of channels is a layer of its own."""
        shape = self.shapes[value.edge]
        whole = map_places(shape)
        places = value.places
        if places.dim() != 4 or torch.equal(places, whole):
            return value
        for stride in range(2, max(shape[:2]) + 1):
            if torch.equal(places, whole[:, :, ::stride, ::stride]):
                return self.add_layer("subsample", [value.edge], (*places.shape[2:], shape[2]), stride=stride)
        extra = places.shape[1] - shape[2]
        if extra > 0 and places.shape[2:] == whole.shape[2:]:
            before = int(places[0, :, 0, 0].nonzero()[0])
            if torch.equal(places, functional.pad(whole, (0, 0, 0, 0, before, extra - before))):
                return self.add_layer("channel_pad", [value.edge], (*shape[:2], places.shape[1]), before=before,
                                      after=extra - before)
        return value

    def nothing(self):
        source = self.values[self.source()]
        return Value(source.edge, source.places, self.still_alone(self.source()))

    HANDLERS = {
        "Conv2d": convolution, "Linear": linear, "BatchNorm2d": batch_norm, "BatchNorm1d": batch_norm, "add": add,
        "sub": subtract, "mul": multiply, "div": divide, "truediv": divide, "cat": concat, "concat": concat,
        "MaxPool2d": max_pool, "max_pool2d": max_pool, "AvgPool2d": average_pool, "avg_pool2d": average_pool,
        "AdaptiveAvgPool2d": adaptive_average_pool, "adaptive_avg_pool2d": adaptive_average_pool, "mean": mean,
        "matmul": matmul, "bmm": matmul, "Softmax": softmax, "softmax": softmax, "LogSoftmax": softmax,
        "log_softmax": softmax, "LayerNorm": layer_norm, "layer_norm": layer_norm, "Hardtanh": clip, "hardtanh": clip,
        "clamp": clip, "clip": clip,
    }

    def import_node(self):
        name = self.operator_name()
        if name in STEPS:
            return self.step(STEPS[name])
        if name in MOVES:
            return self.move()
        if name in NOTHING:
            return self.nothing()
        if name not in self.HANDLERS:
            advice = ADVICE.get(name, f"supported: {', '.join(sorted({*self.HANDLERS, *STEPS, *MOVES, *NOTHING}))}")
            self.refuse(f"this operator is not supported; {advice}")
        return self.HANDLERS[name](self)

    def begin(self):
        self.input = self.unique()
        sizes = self.results.shapes[self.node]
        if len(sizes) == 4:
            self.shapes[self.input] = (sizes[2], sizes[3], sizes[1])
            return Value(self.input, map_places(self.shapes[self.input]))
        if len(sizes) not in (2, 3):
            self.refuse(f"an image has shape {list(sizes[1:])}; must be [channels, height, width], [tokens, channels] or "
                        "[channels]")
        self.shapes[self.input] = (1, *(sizes[1:] if len(sizes) == 3 else (1, sizes[1])))
        return Value(self.input, torch.arange(1, int(np.prod(sizes)) + 1).reshape(sizes))

    def run(self):
        for self.node in self.graph.nodes:
            if self.node.op == "placeholder" and self.input is None:
                self.values[self.node] = self.begin()
            elif self.node.op == "output":
                self.finish()
            elif self.node in self.results.depends:
                result = self.import_node()
                if isinstance(result, Value) and result.places.shape != self.results.shapes[self.node]:
                    self.refuse(f"gives {list(self.results.shapes[self.node])}, which is not supported in this place")
                self.values[self.node] = result
        return self

    def finish(self):
        result = self.node.args[0]
        if not isinstance(result, fx.Node) or result not in self.values or isinstance(self.values[result], tuple):
            raise CaptureError("the model returns something else than one tensor that depends on the image; wrap it in a "
                               "module that returns the scores alone")
        self.output = self.values[result].edge
        for layer in self.layers:
            if self.output in layer["inputs"]:
                raise CaptureError(f"the output '{self.output}' is read by layer '{layer['name']}' too; only an output "
                                   "that nothing else reads is supported")
        if not self.weighted:
            raise CaptureError("the model has no Conv2d and no Linear, so there is nothing to capture")

    def network(self):
        return {"name": self.name, "input": {"edge": self.input, "shape": list(self.shapes[self.input])},
                "layers": self.layers, "output": self.output}


# ---------------------------------------------------------------------------------------------------------------------
# What the layers read

class Recorder:
    """Hooks on the modules of layers with weights; `run` gives each edge's values for a batch, [images, H, W, C]."""

    def __init__(self, model, modules, importer):
        self.model = model
        self.importer = importer
        self.read = {}
        self.hooks = [modules[path].register_forward_pre_hook(self.hook(path)) for path in importer.calls]

    def hook(self, path):
        def keep(_, inputs):
            # A copy: an operator in place may overwrite the tensor before the batch is done.
            self.read.setdefault(path, []).append(inputs[0].detach().clone())
        return keep

    def remove(self):
        for hook in self.hooks:
            hook.remove()

    def run(self, batch):
        self.read = {}
        output = self.model(batch)
        for path, calls in self.importer.calls.items():
            if len(self.read.get(path, [])) != calls:
                raise CaptureError(f"layer '{path}' was called {len(self.read.get(path, []))} times, but {calls} times "
                                   "when the model was traced; its forward must do the same for every image")
        edges = {}
        for weighted in self.importer.weighted:
            edge = weighted.value.edge
            values = self.on_edge(weighted, self.read[weighted.path][weighted.call], len(batch))
            if edge in edges and not np.array_equal(edges[edge], values, equal_nan=True):
                raise CaptureError(f"layer '{weighted.path}' reads other values than the layers before it that read "
                                   f"'{edge}'; something changes the tensor in place in a way that is not supported")
            if not np.isfinite(values).all():
                raise CaptureError(f"layer '{weighted.path}' reads values that are not finite; check the model and its "
                                   "images")
            edges[edge] = values
        return edges, output

    def on_edge(self, weighted, tensor, images):
        places = weighted.value.places
        flat = tensor.to(torch.float32).cpu().reshape(images, -1)
        if flat.shape[1] != places.numel():
            raise CaptureError(f"layer '{weighted.path}' reads {flat.shape[1]} values of an image, but read "
                               f"{places.numel()} when the model was traced; all images must have one size")
        shape = self.importer.shapes[weighted.value.edge]
        if places is map_places(shape):
            values = flat.reshape(images, *places.shape[1:]).permute(0, 2, 3, 1)
        else:
            places = places.flatten()
            values = torch.empty(images, int(np.prod(shape)))
            values[:, places[places > 0] - 1] = flat[:, places > 0]
        return values.reshape(images, *shape).contiguous().numpy()


# ---------------------------------------------------------------------------------------------------------------------
# The file

class PartialFile:
    """Appears under its name only when it is finished."""

    def __init__(self, target):
        # A link stays: what it leads to is written.
        self.target = Path(os.path.realpath(target))
        if self.target.is_dir():
            raise CaptureError(f"{target}: is a directory; name the file to write")
        if self.target.exists() and not self.target.is_file():
            raise CaptureError(f"{target}: is a device or pipe; name the file to write")
        self.partial = self.target.with_name(f"{self.target.name}.partial-{os.getpid()}")
        try:
            self.descriptor = os.open(self.partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        except OSError as error:
            raise self.refusal(error) from error

    def refusal(self, error):
        return CaptureError(f"{self.target}: cannot be written: {error.strerror}; check folder, rights and free space")

    def __enter__(self):
        return self

    def write(self, offset, data):
        rest = memoryview(data)
        try:
            while rest:
                count = os.pwrite(self.descriptor, rest, offset)
                offset, rest = offset + count, rest[count:]
        except OSError as error:
            raise self.refusal(error) from error

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                os.fsync(self.descriptor)
                os.replace(self.partial, self.target)
        except OSError as error:
            raise self.refusal(error) from error
        finally:
            self.partial.unlink(missing_ok=True)
            os.close(self.descriptor)


def mask_of(values):
    return np.packbits(values != 0, axis=-1, bitorder="little")


class CodeFormat:
    """8-bit codes: signed only where negative values occur; the scale maps the largest magnitude to the largest code."""

    def __init__(self, lowest, highest):
        self.dtype = "I8" if lowest < 0 else "U8"
        self.largest = 127 if lowest < 0 else 255
        magnitude = max(float(highest), -float(lowest))
        self.scale = magnitude / self.largest if magnitude > 0 else 1.0

    def codes(self, values):
        exact = values.astype(np.float64) / self.scale
        codes = np.minimum(np.floor(np.abs(exact) + 0.5), self.largest)
        # What is not zero has no code of zero.
        codes = np.sign(values) * np.where(values != 0, np.maximum(codes, 1), 0)
        return codes.astype(np.int8 if self.dtype == "I8" else np.uint8)


def range_of(values):
    return min(0.0, float(values.min())), max(0.0, float(values.max()))


class TraceFile:
    """Tensors of known sizes, written part by part behind a header that comes last."""

    def __init__(self, file, graph, importer, images, formats):
        self.file, self.graph = file, graph
        self.tensors = {}  # name: dtype, shape, begin
        self.end = 0
        self.formats = formats  # by tensor of codes; None: masks only
        for weighted in importer.weighted:
            self.add(f"weight_{{}}/{weighted.layer['name']}", weighted.weights.shape)
        read = {weighted.value.edge for weighted in importer.weighted}
        for edge in [importer.input, *(layer["output"] for layer in importer.layers)]:
            if edge in read:
                self.add(f"activation_{{}}/{edge}", (images, *importer.shapes[edge]))
        if formats is not None:
            graph["code_scales"] = {name: format.scale for name, format in formats.items()}
        longest = json.loads(json.dumps(graph))
        for image in longest["images"]:
            image["top1"] = LARGEST_CLASS
        self.begin = len(self.header(longest))

    def add(self, pattern, shape):
        self.add_tensor(pattern.format("mask"), "U8", (*shape[:-1], (shape[-1] + 7) // 8))
        if self.formats is not None:
            name = pattern.format("code")
            self.add_tensor(name, self.formats[name].dtype, shape)

    def add_tensor(self, name, dtype, shape):
        self.tensors[name] = (dtype, shape, self.end)
        self.end += int(np.prod(shape, dtype=np.int64))

    def write(self, key, values, offset=0):
        """`offset` counts positions of the first axis: images."""
        for kind in ("mask", "code"):
            name = key.format(kind)
            if name in self.tensors:
                _, shape, begin = self.tensors[name]
                data = mask_of(values) if kind == "mask" else self.formats[name].codes(values)
                self.file.write(self.begin + begin + offset * int(np.prod(shape[1:], dtype=np.int64)), data.tobytes())

    def header(self, graph, length=0):
        header = {"__metadata__": {"millrace": json.dumps(graph, sort_keys=True, separators=(",", ":"))}}
        for name, (dtype, shape, begin) in self.tensors.items():
            end = begin + int(np.prod(shape, dtype=np.int64))
            header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
        text = json.dumps(header, separators=(",", ":")).encode()
        size = max(8 + len(text), length)
        size = (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        return struct.pack("<Q", size - 8) + text.ljust(size - 8)

    def finish(self):
        self.file.write(0, self.header(self.graph, self.begin))


# ---------------------------------------------------------------------------------------------------------------------
# The whole capture

class Images:
    """Batches of images and labels, as often as they are asked for."""

    def __init__(self, images, labels, limit):
        self.images = images
        self.limit = limit
        self.labels = None if labels is None else np.asarray(labels).tolist()
        self.is_array = isinstance(images, (np.ndarray, torch.Tensor))
        if not self.is_array and iter(images) is images:
            raise CaptureError("images can be gone through only once; give an array, a list or a DataLoader")
        if not self.is_array and labels is not None:
            raise CaptureError("labels are given beside batches; put them into the batches: (images, labels)")

    def __iter__(self):
        rest = self.limit
        for batch, labels in self.batches():
            batch = torch.as_tensor(batch, dtype=torch.float32)
            labels = None if labels is None else np.atleast_1d(np.asarray(labels)).tolist()
            if batch.dim() < 2 or (labels is not None and len(labels) != len(batch)):
                raise CaptureError(f"a batch has shape {list(batch.shape)} and {0 if labels is None else len(labels)} "
                                   "labels; must be [images, ...] and one label an image")
            if rest is not None:
                batch, labels = batch[:rest], labels if labels is None else labels[:rest]
                rest -= len(batch)
            if len(batch) == 0:
                return
            yield batch, labels or [None] * len(batch)

    def batches(self):
        if not self.is_array:
            for item in self.images:
                yield (item[0], item[1]) if isinstance(item, (tuple, list)) else (item, None)
            return
        if self.labels is not None and len(self.labels) != len(self.images):
            raise CaptureError(f"there are {len(self.images)} images, but {len(self.labels)} labels")
        for index in range(len(self.images)):
            # One at a time: libraries choose other orders of summation for other batch sizes.
            yield self.images[index:index + 1], None if self.labels is None else self.labels[index:index + 1]


class Progress:
    """A line for each tenth."""

    def __init__(self, stream, task, total):
        self.stream, self.task, self.total, self.done = stream, task, total, 0

    def step(self, count):
        before, self.done = 10 * self.done // self.total, self.done + count
        if self.stream is not None and 10 * self.done // self.total != before:
            print(f"{self.task}: {self.done} of {self.total} images ({100 * self.done // self.total} %)",
                  file=self.stream, flush=True)


def survey(images):
    """Labels of all images, a digest of each batch, and the first image."""
    labels, digests, example = [], [], None
    for batch, batch_labels in images:
        example = batch[:1] if example is None else example
        labels += batch_labels
        digests.append(digest_of(batch))
    if example is None:
        raise CaptureError("there are no images; give at least one")
    for label in labels:
        if label is not None and not (isinstance(label, int) and 0 <= label <= LARGEST_CLASS):
            raise CaptureError(f"label {label!r} must be an integer from 0 to {LARGEST_CLASS}")
    return labels, digests, example


def digest_of(batch):
    return hashlib.blake2b(batch.contiguous().numpy().tobytes(), digest_size=8).digest()


def run_all(recorder, images, digests, device, progress):
    """Edges' values and the output, batch by batch; always the same images."""
    done = 0
    for (batch, _), digest in zip(images, digests):
        if digest_of(batch) != digest:
            raise CaptureError("the images come in another order, or changed, when they are asked for again; switch off "
                               "shuffling and random changes of images")
        edges, output = recorder.run(batch.clone().to(device))
        yield done, edges, output
        done += len(batch)
        progress.step(len(batch))


def check_labels(infos, classes):
    for info in infos:
        if info.get("label", 0) >= classes:
            raise CaptureError(f"image '{info['name']}': class {info['label']} must be 0 to {classes - 1}: the model has "
                               f"{classes} classes")


def weight_hash(importer):
    digest = hashlib.blake2b(digest_size=8)
    for weighted in importer.weighted:
        digest.update(weighted.weights.tobytes())
    return digest.hexdigest()


def capture(model, images, out, *, name=None, labels=None, names=None, masks_only=False, limit=None, progress=None):
    """Runs a model on images and writes the trace `out`.

    `images` is an array or tensor [images, channels, height, width] (or [images, tokens, channels]), as the model reads
    them, with `labels` beside it if known; or batches of them that can be gone through twice, such as a DataLoader that
    does not shuffle: tensors, or pairs of a tensor and labels. `names` are the images' names, `name` the network's.
    Without `masks_only` the trace holds 8-bit codes too, and every image is run twice. At most `limit` images are
    taken. Progress goes to the stream `progress`.

    The model is run in eval mode and is left as it was. Returns images, labelled, correct and left_out (softmax at the
    end). Raises CaptureError, and then leaves no file.
    """
    images = Images(images, labels, limit)
    labels, digests, example = survey(images)
    if names is not None and len(names) < len(labels):
        raise CaptureError(f"there are {len(labels)} images, but {len(names)} names")
    parameter = next(model.parameters(), torch.empty(0))
    were_training = [module for module in model.modules() if module.training]
    threads = torch.get_num_threads()
    model.eval()
    # More threads change the last bits of values, and so the codes.
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            graph, modules, results = traced(model, example.to(parameter.device))
            importer = Importer(graph, modules, results, name or type(model).__name__).run()
            recorder = Recorder(model, modules, importer)
            try:
                return write_trace(importer, recorder, images, labels, digests, parameter.device, out, names, masks_only,
                                   progress)
            finally:
                recorder.remove()
    finally:
        torch.set_num_threads(threads)
        for module in were_training:
            module.training = True


def write_trace(importer, recorder, images, labels, digests, device, out, names, masks_only, progress):
    count = len(labels)
    infos = [{"name": str(index if names is None else names[index])} for index in range(count)]
    for info, label in zip(infos, labels):
        if label is not None:
            info["label"] = label
    provenance = {"model": importer.name, "weight_hash": weight_hash(importer),
                  "capture_version": f"pytorch.py with torch {torch.__version__}"}
    if importer.left_out:
        provenance["left_out"] = importer.left_out
    graph = {"version": FORMAT_VERSION, "network": importer.network(), "images": infos, "provenance": provenance}
    height, width, classes = importer.shapes[importer.output]
    if height == width == 1:
        check_labels(infos, classes)
    correct = labelled = 0
    # Opened first: a place that cannot be written is known before the images are run.
    with PartialFile(out) as file:
        formats = None
        if not masks_only:
            formats = {f"weight_code/{weighted.layer['name']}": CodeFormat(*range_of(weighted.weights))
                       for weighted in importer.weighted}
            ranges = {}
            for _, edges, _ in run_all(recorder, images, digests, device, Progress(progress, "ranges", count)):
                for edge, values in edges.items():
                    lowest, highest = range_of(values)
                    before = ranges.get(edge, (0.0, 0.0))
                    ranges[edge] = min(before[0], lowest), max(before[1], highest)
            formats.update({f"activation_code/{edge}": CodeFormat(*both) for edge, both in ranges.items()})
        trace = TraceFile(file, graph, importer, count, formats)
        for weighted in importer.weighted:
            trace.write(f"weight_{{}}/{weighted.layer['name']}", weighted.weights)
        for first, edges, output in run_all(recorder, images, digests, device, Progress(progress, "capture", count)):
            for edge, values in edges.items():
                trace.write(f"activation_{{}}/{edge}", values, first)
            if height == width == 1:
                for index, top1 in enumerate(output.reshape(len(output), -1).argmax(1).tolist(), first):
                    infos[index]["top1"] = top1
                    labelled += labels[index] is not None
                    correct += labels[index] == top1
        trace.finish()
    return SimpleNamespace(images=count, labelled=labelled, correct=correct, left_out=importer.left_out)


# ---------------------------------------------------------------------------------------------------------------------
# The command

def load_function(text, what):
    """FILE.py:FUNCTION."""
    path, _, function = text.rpartition(":")
    if not path.endswith(".py") or not function:
        raise CaptureError(f"{what} is '{text}', must be FILE.py:FUNCTION")
    path = Path(path).resolve()
    if not path.is_file():
        raise CaptureError(f"{path}: there is no such file")
    # Files beside it can be imported, as if it were run itself.
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    specification.loader.exec_module(module)
    if not callable(getattr(module, function, None)):
        raise CaptureError(f"{path}: has no function '{function}'")
    return getattr(module, function)


def load_array(path):
    try:
        return np.load(path)
    except (OSError, ValueError) as error:
        raise CaptureError(f"{path}: is no array that can be read ({error}); write one with numpy.save()") from error


def load_weights(model, path):
    """Names of a checkpoint that was saved under DataParallel begin with 'module.'."""
    try:
        if path.endswith(".npz"):
            with np.load(path) as stored:
                weights = {key: torch.from_numpy(stored[key]) for key in stored.files}
        else:
            weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CaptureError(f"{path}: holds no weights that can be read ({error}); give a state_dict written by "
                           "torch.save() or numpy.savez()") from error
    weights = weights.get("state_dict", weights)
    weights = {key[len("module."):] if key.startswith("module.") else key: value for key, value in weights.items()}
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise CaptureError(f"{path}: does not fit the model: {' '.join(str(error).split())}") from error


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="pytorch.py", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Runs a PyTorch model on images and writes a trace: which activations and weights are not zero.",
        epilog="Example:\n  python3 traces/capture/pytorch.py traces/digits/models.py:resnet "
               "traces/digits/images.py:test_images --out digits.safetensors")
    parser.add_argument("model", metavar="MODEL.py:FUNCTION", help="function without arguments that returns the model")
    parser.add_argument("source", metavar="IMAGES",
                        help="FILE.npy, [images, channels, height, width] as the model reads them; or FILE.py:FUNCTION, "
                             "which returns such an array, or batches, such as a DataLoader")
    parser.add_argument("--out", required=True, metavar="TRACE", help="file to write (.safetensors)")
    parser.add_argument("--weights", metavar="FILE", help="state_dict for the model (.pt, .pth, .npz)")
    parser.add_argument("--labels", metavar="FILE.npy", help="class of each image, if IMAGES is an array")
    parser.add_argument("--images", type=int, metavar="N", help="at most N images, the first ones")
    parser.add_argument("--name", help="name of the network; default: the model's class")
    parser.add_argument("--masks-only", action="store_true", help="leave out the 8-bit codes of the values")
    arguments = parser.parse_args()
    if arguments.images is not None and arguments.images < 1:
        raise CaptureError(f"--images is {arguments.images}, must be 1 or more")
    return arguments


def run_command():
    arguments = parse_arguments()
    model = load_function(arguments.model, "the model")()
    if not isinstance(model, nn.Module):
        raise CaptureError(f"{arguments.model} returned {type(model).__name__}, must return a torch.nn.Module")
    if arguments.weights is not None:
        load_weights(model, arguments.weights)
    is_file = arguments.source.endswith(".npy")
    images = load_array(arguments.source) if is_file else load_function(arguments.source, "IMAGES")()
    labels = None if arguments.labels is None else load_array(arguments.labels)
    summary = capture(model, images, arguments.out, name=arguments.name, labels=labels, masks_only=arguments.masks_only,
                      limit=arguments.images, progress=sys.stderr)
    print(f"{arguments.out}: {summary.images} images")
    if summary.labelled > 0:
        print(f"top-1: {summary.correct} of {summary.labelled} ({100 * summary.correct / summary.labelled:.1f} %)")
    for layer in summary.left_out:
        print(f"left out: {layer}; it changes no top-1 and is not part of the network")


def main():
    try:
        run_command()
    except KeyboardInterrupt:
        return report_interrupt()
    except CaptureError as error:
        print(f"pytorch.py: error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except Exception as error:  # in the user's functions or model
        place = error.__traceback__
        while place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
        print(f"pytorch.py: error: {where}: {type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())
