#!/bin/sh
# check-registry.sh BUILD_DIR - one strategy is one file and one list line: each
# strategy file is listed, and its object exports that one symbol and no other.
# A kernel that the compiler turned into a call of memset measures that instead.
set -eu
cd "$(dirname "$0")/.."
build=$1
list=impl/strategy/strategy_list.h
status=0
for object in "$build"/impl/strategy/*.o; do
	name=$(basename "$object" .o)
	source=impl/strategy/$name.c
	[ -e "$source" ] || continue
	case $name in strategy_*) continue ;; esac
	if ! grep -qx "STRATEGY($name)" $list; then
		echo "$source: not in strategy_list.h"
		status=1
	fi
	exported=$(nm --defined-only --extern-only "$object" |
		awk '$2 ~ /[A-Z]/ { print $3 }' | grep -v '^__odr_asan' |
		tr '\n' ' ')
	if [ "$exported" != "$name " ]; then
		echo "$source: exports '$exported', want '$name'"
		status=1
	fi
	case $name in *_libc) continue ;; esac
	called=$(nm --undefined-only "$object" |
		awk '$2 ~ /^(mem|bzero|bcopy)/ { print $2 }' | tr '\n' ' ')
	if [ -n "$called" ]; then
		echo "$source: calls '$called', want none"
		status=1
	fi
done
exit $status
