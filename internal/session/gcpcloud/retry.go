package gcpcloud

import (
	"context"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"time"

	"cloud.google.com/go/auth"
)

const (
	// firstDelay and lastDelay bound the wait before a call is tried again,
	// which doubles in between and is drawn at random from its upper half.
	firstDelay = 50 * time.Millisecond
	lastDelay  = 5 * time.Second
	// patience is how long a call is tried whose context sets no limit. Quotas
	// are per minute, so that a throttled call gets through before.
	patience = 3 * time.Minute
	// unheard is how long a call is tried that got no answer at all. An address
	// that is wrong stays silent for ever.
	unheard = 30 * time.Second
)

// retries are the tries of one call.
type retries struct {
	began time.Time
	delay time.Duration
	// silent is since when there was no answer; zero when the last try had one.
	silent time.Time
}

func newRetries() *retries { return &retries{began: time.Now(), delay: firstDelay} }

// again tells whether a call that failed with err is to be tried again.
func (r *retries) again(err error) bool {
	var (
		api   *APIError
		lost  *lostError
		token *auth.Error
	)
	switch {
	case errors.As(err, &api):
		r.silent = time.Time{}
		return api.transient() && time.Since(r.began) < patience
	case errors.As(err, &token): // as whoever hands out tokens answered
		return token.Temporary() && time.Since(r.began) < patience
	case errors.As(err, &lost):
		if untrusted(err) {
			return false
		}
		if r.silent.IsZero() {
			r.silent = time.Now()
		}
		return time.Since(r.silent) < unheard
	default:
		return false
	}
}

// untrusted tells whether the other side could not prove who it is.
func untrusted(err error) bool {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	return errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}

// wait holds the next try back. The error is that of ctx.
func (r *retries) wait(ctx context.Context) error {
	half := r.delay / 2
	timer := time.NewTimer(half + rand.N(half+1))
	defer timer.Stop()
	r.delay = min(r.delay*2, lastDelay)
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
