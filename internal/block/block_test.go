package block_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

type config struct {
	block.TryArguments
	Name types.String `tfsdk:"name"`
}

func kindOf(attributes map[string]schema.Attribute) block.Kind[config] {
	return block.New("thing", schema.SingleNestedAttribute{Attributes: attributes},
		func(_ context.Context, _ *session.Sessions, c config) (config, error) { return c, nil })
}

func kind() block.Kind[config] {
	attributes := block.TryAttributes(5 * time.Second)
	attributes["name"] = schema.StringAttribute{Required: true}
	return kindOf(attributes)
}

func TestKind(t *testing.T) {
	k := kind()
	if k.Name() != "thing" || !k.Attribute().Optional {
		t.Errorf("%s, optional %t", k.Name(), k.Attribute().Optional)
	}
	c := blocktest.MustOpen(t, k, blocktest.Values{"name": "a", "retries": 3, "timeout": "2s"})
	each, retries, backoff := c.Tries(5 * time.Second)
	if c.Name.ValueString() != "a" || each != 2*time.Second || retries != 3 || backoff != time.Second {
		t.Errorf("%+v", c)
	}
	each, retries, backoff = blocktest.MustOpen(t, k, blocktest.Values{"name": "a", "backoff": "0s"}).Tries(5 * time.Second)
	if each != 5*time.Second || retries != 0 || backoff != 0 {
		t.Errorf("defaults: %s, %d, %s", each, retries, backoff)
	}
}

// TestKindOfAnotherShape is an error, not a panic: the schema and the struct
// do not go together.
func TestKindOfAnotherShape(t *testing.T) {
	_, err := blocktest.Open(t, kindOf(map[string]schema.Attribute{"other": schema.StringAttribute{}}), blocktest.Values{})
	if err == nil || !strings.HasPrefix(err.Error(), "block: ") {
		t.Errorf("%v", err)
	}
}

func TestDurationAttribute(t *testing.T) {
	for value, fine := range map[string]bool{"1ms": true, "1h": true, "0s": false, "-1s": false, "nonsense": false} {
		at := path.Root("http").AtName("timeout")
		req := validator.StringRequest{Path: at, ConfigValue: types.StringValue(value)}
		var resp validator.StringResponse
		v := block.DurationAttribute("", time.Millisecond).Validators[0]
		v.ValidateString(t.Context(), req, &resp)
		if resp.Diagnostics.HasError() == fine {
			t.Errorf("%s: %v", value, resp.Diagnostics)
		}
		for _, d := range resp.Diagnostics {
			if !strings.HasPrefix(d.Detail(), "http.timeout: ") { // Terraform does not say where in a block it is.
				t.Errorf("%s", d.Detail())
			}
			if located, ok := d.(diag.DiagnosticWithPath); !ok || !located.Path().Equal(path.Root("http")) {
				t.Errorf("%v is on no line", d)
			}
		}
		if want := "a duration of 1ms or more"; v.MarkdownDescription(t.Context()) != want {
			t.Errorf("described as %q", v.MarkdownDescription(t.Context()))
		}
	}
}

// TestDurationKnownLate is refused where it is read, no validator having seen
// it.
func TestDurationKnownLate(t *testing.T) {
	_, err := blocktest.Open(t, kind(), blocktest.Values{"name": "a", "timeout": "10"})
	if !errors.Is(err, block.ErrForm) || !strings.Contains(err.Error(), `timeout: "10" is not a duration`) {
		t.Errorf("%v", err)
	}
}

func TestDurationValue(t *testing.T) {
	value := func(text string) block.DurationValue {
		return block.DurationValue{StringValue: types.StringValue(text)}
	}
	minute, hour := value("1m"), value("1h")
	if !minute.Equal(value("1m")) || minute.Equal(hour) || minute.Equal(types.StringValue("1m")) {
		t.Error("what is equal is not, or the other way round")
	}
	if block.Duration(minute, time.Hour) != time.Minute || block.Duration(block.DurationValue{}, time.Hour) != time.Hour {
		t.Error("a duration is not as it was written, or not as otherwise")
	}
	if got := (block.DurationType{}); !minute.Type(t.Context()).Equal(got) || types.StringType.Equal(got) || got.Equal(types.StringType) {
		t.Error("the type is another")
	}
}

func TestSecret(t *testing.T) {
	const variable = "BLUEGREEN_TEST_SECRET"
	t.Setenv(variable, "from the environment")
	t.Setenv(variable+"_EMPTY", "")
	null := types.StringNull()
	for _, test := range []struct {
		name       string
		value, env types.String
		want       string
		at         string // the attribute that is wrong
		is         error
	}{
		{name: "neither", value: null, env: null},
		{name: "value", value: types.StringValue("s3cret"), env: null, want: "s3cret"},
		{name: "environment", value: null, env: types.StringValue(variable), want: "from the environment"},
		{name: "both", value: types.StringValue("s3cret"), env: types.StringValue(variable), at: "dsn_env", is: block.ErrSecret},
		{name: "unset", value: null, env: types.StringValue(variable + "_UNSET"), at: "dsn_env", is: block.ErrUnset},
		{name: "empty", value: null, env: types.StringValue(variable + "_EMPTY"), at: "dsn_env", is: block.ErrUnset},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := block.Secret("dsn", test.value, test.env)
			if got != test.want || (err == nil) != (test.at == "") {
				t.Fatalf("%q, %v", got, err)
			}
			if err == nil {
				return
			}
			var attribute *block.AttributeError
			if !errors.As(err, &attribute) || !attribute.Path.Equal(path.Root(test.at)) || !errors.Is(err, test.is) {
				t.Errorf("%v", err)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("it shows the secret: %v", err)
			}
		})
	}
}

// TestSecretAttributes keep the secret out of plan and state.
func TestSecretAttributes(t *testing.T) {
	attributes := block.SecretAttributes("dsn", "The DSN.")
	value := attributes["dsn"].(schema.StringAttribute)
	if !value.WriteOnly || !value.Sensitive || attributes["dsn_env"].(schema.StringAttribute).WriteOnly {
		t.Errorf("%+v", attributes)
	}
}
