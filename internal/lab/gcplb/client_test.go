package gcplb_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	compute "cloud.google.com/go/compute/apiv1"
	"cloud.google.com/go/compute/apiv1/computepb"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/protobuf/proto"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

// The lab answers Google's own client, which takes nothing that its description of the API does not have:
// numbers, enumerations and names of fields are as the service sends them.

const region = "europe-west1"

// bearer sends an access token.
type bearer string

// RoundTrip implements http.RoundTripper.
func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// client makes one of Google's clients that talks to a lab.
func client[C interface{ Close() error }](t *testing.T, l *gcplb.Lab, token string, open func(opts ...option.ClientOption) (C, error)) C {
	t.Helper()
	c, err := open(option.WithEndpoint(l.URL()), option.WithHTTPClient(&http.Client{Transport: bearer(token)}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func urlMapsOf(t *testing.T, l *gcplb.Lab, token string) *compute.UrlMapsClient {
	t.Helper()
	return client(t, l, token, func(opts ...option.ClientOption) (*compute.UrlMapsClient, error) {
		return compute.NewUrlMapsRESTClient(t.Context(), opts...)
	})
}

func regionURLMapsOf(t *testing.T, l *gcplb.Lab) *compute.RegionUrlMapsClient {
	t.Helper()
	return client(t, l, "t", func(opts ...option.ClientOption) (*compute.RegionUrlMapsClient, error) {
		return compute.NewRegionUrlMapsRESTClient(t.Context(), opts...)
	})
}

// ended waits for a write.
func ended(t *testing.T, op *compute.Operation, err error) *computepb.Operation {
	t.Helper()
	if err == nil {
		err = op.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return op.Proto()
}

// split is a route with weights, all of them written out.
func split(s *gcplb.Scenario, blue, green uint32) *computepb.HttpRouteAction {
	return &computepb.HttpRouteAction{WeightedBackendServices: []*computepb.WeightedBackendService{
		{BackendService: proto.String(s.Link(s.Blue)), Weight: proto.Uint32(blue)},
		{BackendService: proto.String(s.Link(s.Green)), Weight: proto.Uint32(green)},
	}}
}

func weightsOf(m *computepb.UrlMap) string {
	text := ""
	for _, w := range m.GetDefaultRouteAction().GetWeightedBackendServices() {
		text += fmt.Sprint(w.GetWeight(), " ")
	}
	return text
}

func TestClientMovesAURLMap(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Weighted: true})
	c, ctx := urlMapsOf(t, l, "t"), t.Context()
	get := &computepb.GetUrlMapRequest{Project: gcplb.Project, UrlMap: "shop"}
	was, err := c.Get(ctx, get)
	if err != nil || weightsOf(was) != "100 0 " || was.GetKind() != "compute#urlMap" || was.GetId() == 0 || was.GetFingerprint() == "" {
		t.Fatalf("%v, %v", was, err)
	}
	op, err := c.Patch(ctx, &computepb.PatchUrlMapRequest{Project: gcplb.Project, UrlMap: "shop", UrlMapResource: &computepb.UrlMap{
		Fingerprint: was.Fingerprint, DefaultRouteAction: split(s, 90, 10),
	}})
	done := ended(t, op, err)
	if done.GetStatus() != computepb.Operation_DONE || done.GetOperationType() != "patch" || done.GetTargetLink() != was.GetSelfLink() ||
		done.GetTargetId() != was.GetId() || done.GetProgress() != 100 {
		t.Errorf("patched by %v", done)
	}
	now, err := c.Get(ctx, get)
	if err != nil || weightsOf(now) != "90 10 " || now.GetFingerprint() == was.GetFingerprint() || now.GetId() != was.GetId() {
		t.Errorf("patched: %v, %v", now, err)
	}
	now.DefaultRouteAction, now.Description = split(s, 0, 100), proto.String("green")
	op, err = c.Update(ctx, &computepb.UpdateUrlMapRequest{Project: gcplb.Project, UrlMap: "shop", UrlMapResource: now})
	ended(t, op, err)
	if now, err = c.Get(ctx, get); err != nil || weightsOf(now) != "0 100 " || now.GetDescription() != "green" {
		t.Errorf("updated: %v, %v", now, err)
	}
	verdict, err := c.Validate(ctx, &computepb.ValidateUrlMapRequest{
		Project: gcplb.Project, UrlMap: "shop", UrlMapsValidateRequestResource: &computepb.UrlMapsValidateRequest{Resource: &computepb.UrlMap{
			Name: proto.String("shop"), DefaultService: proto.String(s.Link(s.Blue)), Tests: []*computepb.UrlMapTest{
				{Host: proto.String("a.example"), Path: proto.String("/"), Service: proto.String(s.Link(s.Green))},
			},
		}},
	})
	if err != nil || !verdict.GetResult().GetLoadSucceeded() || verdict.GetResult().GetTestPassed() || len(verdict.GetResult().GetTestFailures()) != 1 {
		t.Errorf("validated: %v, %v", verdict, err)
	}
	op, err = c.Delete(ctx, &computepb.DeleteUrlMapRequest{Project: gcplb.Project, UrlMap: "shop"})
	ended(t, op, err)
	if s.Lab.Get(s.URLMap) != nil {
		t.Error("it is still there")
	}
}

func TestClientMovesARegionalURLMap(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Region: region, Scheme: "INTERNAL_MANAGED", Weighted: true})
	c, ctx := regionURLMapsOf(t, l), t.Context()
	get := &computepb.GetRegionUrlMapRequest{Project: gcplb.Project, Region: region, UrlMap: "shop"}
	was, err := c.Get(ctx, get)
	if err != nil || weightsOf(was) != "100 0 " {
		t.Fatalf("%v, %v", was, err)
	}
	op, err := c.Patch(ctx, &computepb.PatchRegionUrlMapRequest{Project: gcplb.Project, Region: region, UrlMap: "shop", UrlMapResource: &computepb.UrlMap{
		Fingerprint: was.Fingerprint, DefaultRouteAction: split(s, 1, 999),
	}})
	if done := ended(t, op, err); done.GetRegion() != was.GetRegion() || done.GetRegion() == "" {
		t.Errorf("region %q", done.GetRegion())
	}
	now, err := c.Get(ctx, get)
	if err != nil || weightsOf(now) != "1 999 " {
		t.Errorf("patched: %v, %v", now, err)
	}
	op, err = c.Insert(ctx, &computepb.InsertRegionUrlMapRequest{Project: gcplb.Project, Region: region, UrlMapResource: &computepb.UrlMap{
		Name: proto.String("second"), DefaultService: proto.String(s.Link(s.Blue)),
	}})
	ended(t, op, err)
	all := c.List(ctx, &computepb.ListRegionUrlMapsRequest{Project: gcplb.Project, Region: region})
	if names := namesOf(t, all.Next); !slices.Equal(names, []string{"shop", "second"}) {
		t.Errorf("there are %v", names)
	}
}

