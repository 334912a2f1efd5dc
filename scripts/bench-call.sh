#!/bin/sh
# bench-call.sh BENCH_CALL - a reflect call step by step, beside libffi's
# ffi_call of the same C function; then beside reflect.Value.Call of each Go that
# is installed, whole calls of the same signatures, alternating in one run.
# GO=... names another go command.
set -eu
bench=$1
rounds=7
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$bench"

gos="$dir/gos"
sh scripts/build-go.sh "$dir" bench/data/call.go >"$gos"
if ! [ -s "$gos" ]; then
	echo "no Go is installed: no comparison with reflect.Value.Call"
	exit 0
fi

for live in 0 4; do
	i=0
	while [ $i -lt $rounds ]; do
		"$bench" $live | sed "s/^/$live	framebench	/"
		while IFS='	' read -r version binary; do
			"$binary" $live | sed "s/^/$live	$version	/"
		done <"$gos"
		i=$((i + 1))
	done
done >"$dir/all"

cat <<'TEXT'
Beside Go's reflect.Value.Call: ns a call, then ns of CPU of all threads, each
with the range of the rounds; ratios are of medians. Collections are in both, and
mark what else is live.
Only Go checks that the callee is a function and exported, counts the arguments
and assigns each to its parameter's type, and packs results into a new slice of
Values. Only framebench has a frame for every argument: from 1.17 on Go passes
what fits in registers, and has a frame only for what does not.
TEXT
# Columns: MiB, who, signature, ns, ns of CPU.
sort -t '	' -k1,1n -k3,3 -k2,2 "$dir/all" | awk -F '\t' '
function median(x, n,   i, k, t) {
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && x[k - 1] > x[k]; k--) {
			t = x[k]; x[k] = x[k - 1]; x[k - 1] = t
		}
	return x[int((n + 1) / 2)]
}
function finish(   m, c, ratio) {
	if (!n)
		return
	m = median(wall, n)
	c = median(cpu, n)
	if (who == "framebench") {
		print signature ", " live " MiB live"
		ours = m
		ours_cpu = c
		ratio = ""
	} else
		ratio = sprintf("; framebench / it: %.2f, %.2f of CPU",
			ours / m, ours_cpu / c)
	printf "  %-10s %6.1f [%.1f, %.1f], CPU %6.1f [%.1f, %.1f]%s\n", who,
		m, wall[1], wall[n], c, cpu[1], cpu[n], ratio
	n = 0
}
$2 != who || $3 != signature { finish(); live = $1; who = $2; signature = $3 }
{ n++; wall[n] = $4; cpu[n] = $5 }
END { finish() }'
