package acctest

import (
	"os"
	"strconv"
	"testing"
)

// soakVariable is how many cutovers are made under load, and lossVariable how
// often each way is tried in which a run loses its Terraform; make soak sets
// both.
const (
	soakVariable = "BLUEGREEN_SOAK_CUTOVERS"
	lossVariable = "BLUEGREEN_SOAK_LOSSES"
)

// cutovers is how many are made under load when nobody says.
const cutovers = 6

func soakCutovers(t *testing.T) int {
	t.Helper()
	return soakTimes(t, soakVariable, cutovers)
}

// soakTimes is the number that an environment variable has, or another.
func soakTimes(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, which is no number of times", variable, text)
	}
	return n
}
