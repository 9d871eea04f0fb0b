package plugin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Hash is 17 hexadecimal digits that are the same whenever a type and its
// arguments are: as long as an ID of EC2 is.
func Hash(kind string, o Object) string {
	text, _ := json.Marshal(o) // plain types can be encoded
	sum := sha256.Sum256(append([]byte(kind), text...))
	return hex.EncodeToString(sum[:])[:17]
}
