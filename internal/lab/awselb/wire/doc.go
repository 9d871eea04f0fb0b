// Package wire holds the shapes of Elastic Load Balancing v2 requests and answers, under the names that
// the wire uses, for package awsquery to decode and encode. Optional scalars are pointers, so that what
// a caller left out is told from zero. It must not know what the shapes mean.
//
// Source of the names: the model behind aws-sdk-go-v2/service/elasticloadbalancingv2.
package wire
