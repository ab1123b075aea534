#!/usr/bin/python3
"""Writes the Verilog of a whole pipeline, and the images of its ROMs, from its plan and its trace.

usage: generate_pipeline.py PLAN.json TRACE.safetensors IMAGES NAME FOLDER
Writes FOLDER/NAME.sv (module NAME) and FOLDER/*.hex. PLAN.json is what `millrace plan --json` writes.

The netlist is the plan's, module by module and stream by stream; bit k of `push` and `pop` is the plan's stream k.

What moves on the streams: a byte a channel, 1 where the trace's mask is set. The reader and whatever makes new values
(DotArray, Add, pools, Pointwise) take the words that they push from a ROM of the edge that they produce: the values of the
network are not computed again. (An edge that the trace has no mask of gets bytes that count, so that order can be seen.)
All other modules move data, and DotArrays look for zeros in the windows that reach them and in ROMs of the weights' masks.
Every stream that does not carry windows is compared, word by word, with what should be on it; `mismatches` counts the words
that differ.
"""
import json
import pathlib
import struct
import sys

# Modules that make new values: their words come from ROMs.
MAKERS = ("DotArray", "Add", "Pool", "GlobalPool", "Pointwise")
UNIT_KINDS = {"dense": 0, "skip_weights": 1, "skip_activations": 2, "skip_both": 3}


def fail(message):
    sys.exit(f"generate_pipeline: {message}")


