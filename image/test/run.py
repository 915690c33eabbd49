"""Boots an image and tries what must not work.

    image/test/run [--image FOLDER] [--keys FOLDER] [--cuts N] [NAME…]

FOLDER is what `image/build server --profile qa` made: only a qa image speaks on the serial line. Each story has a name; without
names all are played, one machine after the other. Ends with a table of what was tried, and with 1 if anything was not as it must
be.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

from machine import Machine, Tpm, Unexpected, variables

SERVING = r"Started bidroom\.service"
REFUSED = r"(?i)access denied|security violation"
DEAD = (r"selfcheck: failed", r"Kernel panic")


class Bench:
    """Disks, boards and keys of one run."""

    def __init__(self, image, keys, folder):
        self.image, self.keys, self.folder = image, keys, folder
        with open(os.path.join(image, "partitions.json"), encoding="utf-8") as file:
            self.partitions = {os.path.basename(part["file"]).removesuffix(".conf"): part for part in json.load(file)}
        self.kernel = next(name for name in os.listdir(image) if name.startswith("bidroom-") and name.endswith(".efi"))

    def board(self, name, disk=None, *, secure=True):
        return Board(self, name, disk, secure=secure)


class Board:
    """One machine over several starts: its disk, TPM and firmware variables."""

    def __init__(self, bench, name, disk, *, secure):
        self.bench, self.folder = bench, os.path.join(bench.folder, name)
        os.makedirs(self.folder)
        self.disk = os.path.join(self.folder, "disk.raw")
        subprocess.run(["cp", "--sparse=always", disk or os.path.join(bench.image, "disk.raw"), self.disk], check=True)
        if disk is None:
            os.truncate(self.disk, 2 << 30)
        self.tpm = Tpm(os.path.join(self.folder, "tpm"))
        self.variables = variables(bench.keys, os.path.join(self.folder, "variables"), secure=secure)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self, **more):
        return Machine(self.folder, self.disk, self.tpm, self.variables, port=self.port, **more)

    def flip(self, partition, at):
        """One bit of a partition is no longer what it was."""
        with open(self.disk, "r+b") as file:
            file.seek(self.bench.partitions[partition]["offset"] + at)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1]))

    def boot_partition(self):
        return f"{self.disk}@@{self.bench.partitions['10-esp']['offset']}"

    def replace_kernel(self, file):
        at = f"::/EFI/Linux/{self.bench.kernel.removesuffix('.efi')}+3.efi"
        subprocess.run(["mcopy", "-o", "-i", self.boot_partition(), file, at], check=True)

    def kernels(self):
        """Names of kernels in the boot partition, with the tries that each has left."""
        listed = subprocess.run(["mdir", "-b", "-i", self.boot_partition(), "::/EFI/Linux"], check=True, capture_output=True, text=True)
        return sorted(os.path.basename(line.strip()) for line in listed.stdout.splitlines() if line.strip())

    def room(self):
        """What the server says of itself to anybody, and the certificate that it shows."""
        context = ssl._create_unverified_context()  # the room's own certificate is what is looked at
        link = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)
        try:
            link.connect()
            shown = hashlib.sha256(link.sock.getpeercert(binary_form=True)).hexdigest()
            link.request("GET", "/api/v1/room")
            answer = link.getresponse()
            body = json.loads(answer.read())
            if answer.status != 200:
                raise Unexpected(f"the server answers {answer.status}: {body}")
            return body, shown
        finally:
            link.close()

    def silent(self, seconds=15):
        """Nothing answers on the port of the server: no byte of TLS comes back."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as link:
                link.sendall(bytes.fromhex("16030100050100000100"))
                return link.recv(1) == b""
        except OSError:
            return True


