#!/bin/sh
# build-go.sh DIR FILE.go - builds a program with each Go that is installed and
# prints a line each, "version<TAB>binary"; binaries and cache are in DIR. None
# for a machine without Go. GO=... names another go command.
set -eu
dir=$1
source=$2
name=$(basename "$source" .go)
seen=
for go in ${GO-} go /usr/lib/go-*/bin/go; do
	command -v "$go" >/dev/null 2>&1 || continue
	version=$("$go" env GOVERSION)
	case " $seen " in *" $version "*) continue ;; esac
	seen="$seen $version"
	HOME=$dir GOCACHE=$dir/cache GO111MODULE=off "$go" build \
		-o "$dir/$name-$version" "$source"
	printf '%s\t%s\n' "$version" "$dir/$name-$version"
done
