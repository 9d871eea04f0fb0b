package awscloud_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// values are arguments of the aws block, or of a block in it.
type values map[string]any

// open opens the aws block with values. What the machine has configured for
// AWS is out of sight.
func open(t *testing.T, v values) (*awscloud.Session, error) {
	t.Helper()
	hideEnvironment(t)
	c := awscloud.New()
	session, err := c.Open(t.Context(), block(t, c.Attribute().GetType(), v))
	if err != nil {
		return nil, err
	}
	return session.(*awscloud.Session), nil
}

func mustOpen(t *testing.T, v values) *awscloud.Session {
	t.Helper()
	session, err := open(t, v)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func hideEnvironment(t *testing.T) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	for _, name := range []string{
		"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED",
	} {
		t.Setenv(name, "")
	}
}

// block is an object with values, and null for what they leave out.
func block(t *testing.T, of attr.Type, v values) types.Object {
	t.Helper()
	at := of.(types.ObjectType).AttrTypes
	all := make(map[string]attr.Value, len(at))
	for name, kind := range at {
		all[name] = value(t, kind, v[name])
		delete(v, name)
	}
	for name := range v {
		t.Fatalf("the block has no argument %s", name)
	}
	return types.ObjectValueMust(at, all)
}

func value(t *testing.T, kind attr.Type, v any) attr.Value {
	t.Helper()
	ctx := context.Background()
	var raw tftypes.Value
	switch v := v.(type) {
	case values:
		return block(t, kind, v)
	case []string:
		var elements []tftypes.Value
		for _, text := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, text))
		}
		raw = tftypes.NewValue(kind.TerraformType(ctx), elements)
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, text := range v {
			elements[key] = tftypes.NewValue(tftypes.String, text)
		}
		raw = tftypes.NewValue(kind.TerraformType(ctx), elements)
	default:
		raw = tftypes.NewValue(kind.TerraformType(ctx), v)
	}
	made, err := kind.ValueFromTerraform(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
