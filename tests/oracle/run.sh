#!/bin/sh
# Runs every oracle script again and writes its csv beside it. Needs R and the Debian packages named in
# docs/statistics-oracle.md. A script that fails leaves its old csv as it was.
set -eu
export LC_ALL=C
cd "$(dirname "$0")"
for script in [!_]*.R; do
    csv="${script%.R}.csv"
    Rscript --vanilla "$script" > "$csv.new" || { rm -f "$csv.new"; echo "oracle: $script failed" >&2; exit 1; }
    mv "$csv.new" "$csv"
    echo "$csv: $(($(wc -l < "$csv") - 2)) values"
done
