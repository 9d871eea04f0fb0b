package acctest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// awsConfig is a switch over one listener. more is put into the switch.
func awsConfig(s *awselb.Scenario, more string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "active_color" { default = "blue" }

provider "bluegreen" {
  aws = {
    region     = %[1]q
    access_key = %[2]q
    secret_key = %[3]q
    endpoints  = { elbv2 = %[4]q, sts = %[4]q }
  }
}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = "1.0.0"
  aws_lb  = { target_group_arns = [%[5]q] }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"
  aws_lb  = { target_group_arns = [%[6]q] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
  aws_lb       = { listener_arns = [%[7]q] }
%[8]s
}
`, s.Region, awselb.AccessKey, awselb.SecretKey, s.Lab.URL(), s.Blue.GroupARN, s.Green.GroupARN, s.ListenerARN, more)
}

func startAWS(t *testing.T, options awselb.ScenarioOptions) *awselb.Scenario {
	t.Helper()
	lab := awselb.StartT(t, awselb.Options{HealthInterval: 20 * time.Millisecond})
	return lab.ScenarioT(t, options)
}

func TestAWSCutover(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s := startAWS(t, awselb.ScenarioOptions{})
		w := workspace(t, binary, awsConfig(s, `
  steps = [{ weight = 10 }, { weight = 50 }]
  drain = "1s"`))
		apply(t, w)
		if n := s.Lab.CallCounts()["ModifyListener"]; n != 0 && len(s.Lab.JournalOf(s.ListenerARN)) > 1 {
			t.Errorf("adopting moved traffic: %v", s.Lab.JournalOf(s.ListenerARN))
		}
		wantNoChanges(t, w)
		text, changes, err := w.Plan(t.Context(), "-var", "active_color=green")
		if err != nil || !changes {
			t.Fatalf("plan: %v, changes %t", err, changes)
		}
		t.Log(text)
		for _, line := range []string{"gates: health of green", "step: blue 90, green 10", "promote: blue 0, green 100", "total: at most"} {
			if !strings.Contains(text, line) {
				t.Errorf("the plan does not say %q", line)
			}
		}
		t.Log(apply(t, w, "-var", "active_color=green"))
		wantNoChanges(t, w, "-var", "active_color=green")
	})
}
