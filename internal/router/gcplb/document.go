package gcplb

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// document is a resource as Google sent it. It is not changed: edits are made
// on a copy.
type document struct {
	raw  json.RawMessage
	name string
	// fingerprint changes with every write.
	fingerprint string
	// shown is for all who only look: a map that hundreds of switches divide
	// is long.
	shown func() (object, error)
}

func newDocument(raw []byte) (document, error) {
	var head struct {
		Name        string `json:"name"`
		Fingerprint string `json:"fingerprint"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return document{}, pkg.Errorf("an answer that is no JSON object: %w", err)
	}
	d := document{raw: raw, name: head.Name, fingerprint: head.Fingerprint}
	d.shown = sync.OnceValues(d.tree)
	return d, nil
}

// tree returns a copy to be edited.
func (d document) tree() (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(d.raw))
	decoder.UseNumber()
	var root object
	if err := decoder.Decode(&root); err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, pkg.New("an answer with something after its end")
	}
	return root, nil
}

// encode returns a tree as JSON.
func encode(root object) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(root); err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	return out.Bytes(), nil
}
