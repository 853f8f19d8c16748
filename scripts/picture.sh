#!/usr/bin/env bash
# Draws docs/images/report.png: the HTML report of the plan in docs/images/plan.svg,
# in a headless Chromium. Fonts differ between machines, so no test compares it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

browser=
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
	if browser=$(command -v "$name"); then break; fi
done
if [ -z "$browser" ]; then
	echo 'no Chromium on the path (on Debian: apt-get install chromium)' >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -trimpath -o "$work/clusterctl" ./cmd/clusterctl
cp testdata/pictures/clusters.yaml "$work"
target=$PWD/docs/images/report.png
cd "$work"
now=2026-11-22T12:00:00Z
./clusterctl sandbox --quiet --state rehearsal --seed 6 --now "$now" --listen 127.0.0.1:0 >address &
served=$!
until [ -s address ]; do sleep 0.1; done
kill "$served"
wait "$served" || true
./clusterctl plan --sandbox ./rehearsal --now "$now" --output html=plan.html
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,760 \
	--user-data-dir="$work/profile" --screenshot="$target" "file://$work/plan.html" 2>"$work/log" || {
	cat "$work/log" >&2
	exit 1
}
