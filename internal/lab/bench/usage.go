package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// lookEvery is the time between two looks at processes. The kernel adds up for
// each what it used, so that only what one uses in its last moments goes unseen.
const lookEvery = 20 * time.Millisecond

// tick is the unit of CPU times in /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
const tick = 10 * time.Millisecond

// usage is what the processes of one program used. It is zero where there is no
// /proc.
type usage struct {
	cpu    time.Duration // of all of them, in user and in system mode
	memory int64         // the peak of the largest, in bytes
}

// watchUsage looks at the processes that run programs in a folder, until the
// function that it returns is called, which returns what those of each program
// used.
func watchUsage(dir string, programs ...string) (stop func() []usage) {
	done, result := make(chan struct{}), make(chan []usage)
	go func() {
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		seen := sightings{}
		for {
			select {
			case <-ticker.C:
				seen.look("/proc", dir, programs)
			case <-done:
				result <- seen.usage(programs)
				return
			}
		}
	}()
	return func() []usage {
		close(done)
		return <-result
	}
}

// process is one that was seen.
type process struct{ program, pid string }

// sightings are what processes had used when they were last seen.
type sightings map[process]usage

// look looks at each process once. One that ends meanwhile is as it was seen
// before.
func (s sightings) look(proc, dir string, programs []string) {
	found, err := filepath.Glob(filepath.Join(proc, "[0-9]*"))
	if err != nil {
		return
	}
	for _, p := range found {
		cwd, _ := os.Readlink(filepath.Join(p, "cwd"))
		if cwd != dir {
			continue
		}
		exe, _ := os.Readlink(filepath.Join(p, "exe"))
		for _, program := range programs {
			if exe != program {
				continue
			}
			key := process{program, filepath.Base(p)}
			status, _ := os.ReadFile(filepath.Join(p, "status"))
			stat, _ := os.ReadFile(filepath.Join(p, "stat"))
			was := s[key]
			s[key] = usage{max(was.cpu, cpuTime(string(stat))), max(was.memory, highWater(string(status)))}
		}
	}
}

func (s sightings) usage(programs []string) []usage {
	used := make([]usage, len(programs))
	for key, u := range s {
		for i, program := range programs {
			if key.program == program {
				used[i].cpu += u.cpu
				used[i].memory = max(used[i].memory, u.memory)
			}
		}
	}
	return used
}

// cpuTime reads utime and stime of a process's stat. The name in brackets before
// them may have anything in it.
func cpuTime(stat string) time.Duration {
	const utime, stime = 11, 12 // after the name
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) <= stime {
		return 0
	}
	var ticks int64
	for _, i := range []int{utime, stime} {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * tick
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
