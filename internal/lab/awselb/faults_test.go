package awselb_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// once makes a client that tries every call once.
func once(o *elbv2.Options) { o.Retryer = aws.NopRetryer{} }

func describe(t *testing.T, s *awselb.Scenario, client *elbv2.Client) error {
	t.Helper()
	_, err := client.DescribeListeners(deadline(t), &elbv2.DescribeListenersInput{ListenerArns: []string{s.ListenerARN}})
	return err
}

func TestFaultAtTheNthCall(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	client := lab.Client(s.Region, once)
	lab.Inject(awselb.Fault{Action: "DescribeListeners", Nth: 2, Times: 2, Err: awselb.Throttled()})
	var codes []bool
	for range 4 {
		codes = append(codes, describe(t, s, client) != nil)
	}
	if want := []bool{false, true, true, false}; !slices.Equal(codes, want) {
		t.Errorf("failed: %v, want %v", codes, want)
	}
	remove := lab.Inject(awselb.Fault{Times: -1, Err: awselb.InternalFailure()})
	wantCode(t, describe(t, s, client), "InternalFailure")
	wantCode(t, describe(t, s, client), "InternalFailure")
	remove()
	if err := describe(t, s, client); err != nil {
		t.Errorf("after the fault: %v", err)
	}
	lab.Inject(awselb.Fault{Err: awselb.Unavailable()})
	lab.ClearFaults()
	if err := describe(t, s, client); err != nil {
		t.Errorf("after all faults: %v", err)
	}
}

func TestLostReplyTakesEffect(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	client := lab.Client(s.Region, once)
	write := func(blue, green int32) error {
		_, err := client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{
			ListenerArn: &s.ListenerARN, DefaultActions: forward(s, blue, green),
		})
		return err
	}
	lab.Inject(awselb.Fault{Action: "ModifyListener", LoseRequest: true})
	if err := write(70, 30); err == nil || lab.Weights(s.ListenerARN)[s.Green.GroupARN] != 0 {
		t.Errorf("lost request: %v, weights %v", err, lab.Weights(s.ListenerARN))
	}
	lab.Inject(awselb.Fault{Action: "ModifyListener", LoseReply: true})
	if err := write(60, 40); err == nil || lab.Weights(s.ListenerARN)[s.Green.GroupARN] != 40 {
		t.Errorf("lost reply: %v, weights %v", err, lab.Weights(s.ListenerARN))
	}
	calls := lab.Calls()
	if a, b := calls[len(calls)-2], calls[len(calls)-1]; a.Lost != "request" || b.Lost != "reply" || b.Action != "ModifyListener" {
		t.Errorf("calls: %+v", calls[len(calls)-2:])
	}
}

func TestRetriesOfTheSDKOutliveALostReply(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	lab.Inject(awselb.Fault{Action: "ModifyListener", LoseReply: true})
	modify(t, s, forward(s, 50, 50))
	if n := lab.CallCounts()["ModifyListener"]; n != 2 {
		t.Errorf("%d calls", n)
	}
	if n := len(lab.JournalOf(s.ListenerARN)); n != 1 {
		t.Errorf("%d changes: a write of the same weights is no change", n)
	}
}

func TestHooksSeeEveryCallBeforeAndAfter(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	var mu sync.Mutex
	var seen []string
	note := func(when string) func(awselb.Call) {
		return func(c awselb.Call) {
			mu.Lock()
			defer mu.Unlock()
			green := lab.Weights(s.ListenerARN)[s.Green.GroupARN]
			seen = append(seen, when+" "+c.Action+" "+map[bool]string{true: "moved", false: "not moved"}[green != 0])
		}
	}
	remove := lab.AddHook(awselb.Hook{Before: note("before"), After: note("after")})
	modify(t, s, forward(s, 50, 50))
	remove()
	modify(t, s, forward(s, 100, 0))
	want := []string{"before ModifyListener not moved", "after ModifyListener moved"}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q, want %q", seen, want)
	}
}

func TestHookFlipsWeightsByHand(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	lab.AddHook(awselb.Hook{After: func(c awselb.Call) {
		if c.Action != "DescribeListeners" {
			return
		}
		if err := lab.SetWeights(s.ListenerARN, map[string]int{s.Blue.GroupARN: 30, s.Green.GroupARN: 70}); err != nil {
			t.Error(err)
		}
	}})
	if err := describe(t, s, s.Client); err != nil {
		t.Fatal(err)
	}
	journal := lab.JournalOf(s.ListenerARN)
	last := journal[len(journal)-1]
	if last.Call != 0 || last.Weight(s.Green.GroupARN) != 70 || last.Sum() != 100 {
		t.Errorf("%+v", last)
	}
}

func TestSetWeightsRefusesWhatForwardsToNothing(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	if err := lab.SetWeights("arn:aws:elasticloadbalancing:eu-west-1:1:listener/none", nil); err == nil {
		t.Error("an unknown listener was accepted")
	}
	if err := lab.SetWeights(s.ListenerARN, map[string]int{s.Blue.GroupARN: 1000}); err == nil {
		t.Error("a weight above 999 was accepted")
	}
}