def serves(bench):
    """first start: the data volume is made, the server answers; power cut; the same room answers again"""
    board = bench.board("serves")
    with board.start() as machine:
        machine.expect(SERVING, r"selfcheck: passed", never=DEAD)
        first, shown = board.room()
        took = time.monotonic() - machine.begun
        machine.expect(r"Finished systemd-bless-boot\.service")
        machine.cut()
    if board.kernels() != [bench.kernel]:
        raise Unexpected(f"the start was not counted as a good one: {board.kernels()}")
    with board.start() as machine:
        machine.expect(SERVING, never=DEAD)
        again, shown_again = board.room()
        second = time.monotonic() - machine.begun
    if first["keys"] != again["keys"] or shown != shown_again:
        raise Unexpected("another room answers after the power cut")
    bench.served = board
    return f"first start to the first answer {took:.0f} s; after a power cut {second:.0f} s, the same keys and certificate"


def doors(bench):
    """ports: only 443 answers"""
    board = bench.board("doors")
    tried = [22, 53, 80, 111, 123, 323, 631, 5353, 8080, 8443]
    forwards, numbers = "", {}
    for port in tried:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            numbers[port] = free.getsockname()[1]
        forwards += f",hostfwd=tcp:127.0.0.1:{numbers[port]}-:{port}"
    with board.start(forwards=forwards) as machine:
        machine.expect(SERVING, never=DEAD)
        board.room()
        for port, number in numbers.items():
            try:
                with socket.create_connection(("127.0.0.1", number), timeout=5) as link:
                    link.sendall(b"\r\n\r\n")
                    link.settimeout(3)
                    if link.recv(1):
                        raise Unexpected(f"something answers on port {port}")
            except OSError:
                pass
    return f"443 answers, {len(tried)} others do not"


def kernel_refused(bench, name, make):
    board = bench.board(name)
    made = os.path.join(board.folder, "kernel.efi")
    make(os.path.join(bench.image, bench.kernel), made)
    board.replace_kernel(made)
    with board.start() as machine:
        took = machine.expect(REFUSED, never=(r"Linux version", r"systemd\[1\]"))
    return f"refused by the firmware after {took:.1f} s"


def unsigned(bench):
    """a kernel without a signature"""
    return kernel_refused(bench, "unsigned", lambda kernel, made: subprocess.run(["sh", "-c", 'cp "$1" "$2" && sbattach --remove "$2"', "sh", kernel, made], check=True, stderr=subprocess.DEVNULL))


