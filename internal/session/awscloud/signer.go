package awscloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Signer signs requests to one service of AWS that no client of the SDK makes,
// by Signature Version 4. It is safe for concurrent use.
type Signer struct {
	sessions              *session.Sessions
	service, region, role string

	mu   sync.Mutex
	with *identity // once it was asked for
}

// identity is where and as whom is signed.
type identity struct {
	region      string
	credentials aws.CredentialsProvider
}

// NewSigner returns a signer for a service, in a region, or in that of the
// provider's aws block when region is empty. A role is assumed with the block's
// credentials; none when role is empty. It opens nothing before it is used.
func NewSigner(sessions *session.Sessions, service, region, role string) *Signer {
	return &Signer{sessions: sessions, service: service, region: region, role: role}
}

// Sign signs a request, whose body it reads and puts back. The error wraps
// ErrCredentials when there are none to sign with, and session.ErrConfig when
// no region is known.
func (s *Signer) Sign(r *http.Request) error {
	with, err := s.identity(r.Context())
	if err != nil {
		return err
	}
	held, err := with.credentials.Retrieve(r.Context())
	if err != nil {
		return err
	}
	body, err := drained(r)
	if err != nil {
		return pkg.Errorf("%w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), held, r, hex.EncodeToString(sum[:]), s.service, with.region, time.Now()); err != nil {
		return pkg.Errorf("sign for %s: %w", s.service, clean(err))
	}
	return nil
}

func (s *Signer) identity(ctx context.Context) (*identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.with != nil {
		return s.with, nil
	}
	opened, err := session.Get[*Session](ctx, s.sessions, Name)
	if err != nil {
		return nil, err
	}
	s.with, err = opened.identity(s.region, s.role)
	return s.with, err
}

func (s *Session) identity(region, role string) (*identity, error) {
	cfg := s.cfg.Copy()
	if region != "" {
		cfg.Region = region
	}
	if cfg.Region == "" {
		return nil, pkg.Errorf("%w: there is no region to sign for: give the metric's, or region in the provider's aws block", session.ErrConfig)
	}
	if role == "" {
		return &identity{cfg.Region, cfg.Credentials}, nil
	}
	assumed := stscreds.NewAssumeRoleProvider(s.sts(cfg), role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = userAgent })
	return &identity{cfg.Region, explainRole(role, aws.NewCredentialsCache(assumed))}, nil
}

// drained reads a request's body, and puts it back.
func drained(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	return body, nil
}