// namesOf goes through all of a list, whatever its pages.
func namesOf[R interface{ GetName() string }](t *testing.T, next func() (R, error)) (names []string) {
	t.Helper()
	for {
		item, err := next()
		if errors.Is(err, iterator.Done) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, item.GetName())
	}
}

func TestClientGoesThroughPages(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	want := []string{"shop"}
	for i := range 6 {
		want = append(want, fmt.Sprintf("shop-%d", i))
		if err := l.Insert(fmt.Sprintf("%s-%d", s.URLMap, i), s.Route(true)); err != nil {
			t.Fatal(err)
		}
	}
	l.ForgetCalls()
	c := urlMapsOf(t, l, "t")
	got := namesOf(t, c.List(t.Context(), &computepb.ListUrlMapsRequest{Project: gcplb.Project, MaxResults: proto.Uint32(3)}).Next)
	if !slices.Equal(got, want) || l.CallCounts()["urlMaps.list"] != 3 {
		t.Errorf("%v in %d pages", got, l.CallCounts()["urlMaps.list"])
	}
	if got := namesOf(t, c.List(t.Context(), &computepb.ListUrlMapsRequest{Project: "empty"}).Next); len(got) != 0 {
		t.Errorf("an empty project has %v", got)
	}
}

func TestClientReadsHealth(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Weighted: true, Targets: 2})
	if !l.WaitHealth(s.Green.Service, 2) {
		t.Fatal("green is not healthy")
	}
	s.Green.Apps[1].SetHealthy(false)
	if !l.WaitHealth(s.Green.Service, 1) {
		t.Fatal("both are healthy")
	}
	ctx := t.Context()
	c := client(t, l, "t", func(opts ...option.ClientOption) (*compute.BackendServicesClient, error) {
		return compute.NewBackendServicesRESTClient(ctx, opts...)
	})
	service, err := c.Get(ctx, &computepb.GetBackendServiceRequest{Project: gcplb.Project, BackendService: "shop-green"})
	if err != nil || service.GetLoadBalancingScheme() != "EXTERNAL_MANAGED" || len(service.GetHealthChecks()) != 1 || len(service.GetBackends()) != 1 {
		t.Fatalf("%v, %v", service, err)
	}
	health, err := c.GetHealth(ctx, &computepb.GetHealthBackendServiceRequest{
		Project: gcplb.Project, BackendService: "shop-green",
		ResourceGroupReferenceResource: &computepb.ResourceGroupReference{Group: service.GetBackends()[0].Group},
	})
	if err != nil || len(health.GetHealthStatus()) != 2 {
		t.Fatalf("%v, %v", health, err)
	}
	for i, want := range []string{"HEALTHY", "UNHEALTHY"} {
		if h := health.GetHealthStatus()[i]; h.GetHealthState() != want || h.GetPort() != s.Green.Apps[i].Port() || h.GetIpAddress() != "127.0.0.1" {
			t.Errorf("%d: %v, want %s", i, h, want)
		}
	}
	if names := namesOf(t, c.List(ctx, &computepb.ListBackendServicesRequest{Project: gcplb.Project}).Next); !slices.Equal(names, []string{"shop-blue", "shop-green"}) {
		t.Errorf("there are %v", names)
	}
	op, err := c.Patch(ctx, &computepb.PatchBackendServiceRequest{
		Project: gcplb.Project, BackendService: "shop-green", BackendServiceResource: &computepb.BackendService{TimeoutSec: proto.Int32(7)},
	})
	ended(t, op, err)
	after, err := c.Get(ctx, &computepb.GetBackendServiceRequest{Project: gcplb.Project, BackendService: "shop-green"})
	if err != nil || after.GetTimeoutSec() != 7 || len(after.GetBackends()) != 1 {
		t.Errorf("patched: %v, %v", after, err)
	}
	op, err = c.Patch(ctx, &computepb.PatchBackendServiceRequest{
		Project: gcplb.Project, BackendService: "shop-green", BackendServiceResource: &computepb.BackendService{Fingerprint: service.Fingerprint},
	})
	if answered(err).Code != http.StatusPreconditionFailed {
		t.Errorf("an old fingerprint: %v, %v", op, err)
	}
}

