package aws

import (
	"cmp"
	"context"
	"errors"
	"os"

	"github.com/aws/aws-sdk-go-v2/credentials"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// number is the account's, the same as that of package awselb.
const number = "123456789012"

// account is the provider's block, as far as the stand-in obeys it.
type account struct {
	region, key, secret, token string
	endpoint                   string
	defaultTags                map[string]string
}

// open takes the provider's block. It calls nobody.
func open(_ context.Context, config plugin.Object) (*plugin.Account, error) {
	a := &account{
		region: cmp.Or(config.Text("region"), os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		key:    cmp.Or(config.Text("access_key"), os.Getenv("AWS_ACCESS_KEY_ID")),
		secret: cmp.Or(config.Text("secret_key"), os.Getenv("AWS_SECRET_ACCESS_KEY")),
		token:  cmp.Or(config.Text("token"), os.Getenv("AWS_SESSION_TOKEN")),
		// The names are those of the provider and of the SDK.
		endpoint:    cmp.Or(os.Getenv("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2"), os.Getenv("AWS_ENDPOINT_URL")),
		defaultTags: config.Block("default_tags").Map("tags"),
	}
	for _, endpoints := range config.Blocks("endpoints") {
		a.endpoint = cmp.Or(endpoints.Text("elbv2"), endpoints.Text("elasticloadbalancingv2"), a.endpoint)
	}
	if a.region == "" {
		return nil, errors.New("aws: no region: set region, or AWS_REGION")
	}
	return &plugin.Account{
		Remotes: a.remotes(), Sources: a.sources(), Invent: a.invent,
		Derived: map[string]plugin.Derived{"tags_all": {From: "tags", Value: a.allTags}},
	}, nil
}

func (a *account) remotes() map[string]plugin.Remote {
	return map[string]plugin.Remote{
		"aws_lb":                         balancers{a},
		"aws_lb_listener":                listeners{a},
		"aws_lb_listener_rule":           rules{a},
		"aws_lb_target_group":            groups{a},
		"aws_lb_target_group_attachment": attachments{a},
		"aws_ecs_service":                services{a},
		"aws_ecs_task_definition":        taskDefinitions{a},
		"aws_autoscaling_group":          scalingGroups{a},
		"aws_launch_template":            launchTemplates{},
	}
}

func (a *account) regionOf(o plugin.Object) string { return cmp.Or(o.Text("region"), a.region) }

// client returns the real SDK's client.
func (a *account) client(o plugin.Object) (*elbv2.Client, error) {
	if a.endpoint == "" {
		return nil, errors.New("aws: no endpoint: set elbv2 in an endpoints block, or AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2, " +
			"to a lab's address; this is a stand-in")
	}
	if err := plugin.OnLoopback(a.endpoint); err != nil {
		return nil, err
	}
	if a.key == "" || a.secret == "" {
		return nil, errors.New("aws: no credentials: set access_key and secret_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; " +
			"the stand-in reads no profile")
	}
	return elbv2.New(elbv2.Options{
		Region: a.regionOf(o), BaseEndpoint: &a.endpoint,
		Credentials: credentials.NewStaticCredentialsProvider(a.key, a.secret, a.token),
	}), nil
}
