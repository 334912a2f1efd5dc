// mark.go - the graph of bench_mark.c, built and collected by Go
//
// mark MIB: prints objects and bytes; with GODEBUG=gctrace=1 the runtime says
// on standard error how long it marked.
package main

import (
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"unsafe"
)

type node struct {
	next, far *node
	a, b      uintptr
}

// SplitMix64, as in base_random.h, from the same seed.
var state uint64 = 1

func below(n uint64) uint64 {
	state += 0x9e3779b97f4a7c15
	z := state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	high, _ := bits.Mul64(z^(z>>31), n)
	return high
}

var head *node

func build(n int) {
	nodes := make([]*node, n)
	for i := range nodes {
		nodes[i] = new(node)
		if i > 0 {
			nodes[i-1].next = nodes[i]
		}
	}
	for i := range nodes {
		nodes[i].far = nodes[below(uint64(n))]
	}
	head = nodes[0]
}

func main() {
	mib, _ := strconv.Atoi(os.Args[1])
	debug.SetGCPercent(-1)
	build(mib << 20 / int(unsafe.Sizeof(node{})))
	runtime.GC()
	runtime.GC()
	fmt.Fprintln(os.Stderr, "measure")
	for i := 0; i < 7; i++ {
		runtime.GC()
	}
	objects := 0
	for p := head; p != nil; p = p.next {
		objects++
	}
	fmt.Println(objects, objects*int(unsafe.Sizeof(node{})))
}
