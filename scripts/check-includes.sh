#!/bin/sh
# check-includes.sh - a layer includes only itself and what lies to its left:
# base <- gc <- strategy <- call <- bench. Prints each offence; status 1 if any.
set -eu
cd "$(dirname "$0")/.."

# offences LAYER FORBIDDEN...: files of LAYER that include a forbidden header.
# A header belongs to the layer whose folder it stands in.
status=0
offences() {
	layer=$1
	shift
	for other in "$@"; do
		for header in "$other"/*.h; do
			[ -e "$header" ] || continue
			name=$(basename "$header")
			if grep -n "^#[[:space:]]*include \"$name\"" \
				"$layer"/* 2>/dev/null; then
				echo "$layer may not include $other ($name)"
				status=1
			fi
		done
	done
}
offences impl/base impl/gc impl/strategy impl/call bench
offences impl/gc impl/strategy impl/call bench
offences impl/strategy impl/call bench
offences impl/call bench
# A collector's insides are its own: only impl/gc and tests may look.
for dir in impl/strategy impl/call bench; do
	if grep -n 'include "gc_internal.h"' "$dir"/* 2>/dev/null; then
		echo "$dir may not include gc_internal.h"
		status=1
	fi
done
exit $status