func TestRecorderKeepsParametersAndErrors(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{ForgetAfter: true})
	_, err := s.Client.DescribeRules(deadline(t), &elbv2.DescribeRulesInput{ListenerArn: aws.String("arn:nothing")})
	wantCode(t, err, "ListenerNotFound")
	calls := lab.Calls()
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	c := calls[0]
	if c.Index != 1 || c.Nth != 1 || c.Region != "eu-west-1" || c.Service != "elasticloadbalancing" ||
		c.Code != "ListenerNotFound" || c.AccessKey != awselb.AccessKey || c.Params.Get("ListenerArn") != "arn:nothing" {
		t.Errorf("%+v", c)
	}
}

func TestThrottlingAsPublished(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	rates := awselb.PublishedThrottling()
	rates.ReadRefill = 0.001 // so that the machine's speed does not matter
	lab.SetThrottling(rates)
	client := lab.Client(s.Region, once)
	for i := range 40 {
		if err := describe(t, s, client); err != nil {
			t.Fatalf("call %d of the burst: %v", i+1, err)
		}
	}
	wantCode(t, describe(t, s, client), "ThrottlingException")
	other := lab.Client("us-east-1", once)
	if _, err := other.DescribeLoadBalancers(deadline(t), &elbv2.DescribeLoadBalancersInput{}); err != nil {
		t.Errorf("another region has its own bucket: %v", err)
	}
	lab.SetThrottling(nil)
	if err := describe(t, s, client); err != nil {
		t.Errorf("without throttling: %v", err)
	}
}

// TestLatencyHoldsCallsBack gives up on a call that takes an hour: nothing of it has happened.
func TestLatencyHoldsCallsBack(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	lab.SetLatency(time.Hour)
	ctx, giveUp := context.WithCancel(deadline(t))
	lab.AddHook(awselb.Hook{Before: func(awselb.Call) { giveUp() }})
	_, err := s.Client.ModifyListener(ctx, &elbv2.ModifyListenerInput{
		ListenerArn: &s.ListenerARN, DefaultActions: forward(s, 0, 100),
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if w := lab.Weights(s.ListenerARN)[s.Green.GroupARN]; w != 0 {
		t.Errorf("green has %d", w)
	}
}

func TestHookDecidesWhatBefallsACall(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	client := lab.Client(s.Region, once)
	lab.AddHook(awselb.Hook{Befall: func(c awselb.Call) awselb.Fault {
		return awselb.Fault{LoseRequest: c.Index == 1, LoseReply: c.Index == 2}
	}})
	for i, want := range []int{0, 50, 50} {
		_, err := client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{
			ListenerArn: &s.ListenerARN, DefaultActions: forward(s, 50, 50),
		})
		if lost := i < 2; lost != (err != nil) {
			t.Errorf("call %d: %v", i+1, err)
		}
		if got := lab.Weights(s.ListenerARN)[s.Green.GroupARN]; got != want {
			t.Errorf("call %d: green has %d, want %d", i+1, got, want)
		}
	}
}

func TestJournalKnowsUnfitGroups(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	lab.ForgetJournal()
	modify(t, s, forward(s, 50, 50))
	if err := lab.SetHealth(s.Green.GroupARN, awselb.StateUnhealthy); err != nil {
		t.Fatal(err)
	}
	modify(t, s, forward(s, 40, 60))
	modify(t, s, forward(s, 100, 0))
	var unfit []int
	for _, c := range lab.JournalOf(s.ListenerARN) {
		unfit = append(unfit, len(c.Unfit()))
	}
	if !slices.Equal(unfit, []int{0, 1, 0}) {
		t.Errorf("unfit groups by change: %v", unfit)
	}
}

func TestManySwitchesOnOneBalancer(t *testing.T) {
	t.Parallel()
	const n = 30
	lab, s := start(t,
		awselb.Options{HealthInterval: time.Second, Limits: awselb.Limits{GroupsPerBalancer: 1000, ListenersPerBalancer: 1000}},
		awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	var arns []string
	for i := range int32(n) {
		blue, green, err := s.AddPair(deadline(t), "pair-"+strconv.Itoa(int(i)))
		if err != nil {
			t.Fatal(err)
		}
		arn, err := s.AddListener(deadline(t), 1000+i, blue, green)
		if err != nil {
			t.Fatal(err)
		}
		arns = append(arns, arn)
	}
	lab.ForgetCalls()
	out, err := s.Client.DescribeListeners(deadline(t), &elbv2.DescribeListenersInput{ListenerArns: arns})
	if err != nil || len(out.Listeners) != n || lab.CallCounts()["DescribeListeners"] != 1 {
		t.Errorf("%v, %d listeners, calls %v", err, len(out.Listeners), lab.CallCounts())
	}
	for i, l := range out.Listeners {
		if *l.ListenerArn != arns[i] {
			t.Errorf("listener %d is %s", i, *l.ListenerArn)
		}
	}
}