def rogue(bench):
    """a kernel signed with somebody else's key"""

    def make(kernel, made):
        key, certificate = made + ".key", made + ".crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=BidRoom/", "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        shutil.copyfile(kernel, made + ".bare")
        subprocess.run(["sbattach", "--remove", made + ".bare"], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["sbsign", "--key", key, "--cert", certificate, "--output", made, made + ".bare"], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    return kernel_refused(bench, "rogue", make)


def edited(bench):
    """the signed kernel with another command line"""

    def make(kernel, made):
        with open(kernel, "rb") as file:
            content = file.read()
        if content.count(b"lockdown=confidentiality") != 1:
            raise Unexpected("the command line is not where it was looked for")
        with open(made, "wb") as file:
            file.write(content.replace(b"lockdown=confidentiality", b"lockdown=none           "))

    return kernel_refused(bench, "edited", make)


def flipped(bench):
    """one bit of the root file system"""
    board = bench.board("flipped")
    # The superblock: dm-verity looks at a block when it is read, and this one is read in every start.
    board.flip("20-root-a", 1024)
    with board.start() as machine:
        machine.expect(r"(?s)verity.*(corrupt|panic)", never=(SERVING,))
        took = machine.off()
    return f"the kernel stops itself after {took:.0f} s"


def handed_in(bench):
    """options handed in from outside the signed kernel (SMBIOS)"""
    board = bench.board("handed-in", bench.served.disk)
    shutil.copytree(bench.served.tpm.folder, board.tpm.folder, dirs_exist_ok=True)
    shutil.copyfile(bench.served.variables, board.variables)
    extra = ["-smbios", "type=11,value=io.systemd.stub.kernel-cmdline-extra=systemd.mask=nftables.service"]
    with board.start(extra=extra) as machine:
        machine.expect(r"selfcheck: command-line: BROKEN", r"selfcheck: failed", never=(SERVING,))
        took = time.monotonic() - machine.begun
        if not board.silent():
            raise Unexpected("it serves")
    return f"data stays locked, self-check names the option, nobody is served: {took:.0f} s"


def stolen(bench):
    """the disk in another board: another TPM"""
    board = bench.board("stolen", bench.served.disk)
    with board.start() as machine:
        machine.expect(r"selfcheck: data: BROKEN", r"selfcheck: failed", never=(SERVING,))
        took = time.monotonic() - machine.begun
        if not board.silent():
            raise Unexpected("it serves")
    return f"data stays locked: {took:.0f} s"


def insecure(bench):
    """Secure Boot switched off on the same board"""
    board = bench.board("insecure", bench.served.disk, secure=False)
    shutil.copytree(bench.served.tpm.folder, board.tpm.folder, dirs_exist_ok=True)
    with board.start() as machine:
        machine.expect(r"selfcheck: secure-boot: BROKEN", r"selfcheck: failed", never=(SERVING,))
        took = time.monotonic() - machine.begun
        if not board.silent():
            raise Unexpected("it serves")
    return f"self-check refuses, data stays locked: {took:.0f} s"


def cuts(bench):
    """power cuts at random moments of the first start"""
    board, times = bench.board("cuts"), []
    chance = random.Random(os.environ.get("BIDROOM_IMAGE_SEED", "bidroom"))
    for _ in range(bench.cuts):
        with board.start() as machine:
            moment = chance.uniform(25, 70)
            until = machine.begun + moment
            while time.monotonic() < until and machine.listen():
                pass
            times.append(moment)
    with board.start() as machine:
        machine.expect(SERVING, never=DEAD)
        board.room()
    return f"cut after {', '.join(f'{moment:.0f}' for moment in times)} s; then it serves"


STORIES = (serves, doors, unsigned, rogue, edited, flipped, handed_in, stolen, insecure, cuts)
# These start from a disk that has served.
AFTER_SERVING = ("handed_in", "stolen", "insecure")


def main():
    work = os.environ["BIDROOM_IMAGE_WORK"]
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--image", default=os.path.join(work, "server-qa"))
    arguments.add_argument("--keys", default=os.path.join(work, "keys-for-trying"))
    arguments.add_argument("--cuts", type=int, default=5)
    arguments.add_argument("--keep", action="store_true", help="the folder with disks and serial logs stays")
    arguments.add_argument("names", nargs="*")
    given = arguments.parse_args()
    known = [story.__name__ for story in STORIES]
    unknown = set(given.names) - set(known)
    if unknown:
        sys.exit(f"no story is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    wanted = set(given.names or known)
    if wanted & set(AFTER_SERVING):
        wanted.add("serves")
    folder = tempfile.mkdtemp(prefix="run-", dir=work)
    bench = Bench(given.image, given.keys, folder)
    bench.cuts = given.cuts
    rows = []
    for story in STORIES:
        if story.__name__ not in wanted:
            continue
        print(f"… {story.__doc__}", flush=True)
        try:
            rows.append((True, story, story(bench)))
        except Exception as error:  # a story that failed must not keep the others from being played
            traceback.print_exc()
            rows.append((False, story, f"{error}".splitlines()[0]))
        print(f"  {rows[-1][2]}", flush=True)
    print("\n| tried | outcome |\n|---|---|")
    for good, story, said in rows:
        print(f"| {story.__doc__} | {'' if good else '**WRONG** '}{said} |")
    failed = sum(not good for good, _, _ in rows)
    print(f"\n{len(rows) - failed} passed, {failed} failed")
    if given.keep or failed:
        print(f"disks and serial lines: {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
