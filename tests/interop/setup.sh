#!/bin/sh
# Makes the Python environment in which other implementations check what BidRoom writes.
#
# usage: tests/interop/setup.sh [DIRECTORY]    (default: target/interop)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
directory=${1:-$root/target/interop}
if [ ! -x "$directory/bin/python" ]; then
    python3 -m venv "$directory"
fi
"$directory/bin/python" -c 'import cryptography, gmssl, jsonschema' 2>/dev/null ||
    "$directory/bin/python" -m pip install --quiet --disable-pip-version-check cryptography gmssl==3.2.2 jsonschema
"$directory/bin/python" -c 'import cryptography, gmssl; print("cryptography", cryptography.__version__)'
