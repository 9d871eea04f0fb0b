package azurecloud_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
)

// block is the azure block with some arguments set.
func block(set map[string]attr.Value) types.Object {
	attributes, values := map[string]attr.Type{}, map[string]attr.Value{}
	for name, a := range azurecloud.New().Attribute().Attributes {
		attributes[name] = a.GetType()
		values[name] = types.StringNull()
		if a.GetType().Equal(types.BoolType) {
			values[name] = types.BoolNull()
		}
		if v, ok := set[name]; ok {
			values[name] = v
		}
	}
	return types.ObjectValueMust(attributes, values)
}

func open(ctx context.Context, set map[string]attr.Value) (*azurecloud.Session, error) {
	sessions := session.NewSessions([]session.Kind{azurecloud.New()}, map[string]types.Object{"azure": block(set)})
	return session.Get[*azurecloud.Session](ctx, sessions, azurecloud.Name)
}

// TestSecretsAreSensitive by their names.
func TestSecretsAreSensitive(t *testing.T) {
	for name, a := range azurecloud.New().Attribute().Attributes {
		secret := name == "client_secret" || strings.Contains(name, "password") || name == "client_certificate" ||
			(strings.HasSuffix(name, "token") && !strings.HasPrefix(name, "use_"))
		if a.IsSensitive() != secret {
			t.Errorf("%s: sensitive is %t", name, a.IsSensitive())
		}
		if a.GetMarkdownDescription() == "" || !a.IsOptional() {
			t.Errorf("%s has no description, or is not optional", name)
		}
		if reflect.TypeOf(a) == reflect.TypeFor[schema.StringAttribute]() && name == "use_oidc" {
			t.Errorf("%s is a string", name)
		}
	}
}

func TestUnknownBlock(t *testing.T) {
	if _, err := open(t.Context(), map[string]attr.Value{"client_id": types.StringUnknown()}); !errors.Is(err, session.ErrUnknown) {
		t.Errorf("error %v", err)
	}
}

// TestRetries: reads outlast throttling and passing failures; refusals and writes are answered at once.
func TestRetries(t *testing.T) {
	for _, test := range []struct {
		name     string
		statuses []int // then 200
		calls    int64
		want     error
	}{
		{"throttled", []int{429, 429, 429}, 4, nil},
		{"passing", []int{500, 503, 504, 408}, 5, nil},
		{"refused", []int{401}, 1, azurecloud.ErrCredentials},
		{"denied", []int{403}, 1, azurecloud.ErrAccessDenied},
	} {
		t.Run(test.name, func(t *testing.T) {
			var calls atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if n := int(calls.Add(1)); n <= len(test.statuses) {
					w.WriteHeader(test.statuses[n-1])
					_, _ = w.Write([]byte(`{"error":{"code":"Some","message":"for some reason"}}`))
					return
				}
				_, _ = w.Write([]byte(`{"name":"shop"}`))
			}))
			defer server.Close()
			session, err := open(t.Context(), map[string]attr.Value{
				"access_token": types.StringValue("mine"), "endpoint": types.StringValue(server.URL),
			})
			if err != nil {
				t.Fatal(err)
			}
			clients, err := session.TrafficManager("s")
			if err != nil {
				t.Fatal(err)
			}
			_, err = clients.NewProfilesClient().Get(t.Context(), "g", "shop", nil)
			err = azurecloud.Explain(err)
			if !errors.Is(err, test.want) || calls.Load() != test.calls {
				t.Errorf("%d calls, %v", calls.Load(), err)
			}
			if err != nil && (!strings.Contains(err.Error(), "for some reason") || strings.Contains(err.Error(), "\n")) {
				t.Errorf("the error is not one line with what Azure said: %v", err)
			}
		})
	}
}
