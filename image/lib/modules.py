"""Copies kernel modules that a list names, with what they depend on.

    modules.py KERNEL-TREE TO LIST [NAME…]

KERNEL-TREE holds usr/lib/modules/VERSION. With names of modules only those, of the list, and their dependencies are taken.
Names that the kernel has built in need no file; names that it does not know at all end the build.
"""

import fnmatch
import os
import re
import shutil
import sys


def plain(path):
    return re.sub(r"\.xz$", "", path)


def main():
    tree, target, listed, *only = sys.argv[1:]
    (version,) = os.listdir(os.path.join(tree, "usr/lib/modules"))
    base = os.path.join(tree, "usr/lib/modules", version)
    needs = {}
    with open(os.path.join(base, "modules.dep"), encoding="utf-8") as lines:
        for line in lines:
            module, rest = line.strip().split(":")
            needs[module] = rest.split()
    with open(os.path.join(base, "modules.builtin"), encoding="utf-8") as lines:
        built_in = {line.strip().removeprefix("kernel/") for line in lines}
    with open(listed, encoding="utf-8") as lines:
        patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    wanted, unknown = [], []
    for pattern in patterns:
        if only and os.path.basename(pattern).removesuffix(".ko") not in only:
            continue
        found = [module for module in needs if fnmatch.fnmatch(plain(module).removeprefix("kernel/"), pattern)]
        wanted += found
        if not found and not any(fnmatch.fnmatch(name, pattern) for name in built_in):
            unknown.append(pattern)
    if unknown:
        sys.exit("this kernel has no " + ", ".join(unknown))
    taken = set()
    while wanted:
        module = wanted.pop()
        if module not in taken:
            taken.add(module)
            wanted += needs[module]
    to = os.path.join(target, "usr/lib/modules", version)
    for module in sorted(taken):
        os.makedirs(os.path.dirname(os.path.join(to, module)), exist_ok=True)
        shutil.copyfile(os.path.join(base, module), os.path.join(to, module))
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copyfile(os.path.join(base, name), os.path.join(to, name))


if __name__ == "__main__":
    main()
