package generate

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// seed makes the whole example. Another number makes other customers with the same totals.
const seed = 20240131

// dice returns the random numbers of one column. Each column has its own, so that a change to how one is made leaves the bytes of all
// the others alone.
func dice(column string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(column))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// pick chooses exactly n of the candidates. Each gets its lean plus a throw below spread, and the highest n win, so the total is fixed
// while who is chosen still follows the lean. A spread that is large beside the leans makes the choice nearly even.
func pick(d *rand.Rand, n int, candidates []int, spread int, lean func(i int) int) []int {
	type score struct{ who, points int }
	scores := make([]score, len(candidates))
	for k, i := range candidates {
		scores[k] = score{i, d.IntN(spread) + lean(i)}
	}
	slices.SortFunc(scores, func(a, b score) int {
		return cmp.Or(cmp.Compare(b.points, a.points), cmp.Compare(a.who, b.who))
	})
	chosen := make([]int, n)
	for k := range chosen {
		chosen[k] = scores[k].who
	}
	return chosen
}

// evenly is the lean of a choice in which everybody is alike.
func evenly(int) int { return 0 }

// where returns the numbers below n for which the condition holds.
func where(n int, holds func(i int) bool) []int {
	var found []int
	for i := range n {
		if holds(i) {
			found = append(found, i)
		}
	}
	return found
}

// everyone returns the numbers below n.
func everyone(n int) []int { return where(n, func(int) bool { return true }) }

// between throws a number from low to high, both included.
func between(d *rand.Rand, low, high int) int { return low + d.IntN(high-low+1) }

// bell throws a number below the sum of k equal parts: the more parts, the closer to the middle.
func bell(d *rand.Rand, k, part int) int {
	sum := 0
	for range k {
		sum += d.IntN(part)
	}
	return sum
}

// hits throws n times and counts how often the given chance comes true.
func hits(d *rand.Rand, n, percent int) int {
	count := 0
	for range n {
		count += yes(d.IntN(100) < percent)
	}
	return count
}
