package haproxy

import (
	"slices"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestDivideIsExact goes through all counts of servers and all percentages.
func TestDivideIsExact(t *testing.T) {
	for blue := 1; blue <= 8; blue++ {
		for green := 1; green <= 8; green++ {
			for percent := 1; percent <= 99; percent++ {
				rel := [2][]int{slices.Repeat([]int{100}, blue), slices.Repeat([]int{100}, green)}
				checkDivision(t, rel, percent, divide(rel, percent))
			}
		}
	}
}

func TestDivideWithUnequalServers(t *testing.T) {
	for _, rel := range [][2][]int{
		{{1}, {256}},
		{{256, 1}, {1, 256}},
		{{3, 5, 7}, {11, 13}},
		{{0, 10}, {10, 0, 20}},
		{{1, 1, 1, 1, 1, 1, 1, 1, 1, 250}, {100}},
	} {
		for percent := 1; percent <= 99; percent++ {
			got := divide(rel, percent)
			checkDivision(t, rel, percent, got)
			for color := range rel {
				for i, r := range rel[color] {
					if r == 0 && got[color][i] != 0 {
						t.Errorf("%v at %d: a server with weight 0 got %v", rel, percent, got)
					}
				}
			}
		}
	}
}

// checkDivision fails unless the share is exact, and reads back as itself.
func checkDivision(t *testing.T, rel [2][]int, percent int, got [2][]int) {
	t.Helper()
	for color := range got {
		if len(got[color]) != len(rel[color]) || slices.Min(got[color]) < 0 || slices.Max(got[color]) > maxWeight {
			t.Fatalf("divide(%v, %d) = %v: out of range", rel, percent, got)
		}
	}
	blue, green := sum(got[0]), sum(got[1])
	if green*100 != percent*(blue+green) {
		t.Fatalf("divide(%v, %d) = %v: green has %d of %d", rel, percent, got, green, blue+green)
	}
	w, err := traffic.Shares(uint64(blue), uint64(green)) //nolint:gosec // checked above
	if err != nil || w != traffic.Split(traffic.Green, percent) {
		t.Fatalf("divide(%v, %d) = %v reads %s, %v", rel, percent, got, w, err)
	}
}

func TestDivideKeepsProportions(t *testing.T) {
	for _, test := range []struct {
		name    string
		rel     [2][]int
		percent int
		want    [2][]int
	}{
		{"one each, near their own weight", [2][]int{{100}, {100}}, 10, [2][]int{{90}, {10}}},
		{"half", [2][]int{{100}, {100}}, 50, [2][]int{{50}, {50}}},
		{"two each", [2][]int{{100, 100}, {100, 100}}, 10, [2][]int{{90, 90}, {10, 10}}},
		{"weights as configured", [2][]int{{10, 30}, {20, 20}}, 50, [2][]int{{5, 15}, {10, 10}}},
		{"other counts", [2][]int{{100, 100, 100}, {100}}, 25, [2][]int{{75, 75, 75}, {75}}},
		{"less than one each", [2][]int{{100}, {100, 100, 100, 100, 100, 100, 100, 100}}, 1, [2][]int{{198}, {1, 1, 0, 0, 0, 0, 0, 0}}},
	} {
		if got := divide(test.rel, test.percent); !slices.EqualFunc(got[:], test.want[:], slices.Equal) {
			t.Errorf("%s: divide(%v, %d) = %v, want %v", test.name, test.rel, test.percent, got, test.want)
		}
	}
}

// TestDivideOfMany bounds the skew: no server strays far from its proportion.
func TestDivideOfMany(t *testing.T) {
	rel := [2][]int{slices.Repeat([]int{1}, 50), slices.Repeat([]int{1}, 30)}
	for percent := 1; percent <= 99; percent++ {
		got := divide(rel, percent)
		checkDivision(t, rel, percent, got)
		for color := range got {
			if spread := slices.Max(got[color]) - slices.Min(got[color]); spread > 1 {
				t.Errorf("at %d equal servers weigh %v", percent, got[color])
			}
		}
	}
}

func BenchmarkDivide(b *testing.B) {
	rel := [2][]int{slices.Repeat([]int{1}, 50), slices.Repeat([]int{1}, 30)}
	for b.Loop() {
		divide(rel, 37)
	}
}
