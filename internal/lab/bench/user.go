package main

import (
	"context"
	_ "embed" // of main.tf
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

//go:embed main.tf
var configuration string

// user is who runs Terraform, in a folder of his own.
type user struct {
	workspace *cli.Workspace
	events    string // the provider's event file
}

// newcomer returns a user with the configuration, and no values for it.
func newcomer(s settings, name string) (*user, error) {
	dir := filepath.Join(s.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	u := &user{events: filepath.Join(dir, "events.jsonl")}
	var err error
	u.workspace, err = cli.New(cli.Options{
		Binary: s.terraform, ProviderDir: filepath.Dir(s.provider), Dir: dir, Env: []string{"BLUEGREEN_EVENT_FILE=" + u.events},
	})
	if err != nil {
		return nil, err
	}
	return u, u.workspace.Write("main.tf", configuration)
}

// newUser returns the user of switches over sites.
func newUser(s settings, name string, w *world, sites ...site) (*user, error) {
	u, err := newcomer(s, name)
	if err != nil {
		return nil, err
	}
	values, err := variables(w, sites)
	if err != nil {
		return nil, err
	}
	return u, u.workspace.Write("terraform.tfvars.json", values)
}

// variables are the values of main.tf's variables.
func variables(w *world, sites []site) (string, error) {
	switches := map[string]map[string]any{}
	for i, s := range sites {
		block := map[string]any{"listener_arns": []string{}, "rule_arns": []string{}, "blue": s.blue, "green": s.green}
		if s.rule {
			block["rule_arns"] = []string{s.arn}
		} else {
			block["listener_arns"] = []string{s.arn}
		}
		switches[fmt.Sprintf("shop%03d", i)] = block
	}
	text, err := json.Marshal(map[string]any{
		"switches": switches,
		"aws": map[string]string{
			"region": w.scenario.Region, "endpoint": w.lab.URL(), "access_key": awselb.AccessKey, "secret_key": awselb.SecretKey,
		},
	})
	return string(text), err
}

// run runs Terraform, and returns how many errors it showed.
func (u *user) run(ctx context.Context, args ...string) (seen int, err error) {
	_, err = u.workspace.Run(ctx, args...)
	var failed *cli.Error
	if ctx.Err() != nil || !errors.As(err, &failed) {
		return 0, errors.Join(ctx.Err(), err)
	}
	progress("an error reached the user:\n%v", failed)
	return max(1, strings.Count(failed.Output, "Error: ")), nil
}

// plan plans into a file, which apply applies.
func (u *user) plan(ctx context.Context, color string) (seen int, err error) {
	return u.run(ctx, "plan", "-no-color", "-var", "active_color="+color, "-out", "plan")
}

// apply applies the plan that was made last. It begins a new event file.
func (u *user) apply(ctx context.Context) (seen int, err error) {
	if err := os.RemoveAll(u.events); err != nil {
		return 0, err
	}
	return u.run(ctx, "apply", "-no-color", "plan")
}
