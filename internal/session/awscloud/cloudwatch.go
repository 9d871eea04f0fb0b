package awscloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "awscloud"

// CloudWatch returns a client for a region, or for that of the block when
// region is empty; without either the error wraps session.ErrConfig. The client
// tries nothing again: whoever measures asks again in the next interval. Its
// errors wrap ErrCredentials and ErrAccessDenied.
func (s *Session) CloudWatch(region string) (*cloudwatch.Client, error) {
	if region == "" && s.cfg.Region == "" {
		return nil, pkg.Errorf("%w: there is no region: give the metric's, or region in the provider's aws block", session.ErrConfig)
	}
	return cloudwatch.NewFromConfig(s.cfg, func(o *cloudwatch.Options) {
		if region != "" {
			o.Region = region
		}
		o.Retryer = aws.NopRetryer{}
		o.APIOptions = append(o.APIOptions, explainErrors)
		if s.cloudWatchURL != nil {
			o.BaseEndpoint = s.cloudWatchURL
		}
	}), nil
}
