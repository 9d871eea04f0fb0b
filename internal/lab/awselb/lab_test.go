package awselb_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/smithy-go"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// start starts a lab with one scenario, within a generous deadline.
func start(t *testing.T, opts awselb.Options, scenario awselb.ScenarioOptions) (*awselb.Lab, *awselb.Scenario) {
	t.Helper()
	lab := awselb.StartT(t, opts)
	return lab, lab.ScenarioT(t, scenario)
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// forward is a forward action with weights for blue and green.
func forward(s *awselb.Scenario, blue, green int32) []types.Action {
	return []types.Action{{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{
		TargetGroups: []types.TargetGroupTuple{
			{TargetGroupArn: aws.String(s.Blue.GroupARN), Weight: aws.Int32(blue)},
			{TargetGroupArn: aws.String(s.Green.GroupARN), Weight: aws.Int32(green)},
		},
	}}}
}

func modify(t *testing.T, s *awselb.Scenario, actions []types.Action) {
	t.Helper()
	_, err := s.Client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{ListenerArn: &s.ListenerARN, DefaultActions: actions})
	if err != nil {
		t.Fatalf("modify the listener: %v", err)
	}
}

// get asks once and returns the status, the color and the answer's header.
func get(t *testing.T, client *http.Client, url string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(deadline(t), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatalf("get %s: %v", url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get(app.ColorHeader), resp.Header
}

// colors asks n times and counts the colors; every answer must be 200.
func colors(t *testing.T, url string, n int) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for range n {
		status, color, _ := get(t, http.DefaultClient, url)
		if status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		seen[color]++
	}
	return seen
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var failed smithy.APIError
	if !errors.As(err, &failed) || failed.ErrorCode() != code {
		t.Errorf("got %v, want code %s", err, code)
	}
}

func TestWeightsDivideTraffic(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	if got := colors(t, s.URL(), 10); got["blue"] != 10 {
		t.Errorf("before: %v", got)
	}
	if h := lab.Health(s.Green.GroupARN); h.Unused != 1 {
		t.Errorf("an idle group should be unused: %+v", h)
	}
	modify(t, s, forward(s, 100, 0))
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	modify(t, s, forward(s, 90, 10))
	if got := colors(t, s.URL(), 100); got["blue"] != 90 || got["green"] != 10 {
		t.Errorf("at 10 %%: %v", got)
	}
	modify(t, s, forward(s, 0, 100))
	if got := colors(t, s.URL(), 10); got["green"] != 10 {
		t.Errorf("after: %v", got)
	}
	journal := lab.JournalOf(s.ListenerARN)
	if len(journal) != 4 {
		t.Fatalf("journal: %+v", journal)
	}
	for _, c := range journal[1:] {
		if c.Sum() != 100 {
			t.Errorf("sum of weights %d: %+v", c.Sum(), c)
		}
	}
	if last := journal[3]; last.Weight(s.Green.GroupARN) != 100 || last.Weights[1].Health.Healthy != 1 {
		t.Errorf("last change: %+v", last)
	}
}
