package standin

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed schemas/*.json
var files embed.FS

// Names are the providers that the stand-in can be, all of the namespace hashicorp.
var Names = []string{"aws", "azurerm", "google", "kubernetes"}

// Facts are what is known of a provider's resources and data sources.
type Facts struct {
	Name    string // aws
	From    string // where the facts come from
	Version string // of the provider, 6.25.0

	Resources, DataSources map[string]*Schema
}

// Schema is the schema of one resource or data source.
type Schema struct {
	Block *Block `json:"block"`
}

// Block is what a block of a configuration may hold.
type Block struct {
	Attributes map[string]*Attribute `json:"attributes"`
	Blocks     map[string]*Nested    `json:"block_types"`
}

// Attribute is one argument or one computed value of a block.
type Attribute struct {
	Type     Type `json:"type"`
	Required bool `json:"required"`
	Optional bool `json:"optional"`
	Computed bool `json:"computed"`
}

// Nested is a block in a block: how often, and what it may hold.
type Nested struct {
	Nesting string `json:"nesting_mode"` // list, set or single
	Min     int64  `json:"min_items"`
	Max     int64  `json:"max_items"` // none when 0
	Block   *Block `json:"block"`
}

var versionPattern = regexp.MustCompile(`provider's version (\d+\.\d+\.\d+)$`)

// Load reads the facts of a provider.
func Load(name string) (*Facts, error) {
	text, err := files.ReadFile("schemas/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("standin: there is no stand-in for hashicorp/%s", name)
	}
	var file struct {
		From      string `json:"from"`
		Providers map[string]struct {
			Resources   map[string]*Schema `json:"resource_schemas"`
			DataSources map[string]*Schema `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("standin: the facts of hashicorp/%s: %w", name, err)
	}
	version := versionPattern.FindStringSubmatch(file.From)
	schemas, ok := file.Providers["registry.terraform.io/hashicorp/"+name]
	if version == nil || !ok {
		return nil, fmt.Errorf("standin: the facts of hashicorp/%s do not say of what they are", name)
	}
	return &Facts{Name: name, From: file.From, Version: version[1], Resources: schemas.Resources, DataSources: schemas.DataSources}, nil
}

// Type is a type of Terraform's language, which has a form of its own in JSON:
// "string", ["set", "string"], ["object", {"name": "string"}].
type Type struct{ tftypes.Type }

// UnmarshalJSON implements json.Unmarshaler.
func (t *Type) UnmarshalJSON(text []byte) error {
	var simple string
	if json.Unmarshal(text, &simple) == nil {
		var ok bool
		if t.Type, ok = simpleTypes[simple]; !ok {
			return fmt.Errorf("standin: there is no type %s", simple)
		}
		return nil
	}
	var pair []json.RawMessage
	var of string
	if err := json.Unmarshal(text, &pair); err != nil || len(pair) != 2 || json.Unmarshal(pair[0], &of) != nil {
		return fmt.Errorf("standin: there is no type %s", text)
	}
	if of == "object" {
		return t.object(pair[1])
	}
	var element Type
	if err := json.Unmarshal(pair[1], &element); err != nil {
		return err
	}
	switch of {
	case "list":
		t.Type = tftypes.List{ElementType: element.Type}
	case "set":
		t.Type = tftypes.Set{ElementType: element.Type}
	case "map":
		t.Type = tftypes.Map{ElementType: element.Type}
		if element.Is(tftypes.DynamicPseudoType) { // how the bindings call what has any type
			t.Type = tftypes.DynamicPseudoType
		}
	default:
		return fmt.Errorf("standin: there is no type %s", text)
	}
	return nil
}

func (t *Type) object(text []byte) error {
	var fields map[string]Type
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	types := make(map[string]tftypes.Type, len(fields))
	for name, field := range fields {
		types[name] = field.Type
	}
	t.Type = tftypes.Object{AttributeTypes: types}
	return nil
}

var simpleTypes = map[string]tftypes.Type{
	"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool, "dynamic": tftypes.DynamicPseudoType,
}
