#!/bin/sh
# run-tests.sh BUILD_DIR [MODE:]TEST... - runs each test program, says what
# failed, and closes with "N passed, N failed", counted in test programs. With
# a mode the program's heaps are stressed (FRAMEBENCH_STRESS, CONTRIBUTING.md).
# Programs find the build under test through FRAMEBENCH. TEST_RUNNER is a
# command that each is run by, none by default.
set -u
build=$1
shift
FRAMEBENCH=$(pwd)/$build/framebench
export FRAMEBENCH
default=${FRAMEBENCH_STRESS-}
passed=0
failed=0
skipped=0
for test in "$@"; do
	stress=$default
	case $test in
	*:*)
		stress=${test%%:*}
		test=${test#*:}
		;;
	esac
	name=$(basename "$test")${stress:+, stressed by $stress}
	log=$test${stress:+.$stress}.log
	FRAMEBENCH_STRESS=$stress ${TEST_RUNNER-} "$test" >"$log" 2>&1
	case $? in
	0)
		passed=$((passed + 1))
		echo "PASS $name"
		;;
	77)
		skipped=$((skipped + 1))
		echo "SKIP $name: $(tail -n 1 "$log")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAIL $name, run it again with:" \
			"${stress:+FRAMEBENCH_STRESS=$stress }$test"
		cat "$log"
		;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
