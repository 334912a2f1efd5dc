#!/bin/sh
# check-includes.sh - a layer includes only itself and what lies to its left:
# base <- gc <- strategy <- call <- bench. A header belongs to the layer whose
# folder it stands in. The collector's insides, gc_internal.h and what includes
# it, are impl/gc's and the tests' own. Prints each offence; status 1 if any.
set -eu
cd "$(dirname "$0")/.."

awk '
function folder(path) { sub("/[^/]*$", "", path); return path }
FNR == 1 { at = folder(FILENAME) }
/^#[ \t]*include "/ {
	split($0, part, "\"")
	n++
	header[n] = part[2]; from[n] = at; place[n] = FILENAME ":" FNR
}
BEGIN {
	rank["impl/base"] = 1; rank["impl/gc"] = 2; rank["impl/strategy"] = 3
	rank["impl/call"] = 4; rank["bench"] = 5
	inside["gc_internal.h"] = 1
	for (i = 1; i < ARGC; i++) {
		name = ARGV[i]
		sub(".*/", "", name)
		layer[name] = folder(ARGV[i])
	}
}
END {
	do {
		more = 0
		for (i = 1; i <= n; i++) {
			name = place[i]
			sub(":.*", "", name)
			sub(".*/", "", name)
			if (header[i] in inside && !(name in inside) &&
			    name ~ /\.h$/)
				more = inside[name] = 1
		}
	} while (more)
	for (i = 1; i <= n; i++) {
		to = layer[header[i]]
		if (rank[to] > rank[from[i]] ||
		    header[i] in inside && from[i] != "impl/gc") {
			print place[i] ": " from[i] " may not include " \
				header[i] (to == "" ? "" : " of " to)
			bad = 1
		}
	}
	exit bad
}' impl/*/*.[chS] bench/*.[ch] bench/*.cc bench/*.S
