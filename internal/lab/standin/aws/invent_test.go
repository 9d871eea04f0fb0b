package aws

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// An ID that nobody makes up would say nothing of what it is of.
func TestIdentities(t *testing.T) {
	facts, err := standin.Load("aws")
	if err != nil {
		t.Fatal(err)
	}
	wired := (&account{}).remotes()
	for kind := range facts.Resources {
		if _, ok := identities[kind]; !ok && (wired[kind] == nil || kind == "aws_launch_template") {
			t.Errorf("%s has no identity", kind)
		}
	}
	a := &account{region: "eu-west-1"}
	for kind := range identities {
		o := plugin.Object{
			"name": "shop", "alarm_name": "shop", "function_name": "shop", "bucket": "shop", "role": "shop", "type": "A", "zone_id": "Z1",
		}
		id, _ := a.invent(kind, "id", o).(string)
		if id == "" || strings.ContainsAny(id, "${}") || strings.HasSuffix(id, "-") {
			t.Errorf("the ID of %s is %q", kind, id)
		}
		if arn, _ := a.invent(kind, "arn", o).(string); identities[kind].arn != "" && !strings.HasPrefix(arn, "arn:aws:") {
			t.Errorf("the ARN of %s is %q", kind, arn)
		}
	}
}
