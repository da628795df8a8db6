#!/bin/sh
# Runs a script with a Python that suits: $PYTHON when it is set, else python3, else the newest python3.x on the PATH.
# `sh tools/python.sh SCRIPT ARGUMENT...`
suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}
if [ -n "$PYTHON" ]; then
    suits "$PYTHON" && exec "$PYTHON" "$@"
    echo "PYTHON=$PYTHON does not run, or is none of Python 3.11 to 3.14: name another, like \`make run PYTHON=/usr/bin/python3.12\`." >&2
    exit 1
fi
without_venv=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    suits "$candidate" || continue
    "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1 && exec "$candidate" "$@"
    without_venv=${without_venv:-$candidate}
done
# It will say what is missing.
[ -n "$without_venv" ] && exec "$without_venv" "$@"
found=$(python3 --version 2>/dev/null || echo "no Python")
echo "Found $found, but Python 3.11 to 3.14 is needed: run \`apt install python3.11 python3.11-venv\` as root, or name one with \`make run PYTHON=/usr/bin/python3.12\`." >&2
exit 1
