// SPDX-License-Identifier: GPL-3.0-or-later

// What the peer in Go asks of Linux: clocks, files, its own CPU time and
// memory.
package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// Not nil, and empty: no HTTP/2.
var noOtherProtocol = map[string]func(string, *tls.Conn) http.RoundTripper{}

// As linux/time.h has them.
const (
	clockMonotonic     = 1
	clockThreadCPUTime = 3
)

func clock(which uintptr) int64 {
	var at syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, which,
		uintptr(unsafe.Pointer(&at)), 0)
	return at.Nano()
}

// Go's own clock is CLOCK_MONOTONIC too, read without a system call, but it
// tells differences only.
var (
	zero   = time.Now()
	zeroNs = clock(clockMonotonic)
)

func now() int64 {
	return zeroNs + int64(time.Since(zero))
}

// Until the thread's CPU time has grown by so much. The goroutine stays on its
// thread meanwhile.
func burn(duration time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	until := clock(clockThreadCPUTime) + int64(duration)
	for clock(clockThreadCPUTime) < until {
	}
}

func (t *task) read(path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	t.receive(int64(len(body)), body)
	return nil
}

// Beside it first, then renamed: no half file has the final name.
func (t *task) write(path string) error {
	beside := fmt.Sprintf("%s.%d.part", path, t.number)
	err := os.WriteFile(beside, t.body, 0o666)
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		os.Remove(beside)
	}
	return err
}

// A line of /proc/self/status.
func status(name string) (uint64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		if words := bytes.Fields(line); len(words) > 1 &&
			string(words[0]) == name+":" {
			return strconv.ParseUint(string(words[1]), 10, 64)
		}
	}
	return 0, errors.New("/proc/self/status has no " + name)
}

// What was used up to a moment.
type figures struct {
	at    int64
	usage syscall.Rusage
	rss   uint64 // KiB
}

// What reading the job has left behind is given back first: else the batch
// would take that, and seem to need less memory than it does.
func beginFigures() (f figures) {
	debug.FreeOSMemory()
	// Lets VmHWM start again from the present size, where that may be.
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	f.rss, _ = status("VmRSS")
	syscall.Getrusage(syscall.RUSAGE_SELF, &f.usage)
	f.at = now()
	return f
}

// The fields of the answer that speak of time and memory; what cannot be read
// is left out.
func (f *figures) since() map[string]any {
	var usage syscall.Rusage
	ended := now()
	failed := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	peak, peakErr := status("VmHWM")
	threads, threadsErr := status("Threads") // Go keeps them all
	answer := map[string]any{"began_ns": f.at, "wall_ns": ended - f.at}
	if failed == nil {
		answer["user_ns"] = usage.Utime.Nano() - f.usage.Utime.Nano()
		answer["sys_ns"] = usage.Stime.Nano() - f.usage.Stime.Nano()
		answer["voluntary_switches"] = usage.Nvcsw - f.usage.Nvcsw
		answer["involuntary_switches"] = usage.Nivcsw - f.usage.Nivcsw
	}
	if peakErr == nil && f.rss > 0 {
		answer["base_rss_bytes"] = f.rss * 1024
		answer["peak_rss_bytes"] = peak * 1024
	}
	if threadsErr == nil {
		answer["threads_peak"] = threads
	}
	return answer
}
