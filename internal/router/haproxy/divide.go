package haproxy

import (
	"math"
	"slices"
)

// divide returns weights for the servers of two colors so that the second one
// gets exactly percent, 1 to 99, of what both get, and so that the servers of
// each color stand to each other as close as can be to how they should: rel
// has their relative weights, at least one of them above 0 in each color.
//
// The sums are always multiples of 100-percent and percent (reduced), which is
// what makes the share exact; both fit at least once, since no sum is above 99
// then. Of all multiples that the limit of 256 a server allows, the one with
// the truest proportions is taken, and among those the one nearest to the
// weight that the stronger color has by itself: other servers in the same
// backend keep their share.
//
// With less than 1 for each server, as 1 percent for eight of them may be, some
// servers stay at 0 while others carry the share: it is small enough for them.
func divide(rel [2][]int, percent int) [2][]int {
	unit := [2]int{100 - percent, percent}
	d := gcd(unit[0], unit[1])
	unit[0], unit[1] = unit[0]/d, unit[1]/d
	reference := max(sum(rel[0]), sum(rel[1]))
	var best [2][]int
	bestSkew, bestFar := math.Inf(1), 0
	for n := 1; n == 1 || (fits(rel[0], n*unit[0]) && fits(rel[1], n*unit[1])); n++ {
		a, skewA := allot(rel[0], n*unit[0])
		b, skewB := allot(rel[1], n*unit[1])
		skew, far := skewA+skewB, abs(n*(unit[0]+unit[1])-reference)
		const same = 1e-9
		if skew < bestSkew-same || (skew < bestSkew+same && far < bestFar) {
			best, bestSkew, bestFar = [2][]int{a, b}, skew, far
		}
	}
	return best
}

// fits tells whether total can be shared out in proportion with no server
// above 256.
func fits(rel []int, total int) bool {
	return total*slices.Max(rel) <= maxWeight*sum(rel)
}

// allot shares total out in proportion to rel, by largest remainders, and says
// how far from the true proportions that is: 0 when it is exact.
func allot(rel []int, total int) (parts []int, skew float64) {
	all, left := sum(rel), total
	parts = make([]int, len(rel))
	order := make([]int, len(rel))
	for i, r := range rel {
		parts[i] = total * r / all
		left -= parts[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return total*rel[j]%all - total*rel[i]%all })
	for _, i := range order[:left] {
		parts[i]++
	}
	for i, r := range rel {
		skew += math.Abs(float64(parts[i])/float64(total) - float64(r)/float64(all))
	}
	return parts, skew
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func abs(n int) int { return max(n, -n) }

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
