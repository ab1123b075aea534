"""Slurm on this machine alone, with everything that it writes in one folder: started and stopped by a test."""
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """\
ClusterName=millrace
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=slow Nodes=ALL Default=YES State=UP MaxTime=INFINITE
PartitionName=fast Nodes=ALL State=UP MaxTime=INFINITE
"""

PATIENCE_S = 120


def free_ports(count):
    """All open at once, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def daemon(name):
    """Daemons are where an ordinary user does not look for programs."""
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")


class SingleNode:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.daemons = []
        host = socket.gethostname().split(".")[0]
        controller_port, node_port = free_ports(2)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        # munged wants everybody to reach its socket.
        self.folder.chmod(0o711)
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(
            host=host, controller_port=controller_port, node_port=node_port, user=getpass.getuser(), folder=self.folder,
            cpus=os.cpu_count()))
        self.environment = dict(os.environ, SLURM_CONF=str(configuration))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        folder = self.folder
        key = folder / "munge.key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o600)
        self.launch("munged", "--foreground", f"--key-file={key}", f"--socket={folder}/munge.socket",
                    f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munged.seed",
                    f"--log-file={folder}/munged.log")
        self.wait_until(lambda: (folder / "munge.socket").exists(), "munged made no socket")
        self.launch("slurmctld", "-D", "-f", str(folder / "slurm.conf"))
        self.launch("slurmd", "-D", "-f", str(folder / "slurm.conf"))
        self.wait_until(lambda: "idle" in self.output("sinfo", "-h", "-o", "%T"), "the node is not idle")

    def launch(self, name, *arguments):
        with open(self.folder / f"{name}.out", "wb") as log:
            self.daemons.append(subprocess.Popen([daemon(name), *arguments], stdout=log, stderr=log,
                                                 env=self.environment))

    def stop(self):
        for process in reversed(self.daemons):
            process.terminate()
        for process in reversed(self.daemons):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.daemons = []

    def output(self, *command):
        """What a command of Slurm prints; "" while the controller does not answer."""
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def wait_for_job(self, job):
        self.wait_until(lambda: not self.output("squeue", "-h", "-j", job).strip(), f"job {job} does not end")

    def wait_until(self, is_so, complaint):
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            gone = [process.args[0] for process in self.daemons if process.poll() is not None]
            if gone or time.monotonic() > end:
                logs = "\n".join(f"{log.name}:\n{log.read_text(errors='replace')[-2000:]}"
                                 for log in sorted(self.folder.glob("*.out")))
                raise RuntimeError(f"{complaint} within {PATIENCE_S} s; daemons that ended: {gone}\n{logs}")
            time.sleep(0.1)
