#!/usr/bin/python3
"""Writes the studies of many designs, from the accelerators of the middle budgets.

Usage: make_designs.py [MILLRACE]

foldings: the layers with most multiplications, up to 24, have a few foldings each around that of the accelerator: half
and twice the units, and as many MACs in other units. Designs are drawn from all combinations, about half of them with
short queues and streams, half with long ones. buffers: one folding, all combinations of a few depths of queues and of
streams. Both start from the accelerator without the depths that it names by stream, as which streams there are depends
on the folding.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
BASES = {"resnet20": 256, "squeezenet": 256, "mobilenetv2": 512}
IMAGES = {"resnet20": 4, "squeezenet": 2, "mobilenetv2": 2}
POINTS = {"resnet20": 120, "squeezenet": 80, "mobilenetv2": 40}
#: A study has at most 2^62 points to draw from.
MOST_LAYERS = 24
HEAD = "# Made by make_designs.py. docs/studies.md says what the keys mean.\n"


def engines(millrace, accelerator):
    """Parameters of the layers with weights, by name."""
    with tempfile.TemporaryDirectory() as folder:
        plan = pathlib.Path(folder) / "plan.json"
        subprocess.run([millrace, "plan", accelerator, "--json", plan], check=True, stdout=subprocess.DEVNULL)
        modules = json.loads(plan.read_text())["modules"]
    return {m["name"]: m["parameters"] for m in modules if m["kind"] == "DotArray"}


def parallel(engine):
    """The key whose units share nothing but the window: groups of a depthwise layer, else filters."""
    return "coarse_group" if engine["groups"] > 1 else "coarse_out"


def foldings(engine):
    """Units and MACs of a unit: as they are, half and twice the units, and as many MACs split the other ways."""
    key = parallel(engine)
    whole = engine["groups"] if key == "coarse_group" else engine["filters"]
    units, macs = engine[key], engine["macs"]
    options = {(units, macs), (2 * units, macs), (2 * units, (macs + 1) // 2)}
    if units % 2 == 0:
        options |= {(units // 2, macs), (units // 2, 2 * macs)}
    return sorted((u, m) for u, m in options if whole % u == 0 and m <= engine["group_pairs"])


def multiplications(engine):
    return (engine["units"] * engine["accumulations"] * engine["windows_per_accumulation"]
            * engine["words_per_accumulation"] * engine["group_pairs"])


def folding_axes(millrace, accelerator):
    choices = {name: (engine, foldings(engine)) for name, engine in engines(millrace, accelerator).items()}
    choices = {name: choice for name, choice in choices.items() if len(choice[1]) > 1}
    largest = sorted(choices, key=lambda name: -multiplications(choices[name][0]))[:MOST_LAYERS]
    axes = []
    for name, (engine, options) in choices.items():
        if name in largest:
            units, macs = ([option[i] for option in options] for i in (0, 1))
            axes.append(f"  - zip:\n"
                        f"      - {{set: {parallel(engine)}, layers: {name}, values: {units}}}\n"
                        f"      - {{set: macs, layers: {name}, values: {macs}}}\n")
    return axes


def write(file, base, images, axes, rest=""):
    text = HEAD + f"accelerator: {base}\nimages: {images}\n\naxes:\n" + "".join(axes) + rest
    (HERE / "designs" / file).write_text(text)


def main():
    millrace = sys.argv[1] if len(sys.argv) > 1 else "build/millrace"
    (HERE / "designs").mkdir(exist_ok=True)
    for network, dsps in BASES.items():
        for name in (network, f"{network}-pruned"):
            accelerator = (HERE / "accelerators" / f"{name}-{dsps}.yaml").read_text()
            base = f"{name}.yaml"
            (HERE / "designs" / base).write_text(accelerator.partition("\nstreams:")[0] + "\n")
            buffers = ["  - zip:\n"
                       "      - {set: queue, layers: '*', values: [2, 64]}\n"
                       "      - {set: depth, values: [2, 64]}\n"]
            write(f"{name}-foldings.yaml", base, IMAGES[network],
                  buffers + folding_axes(millrace, HERE / "designs" / base),
                  f"\nsample: {{points: {POINTS[network]}, seed: 1}}\n")
            write(f"{name}-buffers.yaml", base, IMAGES[network],
                  ["  - {set: queue, layers: '*', values: [2, 8, 64, 512]}\n",
                   "  - {set: depth, values: [2, 32, 512]}\n"])


if __name__ == "__main__":
    main()
