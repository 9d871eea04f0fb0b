package azurecloud

import (
	"context"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Get reads a path of Azure Resource Manager, for APIs of which so little is
// needed that their clients would weigh more than they are worth. A call that
// is throttled is tried again when the API says, for as long as patience lasts.
// Its error is explained.
func (s *Session) Get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	client, err := s.manager()
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	request, err := runtime.NewRequest(ctx, http.MethodGet, runtime.JoinPaths(client.Endpoint(), path))
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	request.Raw().URL.RawQuery = query.Encode()
	request.Raw().Header.Set("Accept", "application/json")
	response, err := client.Pipeline().Do(request)
	if err != nil {
		return nil, pkg.Errorf("%w", Explain(err))
	}
	defer response.Body.Close()
	if !runtime.HasStatusCode(response, http.StatusOK) {
		return nil, pkg.Errorf("%w", Explain(runtime.NewResponseError(response)))
	}
	return runtime.Payload(response)
}
