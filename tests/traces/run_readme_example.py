"""Runs the Python block under a heading of a README; both are named on the command line."""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as readme:
    section = readme.read().split(f"\n## {sys.argv[2]}\n", 1)[1]
    exec(re.search(r"```python\n(.*?)```", section, re.DOTALL).group(1))
