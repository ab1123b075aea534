#!/usr/bin/python3
"""Runs the study of docs/analytical-validation.md and draws its plots.

Usage: run.py OUT [--millrace build/millrace] [--docs]

Needs Debian's python3-matplotlib (script/bootstrap --studies). Results, tables (tables.md) and plots go into the folder
OUT; what is there already is not run again, so an interrupted run goes on where it was. --docs puts the plots where
the page shows them, docs/images/.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import time

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NETWORKS = {"resnet20": (64, 256, 1024), "squeezenet": (64, 256, 1024), "mobilenetv2": (128, 512, 2048)}
NAMES = {"resnet20": "ResNet-20", "squeezenet": "SqueezeNet", "mobilenetv2": "MobileNetV2"}
VARIANTS = [name + pruned for name in NETWORKS for pruned in ("", "-pruned")]
#: Steps of the ladder between fpgaConvNet's histogram form and the interval of the full model.
STEPS = ("units", "window supply", "queues", "stream depths", "branches")
COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377")


def network_of(variant):
    return variant.removesuffix("-pruned")


def title(variant):
    return NAMES[network_of(variant)] + (" pruned" if variant.endswith("-pruned") else "")


class Study:
    """Runs what has no result yet, and says how long it took."""

    def __init__(self, millrace, out):
        self.millrace, self.out = millrace, out
        out.mkdir(parents=True, exist_ok=True)

    def run(self, name, arguments):
        """Standard output of a command, kept in OUT/name."""
        result = self.out / name
        if not result.exists():
            start = time.monotonic()
            done = subprocess.run([self.millrace, *arguments], check=True, stdout=subprocess.PIPE, text=True)
            result.write_text(done.stdout)
            print(f"{name}: {time.monotonic() - start:.1f} s", flush=True)
        return result.read_text()

    def validation(self, variant, dsps):
        file = self.out / f"{variant}-{dsps}.json"
        self.run(f"{variant}-{dsps}.txt",
                 ["validate", HERE / "accelerators" / f"{variant}-{dsps}.yaml", "--json", file])
        return json.loads(file.read_text())

    def designs(self, name):
        file = self.out / f"{name}.csv"
        self.run(f"{name}.txt", ["validate", "--designs", HERE / "designs" / f"{name}.yaml", "--csv", file])
        with file.open(newline="") as lines:
            return list(csv.DictReader(lines))


def steps(validation):
    """What each rung adds, in percent of the simulated interval (rung "branches")."""
    ladder = {rung["rung"]: rung for rung in validation["ladder"]}
    return {name: 100 * rung["step"] / ladder["branches"]["cycles"] for name, rung in ladder.items()}


def error(predicted, simulated):
    return 100 * (predicted - simulated) / simulated


def tau(one, other):
    """Kendall's tau-b, as millrace prints it."""
    def sign(a, b):
        return (a < b) - (b < a)
    pairs = [(sign(one[i], one[j]), sign(other[i], other[j])) for i in range(len(one)) for j in range(i)]
    alike = sum(a * b for a, b in pairs)
    ordered = (sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs)) ** 0.5
    return alike / ordered if ordered else float("nan")


def fine(rows):
    return [row for row in rows if not row["problem"]]


def save(figure, out, name):
    figure.tight_layout()
    figure.savefig(out / name, metadata={"Date": None})
    plt.close(figure)


def plot_errors(validations, out):
    figure, axes = plt.subplots(figsize=(9, 3.2))
    labels = []
    for at, ((variant, dsps), validation) in enumerate(validations.items()):
        simulated = validation["simulated"]["interval"]
        for offset, form, colour in ((-0.2, "mean_form", "#ccbb44"), (0.2, "histogram_form", "#4477aa")):
            axes.bar(at + offset, error(validation[form]["interval"], simulated), 0.4, color=colour,
                     label=form.replace("_", " ") if at == 0 else None)
        labels.append(f"{title(variant)} {dsps}")
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize=7)
    axes.set_ylabel("error of the interval, %")
    axes.legend(fontsize=8)
    save(figure, out, "analytical-errors.svg")


