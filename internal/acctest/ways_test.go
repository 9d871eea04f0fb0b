package acctest

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// way is how a configuration gets at its secrets.
type way int

const (
	// byVariables has ephemeral variables and write-only arguments.
	byVariables way = iota
	// byEnvironment has the names of environment variables.
	byEnvironment
)

// bestWay is by variables where the CLI has ephemeral ones and write-only
// arguments: Terraform and OpenTofu do from 1.11 on.
func bestWay(t *testing.T, binary string) way {
	t.Helper()
	version := exec.CommandContext(t.Context(), binary, "version", "-json")
	version.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	out, err := version.Output()
	if err != nil {
		t.Fatal(err)
	}
	var about struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &about); err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(about.Version, ".", 3)
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if parts[0] == "1" && minor < 11 {
		return byEnvironment
	}
	return byVariables
}

// env is what the AWS SDK looks for in the environment that way.
func (w way) env() []string {
	if w == byVariables {
		return nil
	}
	return []string{"AWS_ACCESS_KEY_ID=" + secrets["access_key"], "AWS_SECRET_ACCESS_KEY=" + secrets["secret_key"]}
}

// secretly has the configuration's variables of these names come that way.
func (c config) secretly(w way, names ...string) config {
	if w == byVariables {
		for _, name := range names {
			c.rest += "variable \"" + name + "\" {\n  ephemeral = true\n}\n"
		}
		return c
	}
	for _, name := range names {
		c.args = regexp.MustCompile(`(\w+) += var\.`+name+`\b`).ReplaceAllString(c.args, `${1}_env = "TF_VAR_`+name+`"`)
	}
	c.aws = regexp.MustCompile(`\w+ += var\.\w+`).ReplaceAllString(c.aws, "")
	return c
}
