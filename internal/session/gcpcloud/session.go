package gcpcloud

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

const (
	defaultUniverse = "googleapis.com"
	apiPath         = "/compute/v1/"
	// defaultTimeout is hashicorp/google's for one request.
	defaultTimeout = 120 * time.Second
	// userAgent tells Google, and whoever reads the audit log, who called.
	userAgent = "terraform-provider-bluegreen"
)

// Session is Google Cloud as one provider's gcp block says. It is safe for use
// by several goroutines.
type Session struct {
	base *url.URL // ends with a slash
	// monitoring is where Cloud Monitoring answers, without a slash.
	monitoring string
	project    string
	billing    string
	// override says that calls are counted against another project than that
	// of the credentials.
	override bool
	timeout  time.Duration
	client   *http.Client
	tokens   tokens
}

func newSession(s settings) (*Session, error) {
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	timeout, err := s.timeout()
	if err != nil {
		return nil, err
	}
	if err := s.checkEndpoint(base); err != nil {
		return nil, err
	}
	monitoring, err := s.monitoring()
	if err != nil {
		return nil, err
	}
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, pkg.New("the default HTTP transport was replaced")
	}
	transport = transport.Clone()
	transport.MaxIdleConnsPerHost = 32 // one apply sets many maps at once
	client := &http.Client{Transport: httpclient.Bounded(transport, maxAnswer), CheckRedirect: refuseRedirect}
	return &Session{
		base: base, monitoring: monitoring, timeout: timeout, client: client, project: value(s.Project),
		billing: value(s.BillingProject), override: value(s.UserProjectOverride), tokens: s.tokens(base, client),
	}, nil
}

// refuseRedirect keeps a token from travelling to where the API points.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Project is the project of resources that are given by a short name. Empty
// when neither the block nor the environment names one.
func (s *Session) Project() string { return s.project }

func (s settings) base() (*url.URL, error) {
	text := value(s.Endpoint)
	if text == "" {
		universe := value(s.UniverseDomain)
		if universe == "" {
			universe = defaultUniverse
		}
		return &url.URL{Scheme: "https", Host: "compute." + universe, Path: apiPath}, nil
	}
	u, err := session.Endpoint(text)
	if err != nil {
		return nil, configError("endpoint", err)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = apiPath
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	return u, nil
}

func (s settings) timeout() (time.Duration, error) {
	text := value(s.RequestTimeout)
	if text == "" {
		return defaultTimeout, nil
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		return 0, configError("request_timeout", fmt.Errorf("%q is no duration above zero such as 60s", text))
	}
	return timeout, nil
}

// checkEndpoint refuses to send credentials in the clear over a network.
func (s settings) checkEndpoint(base *url.URL) error {
	if base.Scheme == "http" && !loopback(base) {
		return configError("endpoint", errors.New("http is for loopback addresses only, since credentials would be sent in the clear: use https"))
	}
	return nil
}

func loopback(u *url.URL) bool {
	host := u.Hostname()
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
