package aws

import (
	"context"
	"errors"
	"fmt"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// attachments are aws_lb_target_group_attachment.
type attachments struct{ *account }

var attachmentType = plugin.Type{
	Replace: []string{"availability_zone", "port", "region", "target_group_arn", "target_id"},
	Ranges:  map[string][2]float64{"port": {1, 65535}},
}

func targetsOf(o plugin.Object) []types.TargetDescription {
	return []types.TargetDescription{{Id: text(o, "target_id"), Port: whole(o, "port"), AvailabilityZone: text(o, "availability_zone")}}
}

// Create implements plugin.Remote.
func (a attachments) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	client, err := a.client(o)
	if err != nil {
		return nil, err
	}
	_, err = client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{TargetGroupArn: text(o, "target_group_arn"), Targets: targetsOf(o)})
	if err != nil {
		return nil, err
	}
	return plugin.Object{"id": fmt.Sprintf("%s-%s-%g", o.Text("target_group_arn"), o.Text("target_id"), o.Number("port"))}, nil
}

// Read implements plugin.Remote.
func (a attachments) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	if !state.Has("target_group_arn") {
		return nil, errors.New("aws: an attachment cannot be imported, as with the provider")
	}
	client, err := a.client(state)
	if err != nil {
		return nil, err
	}
	found, err := client.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{
		TargetGroupArn: text(state, "target_group_arn"), Targets: targetsOf(state),
	})
	var missing *types.TargetGroupNotFoundException
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch found.TargetHealthDescriptions[0].TargetHealth.Reason {
	case types.TargetHealthReasonEnumNotRegistered, types.TargetHealthReasonEnumDeregistrationInProgress:
		return nil, nil
	default:
		return plugin.Object{}, nil
	}
}

// Update implements plugin.Remote. All arguments make another attachment.
func (a attachments) Update(context.Context, plugin.Object, plugin.Object) (plugin.Object, error) {
	return nil, nil
}

// Delete implements plugin.Remote.
func (a attachments) Delete(ctx context.Context, state plugin.Object) error {
	client, err := a.client(state)
	if err != nil {
		return err
	}
	_, err = client.DeregisterTargets(ctx, &elbv2.DeregisterTargetsInput{
		TargetGroupArn: text(state, "target_group_arn"), Targets: targetsOf(state),
	})
	return err
}
