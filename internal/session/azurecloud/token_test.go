package azurecloud_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
)

// slow gives a token after a while, and counts how often it was asked.
type slow struct {
	takes time.Duration
	asked int
}

func (s *slow) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	s.asked++
	select {
	case <-time.After(s.takes):
		return azcore.AccessToken{Token: "given", ExpiresOn: time.Now().Add(time.Hour)}, nil
	case <-ctx.Done():
		return azcore.AccessToken{}, errors.New("signal: killed") // as az ends
	}
}

// hangs is a network on which no call is ever answered.
type hangs struct{}

func (hangs) Do(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// empty answers every call with an empty object.
type empty struct{}

func (empty) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{}, Body: http.NoBody}, nil
}

func get(t *testing.T, credential azcore.TokenCredential, network policy.Transporter) error {
	t.Helper()
	session := azurecloud.NewSession(credential, azcore.ClientOptions{Transport: network})
	_, err := session.Get(t.Context(), "/subscriptions/s", nil)
	return err
}

// TestSlowToken: az takes longer than a call of the API may, on a machine that is busy.
func TestSlowToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slow{takes: 15 * time.Second}
		if err := get(t, credential, empty{}); err != nil || credential.asked != 1 {
			t.Errorf("asked %d times: %v", credential.asked, err)
		}
	})
}

// TestNoToken: who waits in vain, as for a managed identity that is not there, learns that it is the token.
func TestNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slow{takes: time.Hour}
		err := get(t, credential, empty{})
		if !errors.Is(err, azurecloud.ErrCredentials) || !strings.Contains(err.Error(), "none within 1m0s") || credential.asked != 1 {
			t.Errorf("asked %d times: %v", credential.asked, err)
		}
	})
}

// TestHangingCall ends, and does not ask for a token at each try.
func TestHangingCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slow{}
		if err := get(t, credential, hangs{}); err == nil || !strings.Contains(err.Error(), "no answer within 10s") || credential.asked != 1 {
			t.Errorf("asked %d times: %v", credential.asked, err)
		}
	})
}

// TestOneTokenForAllReadings: az is started once, not for each measurement of an analysis.
func TestOneTokenForAllReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slow{takes: time.Second}
		session := azurecloud.NewSession(credential, azcore.ClientOptions{Transport: empty{}})
		for range 3 {
			if _, err := session.Get(t.Context(), "/subscriptions/s", nil); err != nil {
				t.Fatal(err)
			}
		}
		if credential.asked != 1 {
			t.Errorf("asked for a token %d times", credential.asked)
		}
	})
}
