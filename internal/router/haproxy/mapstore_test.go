package haproxy

import (
	"errors"
	"testing"
)

func TestBothReasonsAreOneSentence(t *testing.T) {
	one, other := errors.New("one"), errors.New("the other")
	if err := both(one, other); err.Error() != "one; and the other" || !errors.Is(err, one) || !errors.Is(err, other) {
		t.Errorf("both = %v", err)
	}
	for _, err := range []error{both(one, nil), both(nil, one)} {
		if !errors.Is(err, one) || err.Error() != "one" {
			t.Errorf("both = %v", err)
		}
	}
	must(t, both(nil, nil))
}
