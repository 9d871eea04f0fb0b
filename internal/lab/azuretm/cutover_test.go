package azuretm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// run runs a cutover to a color as a provider that starts now would.
func (v *virtual) run(to traffic.Color) (cutover.Outcome, error) {
	v.Helper()
	return cutover.Run(v.Context(), v.order(to, v.lab.Transport()), nil)
}

func (v *virtual) mustRun(to traffic.Color) {
	v.Helper()
	if outcome, err := v.run(to); err != nil {
		v.Fatalf("%s: %v", outcome.Result, err)
	}
	if v.live() != traffic.All(to) {
		v.Fatalf("promoted with %s", v.live())
	}
}

func TestCutover(t *testing.T) {
	for _, kind := range tm.PossibleEndpointTypeValues() {
		t.Run(string(kind), func(t *testing.T) {
			inBubble(t, azuretm.ScenarioOptions{Kind: kind, TTL: 60}, func(v *virtual) {
				for range 3 {
					v.mustRun(traffic.Green)
					v.mustRun(traffic.Blue)
				}
				v.checkJournal()
			})
		})
	}
}

func TestTimetable(t *testing.T) {
	inBubble(t, azuretm.ScenarioOptions{TTL: 60}, func(v *virtual) {
		want := strings.Join([]string{
			"found: blue 100, green 0",
			"gates: the routers are as planned, up to 1m",
			"probe: the least share to green until its health is known, up to 3m15s",
			"step: blue 90, green 10, held for 1s",
			"step: blue 50, green 50, held for 1s",
			"promote: blue 0, green 100",
			"bake: watch blue 0, green 100 for 1s",
			"drain: 59s, since clients follow within 1m",
			"total: at most 11m17s",
		}, "\n")
		if got := strings.Join(v.order(traffic.Green, v.lab.Transport()).Timetable().Lines(), "\n"); got != want {
			t.Errorf("the timetable is\n%s\nwant\n%s", got, want)
		}
	})
}

// TestCalls counts what a cutover costs, so that nobody makes it dearer unawares.
func TestCalls(t *testing.T) {
	inBubble(t, azuretm.ScenarioOptions{TTL: 1}, func(v *virtual) {
		v.mustRun(traffic.Green)
		counts := v.lab.CallCounts()
		if counts["EndpointsClient.Update"] != 5 { // two to probe, one for each of two steps, one to promote
			t.Errorf("calls: %v", counts)
		}
	})
}

// mishap is what can befall a call.
type mishap struct {
	azuretm.Fault
	survives bool // a cutover gets over it
	// writes tells that a read cannot tell it from another mishap of the table: each status that passes is
	// tried again in one way, each refusal ends it, a lost request is a lost reply, and late is hanging.
	writes bool
}

var mishaps = map[string]mishap{
	"internal error":      {Fault: azuretm.Fault{Err: azuretm.Internal()}, survives: true},
	"unavailable":         {Fault: azuretm.Fault{Err: azuretm.Unavailable()}, survives: true, writes: true},
	"throttled":           {Fault: azuretm.Fault{Err: azuretm.Throttled()}, survives: true},
	"another operation":   {Fault: azuretm.Fault{Err: azuretm.AnotherOperation()}, survives: true, writes: true},
	"throttled ten times": {Fault: azuretm.Fault{Err: azuretm.Throttled(), Times: 10}, survives: true},
	"lost request":        {Fault: azuretm.Fault{LoseRequest: true}, survives: true, writes: true},
	"lost reply":          {Fault: azuretm.Fault{LoseReply: true}, survives: true},
	"slow":                {Fault: azuretm.Fault{Delay: 20 * time.Second}, survives: true, writes: true},
	"hanging":             {Fault: azuretm.Fault{Delay: 20 * time.Minute}, survives: true},

	"denied":     {Fault: azuretm.Fault{Err: &azuretm.APIError{Status: 403, Code: "AuthorizationFailed"}}},
	"bad":        {Fault: azuretm.Fault{Err: &azuretm.APIError{Status: 400, Code: "BadRequest"}}, writes: true},
	"down":       {Fault: azuretm.Fault{Err: azuretm.Internal(), Times: 40}},
	"conflicted": {Fault: azuretm.Fault{Err: &azuretm.APIError{Status: 409, Code: "Conflict"}}, writes: true},
}

// callsOf are the calls of a cutover to green.
func callsOf(t *testing.T) []azuretm.Call {
	t.Helper()
	var calls []azuretm.Call
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		order := v.order(traffic.Green, v.lab.Transport())
		v.lab.ForgetCalls()
		if _, err := cutover.Run(v.Context(), order, nil); err != nil {
			v.Fatal(err)
		}
		calls = v.lab.Calls()
	})
	return calls
}

