#!/usr/bin/python3
"""Writes the Verilated top of one grid of twins, and the same grid for the C++ side, from one table.

usage: generate_grid.py GRID.json FOLDER
Writes FOLDER/NAME_grid.sv (module NAME_grid) and FOLDER/NAME_grid.json. tests/rtl/README.md describes GRID.json.

Streams of a case stand in the order inputs, outputs, probes, and case behind case; every one has its bit in `push` and
`pop`, and a slot of equal width in the data vectors.
"""
import json
import pathlib
import sys

TABLE_KEYS = {"what", "twin", "parameters", "words_in", "words_out", "lanes_in", "lanes_out", "bits_in", "bits_out",
              "probes", "readers_in", "zeros_in", "late_out", "cases"}


def fail(message):
    sys.exit(f"generate_grid: {message}")


def value_of(expression, case, port=0):
    """An expression of the grid with the names of one case."""
    if isinstance(expression, int):
        return expression
    names = {name: value for name, value in case.items() if name not in ("in", "out")}
    try:
        return int(eval(expression, {"__builtins__": {}, "max": max, "min": min}, {**names, "port": port}))
    except (NameError, SyntaxError, TypeError) as error:
        fail(f"'{expression}': {error}")


def verilog_value(value):
    if isinstance(value, list):
        return "{" + ", ".join(f"32'd{item}" for item in reversed(value)) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def resolve(grid):
    """Cases with every stream's shape as numbers."""
    names = set(grid["cases"][0])
    cases = []
    for index, case in enumerate(grid["cases"]):
        if set(case) != names:
            fail(f"case {index} names {sorted(set(case) ^ names)} that the first does not, or the other way round")
        sides = {}
        for side in ("in", "out"):
            sides[side] = [{"depth": depth, "latency": latency,
                            "words": value_of(grid[f"words_{side}"], case, port),
                            "lanes": value_of(grid[f"lanes_{side}"], case, port),
                            "bits": value_of(grid.get(f"bits_{side}", 8), case, port),
                            "zeros": value_of(grid.get(f"zeros_{side}", 30), case, port),
                            "readers": value_of(grid.get(f"readers_{side}", 0), case, port),
                            "late": grid.get(f"late_{side}", False)}
                           for port, (depth, latency) in enumerate(case.get(side, []))]
        parameters = {name: value for name, value in case.items() if name not in ("in", "out")}
        cases.append({"parameters": parameters, **sides, "probes": value_of(grid.get("probes", 0), case)})
    return cases


def streams_of(case):
    return len(case["in"]) + len(case["out"]) + case["probes"]


def stream_instance(label, stream, first, slot, width, ends):
    push_valid, push_ready, push_data, pop_valid, pop_ready = ends
    return f"""  wire {label}_push_ready, {label}_pop_valid;
  wire [{width - 1}:0] {label}_pop_data;
  stream #(.WIDTH({width}), .DEPTH({stream['depth']}), .LATENCY({stream['latency']})) {label} (
      .clk, .reset,
      .push_valid({push_valid}), .push_ready({push_ready}), .push_data({push_data}),
      .pop_valid({pop_valid}), .pop_ready({pop_ready}), .pop_data({label}_pop_data));
  assign push[{first}] = {push_valid} & {push_ready};
  assign pop[{first}] = {pop_valid} & {pop_ready};
  assign push_data[{first * slot} +: {slot}] = {slot}'({push_data});
  assign pop_data[{first * slot} +: {slot}] = {slot}'({label}_pop_data);
"""


def broadcast_instance(label, stream, first, slot, width, ends):
    """A broadcast_stream: many readers of an input, or a writer that gives its data late."""
    push_valid, push_data, pop_ready = ends
    readers = max(stream["readers"], 1)
    data = push_data
    text = ""
    if not stream["late"]:
        data = f"{label}_late_data"
        text = f"""  wire [{width - 1}:0] {data};
  delay_line #(.WIDTH({width}), .STAGES({stream['latency'] - 1})) {label}_late (
      .clk, .reset, .in({push_data}), .out({data}));
"""
    return text + f"""  wire {label}_push_ready, {label}_freed;
  wire [{readers - 1}:0] {label}_pop_valid;
  wire [{readers * width - 1}:0] {label}_pop_data;
  wire [{width - 1}:0] {label}_freed_data;
  broadcast_stream #(.WIDTH({width}), .DEPTH({stream['depth']}), .LATENCY({stream['latency']}), .READERS({readers}))
      {label} (
      .clk, .reset,
      .push_valid({push_valid}), .push_ready({label}_push_ready), .push_data({data}),
      .pop_valid({label}_pop_valid), .pop_ready({pop_ready}), .pop_data({label}_pop_data),
      .freed({label}_freed), .freed_data({label}_freed_data));
  assign push[{first}] = {push_valid} & {label}_push_ready;
  assign pop[{first}] = {label}_freed;
  assign push_data[{first * slot} +: {slot}] = {slot}'({push_data});
  assign pop_data[{first * slot} +: {slot}] = {slot}'({label}_freed_data);
"""


