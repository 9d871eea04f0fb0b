package wire

// TargetGroup is a set of targets and how their health is checked. Times are in seconds.
type TargetGroup struct {
	HealthCheckEnabled         *bool
	HealthCheckIntervalSeconds *int32
	HealthCheckPath            string
	HealthCheckPort            string
	HealthCheckProtocol        string
	HealthCheckTimeoutSeconds  *int32
	HealthyThresholdCount      *int32
	IpAddressType              string //nolint:revive // the wire's name
	LoadBalancerArns           []string
	Matcher                    *Matcher
	Port                       *int32
	Protocol                   string
	ProtocolVersion            string
	TargetGroupArn             string
	TargetGroupName            string
	TargetType                 string
	UnhealthyThresholdCount    *int32
	VpcId                      string //nolint:revive // the wire's name
}

// Matcher is the set of statuses that a healthy target answers with: "200", "200,302" or "200-299".
type Matcher struct {
	GrpcCode string
	HttpCode string //nolint:revive // the wire's name
}

// HealthCheck is the part of a target group that can be modified.
type HealthCheck struct {
	HealthCheckEnabled         *bool
	HealthCheckIntervalSeconds *int32
	HealthCheckPath            string
	HealthCheckPort            string
	HealthCheckProtocol        string
	HealthCheckTimeoutSeconds  *int32
	HealthyThresholdCount      *int32
	Matcher                    *Matcher
	TargetGroupArn             string
	UnhealthyThresholdCount    *int32
}

// CreateTargetGroupInput asks for a target group.
type CreateTargetGroupInput struct {
	HealthCheckEnabled         *bool
	HealthCheckIntervalSeconds *int32
	HealthCheckPath            string
	HealthCheckPort            string
	HealthCheckProtocol        string
	HealthCheckTimeoutSeconds  *int32
	HealthyThresholdCount      *int32
	IpAddressType              string //nolint:revive // the wire's name
	Matcher                    *Matcher
	Name                       string
	Port                       *int32
	Protocol                   string
	ProtocolVersion            string
	Tags                       []Tag
	TargetType                 string
	UnhealthyThresholdCount    *int32
	VpcId                      string //nolint:revive // the wire's name
}

// DescribeTargetGroupsInput asks by ARN, by name, by load balancer, or for all.
type DescribeTargetGroupsInput struct {
	LoadBalancerArn string
	Marker          string
	Names           []string
	PageSize        *int32
	TargetGroupArns []string
}

// TargetGroupArn names a target group.
type TargetGroupArn struct {
	TargetGroupArn string
}

// TargetGroupsOutput is a page of target groups.
type TargetGroupsOutput struct {
	NextMarker   string
	TargetGroups []TargetGroup
}

// Target is one server: an instance or an address, and a port unless it is the group's.
type Target struct {
	AvailabilityZone string
	Id               string //nolint:revive // the wire's name
	Port             *int32
}

// TargetsInput registers, deregisters or describes targets of a group.
type TargetsInput struct {
	TargetGroupArn string
	Targets        []Target
}

// TargetHealthOutput is the health of the targets of a group.
type TargetHealthOutput struct {
	TargetHealthDescriptions []TargetHealthDescription
}

// TargetHealthDescription is the health of one target.
type TargetHealthDescription struct {
	HealthCheckPort string
	Target          Target
	TargetHealth    TargetHealth
}

// TargetHealth is a state and, unless it is healthy, why.
type TargetHealth struct {
	Description string
	Reason      string
	State       string
}

// Attribute is a named setting.
type Attribute struct {
	Key   string
	Value string
}

// GroupAttributesInput reads or changes attributes of a target group.
type GroupAttributesInput struct {
	Attributes     []Attribute
	TargetGroupArn string
}

// AttributesOutput is a list of attributes.
type AttributesOutput struct {
	Attributes []Attribute
}

// Tag is a label on a resource.
type Tag struct {
	Key   string
	Value string
}

// TagsInput adds, removes or describes tags.
type TagsInput struct {
	ResourceArns []string
	TagKeys      []string
	Tags         []Tag
}

// TagsOutput is the tags of several resources.
type TagsOutput struct {
	TagDescriptions []TagDescription
}

// TagDescription is the tags of one resource.
type TagDescription struct {
	ResourceArn string
	Tags        []Tag
}
