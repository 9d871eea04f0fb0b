package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

const barWidth = 40

// screen draws the live display: in place on a terminal, a line a second
// elsewhere.
type screen struct {
	out      *os.File
	terminal bool
	drawn    int // lines of the display, to be drawn over
	last     time.Time
}

func newScreen(out *os.File) *screen {
	info, err := out.Stat()
	return &screen{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// say prints what stays.
func (s *screen) say(format string, args ...any) {
	s.drawn = 0
	fmt.Fprintf(s.out, format+"\n", args...)
}

// view is one moment of a cutover.
type view struct {
	stage       string
	blue, green int // live weights
	recent, all load.Totals
}

// draw shows a moment.
func (s *screen) draw(v view) {
	if !s.terminal {
		if time.Since(s.last) >= time.Second {
			s.last = time.Now()
			fmt.Fprintf(s.out, "  %-34s weights blue %3d green %3d   answered blue %3d %% green %3d %%   requests %6d   failed %d\n",
				v.stage, v.blue, v.green, share(v.recent, "blue"), share(v.recent, "green"), v.all.Requests, v.all.Failures)
		}
		return
	}
	lines := []string{
		fmt.Sprintf("  stage     %s", v.stage),
		fmt.Sprintf("  blue   %s %3d %% answered   weight %3d", bar("\033[44m", share(v.recent, "blue")), share(v.recent, "blue"), v.blue),
		fmt.Sprintf("  green  %s %3d %% answered   weight %3d", bar("\033[42m", share(v.recent, "green")), share(v.recent, "green"), v.green),
		fmt.Sprintf("  requests  %d sent, %d failed, slowest %s", v.all.Requests, v.all.Failures, v.all.Slowest.Round(time.Millisecond)),
	}
	if s.drawn > 0 {
		fmt.Fprintf(s.out, "\033[%dA", s.drawn)
	}
	for _, line := range lines {
		fmt.Fprintf(s.out, "\033[2K%s\n", line)
	}
	s.drawn = len(lines)
}

func bar(color string, percent int) string {
	filled := percent * barWidth / 100
	return color + strings.Repeat(" ", filled) + "\033[0m" + strings.Repeat("·", barWidth-filled)
}

// share is the percent of answers that one color gave.
func share(t load.Totals, color string) int {
	all := t.Colors["blue"] + t.Colors["green"]
	if all == 0 {
		return 0
	}
	return int((t.Colors[color]*100 + all/2) / all)
}
