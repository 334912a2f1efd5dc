#!/bin/sh
# check-format.sh - every C and C++ file looks as .clang-format says.
# Versions of clang-format differ, so only 14, Debian 12's, is asked.
set -eu
cd "$(dirname "$0")/.."
if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	echo "check-format: no clang-format 14 here, not checked" >&2
	exit 0
fi
find impl bench test \( -name '*.[ch]' -o -name '*.cc' \) -print0 |
	xargs -0 clang-format --dry-run -Werror
