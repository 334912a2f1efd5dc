// call.go - the signatures of bench_call.c, called by Go's reflect
//
// call MIB: one round beside so many MiB of live objects: signature, ns a reflect.Value.Call, and ns of CPU of all threads,
// collections included. The arguments are packed into Values once; Call itself
// checks their types, and packs the results into a slice of Values.
package main

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"syscall"
	"time"
)

const batch = 400000

//go:noinline
func takeNothing() {}

//go:noinline
func takePointer(p *byte) {}

//go:noinline
func takeIntPointerInt(a int, p *byte, b int) {}

//go:noinline
func takeEight(a, b, c, d, e, f, g, h *byte) {}

//go:noinline
func takePointersInt(p [16]*byte, n int) {}

//go:noinline
func takeIntPointerString(a int, p *byte, s string) (int, error) {
	return a + len(s), nil
}

func cpu() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

func measure(signature string, fn interface{}, args ...interface{}) {
	f := reflect.ValueOf(fn)
	var values []reflect.Value
	for _, a := range args {
		values = append(values, reflect.ValueOf(a))
	}
	for i := 0; i < batch/10; i++ {
		f.Call(values)
	}
	usage, start := cpu(), time.Now()
	for i := 0; i < batch; i++ {
		f.Call(values)
	}
	wall := time.Since(start).Nanoseconds()
	usage = cpu() - usage
	fmt.Printf("%s\t%.1f\t%.1f\n", signature, float64(wall)/batch,
		float64(usage)/batch)
}

type node struct {
	next    *node
	a, b, c uintptr
}

var head *node

func main() {
	mib, _ := strconv.Atoi(os.Args[1])
	for i := 0; i < mib<<20/32; i++ {
		head = &node{next: head}
	}
	p := new(byte)
	measure("func()", takeNothing)
	measure("func(*byte)", takePointer, p)
	measure("func(int, *byte, int)", takeIntPointerInt, 1, p, 2)
	measure("func(*byte, *byte, *byte, *byte, *byte, *byte, *byte, *byte)",
		takeEight, p, p, p, p, p, p, p, p)
	measure("func([16]*byte, int)", takePointersInt, [16]*byte{p}, 1)
	measure("func(int, *byte, string) (int, error)",
		takeIntPointerString, 1, p, "")
}