def case_text(index, case, grid, first, slot):
    """One twin, the streams at its ports, and who drives their far ends."""
    text = [f"\n  // Case {index}: {json.dumps(case['parameters'])}\n"]
    name = f"case_{index}"
    twin = grid.get("twin")
    for side in ("in", "out"):
        ports = case[side]
        if not ports or twin is None:
            continue
        width = ports[0]["lanes"] * ports[0]["bits"]
        ends = sum(max(port["readers"], 1) for port in ports)
        text.append(f"  wire [{ends - 1}:0] {name}_{side}_valid, {name}_{side}_ready;\n"
                    f"  wire [{ends * width - 1}:0] {name}_{side}_data;\n")
    stream = first
    for port, shape in enumerate(case["in"]):
        width = shape["lanes"] * shape["bits"]
        label = f"{name}_in_{port}"
        source = f"source_data[{stream * slot} +: {width}]"
        if shape["readers"] > 0:
            # The only input: its readers' ends are the twin's.
            text.append(broadcast_instance(label, shape, stream, slot, width,
                                           (f"source_valid[{stream}]", source, f"{name}_in_ready")))
            text.append(f"  assign {name}_in_valid = {label}_pop_valid;\n"
                        f"  assign {name}_in_data = {label}_pop_data;\n")
            stream += 1
            continue
        pop_ready = f"{name}_in_ready[{port}]" if twin else f"sink_ready[{stream}]"
        text.append(stream_instance(label, shape, stream, slot, width,
                                    (f"source_valid[{stream}]", f"{label}_push_ready", source, f"{label}_pop_valid",
                                     pop_ready)))
        if twin:
            text.append(f"  assign {name}_in_valid[{port}] = {label}_pop_valid;\n"
                        f"  assign {name}_in_data[{port * width} +: {width}] = {label}_pop_data;\n")
        stream += 1
    for port, shape in enumerate(case["out"]):
        width = shape["lanes"] * shape["bits"]
        label = f"{name}_out_{port}"
        valid = f"{name}_out_valid[{port}]"
        data = f"{name}_out_data[{port * width} +: {width}]"
        sink = f"sink_ready[{stream}]"
        if shape["late"]:
            text.append(broadcast_instance(label, shape, stream, slot, width, (valid, data, sink)))
        else:
            text.append(stream_instance(label, shape, stream, slot, width,
                                        (valid, f"{label}_push_ready", data, f"{label}_pop_valid", sink)))
        text.append(f"  assign {name}_out_ready[{port}] = {label}_push_ready;\n")
        stream += 1
    if twin:
        values = [f".{name_of}({verilog_value(case['parameters'][name_of])})" for name_of in grid.get("parameters", [])]
        ports = [".clk", ".reset"]
        for side in ("in", "out"):
            if case[side]:
                ports += [f".{side}_{wire}({name}_{side}_{wire})" for wire in ("valid", "ready", "data")]
        if case["probes"]:
            ports += [f".probe_{end}({end}[{stream} +: {case['probes']}])" for end in ("push", "pop")]
            bits = case["probes"] * slot
            text += [f"  assign {end}_data[{stream * slot} +: {bits}] = 0;\n" for end in ("push", "pop")]
        text.append(f"  {twin} #({', '.join(values)}) {name} ({', '.join(ports)});\n")
    return "".join(text)


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    if len(sys.argv) != 3:
        fail("usage: generate_grid.py GRID.json FOLDER")
    source = pathlib.Path(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    grid = json.loads(source.read_text())
    unknown = set(grid) - TABLE_KEYS
    if unknown:
        fail(f"{source.name}: unknown keys {sorted(unknown)}")
    name = f"{source.stem}_grid"
    cases = resolve(grid)
    shapes = [shape for case in cases for side in ("in", "out") for shape in case[side]]
    slot = max(shape["lanes"] * shape["bits"] for shape in shapes)
    total = sum(streams_of(case) for case in cases)
    text = f"""// Generated from {source.name}: {grid['what']}
module {name} (
    input wire clk, input wire reset,
    input wire [{total - 1}:0] source_valid, input wire [{total * slot - 1}:0] source_data,
    input wire [{total - 1}:0] sink_ready,
    output wire [{total - 1}:0] push, output wire [{total * slot - 1}:0] push_data,
    output wire [{total - 1}:0] pop, output wire [{total * slot - 1}:0] pop_data);
"""
    first = 0
    for index, case in enumerate(cases):
        text += case_text(index, case, grid, first, slot)
        first += streams_of(case)
    folder.mkdir(parents=True, exist_ok=True)
    write_if_changed(folder / f"{name}.sv", text + "endmodule\n")
    write_if_changed(folder / f"{name}.json", json.dumps({"slot_bits": slot, "streams": total, "cases": cases}, indent=1))


main()
