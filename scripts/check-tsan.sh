#!/bin/sh
# check-tsan.sh - what TSan does not see is listed, with the tests that do.
# test/tsan.tsv has a line for each function that RACES_WITH_MARKER takes out of
# it: file, function, test programs. Prints each that is missing there, or stale;
# status 1 if any.
set -eu
cd "$(dirname "$0")/.."
list=test/tsan.tsv
status=0

# The function's name begins the line after the attribute.
marked() {
	grep -rl RACES_WITH_MARKER --include='*.[ch]' impl bench test |
		grep -v '^impl/base/base\.h$' | sort | xargs awk -v OFS='\t' '
		after { sub(/\(.*/, ""); print FILENAME, $0 }
		{ after = /RACES_WITH_MARKER/ }'
}

listed() {
	grep -v '^#' $list | awk -F'\t' -v OFS='\t' '{ print $1, $2 }'
}

differ() {
	{ marked | sort -u | sed 's/^/+/'; listed | sort -u | sed 's/^/-/'; } |
		sort -k 1.2 | awk -v list="$list" '
		{ line = substr($0, 2); n[line]++; sign[line] = substr($0, 1, 1) }
		END {
			for (line in n)
				if (n[line] == 1)
					print list ": " (sign[line] == "+" ? \
						"lacks" : "does not need") \
						" " line
		}'
}

offences=$(differ)
if [ -n "$offences" ]; then
	echo "$offences"
	status=1
fi
for test in $(grep -v '^#' $list | cut -f 3 | tr ' ' '\n' | sort -u); do
	if [ ! -e "test/$test.c" ]; then
		echo "$list: no test $test"
		status=1
	fi
done
exit $status
