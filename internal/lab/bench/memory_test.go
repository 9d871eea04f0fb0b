package main

import (
	"os"
	"path/filepath"
	"testing"
)

const status = "Name:\tterraform-provi\nVmPeak:\t  1275920 kB\nVmHWM:\t   43776 kB\nVmRSS:\t   40000 kB\n"

func TestHighWater(t *testing.T) {
	if got := highWater(status); got != 43776*1024 {
		t.Errorf("got %d", got)
	}
	if got := highWater("Name:\tkthreadd\n"); got != 0 {
		t.Errorf("of a process without memory: %d", got)
	}
}

func TestPeakLooksAtTheProviderInItsFolderOnly(t *testing.T) {
	proc := t.TempDir()
	process(t, proc, "10", "/bin/provider", "/work", status)
	process(t, proc, "11", "/bin/provider", "/work", "VmHWM:\t 50000 kB\n")
	process(t, proc, "12", "/bin/provider", "/elsewhere", "VmHWM:\t 90000 kB\n")
	process(t, proc, "13", "/bin/terraform", "/work", "VmHWM:\t 90000 kB\n")
	if got := peak(proc, "/bin/provider", "/work"); got != 50000*1024 {
		t.Errorf("got %d, want that of process 11", got)
	}
	if got := peak(filepath.Join(proc, "none"), "/bin/provider", "/work"); got != 0 {
		t.Errorf("without /proc: %d", got)
	}
}

func process(t *testing.T, proc, pid, exe, cwd, status string) {
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
	if err := os.WriteFile(filepath.Join(dir, "status"), []byte(status), 0o600); err != nil {
		t.Fatal(err)
	}
}
