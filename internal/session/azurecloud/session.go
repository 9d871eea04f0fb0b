package azurecloud

import (
	"context"
	"slices"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// application tells Azure, and whoever reads the activity log, who called. The
// SDK allows 24 characters.
const application = "terraform-bluegreen"

// Session is one configured azure block. It is safe for use by several
// goroutines.
type Session struct {
	credential azcore.TokenCredential
	options    arm.ClientOptions
	// manager is the one client of Get. Each client keeps a token of its own.
	manager func() (*arm.Client, error)

	mu      sync.Mutex
	clients map[string]*armtrafficmanager.ClientFactory
}

// newSession makes a session of the block. Transport, when not nil, stands in
// for the network.
func newSession(ctx context.Context, s settings, transport policy.Transporter) (*Session, error) {
	s, err := s.withFiles(ctx)
	if err != nil {
		return nil, err
	}
	s.hide()
	where, plain, err := s.cloud()
	if err != nil {
		return nil, err
	}
	if transport == nil {
		transport = network()
	}
	options := azcore.ClientOptions{Cloud: where, Transport: transport, Telemetry: policy.TelemetryOptions{ApplicationID: application}}
	credential, err := s.credential(ctx, options)
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	options.InsecureAllowCredentialWithHTTP = plain
	return NewSession(credential, options), nil
}

// hide has what is secret taken out of every text from outside.
func (s settings) hide() {
	for _, secret := range []*string{s.ClientSecret, s.ClientCertificate, s.ClientCertificatePassword, s.OIDCToken, s.OIDCRequestToken, s.AccessToken} {
		remotetext.Hide(text(secret))
	}
}

// NewSession makes a session of a credential and the way to reach Azure. Which
// calls are tried again is not up to the options.
func NewSession(credential azcore.TokenCredential, options azcore.ClientOptions) *Session {
	options.Retry.MaxRetries = -1 // retryReads does it
	options.PerCallPolicies = append(slices.Clone(options.PerCallPolicies), retryReads{})
	options.PerRetryPolicies = append(slices.Clone(options.PerRetryPolicies), answered{})
	s := &Session{
		credential: explained{credential},
		options:    arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true},
		clients:    make(map[string]*armtrafficmanager.ClientFactory),
	}
	s.manager = sync.OnceValues(func() (*arm.Client, error) { return arm.NewClient(application, "v1.0.0", s.credential, &s.options) })
	return s
}

// TrafficManager returns the clients for a subscription, always the same ones.
// Reads that are throttled are tried for as long as patience lasts; writes are not
// tried again, see Busy and Passing. Pass errors to Explain.
func (s *Session) TrafficManager(subscription string) (*armtrafficmanager.ClientFactory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if clients, ok := s.clients[subscription]; ok {
		return clients, nil
	}
	clients, err := armtrafficmanager.NewClientFactory(subscription, s.credential, &s.options)
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	s.clients[subscription] = clients
	return clients, nil
}
