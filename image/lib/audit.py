"""Ends the build if the root holds what a release must not.

    audit.py ROOT LIST

LIST has one regular expression a line, matched against every path relative to the root.
"""

import os
import re
import stat
import sys


def faults(root, patterns):
    for at, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(at, name)
            short = os.path.relpath(path, root)
            info = os.lstat(path)
            for pattern in patterns:
                if pattern.search(short):
                    yield f"{short}: {pattern.pattern}"
            if stat.S_ISLNK(info.st_mode):
                continue
            if info.st_mode & (stat.S_ISUID | stat.S_ISGID):
                yield f"{short}: set-uid or set-gid"
            if info.st_mode & stat.S_IWOTH and not stat.S_ISDIR(info.st_mode):
                yield f"{short}: anybody may write it"
            if stat.S_ISBLK(info.st_mode) or stat.S_ISCHR(info.st_mode) or stat.S_ISFIFO(info.st_mode) or stat.S_ISSOCK(info.st_mode):
                yield f"{short}: neither file nor folder"
            if "security.capability" in os.listxattr(path, follow_symlinks=False):
                yield f"{short}: file capabilities"
            if stat.S_ISREG(info.st_mode) and info.st_mode & 0o111:
                with open(path, "rb") as file:
                    if file.read(2) == b"#!":
                        yield f"{short}: a script"


def main():
    root, listed = sys.argv[1:]
    with open(listed, encoding="utf-8") as lines:
        patterns = [re.compile(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    found = list(faults(root, patterns))
    for fault in found:
        print(f"must not be in an image: {fault}", file=sys.stderr)
    for account in open(os.path.join(root, "etc/shadow"), encoding="utf-8"):
        if account.split(":")[1] != "!*":
            found.append(account)
            print(f"an account with a password: {account.split(':')[0]}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
