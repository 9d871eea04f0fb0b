package azuretm

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// api is what the package calls of Traffic Manager, which is also all that the
// user must be allowed. Its errors are explained, and wrap traffic.ErrNotFound
// when the profile or the endpoint does not exist.
type api interface {
	// profile reads a profile with its endpoints: one call.
	profile(ctx context.Context, id profileID) (tm.Profile, error)
	// update sends what is set in body to one endpoint, and leaves the rest of
	// it. It tries once.
	update(ctx context.Context, id endpointID, body tm.Endpoint) error
}

// client is the API over the SDK.
type client struct{ session *azurecloud.Session }

func (c client) profile(ctx context.Context, id profileID) (tm.Profile, error) {
	clients, err := c.session.TrafficManager(id.subscription)
	if err != nil {
		return tm.Profile{}, err
	}
	answer, err := clients.NewProfilesClient().Get(ctx, id.group, id.name, nil)
	return answer.Profile, explain(err)
}

func (c client) update(ctx context.Context, id endpointID, body tm.Endpoint) error {
	clients, err := c.session.TrafficManager(id.profile.subscription)
	if err != nil {
		return err
	}
	_, err = clients.NewEndpointsClient().Update(ctx, id.profile.group, id.profile.name, id.kind, id.name, body, nil)
	return explain(err)
}

func explain(err error) error {
	err = azurecloud.Explain(err)
	var failed *azurecloud.APIError
	if errors.As(err, &failed) && failed.Status == http.StatusNotFound {
		return fmt.Errorf("%w: %w", traffic.ErrNotFound, err)
	}
	return err
}