def plot_ladder(validations, out):
    figure, axes = plt.subplots(figsize=(9, 3.2))
    labels = []
    for at, ((variant, dsps), validation) in enumerate(validations.items()):
        parts = steps(validation)
        above = below = 0.0
        for name, colour in zip(STEPS, COLOURS):
            part = parts[name]
            axes.bar(at, part, 0.7, bottom=above if part >= 0 else below, color=colour,
                     label=name if at == 0 else None)
            above, below = above + max(part, 0), below + min(part, 0)
        labels.append(f"{title(variant)} {dsps}")
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize=7)
    axes.set_ylabel("of the simulated interval, %")
    axes.legend(fontsize=8)
    save(figure, out, "analytical-ladder.svg")


def plot_foldings(foldings, out):
    figure, grid = plt.subplots(2, 3, figsize=(9, 5.6))
    for axes, (variant, rows) in zip(grid.T.flat, foldings.items()):
        for queue, colour in (("2", "#ee6677"), ("64", "#4477aa")):
            chosen = [row for row in fine(rows) if row["queue *"] == queue]
            predicted = [float(row["histogram_form"]) for row in chosen]
            simulated = [float(row["simulated"]) for row in chosen]
            axes.plot([p / 1000 for p in predicted], [s / 1000 for s in simulated], ".", color=colour, markersize=3,
                      label=f"queue, depth {queue}: tau {tau(predicted, simulated):.2f}")
        limits = axes.get_xlim()
        axes.plot(limits, limits, color="black", linewidth=0.8)
        axes.set_title(title(variant), fontsize=9)
        axes.set_xlabel("histogram form, 1000 cycles", fontsize=8)
        axes.set_ylabel("simulated, 1000 cycles", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.legend(fontsize=7)
    save(figure, out, "analytical-foldings.svg")


def plot_buffers(buffers, out):
    figure, grid = plt.subplots(2, 3, figsize=(9, 5.2), sharex=True)
    for axes, (variant, rows) in zip(grid.T.flat, buffers.items()):
        for depth, colour in zip(("2", "32", "512"), COLOURS):
            chosen = [row for row in fine(rows) if row["depth"] == depth]
            axes.plot([int(row["queue *"]) for row in chosen],
                      [float(row["simulated"]) / float(row["histogram_form"]) for row in chosen], ".-", color=colour,
                      label=f"depth {depth}")
        axes.set_xscale("log", base=2)
        queues = sorted({int(row["queue *"]) for row in fine(rows)})
        axes.set_xticks(queues, [str(queue) for queue in queues])
        axes.set_title(title(variant), fontsize=9)
        axes.set_xlabel("queue, windows", fontsize=8)
        axes.set_ylabel("simulated / predicted", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.legend(fontsize=6)
    save(figure, out, "analytical-buffers.svg")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def interval_table(validations):
    rows = []
    for (variant, dsps), validation in validations.items():
        simulated = validation["simulated"]["interval"]
        parts = steps(validation)
        errors = [f"{error(validation[form]['interval'], simulated):+.1f}" for form in ("mean_form", "histogram_form")]
        rows.append([title(variant), str(dsps), f"{simulated:.0f}", *errors, *(f"{parts[step]:+.1f}" for step in STEPS)])
    return table(["network", "DSPs", "interval", "mean form, %", "histogram form, %", *STEPS], rows)


def layer_table(validations):
    """Formula against the engine alone, over the layers of all budgets."""
    rows = []
    for variant in VARIANTS:
        layers = [layer for (of, _), validation in validations.items() if of == variant
                  for layer in validation["layers"]]
        row = [title(variant), str(len(layers))]
        for form in ("mean_form", "histogram_form"):
            errors = sorted(error(layer[form], layer["isolated"]) for layer in layers)
            within = 100 * sum(abs(e) <= 5 for e in errors) / len(errors)
            row += [f"{errors[0]:+.1f}", f"{errors[len(errors) // 2]:+.1f}", f"{errors[-1]:+.1f}", f"{within:.0f}"]
        rows.append(row)
    return table(["network", "layers"] + ["mean: least, %", "median", "most", "within 5 %, % of layers",
                                          "histogram: least, %", "median", "most", "within 5 %, % of layers"], rows)


def spread_table(validations):
    """Whether PASS's metric ranks layers by what their queues cost them."""
    rows = []
    for variant in VARIANTS:
        layers = [layer for (of, _), validation in validations.items() if of == variant
                  for layer in validation["layers"] if layer["lane_units"] > 1]
        row = [title(variant), str(len(layers))]
        for windows in (1, 16, 256):
            known = [(spread["zeros"] / layer["pairs"], layer["isolated"] / layer["ladder"]["window supply"])
                     for layer in layers for spread in layer["spread"] if spread["windows"] == windows]
            row.append(f"{tau(*zip(*known)):+.2f}" if len(known) > 1 else "-")
        rows.append(row)
    return table(["network", "layers of several lanes", "tau with D(1)", "with D(16)", "with D(256)"], rows)


def design_table(studies):
    rows = []
    for (variant, kind, queue), all_rows in studies.items():
        chosen = [row for row in fine(all_rows) if queue is None or row["queue *"] == queue]
        simulated = [float(row["simulated"]) for row in chosen]
        row = [title(variant), kind, str(len(chosen))]
        for form in ("mean_form", "histogram_form"):
            predicted = [float(row[form]) for row in chosen]
            errors = sorted(error(p, s) for p, s in zip(predicted, simulated))
            tied = [s for p, s in zip(predicted, simulated) if p == min(predicted)]
            row += [f"{errors[0]:+.1f} to {errors[-1]:+.1f}", f"{tau(predicted, simulated):.2f}",
                    f"{100 * (1 - min(simulated) / tied[0]):.1f}"]
        rows.append(row)
    return table(["network", "designs", "points", "mean form: error, %", "tau", "lost, %",
                  "histogram form: error, %", "tau", "lost, %"], rows)


def buffer_table(buffers):
    """The least queue and depth that come within 1 % of the best of the grid."""
    rows = []
    for variant, all_rows in buffers.items():
        chosen = fine(all_rows)
        best = min(float(row["simulated"]) for row in chosen)
        enough = [row for row in chosen if float(row["simulated"]) <= 1.01 * best]
        least = min(enough, key=lambda row: int(row["memory_bits"]))
        shortest = next(row for row in chosen if row["queue *"] == "2" and row["depth"] == "2")
        formula = float(least["histogram_form"])
        rows.append([title(variant), f"{error(formula, float(shortest['simulated'])):+.1f}",
                     f"{error(formula, best):+.1f}", least["queue *"], least["depth"]])
    return table(["network", "histogram form, %, at queue 2, depth 2", "at the best of the grid", "queue", "depth"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--millrace", default=ROOT / "build" / "millrace", type=pathlib.Path)
    parser.add_argument("--docs", action="store_true")
    arguments = parser.parse_args()
    plt.rcParams.update({"svg.hashsalt": "millrace", "svg.fonttype": "none"})
    start = time.monotonic()
    study = Study(arguments.millrace.resolve(), arguments.out)
    validations = {(variant, dsps): study.validation(variant, dsps)
                   for variant in VARIANTS for dsps in NETWORKS[network_of(variant)]}
    foldings = {variant: study.designs(f"{variant}-foldings") for variant in VARIANTS}
    buffers = {variant: study.designs(f"{variant}-buffers") for variant in VARIANTS}
    by_queue = {(variant, f"foldings, queue and depth {queue}", queue): foldings[variant]
                for variant in VARIANTS for queue in ("2", "64")}
    tables = {"intervals": interval_table(validations), "layers": layer_table(validations),
              "spread": spread_table(validations), "designs": design_table(by_queue), "buffers": buffer_table(buffers)}
    (arguments.out / "tables.md").write_text("\n".join(f"{name}\n\n{text}" for name, text in tables.items()))
    images = ROOT / "docs" / "images" if arguments.docs else arguments.out
    images.mkdir(exist_ok=True)
    plot_errors(validations, images)
    plot_ladder(validations, images)
    plot_foldings(foldings, images)
    plot_buffers(buffers, images)
    print(f"all of it: {time.monotonic() - start:.0f} s; tables in {arguments.out / 'tables.md'}")


if __name__ == "__main__":
    main()
