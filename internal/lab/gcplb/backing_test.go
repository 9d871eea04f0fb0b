package gcplb_test

import (
	"net/http"
	"strings"
	"testing"

	"cloud.google.com/go/compute/apiv1/computepb"
	"google.golang.org/protobuf/proto"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

// TestWhatNobodyChecksServes has backend buckets, and backend services of Cloud Run, behind a URL map.
func TestWhatNobodyChecksServes(t *testing.T) {
	t.Parallel()
	for name, backing := range map[string]gcplb.Backing{"buckets": gcplb.Buckets, "serverless": gcplb.Serverless} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
			s := l.ScenarioT(t, gcplb.ScenarioOptions{Backing: backing})
			if status, color, _ := ask(t, s.URL, "", nil); status != http.StatusOK || color != "blue" {
				t.Errorf("at first %d %s", status, color)
			}
			s.SetHealthy(s.Green, false) // which nobody looks at
			if err := l.Edit(s.URLMap, func(body map[string]any) { body["defaultService"] = s.Link(s.Green) }); err != nil {
				t.Fatal(err)
			}
			if status, color, _ := ask(t, s.URL, "", nil); status != http.StatusOK || color != "green" {
				t.Errorf("then %d %s", status, color)
			}
		})
	}
}

func TestBucketThatDoesNotExist(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Backing: gcplb.Buckets})
	if err := l.Edit(s.Blue.Service, func(body map[string]any) { body["bucketName"] = "gone" }); err != nil {
		t.Fatal(err)
	}
	if status, text, _ := ask(t, s.URL, "", nil); status != http.StatusNotFound {
		t.Errorf("%d %s", status, text)
	}
}

// TestWhatTheAPIRefusesOfThem is of reports of those who tried it.
func TestWhatTheAPIRefusesOfThem(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Backing: gcplb.Buckets})
	_, err := urlMapsOf(t, l, "t").Insert(t.Context(), &computepb.InsertUrlMapRequest{
		Project: gcplb.Project, UrlMapResource: &computepb.UrlMap{Name: proto.String("weights"), DefaultRouteAction: split(s, 50, 50)},
	})
	if api := answered(err); api.Code != http.StatusBadRequest || !strings.Contains(api.Message, "Must be a backend service") {
		t.Errorf("weights of buckets: %v", err)
	}
	run := l.ScenarioT(t, gcplb.ScenarioOptions{Backing: gcplb.Serverless, Name: "run"})
	err = run.AddService("projects/lab/global/backendServices/both", run.Blue.Group, "projects/lab/global/healthChecks/run", "EXTERNAL_MANAGED")
	if err == nil || !strings.Contains(err.Error(), "cannot have a healthcheck with Serverless") {
		t.Errorf("a health check of Cloud Run: %v", err)
	}
}
