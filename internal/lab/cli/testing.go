package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TerraformVariable is the environment variable in which the make targets name
// Terraform, and tofuVariable that of OpenTofu.
const (
	TerraformVariable = "BLUEGREEN_TERRAFORM"
	tofuVariable      = "BLUEGREEN_TOFU"
)

// TerraformT is the Terraform of a test. Where there is none the test fails:
// nothing is skipped in silence.
func TerraformT(tb testing.TB) string {
	tb.Helper()
	return binaryT(tb, TerraformVariable, "terraform")
}

// TofuT is the OpenTofu of a test, as TerraformT is its Terraform.
func TofuT(tb testing.TB) string {
	tb.Helper()
	return binaryT(tb, tofuVariable, "tofu")
}

func binaryT(tb testing.TB, variable, name string) string {
	tb.Helper()
	if path := os.Getenv(variable); path != "" {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		tb.Fatalf("%s is not here: run make test, which gets it, or set %s to its path", name, variable)
	}
	return path
}

// Flat undoes the frames and the line breaks of what a CLI prints.
func Flat(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("│╷╵ \t\n\v\f\r", r) }), " ")
}
