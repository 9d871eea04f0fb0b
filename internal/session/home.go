package session

import (
	"os"
	"path/filepath"
	"strings"
)

// ExpandHome replaces a leading ~/ by the home directory, as the clouds' own
// providers do with the paths in their blocks.
func ExpandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