class Trace:
    def __init__(self, path):
        data = path.read_bytes()
        size = struct.unpack("<Q", data[:8])[0]
        self.header = json.loads(data[8:8 + size])
        self.bytes = data[8 + size:]
        self.network = json.loads(self.header["__metadata__"]["millrace"])["network"]
        self.layers = {layer["name"]: layer for layer in self.network["layers"]}

    def tensor(self, name):
        begin, end = self.header[name]["data_offsets"]
        return self.header[name]["shape"], self.bytes[begin:end]

    def activations(self, edge, image, values):
        """The channels of an image, pixel behind pixel: 1 where the mask is set."""
        name = f"activation_mask/{edge}"
        if name not in self.header:
            return bytes((7 * index + 31 * image + len(edge)) % 256 for index in range(values))
        (images, height, width, row_bytes), data = self.tensor(name)
        channels = values // (height * width)
        first = (image % images) * height * width * row_bytes
        return bytes(data[first + pixel * row_bytes + channel // 8] >> (channel % 8) & 1
                     for pixel in range(height * width) for channel in range(channels))

    def weights(self, layer):
        """A function (filter, kernel position, channel) to 0 or 1."""
        (_, rows, columns, row_bytes), data = self.tensor(f"weight_mask/{layer}")
        positions = rows * columns
        return lambda filter_, position, channel: data[(filter_ * positions + position) * row_bytes
                                                       + channel // 8] >> (channel % 8) & 1


def hex_row(values):
    """The first value in the lowest digits."""
    return bytes(reversed(values)).hex()


class Pipeline:
    def __init__(self, plan, trace, images, name, folder):
        self.plan, self.trace, self.images, self.name, self.folder = plan, trace, images, name, folder
        self.streams = plan["streams"]
        self.index = {stream["name"]: index for index, stream in enumerate(self.streams)}
        self.kinds = {module["name"]: module["kind"] for module in plan["modules"]}
        self.contents = {}  # stream index to bytes of every image; not of windows
        self.text = []
        if plan["data_bits"] != 8:
            fail(f"data_bits is {plan['data_bits']}; the twins carry 8")

    # What is on the streams.

    def is_window(self, stream):
        return self.kinds[self.streams[stream]["from"]] == "SlidingWindow"

    def width(self, stream):
        return self.streams[stream]["word_bits"]

    def ends(self, module, side):
        return [self.index[name] for name in module[side]]

    def values(self, stream):
        return self.streams[stream]["words"] * self.streams[stream]["lanes"]

    def fill(self, module):
        """Contents of a module's outputs, from the trace or from its inputs; false if those are not known yet."""
        kind, p = module["kind"], module["parameters"]
        inputs, outputs = self.ends(module, "inputs"), self.ends(module, "outputs")
        if kind == "DmaReader":
            produced = self.of_edge(self.trace.network["input"]["edge"], outputs[0])
        elif kind in MAKERS:
            produced = self.of_edge(self.trace.layers[module["name"]]["output"], outputs[0])
        elif kind == "SlidingWindow":
            return True
        elif any(stream not in self.contents for stream in inputs):
            return False
        elif kind in ("Fork", "Rebundle"):
            produced = self.contents[inputs[0]]
        elif kind == "Subsample":
            lanes = self.streams[inputs[0]]["lanes"]
            pixel = p["beats"] * lanes
            kept = [row * p["width"] + column for row in range(0, p["height"], p["stride"])
                    for column in range(0, p["width"], p["stride"])]
            produced = [b"".join(image[k * pixel:(k + 1) * pixel] for k in kept) for image in self.contents[inputs[0]]]
        elif kind == "ChannelPad":
            pixel = p["beats"] * p["lanes"]
            before, after = bytes(p["beats_before"] * p["lanes"]), bytes(p["beats_after"] * p["lanes"])
            produced = [b"".join(before + image[k * pixel:(k + 1) * pixel] + after for k in range(p["pixels"]))
                        for image in self.contents[inputs[0]]]
        elif kind == "Concat":
            lanes = self.streams[outputs[0]]["lanes"]
            sizes = [beats * lanes for beats in p["beats"]]
            produced = [b"".join(self.contents[stream][image][k * size:(k + 1) * size] for k in range(p["pixels"])
                                 for stream, size in zip(inputs, sizes)) for image in range(self.images)]
        else:
            return True
        for stream in outputs:
            self.contents[stream] = produced
        return True

    def of_edge(self, edge, stream):
        return [self.trace.activations(edge, image, self.values(stream)) for image in range(self.images)]

    def fill_all(self):
        left = self.plan["modules"]
        while left:
            waiting = [module for module in left if not self.fill(module)]
            if len(waiting) == len(left):
                fail(f"nothing feeds {waiting[0]['name']}")
            left = waiting

    # Verilog.

    def rom(self, stream, take, label):
        """A ROM with all words of a stream, that goes on when `take` is high."""
        lanes = self.streams[stream]["lanes"]
        path = self.folder / f"stream{stream}.hex"
        if not path.exists():
            path.write_text("\n".join(hex_row(image[k:k + lanes]) for image in self.contents[stream]
                                      for k in range(0, len(image), lanes)) + "\n")
        words = self.streams[stream]["words"] * self.images
        self.text.append(f"""  wire [{self.width(stream) - 1}:0] {label};
  rom_words #(.WIDTH({self.width(stream)}), .WORDS({words}), .FILE("{path}")) rom_{label} (
      .clk, .reset, .take({take}), .data({label}));
""")

    def stream(self, stream):
        s = self.streams[stream]
        reader = next(module for module in self.plan["modules"] if module["name"] == s["to"])
        units = reader["parameters"]["units"] if reader["kind"] == "DotArray" else 0
        width = self.width(stream)
        n = f"s{stream}"
        self.text.append(f"\n  // {s['name']}\n  wire {n}_push_valid, {n}_push_ready;\n"
                         f"  wire [{width - 1}:0] {n}_push_data;\n")
        if units:
            self.text.append(f"""  wire [{units - 1}:0] {n}_pop_valid, {n}_pop_ready;
  wire [{units * width - 1}:0] {n}_pop_data;
  wire [{width - 1}:0] {n}_late_data, {n}_freed_data;
  wire {n}_freed;
  delay_line #(.WIDTH({width}), .STAGES({s['latency'] - 1})) {n}_late (
      .clk, .reset, .in({n}_push_data), .out({n}_late_data));
  broadcast_stream #(.WIDTH({width}), .DEPTH({s['depth']}), .LATENCY({s['latency']}), .READERS({units})) {n} (
      .clk, .reset, .push_valid({n}_push_valid), .push_ready({n}_push_ready), .push_data({n}_late_data),
      .pop_valid({n}_pop_valid), .pop_ready({n}_pop_ready), .pop_data({n}_pop_data),
      .freed({n}_freed), .freed_data({n}_freed_data));
""")
            pop, popped = f"{n}_freed", f"{n}_freed_data"
        else:
            self.text.append(f"""  wire {n}_pop_valid, {n}_pop_ready;
  wire [{width - 1}:0] {n}_pop_data;
  stream #(.WIDTH({width}), .DEPTH({s['depth']}), .LATENCY({s['latency']})) {n} (
      .clk, .reset, .push_valid({n}_push_valid), .push_ready({n}_push_ready), .push_data({n}_push_data),
      .pop_valid({n}_pop_valid), .pop_ready({n}_pop_ready), .pop_data({n}_pop_data));
""")
            pop, popped = f"{n}_pop_valid & {n}_pop_ready", f"{n}_pop_data"
        self.text.append(f"  assign push[{stream}] = {n}_push_valid & {n}_push_ready;\n"
                         f"  assign pop[{stream}] = {pop};\n")
        if self.is_window(stream):
            self.text.append(f"  assign differs[{stream}] = 0;\n")
        else:
            self.rom(stream, f"pop[{stream}]", f"{n}_expected")
            self.text.append(f"  assign differs[{stream}] = pop[{stream}] & ({popped} != {n}_expected);\n")

    def ports(self, side, streams):
        """Connections of one side: several streams side by side, the first lowest."""
        near = {"in": "pop", "out": "push"}[side]
        return "".join(f", .{side}_{wire}({{{', '.join(f's{stream}_{near}_{wire}' for stream in reversed(streams))}}})"
                       for wire in ("valid", "ready", "data"))

    def instance(self, kind, index, parameters, connections):
        values = ", ".join(f".{name}({value})" for name, value in parameters.items())
        self.text.append(f"  {kind} #({values}) m{index} (.clk, .reset{connections});\n")

    def module(self, index, module):
        kind, p = module["kind"], module["parameters"]
        inputs, outputs = self.ends(module, "inputs"), self.ends(module, "outputs")
        self.text.append(f"\n  // {module['name']}\n")
        lanes = self.streams[(inputs or outputs)[0]]["lanes"]
        both = self.ports("in", inputs) + self.ports("out", outputs)
        if kind in MAKERS:
            # Time is the module's, data are the ROM's.
            self.rom(outputs[0], f"push[{outputs[0]}]", f"m{index}_words")
            self.text.append(f"  assign s{outputs[0]}_push_data = m{index}_words;\n")
            both = (self.ports("in", inputs) + f", .out_valid(s{outputs[0]}_push_valid), "
                    f".out_ready(s{outputs[0]}_push_ready), .out_data()")
        if kind == "DmaReader":
            self.rom(outputs[0], f"push[{outputs[0]}]", f"m{index}_words")
            self.instance("dma_reader", index,
                          {"IMAGES": self.images, "WORDS": p["words"], "WORD_BYTES": p["word_bytes"],
                           "BURST": p["burst_bytes"], "OUTSTANDING": p["outstanding"]},
                          ", .now, .request(read_request), .request_bytes(read_bytes), .request_done(read_done), "
                          f".address(), .data(m{index}_words){self.ports('out', outputs)}, "
                          ".probe_push(), .probe_pop()")
        elif kind == "DmaWriter":
            n = f"s{inputs[0]}_pop"
            self.instance("dma_writer", index,
                          {"WORDS": p["words"], "WORD_BYTES": p["word_bytes"], "BURST": p["burst_bytes"],
                           "OUTSTANDING": p["outstanding"]},
                          ", .now, .request(write_request), .request_bytes(write_bytes), .request_done(write_done), "
                          f".in_valid({n}_valid), .in_ready({n}_ready), .probe_push(), .probe_pop()")
        elif kind == "SlidingWindow":
            top, left, bottom, right = p["pads"]
            self.instance("sliding_window", index,
                          {"HEIGHT": p["height"], "WIDTH": p["width"], "KERNEL": p["kernel"], "STRIDE": p["stride"],
                           "PAD_TOP": top, "PAD_LEFT": left, "PAD_BOTTOM": bottom, "PAD_RIGHT": right,
                           "BEATS": p["beats"], "LANES": p["lanes"]}, both)
        elif kind == "DotArray":
            self.write_weights(index, module)
            self.instance("dot_array", index,
                          {"KERNEL": p["window"]["kernel"], "GROUP_CHANNELS": p["group_channels"],
                           "COARSE_IN": p["coarse_in"], "COARSE_OUT": p["coarse_out"],
                           "COARSE_GROUP": p["coarse_group"], "MACS": p["macs"], "UNIT_KIND": UNIT_KINDS[p["unit"]],
                           "SKIP_EMPTY_GROUPS": int(p["skip_empty_groups"]),
                           "WINDOWS_PER_ACCUMULATION": p["windows_per_accumulation"],
                           "WORDS_PER_ACCUMULATION": p["words_per_accumulation"],
                           "GROUP_TURNS": p["groups"] // p["coarse_group"], "LOCK_STEP": int(p["lock_step"]),
                           "PIXEL_BUFFERS": p["pixel_buffers"], "WEIGHTS": f'"{self.folder}/m{index}"'}, both)
        elif kind == "Fork":
            self.instance("stream_fork", index, {"OUTPUTS": len(outputs), "LANES": lanes}, both)
        elif kind == "Add":
            self.instance("add", index, {"INPUTS": len(inputs), "LANES": lanes}, both)
        elif kind == "Concat":
            beats = ", ".join(f"32'd{count}" for count in reversed(p["beats"]))
            self.instance("concat", index, {"INPUTS": len(inputs), "BEATS": f"{{{beats}}}", "LANES": lanes}, both)
        elif kind == "Pool":
            top, left, bottom, right = p["pads"]
            rows, columns = p["counted_rows"], p["counted_columns"]
            self.instance("pool", index,
                          {"AVERAGE": int(p["reduction"] == "average"), "HEIGHT": p["height"], "WIDTH": p["width"],
                           "KERNEL": p["kernel"], "STRIDE": p["stride"], "PAD_TOP": top, "PAD_LEFT": left,
                           "PAD_BOTTOM": bottom, "PAD_RIGHT": right, "COUNTED_TOP": rows[0],
                           "COUNTED_BOTTOM": rows[1], "COUNTED_LEFT": columns[0], "COUNTED_RIGHT": columns[1],
                           "BEATS": p["beats"], "LANES": p["lanes"]}, both)
        elif kind == "Pointwise":
            self.instance("pointwise", index, {"LANES": lanes, "BITS_OUT": 8}, both)
        elif kind == "GlobalPool":
            self.instance("global_pool", index,
                          {"PIXELS": p["pixels"], "BEATS": p["beats"], "LANES": lanes, "BITS": 8}, both)
        elif kind == "Subsample":
            self.instance("subsample", index, {"HEIGHT": p["height"], "WIDTH": p["width"], "BEATS": p["beats"],
                                               "STRIDE": p["stride"], "LANES": lanes}, both)
        elif kind == "ChannelPad":
            self.instance("channel_pad", index, {"BEATS_BEFORE": p["beats_before"], "BEATS": p["beats"],
                                                 "BEATS_AFTER": p["beats_after"], "LANES": lanes}, both)
        elif kind == "Rebundle":
            self.instance("rebundle", index, {"LANES_IN": p["lanes_in"], "LANES_OUT": p["lanes_out"]}, both)
        else:
            fail(f"{module['name']}: no twin for {kind}")

    def write_weights(self, index, module):
        """ROMs as dot_array.v reads them; biases are 0, for nobody looks at the sums."""
        p = module["parameters"]
        weight = self.trace.weights(module["name"])
        positions = p["window"]["kernel"] ** 2
        group_filters = p["filters"] // p["groups"]
        turns = p["groups"] // p["coarse_group"]
        words = p["words_per_accumulation"]
        unit = 0
        for parallel in range(p["coarse_group"]):
            for lane in range(p["coarse_in"]):
                for out in range(p["coarse_out"]):
                    rows = []
                    for turn in range(turns):
                        first_filter = (turn * p["coarse_group"] + parallel) * group_filters + out
                        for beat in range(p["windows_per_accumulation"]):
                            first = (beat * p["coarse_in"] + lane) * p["group_channels"]
                            rows += [hex_row([weight(first_filter + word * p["coarse_out"], position, channel)
                                              for position in range(positions)
                                              for channel in range(first, first + p["group_channels"])])
                                     for word in range(words)]
                    (self.folder / f"m{index}.unit{unit}.hex").write_text("\n".join(rows) + "\n")
                    unit += 1
        bias_digits = 8 * p["coarse_out"] * p["coarse_group"]
        (self.folder / f"m{index}.bias.hex").write_text(("0" * bias_digits + "\n") * (turns * words))

    def write(self):
        self.fill_all()
        memory = self.plan["memory"]
        total = len(self.streams)
        self.text.append(f"""// Generated from the plan of {self.plan['network']}.
module {self.name} (
    input wire clk, input wire reset,
    output wire [{total - 1}:0] push, output wire [{total - 1}:0] pop, output reg [31:0] mismatches);
  wire [{total - 1}:0] differs;
  always @(posedge clk) mismatches <= reset ? 0 : mismatches + 32'($countones(differs));

  wire [31:0] now, read_bytes, read_done, write_bytes, write_done;
  wire read_request, write_request;
  memory #(.BYTES_PER_CYCLE({memory['bytes_per_cycle']}), .LATENCY({memory['latency']})) shared (
      .clk, .reset, .now, .read_request, .read_bytes, .read_done, .write_request, .write_bytes, .write_done);
""")
        for stream in range(total):
            self.stream(stream)
        for index, module in enumerate(self.plan["modules"]):
            self.module(index, module)
        (self.folder / f"{self.name}.sv").write_text("".join(self.text) + "endmodule\n")


def main():
    if len(sys.argv) != 6:
        fail("usage: generate_pipeline.py PLAN.json TRACE.safetensors IMAGES NAME FOLDER")
    folder = pathlib.Path(sys.argv[5])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.hex"):
        old.unlink()
    plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
    Pipeline(plan, Trace(pathlib.Path(sys.argv[2])), int(sys.argv[3]), sys.argv[4], folder).write()


main()
