#!/bin/sh
# sweep.sh PROGRAM PLAN BUDGET - measure, draw, choose: what `make sweep` runs.
# Stops at the first step that fails, names it, and ends with its status; what
# was measured until then stays in the run directory.
set -eu
if [ $# -ne 3 ]; then
	echo "usage: sweep.sh PROGRAM PLAN BUDGET" >&2
	exit 2
fi
program=$1
plan=$2
budget=$3
# Sorts by time, and two sweeps of one second do not meet.
run=results/runs/$(date -u +%Y%m%dT%H%M%SZ)-$$

# step NAME ARGUMENT...: runs the program, and ends the sweep if it fails.
step() {
	name=$1
	status=0
	"$program" "$@" || status=$?
	if [ "$status" -ne 0 ]; then
		echo "sweep: $name failed with status $status; run again with:" \
			"$program $*" >&2
		exit "$status"
	fi
}
# What holds in one layout only is no default.
step run "$plan" --layouts=5 "--budget=$budget" "--out=$run"
# Both print the winners; once is enough, and it comes last.
step report "$run" >/dev/null
step choose "$run"
echo "wrote $run/report/index.html and $run/report/report.txt"
