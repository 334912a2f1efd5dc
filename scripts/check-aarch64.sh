#!/bin/sh
# check-aarch64.sh MAKE - builds impl/ and its tests for aarch64 and runs them
# under qemu. What runs is user code on an emulated CPU: that nothing stands in
# the way of that architecture, not how its memory order behaves.
set -eu
make=$1
compiler=aarch64-linux-gnu-gcc
emulator=qemu-aarch64-static

for tool in $compiler $emulator; do
	command -v $tool >/dev/null || {
		echo "SKIP check-aarch64: $tool is not installed" \
			"(gcc-aarch64-linux-gnu, qemu-user-static)"
		exit 0
	}
done
TEST_RUNNER=$emulator exec "$make" BUILD=aarch64 CC=$compiler CXX=$compiler \
	check-cross
