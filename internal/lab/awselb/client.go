package awselb

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
)

// Client returns the real SDK's client of a region of the lab, with the key AccessKey.
func (l *Lab) Client(region string, options ...func(*elbv2.Options)) *elbv2.Client {
	return elbv2.New(elbv2.Options{
		Region:       region,
		BaseEndpoint: aws.String(l.URL()),
		Credentials:  credentials.NewStaticCredentialsProvider(AccessKey, SecretKey, ""),
	}, options...)
}
