package gcplb_test

import (
	"errors"
	"net/http"
	"testing"

	"cloud.google.com/go/compute/apiv1/computepb"
	"google.golang.org/api/googleapi"
	"google.golang.org/protobuf/proto"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

// answered is an error as Google's client has it of an answer; empty when there was none.
func answered(err error) googleapi.Error {
	var api *googleapi.Error
	if errors.As(err, &api) {
		return *api
	}
	return googleapi.Error{}
}

func TestClientTellsErrors(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{
		OperationTime: -1, Tokens: map[string]gcplb.Token{"good": {}, "poor": {Denied: []string{"urlMaps.get"}}},
	})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	get := func(token, name string) error {
		_, err := urlMapsOf(t, l, token).Get(t.Context(), &computepb.GetUrlMapRequest{Project: gcplb.Project, UrlMap: name})
		return err
	}
	update := func(m *computepb.UrlMap) error {
		_, err := urlMapsOf(t, l, "good").Update(t.Context(), &computepb.UpdateUrlMapRequest{Project: gcplb.Project, UrlMap: "shop", UrlMapResource: m})
		return err
	}
	fresh := func() *computepb.UrlMap {
		m, err := urlMapsOf(t, l, "good").Get(t.Context(), &computepb.GetUrlMapRequest{Project: gcplb.Project, UrlMap: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	befalls := func(failed *gcplb.APIError) error {
		remove := l.Inject(gcplb.Fault{Action: "urlMaps.get", Err: failed})
		defer remove()
		return get("good", "shop")
	}
	for name, test := range map[string]struct {
		call   func() error
		status int
		reason string
		newer  string // the newer form of the reason
	}{
		"not found": {func() error { return get("good", "gone") }, http.StatusNotFound, "notFound", ""},
		"unknown":   {func() error { return get("expired", "shop") }, http.StatusUnauthorized, "authError", ""},
		"denied":    {func() error { return get("poor", "shop") }, http.StatusForbidden, "forbidden", ""},
		"throttled": {func() error { return befalls(gcplb.Throttled()) }, http.StatusForbidden, "rateLimitExceeded", "RATE_LIMIT_EXCEEDED"},
		"too many":  {func() error { return befalls(gcplb.TooMany()) }, http.StatusTooManyRequests, "rateLimitExceeded", "RATE_LIMIT_EXCEEDED"},
		"failed":    {func() error { return befalls(gcplb.InternalFailure()) }, http.StatusInternalServerError, "internalError", ""},
		"overtaken": {func() error { m := fresh(); m.Fingerprint = proto.String("b2xk"); return update(m) }, http.StatusPreconditionFailed, "conditionNotMet", ""},
		"no such name": {func() error {
			m := fresh()
			m.DefaultService = proto.String(s.Link(s.Blue) + "-gone")
			return update(m)
		}, http.StatusBadRequest, "invalid", ""},
		"it exists": {func() error {
			_, err := urlMapsOf(t, l, "good").Insert(t.Context(), &computepb.InsertUrlMapRequest{Project: gcplb.Project, UrlMapResource: fresh()})
			return err
		}, http.StatusConflict, "alreadyExists", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.call()
			api := answered(err)
			if api.Code != test.status || len(api.Errors) != 1 || api.Errors[0].Reason != test.reason || api.Message == "" {
				t.Fatalf("%v: %+v", err, api)
			}
			newer := ""
			for _, d := range api.Details {
				newer, _ = d.(map[string]any)["reason"].(string)
			}
			if newer != test.newer {
				t.Errorf("the newer form is %q in %v", newer, api.Details)
			}
		})
	}
}
