package acctest

import (
	"os"
	"strconv"
	"testing"
)

// soakVariable is how many cutovers are made under load; make soak sets it.
const soakVariable = "BLUEGREEN_SOAK_CUTOVERS"

// cutovers is how many are made under load when nobody says.
const cutovers = 6

func soakCutovers(t *testing.T) int {
	t.Helper()
	text := os.Getenv(soakVariable)
	if text == "" {
		return cutovers
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, which is no number of cutovers", soakVariable, text)
	}
	return n
}
