#!/bin/sh
# bench-mark.sh BENCH_MARK - ns an object that one marker takes, here and in
# each Go that is installed, on the same graph, alternating in one run. Go's
# figure is the mark phase of its gctrace with GOMAXPROCS=1. Counts of objects
# and bytes must agree. GO=... names another go command.
set -eu
bench=$1
rounds=5
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# median: the middle line and both ends of what it reads.
median() {
	sort -n | awk '{ a[NR] = $1 } END {
		printf "%.1f [%.1f, %.1f]\n", a[int((NR + 1) / 2)], a[1], a[NR] }'
}

gos="$dir/gos"
sh scripts/build-go.sh "$dir" bench/data/mark.go >"$gos"
[ -s "$gos" ] || echo "no Go is installed: no comparison"

# go_once BINARY MIB: "objects bytes ns-an-object", the median of its cycles.
go_once() {
	GODEBUG=gctrace=1 GOMAXPROCS=1 "$1" "$2" >"$dir/counts" 2>"$dir/trace"
	objects=$(cut -d' ' -f1 "$dir/counts")
	ns=$(awk -v n="$objects" '/^measure/ { on = 1 }
		on && / ms clock/ { split($5, t, "+"); print t[2] * 1e6 / n }' \
		"$dir/trace" | median | cut -d' ' -f1)
	echo "$(cat "$dir/counts") $ns"
}

# note WHO COUNTS: keeps the figure, and checks the counts.
note() {
	# shellcheck disable=SC2086 # three numbers
	set -- "$1" $2
	[ -z "${counts-}" ] || [ "$counts" = "$2 $3" ] || {
		echo "$1 has $2 objects of $3 bytes in all, others $counts" >&2
		exit 1
	}
	counts="$2 $3"
	echo "$4" >>"$dir/$1.$mib"
}

for mib in 64 512; do
	counts=
	i=0
	while [ $i -lt $rounds ]; do
		note framebench "$("$bench" $mib)"
		note small-pages "$("$bench" $mib small)"
		while IFS='	' read -r version binary; do
			note "$version" "$(go_once "$binary" $mib)"
		done <"$gos"
		"$bench" $mib lines >>"$dir/lines.$mib"
		i=$((i + 1))
	done
	echo "$mib MiB: $counts objects, bytes"
	ours=$(median <"$dir/framebench.$mib")
	echo "  framebench $ours ns an object, huge pages asked for"
	echo "  small-pages $(median <"$dir/small-pages.$mib") ns an object," \
		"framebench on pages of 4 KiB"
	while IFS='	' read -r version binary; do
		theirs=$(median <"$dir/$version.$mib")
		echo "  $version $theirs ns an object," \
			"$(echo "$theirs ${ours%% *}" |
				awk '{ printf "%.2f", $1 / $NF }') times ours"
	done <"$gos"
	latency=$(cut -d' ' -f1 "$dir/lines.$mib" | median | cut -d' ' -f1)
	line=$(cut -d' ' -f2 "$dir/lines.$mib" | median | cut -d' ' -f1)
	echo "$latency $line ${ours%% *}" | awk '{
		printf "  memory: latency %.0f ns, %.1f lines in flight, " \
			"%.1f ns a line; marking runs at %.0f %% of that\n",
			$1, $1 / $2, $2, 100 * $2 / $3 }'
done
