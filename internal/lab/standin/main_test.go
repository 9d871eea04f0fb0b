package standin_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// mirror is where all tests find the stand-ins.
var mirror string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "standin")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	mirror = filepath.Join(dir, "mirror")
	binary, err := standin.Build(context.Background(), dir)
	if err == nil {
		err = standin.Mirror(mirror, binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// stack is a configuration that a test works on.
type stack struct {
	*cli.Workspace
	t *testing.T
}

// initialise makes a folder with a configuration, and installs its providers.
func initialise(t *testing.T, binary, config string, env ...string) *stack {
	t.Helper()
	dir := t.TempDir()
	w, err := cli.New(cli.Options{Binary: binary, Mirror: mirror, Dir: dir, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	s := &stack{Workspace: w, t: t}
	s.write(config)
	if _, err := s.Run(t.Context(), "init", "-no-color"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stack) write(config string) {
	s.t.Helper()
	if err := s.Write("main.tf", config); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stack) apply(args ...string) string {
	s.t.Helper()
	text, err := s.Apply(s.t.Context(), args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func (s *stack) destroy() {
	s.t.Helper()
	if _, err := s.Destroy(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// settled fails the test when a plan would change anything.
func (s *stack) settled() {
	s.t.Helper()
	text, changes, err := s.Plan(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if changes {
		s.t.Fatalf("a plan after an apply has changes:\n%s", text)
	}
}

// plans fails the test unless a plan has changes that tell all of texts.
func (s *stack) plans(texts ...string) {
	s.t.Helper()
	text, changes, err := s.Plan(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if !changes {
		s.t.Fatal("a plan has no changes")
	}
	for _, want := range texts {
		if !strings.Contains(text, want) {
			s.t.Errorf("a plan does not tell %q:\n%s", want, text)
		}
	}
}

// refuses fails the test unless a command fails and says all of texts.
func (s *stack) refuses(args []string, texts ...string) {
	s.t.Helper()
	_, err := s.Run(s.t.Context(), args...)
	if err == nil {
		s.t.Fatalf("%v did not fail", args)
	}
	said := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "│", " ")), " ")
	for _, want := range texts {
		if !strings.Contains(said, want) {
			s.t.Errorf("%v does not say %q:\n%v", args, want, err)
		}
	}
}

func (s *stack) attribute(address, name string) any {
	s.t.Helper()
	values, err := s.Attributes(s.t.Context(), address)
	if err != nil {
		s.t.Fatal(err)
	}
	return values[name]
}
