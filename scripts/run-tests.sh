#!/bin/sh
# run-tests.sh BUILD_DIR TEST... - runs each test program, says what failed,
# and closes with "N passed, N failed", counted in test programs. Programs find
# the build under test through FRAMEBENCH. TEST_RUNNER is a command that each is
# run by, none by default.
set -u
build=$1
shift
FRAMEBENCH=$(pwd)/$build/framebench
export FRAMEBENCH
passed=0
failed=0
skipped=0
for test in "$@"; do
	log=$test.log
	${TEST_RUNNER-} "$test" >"$log" 2>&1
	case $? in
	0)
		passed=$((passed + 1))
		echo "PASS $(basename "$test")"
		;;
	77)
		skipped=$((skipped + 1))
		echo "SKIP $(basename "$test"): $(tail -n 1 "$log")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAIL $(basename "$test"), run it again with: $test"
		cat "$log"
		;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
