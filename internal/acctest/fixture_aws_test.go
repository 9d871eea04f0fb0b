package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// awsFixture is a listener, for switches that have several clouds.
type awsFixture struct {
	*awselb.Scenario
	shop shop
}

func openAWS(t *testing.T) *awsFixture {
	t.Helper()
	s := awselb.StartT(t, labOptions).ScenarioT(t, awselb.ScenarioOptions{})
	return &awsFixture{s, shop{s: s}}
}

func (*awsFixture) kind() string { return "aws_lb" }

func (s *awsFixture) id() string { return s.ListenerARN }

func (s *awsFixture) provider() string {
	return "aws = " + awsBlock(s.Scenario, awselb.AccessKey, awselb.SecretKey)
}

func (s *awsFixture) side(c traffic.Color) *awselb.Side {
	if c == traffic.Blue {
		return s.Blue
	}
	return s.Green
}

func (s *awsFixture) backend(c traffic.Color) string {
	return "{ target_group_arns = " + list([]string{s.side(c).GroupARN}) + " }"
}

func (s *awsFixture) router() string { return listeners(s.ListenerARN) }

func (s *awsFixture) url() string { return s.URL() }

func (*awsFixture) allOrNothing() bool { return false }

func (*awsFixture) whyUnhealthy() string { return "Health checks failed with these codes: [503]" }

func (*awsFixture) probes() bool { return false }

func (s *awsFixture) weights() traffic.Weights { return weightsOf(s.Scenario, s.ListenerARN) }

func (s *awsFixture) setWeights(t *testing.T, w traffic.Weights) { s.shop.setWeights(t, w) }

func (s *awsFixture) steps(c traffic.Color) []int { return s.shop.steps(c) }

func (s *awsFixture) setHealthy(_ *testing.T, c traffic.Color, healthy bool) {
	s.side(c).SetHealthy(healthy)
}

func (s *awsFixture) keep(t *testing.T) func(*testing.T) {
	t.Helper()
	kept := s.shop.actions(t)
	return func(t *testing.T) {
		t.Helper()
		s.shop.setActions(t, kept...)
	}
}

func (s *awsFixture) forget() { s.shop.forget() }

func (s *awsFixture) calls() []apiCall {
	var all []apiCall
	for _, c := range s.Lab.Calls() {
		all = append(all, awsCall(c))
	}
	return all
}

func awsCall(c awselb.Call) apiCall {
	return apiCall{index: c.Index, action: c.Action, writes: strings.HasPrefix(c.Action, "Modify"), readsHealth: c.Action == "DescribeTargetHealth"}
}

func (s *awsFixture) unsound(traffic.Color) []string {
	var found []string
	for _, c := range s.Lab.JournalOf(s.ListenerARN) {
		if c.Sum() == 0 {
			found = append(found, "no weights at all")
		}
		for _, w := range c.Weights {
			if w.Weight > 0 && (w.Health.Healthy == 0 || w.Health.Healthy < w.Health.Total) {
				found = append(found, fmt.Sprintf("%d %% on an environment with health %+v", w.Weight, w.Health))
			}
		}
	}
	return found
}

var awsFaults = map[failure]awselb.Fault{
	internalError: {Err: awselb.InternalFailure()},
	throttled:     {Err: awselb.Throttled()},
	denial:        {Err: denied()},
	lostRequest:   {LoseRequest: true},
	lostReply:     {LoseReply: true},
}

func (s *awsFixture) watch(o observer) func() {
	h := awselb.Hook{}
	if o.befall != nil {
		h.Befall = func(c awselb.Call) awselb.Fault { return awsFaults[o.befall(awsCall(c))] }
	}
	if o.after != nil {
		h.After = func(c awselb.Call) { o.after(awsCall(c)) }
	}
	return s.Lab.AddHook(h)
}

// denied is the answer to a caller whose rights were taken away.
func denied() *awselb.APIError { return awselb.Denied("somebody", "the action", "") }
