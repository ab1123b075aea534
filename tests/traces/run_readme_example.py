"""Runs the first Python block of the README that is named on the command line."""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as readme:
    exec(re.search(r"```python\n(.*?)```", readme.read(), re.DOTALL).group(1))
