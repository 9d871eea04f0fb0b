package awselb

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// watch checks the health of a group's targets until ctx ends.
func (l *Lab) watch(ctx context.Context, g *group) {
	ticker := time.NewTicker(l.opts.HealthInterval)
	defer ticker.Stop()
	for {
		l.checkGroup(ctx, g)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// verdict is the outcome of one health check; an empty reason means that it passed.
type verdict struct {
	reason, description string
}

func (l *Lab) checkGroup(ctx context.Context, g *group) {
	data, targets := l.toCheck(g)

	verdicts := make([]verdict, len(targets))
	var all sync.WaitGroup
	for i, t := range targets {
		all.Go(func() { verdicts[i] = l.probe(ctx, data, t) })
	}
	all.Wait()

	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	for i, t := range targets {
		t.judge(verdicts[i], int(*g.data.HealthyThresholdCount), int(*g.data.UnhealthyThresholdCount))
	}
	g.route()
}

// toCheck returns a group and its targets that are to be checked, which are none
// when health checks are off.
func (l *Lab) toCheck(g *group) (data wire.TargetGroup, targets []*target) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range g.targets {
		switch {
		case t.state == StateDraining:
		case !*g.data.HealthCheckEnabled:
			t.unwatch()
		default:
			if t.state == StateUnavailable {
				t.begin()
			}
			targets = append(targets, t)
		}
	}
	return g.data, targets
}

// judge counts a verdict. A target that is new needs to pass once only, as published.
func (t *target) judge(v verdict, healthyAfter, unhealthyAfter int) {
	if t.state == StateDraining {
		return
	}
	if v.reason == "" {
		t.passes, t.fails = t.passes+1, 0
		if t.state != StateUnhealthy || t.passes >= healthyAfter {
			t.set(StateHealthy, "", "")
		}
		return
	}
	t.passes, t.fails = 0, t.fails+1
	switch {
	case t.fails >= unhealthyAfter:
		t.set(StateUnhealthy, v.reason, v.description)
	case t.state == StateInitial:
		t.set(StateInitial, "Elb.InitialHealthChecking", "Initial health checks in progress")
	}
}

// probe makes one health check.
func (l *Lab) probe(ctx context.Context, g wire.TargetGroup, t *target) verdict {
	if t.addr == "" {
		return verdict{"Target.Timeout", "Request timed out"}
	}
	ctx, cancel := context.WithTimeout(ctx, l.opts.HealthTimeout)
	defer cancel()
	addr := t.addr
	if g.HealthCheckPort != trafficPort {
		host, _, _ := net.SplitHostPort(addr)
		addr = net.JoinHostPort(host, g.HealthCheckPort)
	}
	if strings.HasPrefix(g.HealthCheckProtocol, "HTTP") {
		return l.probeHTTP(ctx, g, addr)
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return verdict{"Target.FailedHealthChecks", "Health checks failed"}
	}
	_ = conn.Close() // the connection has served its purpose
	return verdict{}
}

func (l *Lab) probeHTTP(ctx context.Context, g wire.TargetGroup, addr string) verdict {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+g.HealthCheckPath, http.NoBody)
	if err != nil {
		return verdict{"Target.FailedHealthChecks", "Health checks failed"}
	}
	req.Header.Set("User-Agent", "ELB-HealthChecker/2.0")
	resp, err := l.transport.RoundTrip(req)
	if err != nil {
		if ctx.Err() != nil {
			return verdict{"Target.Timeout", "Request timed out"}
		}
		return verdict{"Target.FailedHealthChecks", "Health checks failed"}
	}
	// The body is read so that the connection can be used again; its end does not matter.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	_ = resp.Body.Close()
	if !matches(g.Matcher, resp.StatusCode) {
		return verdict{"Target.ResponseCodeMismatch", fmt.Sprintf("Health checks failed with these codes: [%d]", resp.StatusCode)}
	}
	return verdict{}
}

// matches reads "200", "200,202" and "200-299".
func matches(m *wire.Matcher, status int) bool {
	if m == nil || m.HttpCode == "" {
		return status == http.StatusOK
	}
	for part := range strings.SplitSeq(m.HttpCode, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		low, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		high := low
		if isRange {
			if high, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		if low <= status && status <= high {
			return true
		}
	}
	return false
}
