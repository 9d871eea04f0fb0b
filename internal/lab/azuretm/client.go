package azuretm

import (
	"context"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// Clients returns the real SDK's clients of a subscription, with Token, without a network.
func (l *Lab) Clients(subscription string) (*tm.ClientFactory, error) {
	options := &arm.ClientOptions{DisableRPRegistration: true}
	options.Transport = l.Transport()
	return tm.NewClientFactory(subscription, token{}, options)
}

// token is Token as a credential of the SDK.
type token struct{}

// GetToken implements azcore.TokenCredential.
func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: Token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}
