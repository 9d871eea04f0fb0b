package azuretm

import (
	"context"
	"net/http"
	"strings"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager/fake"
)

// callKey finds what the handlers must know of a call besides its parameters.
type callKey struct{}

type callInfo struct {
	index        int
	subscription string
}

func infoOf(ctx context.Context) callInfo {
	info, _ := ctx.Value(callKey{}).(callInfo)
	return info
}

// fakes are the SDK's servers, which take requests apart and put answers together.
type fakes struct {
	profiles  *fake.ProfilesServerTransport
	endpoints *fake.EndpointsServerTransport
}

func newFakes(l *Lab) fakes {
	return fakes{
		profiles: fake.NewProfilesServerTransport(&fake.ProfilesServer{
			Get: l.getProfile, CreateOrUpdate: l.putProfile, Update: l.patchProfile, Delete: l.deleteProfile,
		}),
		endpoints: fake.NewEndpointsServerTransport(&fake.EndpointsServer{
			Get: l.getEndpoint, CreateOrUpdate: l.putEndpoint, Update: l.patchEndpoint, Delete: l.deleteEndpoint,
		}),
	}
}

func (f fakes) serve(r *http.Request, action string) (*http.Response, error) {
	if strings.HasPrefix(action, "ProfilesClient.") {
		return f.profiles.Do(r)
	}
	return f.endpoints.Do(r)
}

// respond makes a responder of what f answers.
func respond[T any](l *Lab, f func() (T, error)) (ok azfake.Responder[T], failed azfake.ErrorResponder) {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer, err := f()
	if err != nil {
		failed.SetError(err)
		return ok, failed
	}
	ok.SetResponse(http.StatusOK, answer, nil)
	return ok, failed
}

func (l *Lab) getProfile(ctx context.Context, group, name string, _ *tm.ProfilesClientGetOptions) (
	azfake.Responder[tm.ProfilesClientGetResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.ProfilesClientGetResponse, err error) {
		p, err := l.profile(infoOf(ctx).subscription, group, name)
		if err == nil {
			answer.Profile = p.view()
		}
		return answer, err
	})
}

func (l *Lab) putProfile(ctx context.Context, group, name string, body tm.Profile, _ *tm.ProfilesClientCreateOrUpdateOptions) (
	azfake.Responder[tm.ProfilesClientCreateOrUpdateResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.ProfilesClientCreateOrUpdateResponse, err error) {
		p, err := l.replace(infoOf(ctx), group, name, body)
		if err == nil {
			answer.Profile = p.view()
		}
		return answer, err
	})
}

func (l *Lab) patchProfile(ctx context.Context, group, name string, body tm.Profile, _ *tm.ProfilesClientUpdateOptions) (
	azfake.Responder[tm.ProfilesClientUpdateResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.ProfilesClientUpdateResponse, err error) {
		p, err := l.profile(infoOf(ctx).subscription, group, name)
		if err != nil {
			return answer, err
		}
		if err := l.mergeProfile(p, body, infoOf(ctx).index); err != nil {
			return answer, err
		}
		answer.Profile = p.view()
		return answer, nil
	})
}

func (l *Lab) deleteProfile(ctx context.Context, group, name string, _ *tm.ProfilesClientDeleteOptions) (
	azfake.Responder[tm.ProfilesClientDeleteResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.ProfilesClientDeleteResponse, err error) {
		p, err := l.profile(infoOf(ctx).subscription, group, name)
		if err == nil {
			l.removeProfile(p, infoOf(ctx).index)
		}
		return answer, err
	})
}

func (l *Lab) getEndpoint(ctx context.Context, group, name string, kind tm.EndpointType, endpointName string, _ *tm.EndpointsClientGetOptions) (
	azfake.Responder[tm.EndpointsClientGetResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.EndpointsClientGetResponse, err error) {
		_, e, err := l.endpoint(infoOf(ctx).subscription, group, name, kind, endpointName)
		if err == nil {
			answer.Endpoint = e.view()
		}
		return answer, err
	})
}

func (l *Lab) putEndpoint(ctx context.Context, group, name string, kind tm.EndpointType, endpointName string, body tm.Endpoint,
	_ *tm.EndpointsClientCreateOrUpdateOptions,
) (azfake.Responder[tm.EndpointsClientCreateOrUpdateResponse], azfake.ErrorResponder) {
	return respond(l, func() (answer tm.EndpointsClientCreateOrUpdateResponse, err error) {
		p, err := l.profile(infoOf(ctx).subscription, group, name)
		if err != nil {
			return answer, err
		}
		e, err := l.setEndpoint(p, kind, endpointName, body, infoOf(ctx).index)
		if err == nil {
			answer.Endpoint = e.view()
		}
		return answer, err
	})
}

func (l *Lab) patchEndpoint(ctx context.Context, group, name string, kind tm.EndpointType, endpointName string, body tm.Endpoint,
	_ *tm.EndpointsClientUpdateOptions,
) (azfake.Responder[tm.EndpointsClientUpdateResponse], azfake.ErrorResponder) {
	return respond(l, func() (answer tm.EndpointsClientUpdateResponse, err error) {
		p, e, err := l.endpoint(infoOf(ctx).subscription, group, name, kind, endpointName)
		if err != nil {
			return answer, err
		}
		if err := l.mergeEndpoint(p, e, body, infoOf(ctx).index); err != nil {
			return answer, err
		}
		answer.Endpoint = e.view()
		return answer, nil
	})
}

func (l *Lab) deleteEndpoint(ctx context.Context, group, name string, kind tm.EndpointType, endpointName string, _ *tm.EndpointsClientDeleteOptions) (
	azfake.Responder[tm.EndpointsClientDeleteResponse], azfake.ErrorResponder,
) {
	return respond(l, func() (answer tm.EndpointsClientDeleteResponse, err error) {
		p, e, err := l.endpoint(infoOf(ctx).subscription, group, name, kind, endpointName)
		if err == nil {
			l.removeEndpoint(p, e, infoOf(ctx).index)
		}
		return answer, err
	})
}
