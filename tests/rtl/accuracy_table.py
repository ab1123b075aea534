#!/usr/bin/python3
"""Runs every comparison with Verilog and prints what was compared, as the table of the README.

usage: tests/rtl/accuracy_table.py [BUILD_FOLDER]
"""
import pathlib
import re
import subprocess
import sys


def lines_of(program):
    run = subprocess.run([program], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{run.stdout}\n{program.name} failed")
    return run.stdout.splitlines()


def first(pattern, lines):
    found = (re.fullmatch(pattern, line) for line in lines)
    return next(match.groups() for match in found if match)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build") / "tests" / "rtl"
    print("| module | parameter sets | edges compared | values compared | differences | mutations caught |")
    print("|---|---|---|---|---|---|")
    for program in sorted(folder.glob("*_twin_test")):
        lines = lines_of(program)
        name, sets, edges, values, differences = first(
            r"rtl: (.+): (\d+) parameter sets, \d+ scenarios, (\d+) edges and (\d+) values compared, (\d+) differences",
            lines)
        caught, tried = first(r"mutations: .+: (\d+) of (\d+) caught", lines)
        print(f"| {name} | {sets} | {int(edges):,} | {int(values):,} | {differences} | {caught} of {tried} |")
    print()
    print("| whole network | images | cycles | streams | edges compared | differences | depth + 1 noticed | "
          "MACs + 1 noticed |")
    print("|---|---|---|---|---|---|---|---|")
    for program in sorted(folder.glob("*_pipeline_test")):
        lines = lines_of(program)
        name, images, cycles, streams, edges, differences = first(
            r"rtl: pipeline (\S+): (\d+) images, (\d+) cycles, (\d+) streams, (\d+) edges compared, (\d+) differences; .+",
            lines)
        depths = first(r"mutation: pipeline \S+: depth \+ 1: noticed in (\d+) of (\d+) streams", lines)
        engines = first(r"mutation: pipeline \S+: macs \+ 1: noticed in (\d+) of (\d+) engines", lines)
        print(f"| {name} | {images} | {int(cycles):,} | {streams} | {int(edges):,} | {differences} | "
              f"{depths[0]} of {depths[1]} | {engines[0]} of {engines[1]} |")


main()
