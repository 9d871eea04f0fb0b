package acctest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminalLosses need a terminal, which each system makes in its own way.
var terminalLosses = map[string]loss{"its terminal closes": onTerminal}

// onTerminal starts the CLI on a terminal of its own, which closes.
func onTerminal(t *testing.T, cmd *exec.Cmd) func() {
	t.Helper()
	terminal := terminalOf(t, cmd)
	go func() { _, _ = io.Copy(io.Discard, terminal) }()
	return func() { terminal.Close() }
}

// terminalOf gives a command a terminal of its own, and returns what shows it.
func terminalOf(t *testing.T, cmd *exec.Cmd) *os.File {
	t.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	raw, err := terminal.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	if failed := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); failed != nil || err != nil {
		t.Fatal(failed, err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return terminal
}
