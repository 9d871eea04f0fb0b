package plugin

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// DirVariable is the environment variable that names a folder of the test's:
//
//   - TargetsFile has the servers of services and groups, by their name:
//     {"shop-blue": ["127.0.0.1:8081"]}, or by what their name begins with, for a
//     name_prefix. The test writes it. An apply that creates or changes one takes
//     the servers that are named then.
//   - All other files are the stand-in's own, for what grows from one apply to
//     the next.
const DirVariable = "BLUEGREEN_STANDIN_DIR"

// TargetsFile is the file that a test writes; see DirVariable.
const TargetsFile = "targets.json"

// File is the path of a file in the folder.
func File(name string) (string, error) {
	dir := os.Getenv(DirVariable)
	if dir == "" {
		return "", fmt.Errorf("standin: no folder for %s: set %s", name, DirVariable)
	}
	return filepath.Join(dir, name), nil
}

// Servers are those that TargetsFile has for a name, or else for the longest
// beginning of it, none when it has neither.
func Servers(name string) ([]netip.AddrPort, error) {
	path, err := File(TargetsFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("standin: %w", err)
	}
	var all map[string][]netip.AddrPort
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("standin: %s: %w", path, err)
	}
	longest := ""
	for key := range all {
		if strings.HasPrefix(name, key) && len(key) > len(longest) {
			longest = key
		}
	}
	return all[longest], nil
}
