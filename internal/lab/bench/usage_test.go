package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	status = "Name:\tterraform-provi\nVmPeak:\t  1275920 kB\nVmHWM:\t   43776 kB\nVmRSS:\t   40000 kB\n"
	stat   = "10 (a (strange) name) S 1 10 10 0 -1 4194304 100 0 0 0 150 25 7 7 20 0 9 0 100 1 1\n"
)

func TestHighWater(t *testing.T) {
	if got := highWater(status); got != 43776*1024 {
		t.Errorf("got %d", got)
	}
	if got := highWater("Name:\tkthreadd\n"); got != 0 {
		t.Errorf("of a process without memory: %d", got)
	}
}

func TestCPUTime(t *testing.T) {
	if got := cpuTime(stat); got != 1750*time.Millisecond {
		t.Errorf("got %s", got)
	}
	for _, text := range []string{"", "10 (gone)", ")"} {
		if got := cpuTime(text); got != 0 {
			t.Errorf("of %q: %s", text, got)
		}
	}
}

// TestUsageIsOfOnePlace: of each program, the processes in the folder.
func TestUsageIsOfOnePlace(t *testing.T) {
	proc := t.TempDir()
	aProcess(t, proc, "10", "/bin/provider", "/work", status)
	aProcess(t, proc, "11", "/bin/provider", "/work", "VmHWM:\t 50000 kB\n")
	aProcess(t, proc, "12", "/bin/provider", "/elsewhere", "VmHWM:\t 90000 kB\n")
	aProcess(t, proc, "13", "/bin/terraform", "/work", "VmHWM:\t 70000 kB\n")
	programs := []string{"/bin/provider", "/bin/terraform", "/bin/other"}
	seen := sightings{}
	seen.look(filepath.Join(proc, "none"), "/work", programs)
	seen.look(proc, "/work", programs)
	if err := os.RemoveAll(filepath.Join(proc, "11")); err != nil { // it ended
		t.Fatal(err)
	}
	seen.look(proc, "/work", programs)
	got := seen.usage(programs)
	for i, want := range []usage{{2 * 1750 * time.Millisecond, 50000 * 1024}, {1750 * time.Millisecond, 70000 * 1024}, {}} {
		if got[i] != want {
			t.Errorf("%s used %v, want %v", programs[i], got[i], want)
		}
	}
}

func aProcess(t *testing.T, proc, pid, exe, cwd, status string) {
	t.Helper()
	dir := filepath.Join(proc, pid)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"exe": exe, "cwd": cwd} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"status": status, "stat": stat} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
