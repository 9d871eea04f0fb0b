package traffic

import (
	"errors"
	"fmt"
)

// Color names one of the two environments.
type Color string

// The two colors. There is no third one, and no default.
const (
	Blue  Color = "blue"
	Green Color = "green"
)

// ErrColor reports a color that is neither blue nor green.
var ErrColor = errors.New("a color is blue or green")

// Colors returns both colors, blue first.
func Colors() []Color { return []Color{Blue, Green} }

// ParseColor returns the color that s names, or an error that wraps ErrColor.
// Letter case matters, as it does everywhere in Terraform.
func ParseColor(s string) (Color, error) {
	switch c := Color(s); c {
	case Blue, Green:
		return c, nil
	default:
		return "", fmt.Errorf("%w, not %q", ErrColor, s)
	}
}

// Other returns the other color.
func (c Color) Other() Color {
	if c == Blue {
		return Green
	}
	return Blue
}

// String returns the color's name.
func (c Color) String() string { return string(c) }
