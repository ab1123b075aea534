"""Where the tests find what they test; importing this makes the capture and the digits importable."""
import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
COMMAND = SOURCE / "traces" / "capture" / "pytorch.py"
DIGITS = SOURCE / "traces" / "digits"
MILLRACE = os.environ.get("MILLRACE_PROGRAM", "")
CAPTURE = os.environ.get("MILLRACE_CAPTURE_PROGRAM", "")

sys.dont_write_bytecode = True
sys.path += [str(COMMAND.parent), str(DIGITS)]


def run(*arguments, cwd=None, environment=None):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=False, cwd=cwd,
                          env=environment)


def run_command(*arguments):
    return run(sys.executable, "-B", COMMAND, *arguments)


def json_of(path):
    return json.loads(Path(path).read_text())