func isWrite(c azuretm.Call) bool { return c.Action == "EndpointsClient.Update" }

// TestEachCallFails has every call of a cutover fail in turn, in each way that the call can tell from
// others.
func TestEachCallFails(t *testing.T) {
	calls := callsOf(t)
	for name, m := range mishaps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points, promoted := 0, 0
			for _, call := range calls {
				if m.writes && !isWrite(call) {
					continue
				}
				points++
				if befall(t, name, m, call.Index) {
					promoted++
				}
			}
			t.Logf("%d points, %d promoted, the others as found", points, promoted)
		})
	}
}

// befall runs a cutover whose nth call fails, and tells whether it got to green by itself. If not, the next
// apply must.
func befall(t *testing.T, name string, m mishap, nth int) (promoted bool) {
	t.Helper()
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		order := v.order(traffic.Green, v.lab.Transport())
		fault := m.Fault
		fault.Nth = nth
		v.lab.Inject(fault)
		outcome, err := cutover.Run(v.Context(), order, nil)
		v.checkEnd(fmt.Sprintf("%s at call %d", name, nth), outcome, err, m.survives)
		if promoted = err == nil; !promoted {
			v.lab.ClearFaults()
			v.mustRun(traffic.Green)
		}
	})
	return promoted
}

// checkEnd checks that a cutover to green completed, or left all as it was found and says so.
func (v *virtual) checkEnd(where string, outcome cutover.Outcome, err error, survives bool) {
	v.Helper()
	v.checkJournal()
	switch outcome.Result {
	case cutover.Promoted:
		if v.live() != allGreen {
			v.Errorf("%s: promoted with %s", where, v.live())
		}
	case cutover.RolledBack, cutover.Refused:
		if v.live() != allBlue || survives {
			v.Errorf("%s: %s with %s: %v", where, outcome.Result, v.live(), err)
		}
		if outcome.Result == cutover.RolledBack && !strings.Contains(err.Error(), "traffic now: blue 100, green 0") {
			v.Errorf("%s: the error does not say where traffic is: %v", where, err)
		}
	default:
		v.Errorf("%s: %s with %s: %v", where, outcome.Result, v.live(), err)
	}
}

// TestKilledAtEachCall kills the process at every call of a cutover, before it and, when it changes
// anything, after it took effect, and goes on in either direction.
func TestKilledAtEachCall(t *testing.T) {
	calls := callsOf(t)
	for _, to := range traffic.Colors() {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("on to %s, after %t", to, after), func(t *testing.T) {
				t.Parallel()
				for _, call := range calls {
					if !after || isWrite(call) {
						kill(t, call.Index, after, to, func(*virtual) {})
					}
				}
			})
		}
	}
}

// kill kills a cutover to green at its nth call, and has the next apply go to a color.
func kill(t *testing.T, nth int, after bool, to traffic.Color, prepare func(*virtual)) {
	t.Helper()
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		prepare(v)
		m := &mortal{Transporter: v.lab.Transport(), n: 1 << 30}
		order := v.order(traffic.Green, m)
		m.n, m.after = nth, after
		_, _ = cutover.Run(v.Context(), order, nil)
		v.mustRun(to)
		v.checkJournal()
	})
}

// TestKilledBesideAnother is the same with a third endpoint, where each step takes two writes.
func TestKilledBesideAnother(t *testing.T) {
	for _, to := range traffic.Colors() {
		t.Run(string(to), func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= 30; n++ {
				kill(t, n, true, to, func(v *virtual) { v.addOther(50) })
			}
		})
	}
}

func (v *virtual) addOther(weight int64) {
	v.Helper()
	target, always := "old.example.net", tm.AlwaysServeEnabled
	if _, err := v.AddEndpoint(v.Context(), tm.EndpointTypeExternalEndpoints, "old",
		&tm.EndpointProperties{Target: &target, Weight: &weight, AlwaysServe: &always}); err != nil {
		v.Fatal(err)
	}
}

// TestEachWriteFailsBesideAnother has each write fail where a movement takes two.
func TestEachWriteFailsBesideAnother(t *testing.T) {
	for n := 1; n <= 8; n++ {
		for _, times := range []int{1, 2, 3} {
			inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
				v.addOther(50)
				order := v.order(traffic.Green, v.lab.Transport())
				v.lab.Inject(azuretm.Fault{
					Action: "EndpointsClient.Update", Nth: n, Times: times, Err: &azuretm.APIError{Status: 403, Code: "AuthorizationFailed"},
				})
				outcome, err := cutover.Run(v.Context(), order, nil)
				v.checkEnd(fmt.Sprintf("write %d, %d times", n, times), outcome, err, false)
				for _, e := range v.lab.Journal()[len(v.lab.Journal())-1].Endpoints {
					if e.Name == "blue" && e.Enabled && e.Weight != 100 {
						t.Errorf("blue was left with weight %d beside the other", e.Weight)
					}
				}
			})
		}
	}
}

