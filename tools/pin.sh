#!/bin/sh
# Resolves tools/requirements/*.in to exact pins in the *.txt beside them; needs `uv` on the path, run by hand only.
set -eu
cd "$(dirname "$0")/requirements"
for wanted in *.in; do
    name=${wanted%.in}
    oldest=3.10
    case $name in clients-traceroot | integrations-* | rival-*) oldest=3.11 ;; esac
    {
        echo "# Exact pins of $wanted for CPython >= $oldest; change that file, then run tools/pin.sh."
        uv pip compile --quiet --universal --python-version "$oldest" --no-header --no-annotate "$wanted"
    } > "$name.txt.new"
    mv "$name.txt.new" "$name.txt"
done
