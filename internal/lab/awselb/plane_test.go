package awselb_test

import (
	"net"
	"net/http"
	"net/http/cookiejar"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestGroupStickinessBeatsWeight(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, Stickiness: 3600})
	client := browser(t)
	if _, color, header := get(t, client, s.URL()); color != "blue" || header.Get("Set-Cookie") == "" {
		t.Fatalf("%s, %v", color, header)
	}
	sticky := forward(s, 0, 100)
	sticky[0].ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{
		Enabled: aws.Bool(true), DurationSeconds: aws.Int32(3600),
	}
	modify(t, s, sticky)
	if _, color, _ := get(t, client, s.URL()); color != "blue" {
		t.Errorf("a client with the cookie went to %s", color)
	}
	if _, color, _ := get(t, browser(t), s.URL()); color != "green" {
		t.Errorf("a new client went to %s", color)
	}
	deregisterAll(t, s, s.Blue)
	if status, _, _ := get(t, client, s.URL()); status != http.StatusServiceUnavailable {
		t.Errorf("an empty group answered %d", status)
	}
	modify(t, s, forward(s, 0, 100))
	if _, color, _ := get(t, client, s.URL()); color != "green" {
		t.Errorf("without stickiness the cookie still led to %s", color)
	}
	if n := lab.Listener(s.ListenerARN).Refused(); n != 1 {
		t.Errorf("%d refused", n)
	}
}

func deregisterAll(t *testing.T, s *awselb.Scenario, side *awselb.Side) {
	t.Helper()
	var targets []types.TargetDescription
	for _, a := range side.Apps {
		targets = append(targets, types.TargetDescription{Id: aws.String("127.0.0.1"), Port: aws.Int32(a.Port())})
	}
	_, err := s.Client.DeregisterTargets(deadline(t), &elbv2.DeregisterTargetsInput{TargetGroupArn: &side.GroupARN, Targets: targets})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRulesByPriority(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	green := *s.Green
	arn, err := s.AddRule(deadline(t), 20, "/api/*", &green, s.Blue)
	if err != nil {
		t.Fatal(err)
	}
	fixed := types.Action{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{
		StatusCode: aws.String("418"), MessageBody: aws.String("tea"), ContentType: aws.String("text/plain"),
	}}
	_, err = s.Client.CreateRule(deadline(t), &elbv2.CreateRuleInput{
		ListenerArn: &s.ListenerARN, Priority: aws.Int32(10), Actions: []types.Action{fixed},
		Conditions: []types.RuleCondition{
			{Field: aws.String("path-pattern"), Values: []string{"/api/tea"}},
			{Field: aws.String("host-header"), Values: []string{"127.0.*"}},
			{Field: aws.String("http-header"), HttpHeaderConfig: &types.HttpHeaderConditionConfig{
				HttpHeaderName: aws.String("User-Agent"), Values: []string{"go-http*"},
			}},
			{Field: aws.String("http-request-method"), HttpRequestMethodConfig: &types.HttpRequestMethodConditionConfig{Values: []string{"GET"}}},
			{Field: aws.String("source-ip"), SourceIpConfig: &types.SourceIpConditionConfig{Values: []string{"127.0.0.0/8"}}},
			{Field: aws.String("query-string"), QueryStringConfig: &types.QueryStringConditionConfig{
				Values: []types.QueryStringKeyValuePair{{Key: aws.String("milk"), Value: aws.String("n?")}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/": "200 blue", "/api/x": "200 green", "/api/tea?milk=no": "418 ", "/api/tea?milk=yes": "200 green"} {
		status, color, _ := get(t, http.DefaultClient, s.URL()+path)
		if got := strconv.Itoa(status) + " " + color; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if _, err := s.Client.DeleteRule(deadline(t), &elbv2.DeleteRuleInput{RuleArn: &arn}); err != nil {
		t.Fatal(err)
	}
	if _, color, _ := get(t, http.DefaultClient, s.URL()+"/api/x"); color != "blue" {
		t.Errorf("after the rule is gone: %s", color)
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	modify(t, s, []types.Action{{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
		Protocol: aws.String("HTTPS"), Port: aws.String("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301,
	}}})
	status, _, header := get(t, browser(t), s.URL()+"/a?b=c")
	if status != http.StatusMovedPermanently || header.Get("Location") != "https://127.0.0.1:443/a?b=c" {
		t.Errorf("%d to %s", status, header.Get("Location"))
	}
}

func TestAllZeroWeightsServeNobody(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	modify(t, s, forward(s, 0, 0))
	if status, _, _ := get(t, http.DefaultClient, s.URL()); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}

func TestUnhealthyTargetsGetNothingUnlessAllAre(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Targets: 2})
	sick := s.Blue.Apps[0]
	sick.SetHealthy(false)
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }); err != nil {
		t.Fatal(err)
	}
	before := sick.Requests()
	colors(t, s.URL(), 10)
	if sick.Requests() != before {
		t.Error("an unhealthy target got requests")
	}
	s.Blue.SetHealthy(false)
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, func(c awselb.HealthCounts) bool { return c.Unhealthy == 2 }); err != nil {
		t.Fatal(err)
	}
	colors(t, s.URL(), 10)
	if sick.Requests() == before {
		t.Error("with all targets unhealthy the group does not fail open")
	}
	s.Blue.SetHealthy(true)
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, awselb.Healthy(2)); err != nil {
		t.Fatal(err)
	}
}

func TestSwitchesLoseNothingUnderLoad(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]bool{"kept alive": false, "fresh": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, Targets: 2})
			if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(2)); err != nil {
				t.Fatal(err)
			}
			running, err := load.Start(t.Context(), load.Options{URL: s.URL(), Concurrency: 4, Rate: 1000, Fresh: fresh})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				green := int32(100 * ((i + 1) % 2))
				modify(t, s, forward(s, 100-green, green))
				waitRequests(t, running, running.Snapshot().Requests+20)
			}
			if got := running.Stop(); got.Failures != 0 || got.Colors["green"] == 0 || got.Colors["blue"] == 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func waitRequests(t *testing.T, l *load.Load, n int64) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for l.Snapshot().Requests < n {
		select {
		case <-ticker.C:
		case <-l.Done():
			t.Fatalf("the load ended by itself: %+v", l.Snapshot())
		}
	}
}

