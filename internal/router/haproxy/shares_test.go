package haproxy

import (
	"errors"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// hashed is a switch over a backend that balances by a hash.
func hashed(t *testing.T, balance string, shares bool) (*world, *weighted) {
	t.Helper()
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend odd\n    balance " + balance + "\n    server blue1 " + c.Blue[0] + " weight 50\n    server green1 " + c.Green[0] + " weight 50\n"
	})
	w.order("set server odd/green1 weight 0")
	block := over(w.AdminSocket())
	block.Shares = &shares
	return w, openAll(t, block, servers("odd/blue1"), servers("odd/green1"))[0].Router.(*weighted)
}

// TestHashThatTakesShares: the user says so, or a weight that is neither all nor
// nothing does, which HAProxy would not have taken otherwise.
func TestHashThatTakesShares(t *testing.T) {
	tenth := traffic.Split(traffic.Green, 10)
	_, told := hashed(t, "hdr(host)\n    hash-type consistent", true)
	w, seen := hashed(t, "source\n    hash-type consistent", false)
	facts, err := seen.Inspect(t.Context(), traffic.Green)
	must(t, err)
	if !facts.AllOrNothing || !strings.Contains(facts.LimitedBy, "set shares = true") || !strings.Contains(facts.LimitedBy, `(balance "source")`) {
		t.Errorf("a hash that nobody told of: %+v", facts)
	}
	w.order("set server odd/green1 weight 7")
	live, err := seen.Weights(t.Context())
	must(t, err)
	for r, from := range map[*weighted]traffic.Weights{told: allBlue, seen: live} {
		facts, err := r.Inspect(t.Context(), traffic.Green)
		if err != nil || facts.AllOrNothing || facts.LimitedBy != "" {
			t.Errorf("Inspect = %+v, %v", facts, err)
		}
		must(t, r.SetWeights(t.Context(), from, tenth))
		must(t, r.SetWeights(t.Context(), tenth, allGreen))
	}
}

// TestSharesThatAreNone: the user says that a hash takes shares, and it does
// not: the first one is refused, and nothing moved.
func TestSharesThatAreNone(t *testing.T) {
	_, r := hashed(t, "source", true)
	wantErr(t, "SetWeights", r.SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 10)), ErrWhole)
	if live, err := r.Weights(t.Context()); err != nil || live != allBlue {
		t.Errorf("a refused share left %s, %v", live, err)
	}
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
}

// TestPlanOnlyReads: whatever a plan, a gate or a drain asks of HAProxy begins
// with "show" or "get".
func TestPlanOnlyReads(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend odd\n    balance source\n    server blue1 " + c.Blue[0] + "\n    server green1 " + c.Green[0] + "\n"
	})
	p := newProxy(t, w.AdminSocket())
	blue, green := mapBackends()
	block := w.mapBlock(p.socket())
	for _, r := range []traffic.Router{
		openAll(t, over(p.socket()), servers("odd/blue1"), servers("odd/green1"))[0].Router,
		openAll(t, over(p.socket()), servers("odd/blue1"), servers("odd/green9"))[0].Router,
		openAll(t, block, blue, green)[0].Router,
		openAll(t, block, blue, backend("none"))[0].Router,
	} {
		_, read := r.Weights(t.Context())
		_, inspect := r.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
		_, health := r.(traffic.HealthReader).Health(t.Context(), traffic.Green)
		_, inFlight := r.(traffic.InFlightCounter).InFlight(t.Context(), traffic.Blue)
		_, found := r.(traffic.Restorer).Found(t.Context())
		t.Log(errors.Join(read, inspect, health, inFlight, found, r.(traffic.Verifier).Verify(t.Context(), allBlue)))
	}
	if len(p.lines()) < 10 {
		t.Fatalf("only %d commands were seen", len(p.lines()))
	}
	for _, command := range p.lines() {
		if word, _, _ := strings.Cut(command, " "); word != "show" && word != "get" {
			t.Errorf("it sent %q", command)
		}
	}
}
