package azuretm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// watch starts or ends an endpoint's checks, as its settings ask. The caller holds l.mu.
func (l *Lab) watch(p *profile, e *endpoint) {
	e.stopChecks()
	e.failed = 0
	switch {
	case !p.enabled():
		e.status = tm.EndpointMonitorStatusInactive
	case !e.enabled():
		e.status = tm.EndpointMonitorStatusDisabled
	case e.alwaysServe():
		e.status = tm.EndpointMonitorStatusUnmonitored
	case l.closed: // a call that came late: nobody waits for more checks
		e.status = tm.EndpointMonitorStatusCheckingEndpoint
	default:
		e.status = tm.EndpointMonitorStatusCheckingEndpoint
		var ctx context.Context
		ctx, e.stop = context.WithCancel(l.ctx)
		l.wg.Go(func() { l.checks(ctx, p, e) })
	}
}

func (e *endpoint) stopChecks() {
	if e.stop != nil {
		e.stop()
		e.stop = nil
	}
}

// checks checks an endpoint until ctx ends.
func (l *Lab) checks(ctx context.Context, p *profile, e *endpoint) {
	pause := l.opts.seconds(l.opts.FirstCheck)
	for l.wait(ctx, pause) {
		l.mu.Lock()
		monitor, target, nested := *p.data.Properties.MonitorConfig, e.target(), e.kind == tm.EndpointTypeNestedEndpoints
		l.mu.Unlock()
		var err error
		if !nested {
			err = l.check(ctx, target, monitor)
		}
		l.mu.Lock()
		if ctx.Err() == nil {
			l.found(p, e, err)
		}
		l.mu.Unlock()
		pause = l.opts.seconds(float64(value(monitor.IntervalInSeconds)))
	}
}

// found notes what a check of an endpoint came to. The caller holds l.mu.
func (l *Lab) found(p *profile, e *endpoint, err error) {
	was := e.status
	switch {
	case e.kind == tm.EndpointTypeNestedEndpoints:
		e.status = l.nestedStatus(e)
	case err == nil:
		e.failed, e.status = 0, tm.EndpointMonitorStatusOnline
	default:
		e.failed++
		if int64(e.failed) > value(p.data.Properties.MonitorConfig.ToleratedNumberOfFailures) {
			e.status = tm.EndpointMonitorStatusDegraded
		}
	}
	if e.status != was {
		l.note(p, 0)
	}
}

// nestedStatus goes by the endpoints of the profile below:
// https://learn.microsoft.com/azure/traffic-manager/traffic-manager-nested-profiles
func (l *Lab) nestedStatus(e *endpoint) tm.EndpointMonitorStatus {
	child := l.byID(value(e.data.Properties.TargetResourceID))
	if child == nil || !child.enabled() {
		return tm.EndpointMonitorStatusStopped
	}
	available := int64(0)
	for _, below := range child.endpoints {
		if below.status == tm.EndpointMonitorStatusOnline || below.status == tm.EndpointMonitorStatusUnmonitored {
			available++
		}
	}
	switch {
	case available >= max(value(e.data.Properties.MinChildEndpoints), 1):
		return tm.EndpointMonitorStatusOnline
	case child.status() == tm.ProfileMonitorStatusCheckingEndpoints:
		return tm.EndpointMonitorStatusCheckingEndpoint
	default:
		return tm.EndpointMonitorStatusDegraded
	}
}

// status is the profile's own, from those of its endpoints.
func (p *profile) status() tm.ProfileMonitorStatus {
	if !p.enabled() {
		return tm.ProfileMonitorStatusDisabled
	}
	has := map[tm.EndpointMonitorStatus]bool{}
	for _, e := range p.endpoints {
		has[e.status] = true
	}
	switch {
	case has[tm.EndpointMonitorStatusDegraded]:
		return tm.ProfileMonitorStatusDegraded
	case has[tm.EndpointMonitorStatusOnline]:
		return tm.ProfileMonitorStatusOnline
	case has[tm.EndpointMonitorStatusCheckingEndpoint]:
		return tm.ProfileMonitorStatusCheckingEndpoints
	default:
		return tm.ProfileMonitorStatusInactive
	}
}

// check asks an application once.
func (l *Lab) check(ctx context.Context, target string, monitor tm.MonitorConfig) error {
	if l.opts.Check != nil {
		return l.opts.Check(ctx, target, monitor)
	}
	address, ok := l.Address(target)
	if !ok {
		return fmt.Errorf("azuretm: %s has no address", target)
	}
	ctx, cancel := context.WithTimeout(ctx, max(l.opts.seconds(float64(value(monitor.TimeoutInSeconds))), minTimeout))
	defer cancel()
	if value(monitor.Protocol) == tm.MonitorProtocolTCP {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	return l.get(ctx, target, address, monitor)
}

func (l *Lab) get(ctx context.Context, target, address string, monitor tm.MonitorConfig) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+value(monitor.Path), http.NoBody)
	if err != nil {
		return err
	}
	request.Host = target
	response, err := l.transport.RoundTrip(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	err = errors.Join(err, response.Body.Close())
	if err == nil && !expected(response.StatusCode, monitor.ExpectedStatusCodeRanges) {
		err = fmt.Errorf("azuretm: %s answered %s", target, response.Status)
	}
	return err
}

// expected tells whether a status is in the ranges, or is 200 when there are none.
func expected(status int, ranges []*tm.MonitorConfigExpectedStatusCodeRangesItem) bool {
	for _, r := range ranges {
		if status >= int(value(r.Min)) && status <= int(value(r.Max)) {
			return true
		}
	}
	return len(ranges) == 0 && status == http.StatusOK
}
