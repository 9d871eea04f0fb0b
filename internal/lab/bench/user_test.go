package main

import (
	"encoding/json"
	"testing"
)

func TestVariablesNameListenersAndRulesApart(t *testing.T) {
	w, err := listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	text, err := variables(w, []site{{arn: "l", blue: "b", green: "g"}, {arn: "r", rule: true, blue: "b2", green: "g2"}})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Switches map[string]struct {
			Listeners   []string `json:"listener_arns"`
			Rules       []string `json:"rule_arns"`
			Blue, Green string
		}
		AWS struct{ Region, Endpoint string }
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	first, second := got.Switches["shop000"], got.Switches["shop001"]
	if len(first.Listeners) != 1 || len(first.Rules) != 0 || first.Green != "g" {
		t.Errorf("the listener's switch: %+v", first)
	}
	if len(second.Listeners) != 0 || len(second.Rules) != 1 || second.Blue != "b2" {
		t.Errorf("the rule's switch: %+v", second)
	}
	if got.AWS.Endpoint != w.lab.URL() || got.AWS.Region != w.scenario.Region {
		t.Errorf("the provider's block: %+v", got.AWS)
	}
}
