package awselb_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func as(provider aws.CredentialsProvider) func(*elbv2.Options) {
	return func(o *elbv2.Options) { o.Credentials = provider }
}

func key(id, secret string) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(id, secret, "")
}

func stsClient(lab *awselb.Lab, provider aws.CredentialsProvider) *sts.Client {
	return sts.New(sts.Options{Region: "eu-west-1", BaseEndpoint: aws.String(lab.URL()), Credentials: provider})
}

func TestCredentialsThatAreRefused(t *testing.T) {
	t.Parallel()
	keys := map[string]awselb.Key{
		awselb.AccessKey: {}, awselb.DeniedKey: {Denied: true}, "AKIAREADONLY00000000": {Deny: []string{"ModifyListener"}},
	}
	lab := awselb.StartT(t, awselb.Options{Regions: []string{"eu-west-1"}, Keys: keys})
	for name, tt := range map[string]struct {
		provider aws.CredentialsProvider
		region   string
		code     string
	}{
		"unknown key":             {key("AKIAUNKNOWN000000000", "x"), "eu-west-1", "InvalidClientTokenId"},
		"wrong secret":            {key(awselb.AccessKey, "x"), "eu-west-1", "SignatureDoesNotMatch"},
		"without rights":          {key(awselb.DeniedKey, awselb.SecretKey), "eu-west-1", "AccessDenied"},
		"right to another action": {key("AKIAREADONLY00000000", awselb.SecretKey), "eu-west-1", ""},
		"unknown region":          {key(awselb.AccessKey, awselb.SecretKey), "mars-1", "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := lab.Client(tt.region, once, as(tt.provider))
			_, err := client.DescribeLoadBalancers(deadline(t), &elbv2.DescribeLoadBalancersInput{})
			if tt.code == "" {
				if err != nil {
					t.Error(err)
				}
				_, err = client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{ListenerArn: aws.String("arn:x")})
				tt.code = "AccessDenied"
			}
			wantCode(t, err, tt.code)
		})
	}
}

func TestRequestsWithoutASignature(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	for header, code := range map[string]string{"": "MissingAuthenticationToken", "Basic abc": "IncompleteSignature"} {
		req, err := http.NewRequestWithContext(deadline(t), http.MethodPost, lab.URL(),
			strings.NewReader("Action=DescribeLoadBalancers&Version=2015-12-01"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", header)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !strings.Contains(string(body), "<Code>"+code+"</Code>") {
			t.Errorf("%v: %s, want %s", err, body, code)
		}
	}
}

func TestAssumedRoleMayCall(t *testing.T) {
	t.Parallel()
	role := "arn:aws:iam::123456789012:role/deploy"
	lab := awselb.StartT(t, awselb.Options{Roles: []string{role}})
	provider := stscreds.NewAssumeRoleProvider(stsClient(lab, key(awselb.AccessKey, awselb.SecretKey)), role,
		func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "test" })
	_, err := lab.Client("eu-west-1", as(provider)).DescribeLoadBalancers(deadline(t), &elbv2.DescribeLoadBalancersInput{})
	if err != nil {
		t.Fatal(err)
	}
	who, err := stsClient(lab, provider).GetCallerIdentity(deadline(t), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *who.Arn != "arn:aws:sts::123456789012:assumed-role/deploy/test" || *who.Account != "123456789012" {
		t.Errorf("%s in %s", *who.Arn, *who.Account)
	}
	other := stscreds.NewAssumeRoleProvider(stsClient(lab, key(awselb.AccessKey, awselb.SecretKey)), role+"2")
	_, err = other.Retrieve(deadline(t))
	wantCode(t, err, "AccessDenied")
}
