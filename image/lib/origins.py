"""Says of every file of the root where it comes from, and of what the image is made.

    origins.py ROOT BASE LOCK REPOSITORY INITRD KIND VERSION SECONDS OUT

Writes OUT/origins.tsv (path, SHA-256, bytes, origin) and OUT/sbom.json (CycloneDX 1.6). A file of unknown origin ends the
build.
"""

import datetime
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

# What a step of the build makes out of what is named beside it.
MADE = {
    "etc/passwd": "sysusers.d",
    "etc/group": "sysusers.d",
    "etc/shadow": "sysusers.d",
    "etc/gshadow": "sysusers.d",
    "etc/machine-id": "empty",
    "etc/hostname": "image/lib/steps.sh",
    "etc/ld.so.cache": "ldconfig over the packages",
    "etc/os-release": "image/version",
    "usr/lib/os-release": "image/version",
    "usr/share/bidroom/cmdline": "image/common/cmdline",
}


def owners(base):
    """Package of each path, as dpkg installed it; paths of before the merge of /usr are spelt as they are now."""
    found = {}
    for listed in glob.glob(os.path.join(base, "var/lib/dpkg/info/*.list")):
        package = os.path.basename(listed).removesuffix(".list").split(":")[0]
        with open(listed, encoding="utf-8") as lines:
            for line in lines:
                found[re.sub(r"^(bin|sbin|lib|lib64)/", r"usr/\1/", line.strip().lstrip("/"))] = package
    return found


def locked(lock):
    with open(lock, encoding="utf-8") as lines:
        return {line.split()[0]: line.split() for line in lines}


def ours(path, repository, kind):
    """The file of the repository that stands at a path of the image."""
    name = os.path.basename(path)
    places = [f"image/common/tree/{path}", f"image/{kind}/tree/{path}", f"systemd/common/{name}", f"systemd/{kind}/{name}"]
    places += [f"systemd/{folder}/{name}" for folder in ("journald.conf.d", "system.conf.d", "network", "sysctl.d", "tmpfiles.d", "sysusers.d")]
    places += [f"firmware-config/udev/{name}", f"systemd/{name}"]
    if name == "00-bidroom.preset":
        return f"systemd/presets/{kind}.preset"
    return next((place for place in places if os.path.isfile(os.path.join(repository, place))), None)


def origin(path, full, packages, lock, repository, kind):
    kernel = next(name for name in lock if name.startswith("linux-image-"))
    if path.startswith("usr/bin/bidroom"):
        return f"bidroom: cargo build --release --locked -p {os.path.basename(path)}"
    if path.startswith("usr/share/bidroom/site/"):
        return "site"
    if path in MADE:
        return f"made: {MADE[path]}"
    if re.match(r"usr/lib/modules/[^/]+/modules\.", path):
        return f"made: depmod over {kernel}"
    mine = ours(path, repository, kind)
    if mine:
        return f"bidroom: {mine}"
    if path.startswith("usr/lib/modules/"):
        return f"debian: {kernel} {lock[kernel][1]}"
    if "bless-boot" in path and not os.path.islink(full):
        return f"debian: systemd-boot {lock['systemd-boot'][1]}"
    if path in packages:
        return f"debian: {packages[path]} {lock[packages[path]][1]}"
    if os.path.islink(full):
        return "made: systemctl preset-all, mask" if path.startswith("etc/systemd/") else "debian: base layout"
    return None


def crates(repository, programs):
    found = set()
    for program in programs:
        tree = subprocess.run(
            ["cargo", "tree", "--locked", "--package", program, "--edges", "normal", "--prefix", "none", "--format", "{p}|{l}"],
            cwd=repository, check=True, capture_output=True, text=True,
        )
        for line in tree.stdout.splitlines():
            name, licence = line.replace(" (*)", "").split("|")
            found.add((name.split()[0], name.split()[1].lstrip("v"), licence.strip()))
    return sorted(found)


def main():
    root, base, lock_path, repository, initrd, kind, version, seconds, out = sys.argv[1:]
    packages, lock = owners(base), locked(lock_path)
    rows, unknown, used = [], [], set()
    for at, folders, files in os.walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(at, name))]
        for name in files + links:
            full = os.path.join(at, name)
            path = os.path.relpath(full, root)
            where = origin(path, full, packages, lock, repository, kind)
            if where is None:
                unknown.append(path)
                continue
            if where.startswith("debian: ") and where != "debian: base layout":
                used.add(where.split()[1])
            if os.path.islink(full):
                rows.append((path, "-> " + os.readlink(full), 0, where))
            else:
                with open(full, "rb") as file:
                    content = file.read()
                rows.append((path, hashlib.sha256(content).hexdigest(), len(content), where))
    if unknown:
        sys.exit("nobody knows where these come from: " + " ".join(sorted(unknown)))
    with open(os.path.join(out, "origins.tsv"), "w", encoding="utf-8") as table:
        for row in sorted(rows):
            table.write("\t".join(map(str, row)) + "\n")
    # The first stage is made of the same packages; the boot loader and its stub are in the boot partition.
    used |= {packages[path] for path in packages if os.path.isfile(os.path.join(initrd, path)) and packages[path] in lock}
    used |= {"systemd-boot", "systemd-boot-efi"}
    programs = sorted(name for name in os.listdir(os.path.join(root, "usr/bin")) if name.startswith("bidroom"))
    debian = [
        {
            "type": "library", "bom-ref": f"deb/{name}", "name": name, "version": lock[name][1],
            "purl": f"pkg:deb/debian/{name}@{lock[name][1].replace('+', '%2B').replace(':', '%3A')}?arch=amd64",
            "hashes": [{"alg": "SHA-256", "content": lock[name][3]}],
        }
        for name in sorted(used)
    ]
    cargo = [
        {
            "type": "library", "bom-ref": f"cargo/{name}@{number}", "name": name, "version": number, "purl": f"pkg:cargo/{name}@{number}",
            **({"licenses": [{"expression": licence.replace("/", " OR ")}]} if licence else {}),
        }
        for name, number, licence in crates(repository, programs)
    ]
    digest = hashlib.sha256(json.dumps([debian, cargo, version]).encode()).hexdigest()
    sbom = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": "urn:uuid:" + str(uuid.UUID(digest[:32])),
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "operating-system", "bom-ref": "image", "name": f"bidroom-{kind}", "version": version},
        },
        "components": debian + cargo,
    }
    with open(os.path.join(out, "sbom.json"), "w", encoding="utf-8") as file:
        json.dump(sbom, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
