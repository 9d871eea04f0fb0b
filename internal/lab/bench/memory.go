package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// look is the time between two looks at the provider's memory. The kernel keeps
// the peak, so that only what a process takes in its last moments goes unseen.
const look = 20 * time.Millisecond

// watchMemory looks at processes that run the provider in a folder, until the
// function that it returns is called, which returns the peak of the largest of
// them, in bytes: 0 where there is no /proc.
func watchMemory(provider, dir string) (stop func() int64) {
	done, result := make(chan struct{}), make(chan int64)
	go func() {
		ticker := time.NewTicker(look)
		defer ticker.Stop()
		var most int64
		for {
			select {
			case <-ticker.C:
				most = max(most, peak("/proc", provider, dir))
			case <-done:
				result <- most
				return
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-result
	}
}

// peak returns the largest peak of the processes that run the provider in dir.
// A process that ends meanwhile is passed over.
func peak(proc, provider, dir string) int64 {
	processes, err := filepath.Glob(filepath.Join(proc, "[0-9]*"))
	if err != nil {
		return 0
	}
	var most int64
	for _, p := range processes {
		exe, _ := os.Readlink(filepath.Join(p, "exe"))
		cwd, _ := os.Readlink(filepath.Join(p, "cwd"))
		if exe != provider || cwd != dir {
			continue
		}
		status, _ := os.ReadFile(filepath.Join(p, "status"))
		most = max(most, highWater(string(status)))
	}
	return most
}

// highWater reads VmHWM, the peak of resident memory, of a process's status:
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html.
func highWater(status string) int64 {
	for line := range strings.Lines(status) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "VmHWM:" && fields[2] == "kB" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			return kib * 1024
		}
	}
	return 0
}