// slow is an order to green that leaves Traffic Manager the time to look.
func (v *virtual) slow() cutover.Order {
	v.Helper()
	order := v.order(traffic.Green, v.lab.Transport())
	order.Bake = time.Minute
	for i := range order.Steps {
		order.Steps[i].Pause = time.Minute
	}
	return order
}

func TestUnfit(t *testing.T) {
	t.Run("from the beginning", func(t *testing.T) {
		inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
			v.setDown(v.Green, true)
			outcome, err := v.run(traffic.Green)
			if outcome.Result != cutover.RolledBack || !errors.Is(err, cutover.ErrUnhealthy) || !strings.Contains(err.Error(), "green is Degraded") {
				t.Fatalf("%s: %v", outcome.Result, err)
			}
			v.checkEnd("down", outcome, err, false)
		})
	})
	t.Run("at 50 percent", func(t *testing.T) {
		inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
			outcome, err := cutover.Run(v.Context(), v.slow(), func(e cutover.Event) {
				if e.Type == cutover.EventWeights && e.Weights.Green == 50 {
					v.setDown(v.Green, true)
				}
			})
			if outcome.Result != cutover.RolledBack || !errors.Is(err, cutover.ErrUnhealthy) {
				t.Fatalf("%s: %v", outcome.Result, err)
			}
			v.checkEnd("down", outcome, err, false)
		})
	})
	t.Run("when promoted", func(t *testing.T) {
		inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
			outcome, err := cutover.Run(v.Context(), v.slow(), func(e cutover.Event) {
				if e.Type == cutover.EventStage && e.Stage == cutover.StageBake {
					v.setDown(v.Green, true)
				}
			})
			if outcome.Result != cutover.RolledBack {
				t.Fatalf("%s: %v", outcome.Result, err)
			}
			v.checkEnd("down", outcome, err, false)
		})
	})
}

// TestEscape moves away from a color that is down, which must always be possible. Traffic Manager itself
// gives everything to the other color as soon as that is enabled.
func TestEscape(t *testing.T) {
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		v.setDown(v.Blue, true)
		if err := v.lab.WaitStatus(v.Context(), v.ProfileID, "blue", tm.EndpointMonitorStatusDegraded); err != nil {
			t.Fatal(err)
		}
		v.mustRun(traffic.Green)
		for _, c := range v.lab.Journal() {
			if c.Silent() {
				t.Errorf("DNS answers with nothing after %s", c)
			}
		}
	})
}

// TestBothDown cannot move, and leaves all as it was.
func TestBothDown(t *testing.T) {
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		v.setDown(v.Blue, true)
		v.setDown(v.Green, true)
		outcome, err := v.run(traffic.Green)
		v.checkEnd("both down", outcome, err, false)
	})
}

func TestInterrupted(t *testing.T) {
	for _, at := range []cutover.StageName{
		cutover.StageGates, cutover.StageProbe, cutover.StageStep, cutover.StagePromote, cutover.StageBake, cutover.StageDrain,
	} {
		t.Run(string(at), func(t *testing.T) {
			inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
				ctx, cancel := context.WithCancel(v.Context())
				defer cancel()
				outcome, err := cutover.Run(ctx, v.order(traffic.Green, v.lab.Transport()), func(e cutover.Event) {
					if e.Type == cutover.EventStage && e.Stage == at {
						cancel()
					}
				})
				v.checkEnd(string(at), outcome, err, false)
				if outcome.Result == cutover.Promoted {
					t.Error("an interrupt was passed over")
				}
			})
		})
	}
}

// TestMeddled has somebody else move weights in a pause: that stops the cutover, and is left alone.
func TestMeddled(t *testing.T) {
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		outcome, err := cutover.Run(v.Context(), v.order(traffic.Green, v.lab.Transport()), func(e cutover.Event) {
			if e.Type == cutover.EventWeights && e.Weights.Green == 10 {
				weight := int64(600)
				if err := v.PatchEndpoint(v.Context(), "green", &tm.EndpointProperties{Weight: &weight}); err != nil {
					t.Error(err)
				}
			}
		})
		if outcome.Result != cutover.Stopped || !errors.Is(err, traffic.ErrConflict) || v.live().Green != 37 {
			t.Fatalf("%s with %s: %v", outcome.Result, v.live(), err)
		}
	})
}
