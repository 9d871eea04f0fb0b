package gcpcloud

import (
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Monitoring returns where the Cloud Monitoring API answers, without a path,
// and a client for it that shows the session's credentials, follows no
// redirect and tries nothing again.
func (s *Session) Monitoring() (address string, client *http.Client) {
	return s.monitoring, &http.Client{Transport: signed{s}, CheckRedirect: refuseRedirect}
}

// signed adds the session's credentials to requests.
type signed struct{ session *Session }

// RoundTrip implements http.RoundTripper.
func (t signed) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.session.tokens.token(req.Context())
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context()) // A RoundTripper must not change its request.
	req.Header.Set("User-Agent", userAgent)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if project := t.session.counted(strings.TrimPrefix(req.URL.Path, "/v1/")); project != "" {
		req.Header.Set("X-Goog-User-Project", project)
	}
	return t.session.client.Transport.RoundTrip(req)
}

// monitoring is the address of the Cloud Monitoring API.
func (s settings) monitoring() (string, error) {
	text := value(s.MonitoringEndpoint)
	if text == "" {
		universe := value(s.UniverseDomain)
		if universe == "" {
			universe = defaultUniverse
		}
		return "https://monitoring." + universe, nil
	}
	u, err := session.Endpoint(text)
	if err != nil {
		return "", configError("monitoring_endpoint", err)
	}
	if u.Scheme == "http" && !loopback(u) {
		return "", configError("monitoring_endpoint", errors.New("http is for loopback addresses only, since credentials would be sent in the clear: use https"))
	}
	return strings.TrimSuffix(text, "/"), nil
}