func TestClientWaitsForOperations(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Region: region, Weighted: true})
	ctx, maps := t.Context(), regionURLMapsOf(t, l)
	c := client(t, l, "t", func(opts ...option.ClientOption) (*compute.RegionOperationsClient, error) {
		return compute.NewRegionOperationsRESTClient(ctx, opts...)
	})
	patch := func(green uint32) *compute.Operation {
		was, err := maps.Get(ctx, &computepb.GetRegionUrlMapRequest{Project: gcplb.Project, Region: region, UrlMap: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		op, err := maps.Patch(ctx, &computepb.PatchRegionUrlMapRequest{Project: gcplb.Project, Region: region, UrlMap: "shop", UrlMapResource: &computepb.UrlMap{
			Fingerprint: was.Fingerprint, DefaultRouteAction: split(s, 100-green, green),
		}})
		if err != nil {
			t.Fatal(err)
		}
		return op
	}
	op := patch(20)
	if op.Done() || op.Proto().GetStatus() != computepb.Operation_RUNNING {
		t.Errorf("at first %v", op.Proto())
	}
	waited, err := c.Wait(ctx, &computepb.WaitRegionOperationRequest{Project: gcplb.Project, Region: region, Operation: op.Name()})
	if err != nil || waited.GetStatus() != computepb.Operation_DONE || waited.GetEndTime() == "" {
		t.Errorf("%v, %v", waited, err)
	}
	l.Inject(gcplb.Fault{Action: "regionUrlMaps.patch", Operation: &gcplb.OperationError{Status: http.StatusServiceUnavailable, Code: "INTERNAL_ERROR", Message: "try again"}})
	op = patch(30)
	waited, err = c.Wait(ctx, &computepb.WaitRegionOperationRequest{Project: gcplb.Project, Region: region, Operation: op.Name()})
	if err != nil || waited.GetHttpErrorStatusCode() != http.StatusServiceUnavailable || waited.GetError().GetErrors()[0].GetCode() != "INTERNAL_ERROR" {
		t.Errorf("%v, %v", waited, err)
	}
	if err := op.Poll(ctx); answered(err).Code != http.StatusServiceUnavailable {
		t.Errorf("polled: %v", err)
	}
	if names := namesOf(t, c.List(ctx, &computepb.ListRegionOperationsRequest{Project: gcplb.Project, Region: region}).Next); len(names) != 2 {
		t.Errorf("there are %v", names)
	}
}
