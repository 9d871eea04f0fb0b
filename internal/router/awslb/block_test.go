package awslb_test

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// object is a block whose attributes are lists of text; nil is null.
func object(of attr.Type, lists map[string][]string) types.Object {
	values := make(map[string]attr.Value, len(lists))
	for name, list := range lists {
		values[name] = textList(list)
	}
	return types.ObjectValueMust(of.(types.ObjectType).AttrTypes, values)
}

func textList(list []string) types.List {
	if list == nil {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(list))
	for i, text := range list {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

// sessionsWith returns sessions of a provider whose aws block has values, and
// which calls url.
func sessionsWith(values map[string]attr.Value, url string) *session.Sessions {
	c := awscloud.New()
	block := c.Attribute().GetType()
	values["endpoints"] = filled(typeOf(block, "endpoints"), map[string]attr.Value{
		"elbv2": types.StringValue(url),
		"sts":   types.StringValue(url),
	})
	return session.NewSessions([]session.Kind{c}, map[string]types.Object{awscloud.Name: filled(block, values)})
}

func assumeRole(arn string) types.Object {
	return filled(typeOf(awscloud.New().Attribute().GetType(), "assume_role"), map[string]attr.Value{
		"role_arn": types.StringValue(arn),
	})
}

// typeOf returns the type of an attribute of an object.
func typeOf(of attr.Type, name string) attr.Type {
	return of.(types.ObjectType).AttrTypes[name]
}

// filled is an object with values, and null for what they leave out.
func filled(of attr.Type, values map[string]attr.Value) types.Object {
	at := of.(types.ObjectType).AttrTypes
	ctx := context.Background()
	for name, kind := range at {
		if values[name] == nil {
			null, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), nil))
			if err != nil {
				panic(err)
			}
			values[name] = null
		}
	}
	return types.ObjectValueMust(at, values)
}
