package awscloud

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Session is one configured aws block. It is safe for use by several
// goroutines.
type Session struct {
	cfg           aws.Config
	elbv2URL      *string
	cloudWatchURL *string
	sts           func(aws.Config) *sts.Client

	mu      sync.Mutex
	clients map[string]*elbv2.Client
}

func newSession(cfg aws.Config, s settings) *Session {
	opened := &Session{
		cfg: cfg, clients: make(map[string]*elbv2.Client),
		sts: func(cfg aws.Config) *sts.Client { return stsClient(cfg, s) },
	}
	if s.Endpoints != nil {
		opened.elbv2URL = first(s.Endpoints.ELBv2, s.Endpoints.ElasticLoadBalancingV2)
		opened.cloudWatchURL = s.Endpoints.CloudWatch
	}
	return opened
}

// ELBv2 returns the client for a region, always the same one: the rate that
// AWS allows is per account and region, and all who share it must share what
// was learned of it. Its errors wrap ErrCredentials and ErrAccessDenied.
func (s *Session) ELBv2(region string) *elbv2.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	client, ok := s.clients[region]
	if !ok {
		client = elbv2.NewFromConfig(s.cfg, func(o *elbv2.Options) {
			o.Region = region
			o.APIOptions = append(o.APIOptions, followCalls, explainErrors)
			if s.elbv2URL != nil {
				o.BaseEndpoint = s.elbv2URL
			}
		})
		s.clients[region] = client
	}
	return client
}

// first returns the first string that is there, or nil.
func first(candidates ...*string) *string {
	for _, c := range candidates {
		if c != nil {
			return c
		}
	}
	return nil
}

// validate returns an error that wraps session.ErrConfig unless all that are
// given are addresses. Nil is none.
func (e *endpoints) validate() error {
	if e == nil {
		return nil
	}
	for name, address := range map[string]*string{
		"elbv2": e.ELBv2, "elasticloadbalancingv2": e.ElasticLoadBalancingV2, "cloudwatch": e.CloudWatch, "sts": e.STS,
	} {
		if address == nil {
			continue
		}
		if _, err := session.Endpoint(*address); err != nil {
			return configError("endpoints."+name, err)
		}
	}
	return nil
}
