package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

// firstShop is the name of the first switch, which stands for all others in a
// state.
const (
	firstShop  = "shop00000"
	sharedShop = "shared" // of environments that all switches have
)

// costWorld is a project with so many URL maps. They share two backend
// services, since a plan without changes does not look at health.
type costWorld struct {
	lab      *gcplb.Lab
	scenario *gcplb.Scenario
	plans    int // that were set up
}

func shop(i int) string { return fmt.Sprintf("shop%05d", i) }

func urlMap(name string) string {
	return fmt.Sprintf("projects/%s/global/urlMaps/%s", gcplb.Project, name)
}

func newCostWorld(ctx context.Context, urlMaps int) (*costWorld, error) {
	lab, err := gcplb.Start(context.WithoutCancel(ctx), gcplb.Options{
		HealthInterval: 5 * time.Second, Limits: gcplb.Limits{URLMaps: urlMaps + 1},
	})
	if err != nil {
		return nil, err
	}
	w := &costWorld{lab: lab}
	if w.scenario, err = lab.Scenario(gcplb.ScenarioOptions{Weighted: true}); err != nil {
		return nil, errors.Join(err, w.close())
	}
	for i := range urlMaps {
		if err := lab.Insert(urlMap(shop(i)), w.scenario.Default()); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

func (w *costWorld) close() error {
	var err error
	if w.scenario != nil {
		err = w.scenario.Close()
	}
	w.lab.Close()
	return err
}

// costPlan is a plan that can be made: everything is as it should be.
type costPlan struct {
	user                *user
	provider, terraform string // the files that are run
}

// newPlan sets up n switches with a provider, or as many terraform_data without
// one. State comes from an apply of the first alone, as often as needed, since
// an apply of all takes many times as long as what is to be measured.
func (w *costWorld) newPlan(ctx context.Context, s settings, provider string, n int, shared bool) (*costPlan, error) {
	w.plans++
	data := provider == ""
	if !data {
		s.provider = provider
	}
	u, err := newcomer(s, fmt.Sprintf("cost%d", w.plans))
	if err != nil {
		return nil, err
	}
	p := &costPlan{user: u, provider: s.provider}
	if p.terraform, err = programOf(s.terraform); err != nil {
		return nil, err
	}
	if err := u.workspace.Write("main.tf", w.configuration(data, shared, 1)); err != nil {
		return nil, err
	}
	if _, err := u.workspace.Apply(ctx); err != nil {
		return nil, err
	}
	if err := multiply(filepath.Join(u.workspace.Dir(), "terraform.tfstate"), n); err != nil {
		return nil, err
	}
	return p, u.workspace.Write("main.tf", w.configuration(data, shared, n))
}

// configuration is n switches, each with blocks of its own as in modules of its
// own: instances of one for_each cost Terraform more than all else.
func (w *costWorld) configuration(data, shared bool, n int) string {
	var text strings.Builder
	one := func(name string) string {
		return fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %[1]q\n}\n", name)
	}
	if !data {
		one = func(name string) string { return oneSwitch(name, name) }
		if shared {
			one = func(name string) string { return oneSwitch(name, sharedShop) }
		}
		fmt.Fprintf(&text, "terraform {\n  required_providers {\n    bluegreen = { source = %q }\n  }\n}\n\n", "terraform-bluegreen/bluegreen")
		fmt.Fprintf(&text, "provider \"bluegreen\" {\n  gcp = { project = %q, endpoint = %q }\n}\n", gcplb.Project, w.lab.URL())
	}
	if shared && !data {
		text.WriteString(w.environments(sharedShop))
	}
	for i := range n {
		if !shared && !data {
			text.WriteString(w.environments(shop(i)))
		}
		text.WriteString("\n" + one(shop(i)))
	}
	return text.String()
}

// environments are those of a name.
func (w *costWorld) environments(name string) string {
	var text strings.Builder
	for _, side := range []*gcplb.Side{w.scenario.Blue, w.scenario.Green} {
		fmt.Fprintf(&text, "\nresource \"bluegreen_environment\" \"%[1]s_%[2]s\" {\n  name    = \"%[1]s-%[2]s\"\n  version = \"1.0.0\"\n"+
			"  gcp_lb  = { backend_services = [%[3]q] }\n}\n", name, side.Color, side.Service)
	}
	return text.String()
}

// oneSwitch is a switch over the environments of a name.
func oneSwitch(name, environments string) string {
	return fmt.Sprintf("resource \"bluegreen_switch\" %[1]q {\n  name         = %[1]q\n  active_color = \"blue\"\n"+
		"  blue         = bluegreen_environment.%[2]s_blue\n  green        = bluegreen_environment.%[2]s_green\n  gcp_lb       = { url_maps = [%[3]q] }\n}\n",
		name, environments, urlMap(name))
}

// multiply makes n of the first switch in a state file.
func multiply(file string, n int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var state map[string]json.RawMessage
	var resources, all []json.RawMessage
	if err := errors.Join(json.Unmarshal(text, &state), json.Unmarshal(state["resources"], &resources)); err != nil {
		return err
	}
	for i := range n {
		for _, r := range resources {
			if i > 0 && !strings.Contains(string(r), firstShop) {
				continue // what all share
			}
			all = append(all, json.RawMessage(strings.ReplaceAll(string(r), firstShop, shop(i))))
		}
	}
	if state["resources"], err = json.Marshal(all); err != nil {
		return err
	}
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
