"""The command: what it prints, its exit codes, and that no half of a file stays."""
import os
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import places
import images
from trace_file import TraceFile

RESNET = f"{places.DIGITS / 'models.py'}:resnet"
IMAGES = f"{places.DIGITS / 'images.py'}:test_images"

INTERRUPTED = """
import os, signal
import models

class Interrupted(models.DigitsResNet):
    def forward(self, x):
        interrupt()
        return super().forward(x)

calls = 0

def interrupt():
    global calls
    calls += 1
    if calls == 20:
        os.kill(os.getpid(), signal.SIGINT)

def model():
    return Interrupted()

def broken():
    raise ValueError("no such\\nmodel")

def nothing():
    return 7
"""


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "t.safetensors"

    def expect_refusal(self, arguments, message):
        run = places.run_command(*arguments)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stdout, "")
        self.assertRegex(run.stderr, message)
        self.assertTrue(run.stderr.startswith(("pytorch.py: error: ", "usage: ")), run.stderr)
        self.assertFalse(list(self.folder.glob("t.safetensors*")))

    def test_help(self):
        run = places.run_command("--help")
        self.assertEqual(run.returncode, 0)
        self.assertIn("Example:", run.stdout)

    def test_functions(self):
        run = places.run_command(RESNET, IMAGES, "--out", self.out, "--images", 20, "--name", "digits")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, f"{self.out}: 20 images\ntop-1: 20 of 20 (100.0 %)\n")
        self.assertIn("ranges: 10 of 20 images (50 %)\n", run.stderr)
        self.assertTrue(run.stderr.endswith("capture: 20 of 20 images (100 %)\n"))
        trace = TraceFile(self.out)
        self.assertEqual(trace.network["name"], "digits")
        self.assertEqual(len(trace.graph["images"]), 20)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["t.safetensors"])

    def test_arrays_and_weights(self):
        pairs = images.test_images()[:3]
        np.save(self.folder / "x.npy", np.concatenate([image for image, _ in pairs]))
        np.save(self.folder / "y.npy", np.array([label for _, label in pairs]))
        run = places.run_command(f"{places.DIGITS / 'models.py'}:DigitsMobileNet", self.folder / "x.npy", "--labels",
                                 self.folder / "y.npy", "--weights", places.DIGITS / "mobilenet.npz", "--out", self.out,
                                 "--masks-only")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, f"{self.out}: 3 images\ntop-1: 3 of 3 (100.0 %)\n")
        self.assertNotIn("ranges", run.stderr)

    def test_interrupt(self):
        (self.folder / "model.py").write_text(INTERRUPTED)
        # The digits' models must be found beside the model's own file.
        (self.folder / "models.py").write_text((places.DIGITS / "models.py").read_text())
        run = places.run_command(f"{self.folder / 'model.py'}:model", IMAGES, "--out", self.out)
        self.assertEqual(run.returncode, 130, run.stderr)
        self.assertIn("interrupted", run.stderr)
        self.assertFalse(list(self.folder.glob("t.safetensors*")))
        self.expect_refusal([f"{self.folder / 'model.py'}:broken", IMAGES, "--out", self.out],
                            r"model\.py:\d+: ValueError: no such model\n$")
        self.expect_refusal([f"{self.folder / 'model.py'}:nothing", IMAGES, "--out", self.out],
                            "returned int, must return a torch.nn.Module")

    def test_full_disk(self):
        """A limit on the size of files stands for it: tests need no rights to set it."""
        self.assertEqual(places.run_command(RESNET, IMAGES, "--out", self.out, "--images", 2).returncode, 0)
        whole = self.out.stat().st_size
        self.out.unlink()
        for size in (0, 100, whole // 2, whole - 1):
            limited = ["prlimit", f"--fsize={size}", sys.executable, "-B", places.COMMAND, RESNET, IMAGES, "--out", self.out,
                       "--images", 2]
            run = places.run(*limited)
            self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
            self.assertTrue(run.stderr.endswith(f"pytorch.py: error: {self.out}: cannot be written: File too large; "
                                                "check folder, rights and free space\n"), run.stderr)
            self.assertEqual(list(self.folder.iterdir()), [], size)

    def run_with_torch(self, text):
        """With another module in the place of torch."""
        (self.folder / "torch.py").write_text(text)
        return places.run(sys.executable, "-B", places.COMMAND, RESNET, IMAGES, "--out", self.out,
                          environment={**os.environ, "PYTHONPATH": str(self.folder)})

    def test_missing_modules(self):
        remedy = "; script/bootstrap --pytorch installs both for /usr/bin/python3, run pytorch.py with that\n"
        # Without its site, Python does not find what packages have installed.
        run = places.run(sys.executable, "-B", "-S", places.COMMAND)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertEqual(run.stderr, f"pytorch.py: error: {sys.executable} has no numpy and no torch{remedy}")
        numpy = self.folder / "numpy.py"
        numpy.write_text("")
        run = places.run(sys.executable, "-B", "-S", places.COMMAND,
                         environment={**os.environ, "PYTHONPATH": str(self.folder)})
        self.assertEqual((run.returncode, run.stderr), (2, f"pytorch.py: error: {sys.executable} has no torch{remedy}"))
        numpy.unlink()
        run = self.run_with_torch("import no_such_part")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("No module named 'no_such_part'", run.stderr)

    def test_interrupt_of_imports(self):
        run = self.run_with_torch("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(60)")
        self.assertEqual((run.returncode, run.stdout), (130, ""))
        self.assertEqual(run.stderr, "\npytorch.py: interrupted; nothing was written\n")

    def test_usage(self):
        out = ["--out", self.out]
        self.expect_refusal([], "the following arguments are required")
        self.expect_refusal(["models.py", IMAGES, *out], "must be FILE.py:FUNCTION")
        self.expect_refusal([f"{self.folder}/none.py:f", IMAGES, *out], "there is no such file")
        self.expect_refusal([f"{places.DIGITS / 'models.py'}:none", IMAGES, *out], "has no function 'none'")
        self.expect_refusal([RESNET, self.folder / "none.npy", *out], "is no array that can be read")
        self.expect_refusal([RESNET, IMAGES, *out, "--images", 0], "--images is 0, must be 1 or more")
        self.expect_refusal([RESNET, IMAGES, *out, "--weights", places.DIGITS / "mobilenet.npz"],
                            "does not fit the model: .*Missing key")
        self.expect_refusal([RESNET, IMAGES, *out, "--weights", places.DIGITS / "test.lst"], "holds no weights")


if __name__ == "__main__":
    unittest.main()