func TestOpenRequestsAreServedAcrossChanges(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{DeregistrationDelay: time.Minute}, awselb.ScenarioOptions{Attach: true})
	s.Blue.Apps[0].SetLatency(300 * time.Millisecond)
	done := make(chan load.Totals, 1)
	running, err := load.Start(t.Context(), load.Options{URL: s.URL(), Requests: 1})
	if err != nil {
		t.Fatal(err)
	}
	go func() { done <- running.Wait() }()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for s.Blue.Apps[0].Requests() == 0 {
		<-ticker.C
	}
	modify(t, s, forward(s, 0, 100))
	deregisterAll(t, s, s.Blue)
	if h := lab.Health(s.Blue.GroupARN); h.Draining != 1 {
		t.Errorf("%+v", h)
	}
	if _, err := s.Client.DeleteListener(deadline(t), &elbv2.DeleteListenerInput{ListenerArn: &s.ListenerARN}); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got.Failures != 0 || got.Colors["blue"] != 1 {
		t.Errorf("%+v", got)
	}
}

func TestPropagationDelaysTheDataPlane(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	lab.SetPropagation(100 * time.Millisecond)
	modify(t, s, forward(s, 0, 100))
	lab.SetPropagation(0)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for color := ""; color != "green"; <-ticker.C {
		_, color, _ = get(t, http.DefaultClient, s.URL())
	}
}

func TestNetworkLoadBalancer(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Network: true, Attach: true})
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	kept := browser(t)
	kept.Transport = &http.Transport{}
	if _, color, _ := get(t, kept, s.URL()); color != "blue" {
		t.Fatalf("at first %s", color)
	}
	modify(t, s, forward(s, 50, 50))
	running, err := load.Start(t.Context(), load.Options{URL: s.URL(), Requests: 20, Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := running.Wait(); got.Failures != 0 || got.Colors["blue"] != 10 || got.Colors["green"] != 10 {
		t.Errorf("%+v", got)
	}
	modify(t, s, forward(s, 0, 100))
	if _, color, _ := get(t, kept, s.URL()); color != "blue" {
		t.Errorf("an open connection moved to %s", color)
	}
	if lab.Requests(s.Green.GroupARN) != 10 {
		t.Errorf("green got %d connections", lab.Requests(s.Green.GroupARN))
	}
}

func TestTargetsElsewhereAreNeverReached(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	deregisterAll(t, s, s.Blue)
	_, err := s.Client.RegisterTargets(deadline(t), &elbv2.RegisterTargetsInput{
		TargetGroupArn: &s.Blue.GroupARN, Targets: []types.TargetDescription{{Id: aws.String("192.0.2.1"), Port: aws.Int32(80)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, want); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := get(t, http.DefaultClient, s.URL()); status != http.StatusGatewayTimeout {
		t.Errorf("status %d", status)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	addr := lab.Listener(s.ListenerARN).Addr()
	lab.Close()
	lab.Close()
	var dialer net.Dialer
	for _, where := range []string{addr, lab.URL()[len("http://"):]} {
		if conn, err := dialer.DialContext(deadline(t), "tcp", where); err == nil {
			_ = conn.Close()
			t.Errorf("%s still answers", where)
		}
	}
	if err := lab.SetWeights(s.ListenerARN, nil); err == nil {
		t.Error("a closed lab takes changes")
	}
}

func TestApplicationThatIsKilled(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	if err := s.Blue.Apps[0].Kill(); err != nil {
		t.Fatal(err)
	}
	want := func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, want); err != nil {
		t.Fatal(err)
	}
	if status, _, header := get(t, http.DefaultClient, s.URL()); status != http.StatusBadGateway || header.Get(app.ColorHeader) != "" {
		t.Errorf("status %d", status)
	}
}
