"""Writes a folder as a cpio archive (newc) to standard output: sorted, owned by root, of one time, numbered from one.

    cpio.py FOLDER SECONDS
"""

import os
import stat
import sys


def entry(out, number, name, mode, content, seconds):
    fields = (number, mode, 0, 0, 2 if stat.S_ISDIR(mode) else 1, seconds, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    out.write(head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4))


def main():
    folder, seconds = sys.argv[1], int(sys.argv[2])
    names = []
    for at, folders, files in os.walk(folder):
        names += [os.path.relpath(os.path.join(at, name), folder) for name in folders + files]
    for number, name in enumerate(sorted(names), 1):
        path = os.path.join(folder, name)
        mode, content = os.lstat(path).st_mode, b""
        if stat.S_ISLNK(mode):
            content = os.readlink(path).encode()
        elif stat.S_ISREG(mode):
            with open(path, "rb") as file:
                content = file.read()
        entry(sys.stdout.buffer, number, name, mode, content, seconds)
    entry(sys.stdout.buffer, 0, "TRAILER!!!", 0, b"", 0)


if __name__ == "__main__":
    main()
