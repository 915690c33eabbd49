"""Makes a tree of what is named and what that needs, and of nothing else.

    pick.py FROM TO LIST…

A list has one glob pattern a line, relative to the tree; `!` takes away again. A directory stands for all below it. With a
program or library come the libraries that it links and those that it says it loads (the ELF notes of dlopen), with a symbolic
link its target. No file keeps a set-uid or set-gid bit. Units whose program was not picked are not picked either.
"""

import glob
import json
import os
import re
import shutil
import stat
import struct
import sys

LIBRARIES = ("usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/systemd", "usr/lib64", "usr/lib")
UNITS = ("usr/lib/systemd/system", "etc/systemd/system")


def elf_needs(data):
    """Names of libraries that an ELF file links or may load, and its interpreter."""
    if data[:5] != b"\x7fELF\x02":
        return []
    (offset,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", data, offset + i * size) for i in range(count)]

    def at(address):
        for kind, _, start, virtual, _, length, _, _ in segments:
            if kind == 1 and virtual <= address < virtual + length:
                return start + address - virtual
        raise ValueError("an address outside the file")

    def text(start):
        return data[start : data.index(b"\0", start)].decode()

    found = []
    for kind, _, start, _, _, length, _, _ in segments:
        if kind == 3:
            found.append(text(start))
        elif kind == 2:
            entries = [struct.unpack_from("<qQ", data, start + i) for i in range(0, length, 16)]
            names = next((value for tag, value in entries if tag == 5), None)
            found += [text(at(names) + value) for tag, value in entries if tag == 1]
        elif kind == 4:
            found += dlopened(data[start : start + length])
    return found


def dlopened(notes):
    """Sonames in notes of owner FDO and type 0x407c0c0a."""
    found, at = [], 0
    while at + 12 <= len(notes):
        owner, length, kind = struct.unpack_from("<III", notes, at)
        at += 12
        name = notes[at : at + owner]
        at += (owner + 3) & ~3
        if kind == 0x407C0C0A and name == b"FDO\0":
            for feature in json.loads(notes[at : at + length].rstrip(b"\0")):
                # Without these the program does less and says so; the optional ones are for others' machines.
                if feature.get("priority") != "suggested":
                    found += feature["soname"]
        at += (length + 3) & ~3
    return found


class Picker:
    def __init__(self, source, target):
        self.source, self.target = source, target
        self.done = set()

    def list(self, path):
        with open(path, encoding="utf-8") as lines:
            patterns = [line.strip() for line in lines]
        for pattern in patterns:
            if not pattern or pattern.startswith("#"):
                continue
            if pattern.startswith("!"):
                for found in glob.glob(os.path.join(self.target, pattern[1:]), recursive=True):
                    shutil.rmtree(found) if os.path.isdir(found) and not os.path.islink(found) else os.remove(found)
                continue
            found = sorted(glob.glob(os.path.join(self.source, pattern), recursive=True, include_hidden=True))
            if not found:
                sys.exit(f"{path}: nothing is called {pattern}")
            for one in found:
                self.add(os.path.relpath(one, self.source))

    def real(self, path):
        """The path with its folders' symbolic links resolved within the tree."""
        parts, out = path.strip("/").split("/"), []
        for index, part in enumerate(parts):
            if part in ("", "."):
                continue
            if part == "..":
                out = out[:-1]
                continue
            here = os.path.join(self.source, *out, part)
            if os.path.islink(here) and index < len(parts) - 1:
                self.link("/".join([*out, part]))
                to = os.readlink(here)
                rest = "/".join(parts[index + 1 :])
                return self.real(os.path.join("" if to.startswith("/") else "/".join(out), to.lstrip("/"), rest))
            out.append(part)
        return "/".join(out)

    def folders(self, path):
        parent = os.path.dirname(path)
        if parent and not os.path.isdir(os.path.join(self.target, parent)):
            self.folders(parent)
            made = os.path.join(self.target, parent)
            os.mkdir(made)
            self.same(parent)

    def same(self, path):
        info = os.lstat(os.path.join(self.source, path))
        made = os.path.join(self.target, path)
        os.chown(made, info.st_uid, info.st_gid, follow_symlinks=False)
        if not stat.S_ISLNK(info.st_mode):
            os.chmod(made, stat.S_IMODE(info.st_mode) & ~(stat.S_ISUID | stat.S_ISGID))

    def link(self, path):
        if path in self.done:
            return
        self.done.add(path)
        self.folders(path)
        os.symlink(os.readlink(os.path.join(self.source, path)), os.path.join(self.target, path))
        self.same(path)

    def add(self, path):
        path = self.real(path)
        if path in self.done or not path:
            return
        full = os.path.join(self.source, path)
        if os.path.islink(full):
            self.link(path)
            to = os.readlink(full)
            if not to.startswith(("/dev/", "/run/", "/proc/")):
                to = to.lstrip("/") if to.startswith("/") else os.path.join(os.path.dirname(path), to)
                if os.path.lexists(os.path.join(self.source, self.real(to))):
                    self.add(to)
        elif os.path.isdir(full):
            self.folders(path)
            os.makedirs(os.path.join(self.target, path), exist_ok=True)
            self.same(path)
            for name in sorted(os.listdir(full)):
                self.add(os.path.join(path, name))
        elif os.path.isfile(full):
            self.done.add(path)
            self.folders(path)
            shutil.copyfile(full, os.path.join(self.target, path))
            self.same(path)
            with open(full, "rb") as file:
                data = file.read() if file.read(4) == b"\x7fELF" and not file.seek(0) else b""
            for name in elf_needs(data):
                self.library(name, path)

    def library(self, name, wanted_by):
        if "/" in name:
            self.add(name)
            return
        for folder in (*LIBRARIES, os.path.dirname(wanted_by)):
            if os.path.exists(os.path.join(self.source, folder, name)):
                self.add(os.path.join(folder, name))
                return

    def prune_units(self):
        for folder in UNITS:
            for unit in glob.glob(os.path.join(self.target, folder, "*.service")):
                if os.path.islink(unit):
                    continue
                with open(unit, encoding="utf-8") as file:
                    programs = re.findall(r"^Exec(?:Start|StartPre)=[-@:+!|]*(/\S+)", file.read(), re.M)
                if any(not self.there(program) for program in programs):
                    os.remove(unit)
            for kind, key in (("socket", "Service"), ("timer", "Unit"), ("path", "Unit")):
                for unit in glob.glob(os.path.join(self.target, folder, f"*.{kind}")):
                    stem = os.path.basename(unit).removesuffix(f".{kind}")
                    with open(unit, encoding="utf-8") as file:
                        named = re.findall(rf"^{key}=(\S+)", file.read(), re.M)
                    starts = named or [f"{stem}.service", f"{stem.rstrip('@')}@.service"]
                    if not any(self.there(f"{folder}/{name}") for folder in UNITS for name in starts):
                        os.remove(unit)
        # What leads nowhere now, in as many rounds as links lead to links.
        again = True
        while again:
            again = False
            for folder in UNITS:
                for at, _, files in os.walk(os.path.join(self.target, folder)):
                    for name in files:
                        path = os.path.join(at, name)
                        to = os.readlink(path) if os.path.islink(path) else ""
                        if to and to != "/dev/null" and not self.there(to if to[0] == "/" else os.path.join("/", os.path.relpath(at, self.target), to)):
                            os.remove(path)
                            again = True

    def there(self, path):
        return os.path.lexists(os.path.join(self.target, self.real_in_target(path)))

    def real_in_target(self, path):
        path = os.path.normpath(path).lstrip("/")
        first = path.split("/", 1)
        return f"usr/{path}" if first[0] in ("bin", "sbin", "lib", "lib64") else path


def main():
    source, target, *lists = sys.argv[1:]
    picker = Picker(source, target)
    for name in ("bin", "sbin", "lib", "lib64"):
        picker.link(name)
        os.makedirs(os.path.join(target, "usr", name), exist_ok=True)
    for path in lists:
        picker.list(path)
    picker.prune_units()


if __name__ == "__main__":
    main()
