"""Sweeps as jobs of a real Slurm: the same bytes as a sweep without it, also when jobs are cancelled."""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from single_node import SingleNode

MILLRACE = os.environ["MILLRACE_PROGRAM"]
ACCELERATOR = Path(__file__).resolve().parents[2] / "workloads" / "digits" / "resnet.yaml"

# Four works, so that a sweep has more than one array task anyway.
SHORT = f"""\
accelerator: {ACCELERATOR}
images: 4
axes:
  - {{set: threshold_activations, values: [0, 4]}}
  - {{set: unit, values: [skip_both, dense]}}
  - {{set: depth, values: [2, 4, 8]}}
"""
LONG = f"""\
accelerator: {ACCELERATOR}
images: 8
axes:
  - {{set: depth, range: {{from: 2, to: 31}}}}
  - {{set: queue, range: {{from: 1, to: 20}}}}
"""


def results(folder):
    """What a sweep leaves to its user."""
    files = [folder / "results.csv", *sorted((folder / "points").iterdir())]
    return {file.name: file.read_bytes() for file in files}


def rows(folder):
    return sum(file.read_text().count("\n") for file in (folder / "rows").glob("*"))


class SlurmSweep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="millrace_slurm_"))
        cls.root = Path(cls.folder)
        cls.root.chmod(0o711)
        (cls.root / "slurm").mkdir()
        cls.slurm = cls.enterClassContext(SingleNode(cls.root / "slurm"))
        (cls.root / "short.yaml").write_text(SHORT)
        (cls.root / "long.yaml").write_text(LONG)

    def sweep(self, study, out, *options):
        return subprocess.run([MILLRACE, "sweep", str(self.root / study), "--out", str(self.root / out), *options],
                              env=self.slurm.environment, capture_output=True, text=True, check=False)

    def submit(self, study, out, *options):
        """Numbers of the array's job and of the one that merges."""
        run = self.sweep(study, out, "--slurm", *options)
        self.assertEqual(run.returncode, 0, run.stderr)
        jobs = re.fullmatch(r"submitted job (\d+) \((\d+) tasks\) and, behind it, job (\d+)\n.*\n", run.stdout)
        self.assertTrue(jobs, run.stdout)
        return jobs.group(1), int(jobs.group(2)), jobs.group(3)

    def logs(self, out):
        return "".join(log.read_text() for log in sorted((self.root / out / "slurm").glob("*.log")))

    def test_the_results_are_those_of_a_sweep_without_slurm(self):
        self.assertEqual(self.sweep("short.yaml", "here").returncode, 0)
        array, tasks, merge = self.submit("short.yaml", "there", "--partition", "fast", "--pareto", "interval,dsps")
        self.assertEqual(tasks, 4)
        self.assertIn("fast", self.slurm.output("scontrol", "show", "job", array))
        self.slurm.wait_for_job(merge)
        self.assertIn("solved 0 points", self.logs("there"), "the tasks left nothing to the merge")
        self.assertEqual(self.sweep("short.yaml", "here", "--resume", "--pareto", "interval,dsps").returncode, 0)
        self.assertEqual(results(self.root / "there"), results(self.root / "here"))

    def test_the_array_is_as_large_as_it_may_be(self):
        array, tasks, merge = self.submit("short.yaml", "two, it's", "--array", "2")
        self.assertEqual(tasks, 2)
        self.slurm.wait_for_job(merge)
        logs = sorted(log.name for log in (self.root / "two, it's" / "slurm").glob("*.log"))
        self.assertEqual(logs, sorted([f"{array}_1.log", f"{array}_2.log", f"{merge}.log"]))

    def test_what_cancelled_tasks_left_is_solved_by_the_merge(self):
        self.assertEqual(self.sweep("long.yaml", "whole").returncode, 0)
        array, _, merge = self.submit("long.yaml", "cancelled", "--array", "3")
        self.slurm.wait_until(lambda: rows(self.root / "cancelled") >= 30, "no task solves anything")
        self.slurm.output("scancel", array)
        self.slurm.wait_for_job(merge)
        solved = re.search(r"solved (\d+) points", (self.root / "cancelled" / "slurm" / f"{merge}.log").read_text())
        self.assertGreater(int(solved.group(1)), 0, "the tasks were too fast to be cancelled")
        self.assertEqual(results(self.root / "cancelled"), results(self.root / "whole"))

    def test_a_sweep_whose_jobs_are_all_cancelled_is_resumed_by_new_ones(self):
        self.assertEqual(self.sweep("long.yaml", "reference").returncode, 0)
        array, _, merge = self.submit("long.yaml", "resumed", "--array", "2")
        self.slurm.wait_until(lambda: rows(self.root / "resumed") >= 30, "no task solves anything")
        self.slurm.output("scancel", array, merge)
        self.slurm.wait_for_job(array)
        self.assertFalse((self.root / "resumed" / "results.csv").exists())
        kept = rows(self.root / "resumed")
        array, _, merge = self.submit("long.yaml", "resumed", "--array", "2", "--resume")
        self.slurm.wait_for_job(merge)
        self.assertEqual(results(self.root / "resumed"), results(self.root / "reference"))
        again = sum(map(int, re.findall(r"solved (\d+) points", self.logs("resumed"))))
        self.assertEqual(again, 600 - kept, "what was solved is not solved again")

    def test_what_sbatch_refuses_is_said(self):
        run = self.sweep("short.yaml", "nowhere", "--slurm", "--partition", "no-such")
        self.assertEqual(run.returncode, 2)
        self.assertIn("invalid partition specified: no-such", run.stderr)
        self.assertIn("--slurm: sbatch ended with exit code 1", run.stderr)


if __name__ == "__main__":
    unittest.main()
