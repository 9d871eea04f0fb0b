package wire

import "time"

// LoadBalancer is an Application or a Network Load Balancer.
type LoadBalancer struct {
	AvailabilityZones     []Zone
	CanonicalHostedZoneId string //nolint:revive // the wire's name
	CreatedTime           time.Time
	DNSName               string
	IpAddressType         string //nolint:revive // the wire's name
	LoadBalancerArn       string
	LoadBalancerName      string
	Scheme                string
	SecurityGroups        []string
	State                 *State
	Type                  string // application or network
	VpcId                 string //nolint:revive // the wire's name
}

// Zone is where a load balancer has an address.
type Zone struct {
	SubnetId string //nolint:revive // the wire's name
	ZoneName string
}

// State is how far a load balancer has come.
type State struct {
	Code string
}

// CreateLoadBalancerInput asks for a load balancer.
type CreateLoadBalancerInput struct {
	IpAddressType  string //nolint:revive // the wire's name
	Name           string
	Scheme         string
	SecurityGroups []string
	SubnetMappings []Zone
	Subnets        []string
	Tags           []Tag
	Type           string
}

// DescribeLoadBalancersInput asks by ARN or by name, or for all.
type DescribeLoadBalancersInput struct {
	LoadBalancerArns []string
	Marker           string
	Names            []string
	PageSize         *int32
}

// LoadBalancerArn names a load balancer.
type LoadBalancerArn struct {
	LoadBalancerArn string
}

// SetSubnetsInput replaces the subnets of a load balancer.
type SetSubnetsInput struct {
	LoadBalancerArn string
	SubnetMappings  []Zone
	Subnets         []string
}

// SetSubnetsOutput is where the load balancer has addresses now.
type SetSubnetsOutput struct {
	AvailabilityZones []Zone
}

// SetSecurityGroupsInput replaces the security groups of a load balancer.
type SetSecurityGroupsInput struct {
	LoadBalancerArn string
	SecurityGroups  []string
}

// SetSecurityGroupsOutput is the security groups that it has now.
type SetSecurityGroupsOutput struct {
	SecurityGroupIds []string //nolint:revive // the wire's name
}

// LoadBalancersOutput is a page of load balancers.
type LoadBalancersOutput struct {
	LoadBalancers []LoadBalancer
	NextMarker    string
}

// Listener is a port of a load balancer and what it does by default.
type Listener struct {
	AlpnPolicy           []string
	Certificates         []Certificate
	DefaultActions       []Action
	ListenerArn          string
	LoadBalancerArn      string
	MutualAuthentication *MutualAuthentication
	Port                 *int32
	Protocol             string
	SslPolicy            string
}

// Certificate is one that a secure listener presents.
type Certificate struct {
	CertificateArn string
}

// MutualAuthentication is what a listener asks of client certificates.
type MutualAuthentication struct {
	IgnoreClientCertificateExpiry *bool
	Mode                          string
	TrustStoreArn                 string
}

// CreateListenerInput asks for a listener.
type CreateListenerInput struct {
	AlpnPolicy           []string
	Certificates         []Certificate
	DefaultActions       []Action
	LoadBalancerArn      string
	MutualAuthentication *MutualAuthentication
	Port                 *int32
	Protocol             string
	SslPolicy            string
	Tags                 []Tag
}

// DescribeListenersInput asks for listeners by name, or for all of a load balancer.
type DescribeListenersInput struct {
	ListenerArns    []string
	LoadBalancerArn string
	Marker          string
	PageSize        *int32
}

// ModifyListenerInput replaces each property that is given; lists are replaced whole.
type ModifyListenerInput struct {
	AlpnPolicy           []string
	Certificates         []Certificate
	DefaultActions       []Action
	ListenerArn          string
	MutualAuthentication *MutualAuthentication
	Port                 *int32
	Protocol             string
	SslPolicy            string
}

// ListenerArn names a listener.
type ListenerArn struct {
	ListenerArn string
}

// ListenersOutput is a page of listeners.
type ListenersOutput struct {
	Listeners  []Listener
	NextMarker string
}
