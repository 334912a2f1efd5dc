#!/bin/sh
# compare-race.sh PROGRAM [BUDGET_SECONDS] [DIR] - is a race worth it, and right?
# Races plan `quick`, measures it again with everybody in every round for three
# times as long, by the same stopping rule, and races it once more with another
# seed. Status 1 unless the race has resolved 80 % of the cells and no fewer than
# the uniform run, that run has no reason to change the race's defaults, and the
# next race has none either. Takes five times BUDGET_SECONDS (150) at most.
set -eu
program=$1
budget=${2:-150}
dir=${3:-$(mktemp -d)}
status=0

say() {
	printf '%s\n' "$*"
}

# measure NAME SECONDS OPTION...: leaves the seconds that it took in $took.
measure() {
	name=$1
	limit=$2
	shift 2
	start=$(date +%s)
	"$program" run quick --layouts=5 "--budget=${limit}s" \
		"--out=$dir/$name" "$@" \
		>/dev/null
	took=$(($(date +%s) - start))
}

# coverage NAME: "RESOLVED CELLS" of its coverage line.
coverage() {
	"$program" choose "$dir/$1" "--out=$dir/$1.defaults" |
		sed -n 's/^- coverage: \([0-9]*\) of \([0-9]*\) .*/\1 \2/p'
}

# kept NAME: "KEPT ROWS": the defaults of the first race as what is in use, in how
# many rows this run leaves them, or has something that is at most epsilon, 2 %,
# faster.
kept() {
	"$program" choose "$dir/$1" "--out=$dir/$1.again" \
		"--incumbent=$dir/race.defaults/policy.json" |
		awk '/^(mem|typed|call|makefunc)/ {
				n++
				k += / kept / || (match($0, /[0-9.]+ x /) &&
					substr($0, RSTART) * 1.02 >= 1)
			}
			END { print k + 0, n }'
}

# expect CONDITION TEXT...
expect() {
	condition=$1
	shift
	if [ "$condition" ]; then
		say "holds: $*"
	else
		say "DOES NOT HOLD: $*"
		status=1
	fi
}

measure race "$budget" --seed=1
race_s=$took
measure uniform $((3 * race_s)) --seed=1 --uniform
uniform_s=$took
measure next "$budget" --seed=2

read -r race cells <<END
$(coverage race)
END
read -r uniform _ <<END
$(coverage uniform)
END
read -r same rows <<END
$(kept uniform)
END
read -r stays rows_next <<END
$(kept next)
END
say "race: $race of $cells cells resolved in $race_s s"
say "uniform: $uniform of $cells cells resolved in $uniform_s s"
expect "$([ $((100 * race)) -ge $((80 * cells)) ] && echo 1)" \
	"the race resolves 80 % of the cells"
expect "$([ "$race" -ge "$uniform" ] && echo 1)" \
	"three times as much time resolves no more without a race"
expect "$([ "$same" -eq "$rows" ] && echo 1)" \
	"the uniform run leaves the race's defaults as they are" \
	"($same of $rows rows)"
expect "$([ "$stays" -eq "$rows_next" ] && echo 1)" \
	"so does the next race ($stays of $rows_next rows)"
say "runs: $dir"
exit $status
