"""A machine in QEMU: firmware with Secure Boot, a TPM, a disk, a serial line. Waits are for what the machine says, never for time.

Ends only processes that it started.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
EMPTY_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
# Without KVM a start takes a minute; nothing is slower than this.
PATIENCE = float(os.environ.get("BIDROOM_IMAGE_PATIENCE", "300"))
ANSI = re.compile(rb"\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>c])")


class Unexpected(Exception):
    """The machine did not say what was waited for."""


class Tpm:
    """A TPM of its own; its state is a folder, so that it can be another board's."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = os.path.join(folder, "socket")
        os.makedirs(folder, exist_ok=True)

    def start(self):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.socket)
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}", "--ctrl", f"type=unixio,path={self.socket}", "--terminate"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not os.path.exists(self.socket):
            if self.process.poll() is not None or time.monotonic() > until:
                raise Unexpected("swtpm did not start")
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Machine:
    """One start of a machine."""

    def __init__(self, folder, disk, tpm, variables, *, port=None, memory=2048, forwards="", extra=()):
        self.log_path = os.path.join(folder, "serial.log")
        self.qmp_path = os.path.join(folder, "qmp")
        self.serial_path = os.path.join(folder, "serial")
        for path in (self.qmp_path, self.serial_path):
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
        self.tpm = tpm
        tpm.start()
        # The machine reaches nobody; what it is reached by is forwarded from loopback.
        network = "user,id=net,restrict=on" + (f",hostfwd=tcp:127.0.0.1:{port}-:443" if port else "") + forwards
        self.command = [
            "qemu-system-x86_64", "-machine", "q35,smm=on,accel=" + os.environ.get("BIDROOM_IMAGE_ACCELERATOR", "tcg"), "-cpu", "EPYC",
            "-smp", "2", "-m", str(memory), "-no-reboot", "-nodefaults", "-display", "none",
            "-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1",
            "-drive", f"if=pflash,format=raw,unit=0,file={FIRMWARE},readonly=on", "-drive", f"if=pflash,format=raw,unit=1,file={variables}",
            "-chardev", f"socket,id=tpm,path={tpm.socket}", "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm",
            "-drive", f"if=none,id=disk,format=raw,file={disk},cache=writethrough", "-device", "virtio-blk-pci,drive=disk,bootindex=0",
            "-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng",
            "-netdev", network, "-device", "virtio-net-pci,netdev=net", "-device", "virtio-gpu-pci", "-device", "virtio-keyboard-pci",
            "-rtc", "base=utc", "-uuid", "6b1d3c3e-6f4e-4a8e-9a53-0d0c1b2a3f40",
            "-chardev", f"socket,id=serial,path={self.serial_path},server=on,wait=off,logfile={self.log_path}", "-serial", "chardev:serial",
            "-qmp", f"unix:{self.qmp_path},server=on,wait=off", *extra,
        ]
        self.begun = time.monotonic()
        with open(os.path.join(folder, "qemu.log"), "wb") as said:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stderr=said)
        self.heard = b""
        self.serial = self.connect(self.serial_path)
        self.serial.settimeout(0.2)
        self.qmp = None

    def connect(self, path):
        until = time.monotonic() + 30
        while True:
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(path)
                return link
            except OSError:
                link.close()
                if self.process.poll() is not None or time.monotonic() > until:
                    with open(os.path.join(os.path.dirname(path), "qemu.log"), encoding="utf-8") as said:
                        raise Unexpected(f"QEMU ended with {self.process.poll()}: {said.read()[-1000:]}") from None
                time.sleep(0.02)

    def listen(self):
        """Takes in what was said; false when the machine is off."""
        try:
            said = self.serial.recv(65536)
        except TimeoutError:
            return self.process.poll() is None
        except ConnectionResetError:
            said = b""
        if not said:
            self.process.wait()
            return False
        self.heard += said
        return True

    def text(self):
        return ANSI.sub(b"", self.heard).decode("utf-8", "replace").replace("\r", "")

    def expect(self, *patterns, never=()):
        """Waits until each pattern was said and gives seconds since the start; what must never be said ends the wait."""
        until = time.monotonic() + PATIENCE
        while True:
            alive = self.listen()
            text = self.text()
            for pattern in never:
                if re.search(pattern, text):
                    raise Unexpected(f"it said {pattern!r}\n{text[-3000:]}")
            if all(re.search(pattern, text) for pattern in patterns):
                return time.monotonic() - self.begun
            if not alive or time.monotonic() > until:
                missing = [pattern for pattern in patterns if not re.search(pattern, text)]
                raise Unexpected(f"{'it is off' if not alive else 'it takes too long'}, and did not say {missing}\n{text[-3000:]}")

    def off(self):
        """Waits until the machine switches itself off, or restarts (which ends it here too)."""
        until = time.monotonic() + PATIENCE
        while self.listen():
            if time.monotonic() > until:
                raise Unexpected(f"it does not end\n{self.text()[-3000:]}")
        return time.monotonic() - self.begun

    def ask(self, command, **arguments):
        """One question by QMP."""
        if self.qmp is None:
            self.qmp = self.connect(self.qmp_path).makefile("rw")
            json.loads(self.qmp.readline())
            self.ask("qmp_capabilities")
        self.qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Unexpected(f"{command}: {answer['error']}")

    def cut(self):
        """The power is cut: nothing is written any more."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.serial.close()
        self.tpm.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()


def variables(keys, to, *, secure=True):
    """Firmware variables with our keys enrolled, as after the ceremony; or as the board came."""
    if not secure:
        shutil.copyfile(EMPTY_VARIABLES, to)
        return to
    owner = "8a1f2e6c-0c4b-4b53-9a7e-42d1b0d25e01"
    enrolled = [arg for name in ("pk", "kek", "db") for arg in (("--set-pk" if name == "pk" else f"--add-{name}"), owner, os.path.join(keys, {"pk": "PK", "kek": "KEK", "db": "db"}[name] + ".crt"))]
    subprocess.run([*virt_fw_vars(), "--input", EMPTY_VARIABLES, "--output", to, *enrolled, "--secure-boot"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return to


def virt_fw_vars():
    """The program that edits firmware variables: in the build's tools tree."""
    work = os.environ["BIDROOM_IMAGE_WORK"]
    tree = max((entry.path for entry in os.scandir(os.path.join(work, "base")) if re.fullmatch(r"tools-[0-9a-f]{16}", entry.name)), key=os.path.getmtime)
    path = os.pathsep.join([os.path.join(tree, "usr/lib/python3/dist-packages")])
    return ["env", f"PYTHONPATH={path}", sys.executable, "-m", "virt.firmware.vars"]
