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
			"probe: the least share to green until its health is known, up to 3m",
			"step: blue 90, green 10, held for 1s",
			"step: blue 50, green 50, held for 1s",
			"promote: blue 0, green 100",
			"bake: watch blue 0, green 100 for 1s",
			"drain: 59s, since clients follow within 1m",
			"total: at most 8m2s",
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

// faults are what can befall a call, and whether a cutover survives it.
var faults = map[string]azuretm.Fault{
	"internal error":      {Err: azuretm.Internal()},
	"unavailable":         {Err: azuretm.Unavailable()},
	"throttled":           {Err: azuretm.Throttled()},
	"another operation":   {Err: azuretm.AnotherOperation()},
	"throttled ten times": {Err: azuretm.Throttled(), Times: 10},
	"lost request":        {LoseRequest: true},
	"lost reply":          {LoseReply: true},
	"slow":                {Delay: 20 * time.Second},
	"hanging":             {Delay: 20 * time.Minute},
}

// refusals are what a call does not get over.
var refusals = map[string]azuretm.Fault{
	"denied":     {Err: &azuretm.APIError{Status: 403, Code: "AuthorizationFailed"}},
	"bad":        {Err: &azuretm.APIError{Status: 400, Code: "BadRequest"}},
	"down":       {Err: azuretm.Internal(), Times: 40},
	"conflicted": {Err: &azuretm.APIError{Status: 409, Code: "Conflict"}},
}

// callsOf counts the calls of a cutover to green.
func callsOf(t *testing.T) int {
	t.Helper()
	calls := 0
	inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
		order := v.order(traffic.Green, v.lab.Transport())
		v.lab.ForgetCalls()
		if _, err := cutover.Run(v.Context(), order, nil); err != nil {
			v.Fatal(err)
		}
		calls = len(v.lab.Calls())
	})
	return calls
}

// TestEachCallFails has every call of a cutover fail in turn, in each way.
func TestEachCallFails(t *testing.T) {
	calls, points, promoted := callsOf(t), 0, 0
	for _, survives := range []bool{true, false} {
		table := refusals
		if survives {
			table = faults
		}
		for name, fault := range table {
			for n := 1; n <= calls; n++ {
				points++
				inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
					order := v.order(traffic.Green, v.lab.Transport())
					fault.Nth = n
					v.lab.Inject(fault)
					outcome, err := cutover.Run(v.Context(), order, nil)
					v.checkEnd(fmt.Sprintf("%s at call %d of %d", name, n, calls), outcome, err, survives)
					if err == nil {
						promoted++
					}
					if err != nil { // the next apply gets there
						v.lab.ClearFaults()
						v.mustRun(traffic.Green)
					}
				})
			}
		}
	}
	t.Logf("%d points, %d promoted, the others as found", points, promoted)
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

// TestKilledAtEachCall kills the process at every call of a cutover, before and after it takes effect, and
// goes on in either direction.
func TestKilledAtEachCall(t *testing.T) {
	calls, points := callsOf(t), 0
	for n := 1; n <= calls; n++ {
		for _, after := range []bool{false, true} {
			for _, to := range traffic.Colors() {
				points++
				inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
					m := &mortal{Transporter: v.lab.Transport(), n: 1 << 30}
					order := v.order(traffic.Green, m)
					m.n, m.after = n, after
					_, _ = cutover.Run(v.Context(), order, nil)
					v.mustRun(to)
					v.checkJournal()
				})
			}
		}
	}
	t.Logf("%d points, all converged", points)
}

// TestKilledBesideAnother is the same with a third endpoint, where each step takes two writes.
func TestKilledBesideAnother(t *testing.T) {
	for n := 1; n <= 30; n++ {
		for _, to := range traffic.Colors() {
			inBubble(t, azuretm.ScenarioOptions{}, func(v *virtual) {
				v.addOther(50)
				m := &mortal{Transporter: v.lab.Transport(), n: 1 << 30}
				order := v.order(traffic.Green, m)
				m.n, m.after = n, true
				_, _ = cutover.Run(v.Context(), order, nil)
				v.mustRun(to)
				v.checkJournal()
			})
		}
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
