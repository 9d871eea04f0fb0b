package moduletest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// TestModules runs each module's own tests, with each CLI.
func TestModules(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		all := copied(t)
		for _, name := range modules(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := open(t, binary, filepath.Join(all, name))
				initialise(t, w)
				out, err := w.Run(t.Context(), "test", "-no-color")
				if err != nil {
					t.Fatal(err)
				}
				wantTestsRun(t, out, len(runsOf(t, name)))
			})
		}
	})
}

// wantTestsRun fails the test unless as many runs passed as a module's files have.
func wantTestsRun(t *testing.T, out string, want int) {
	t.Helper()
	if all := fmt.Sprintf("Success! %d passed, 0 failed.", want); want == 0 || !strings.Contains(out, all) {
		t.Errorf("it does not say %q:\n%s", all, out)
	}
}

// TestEveryArgumentIsTested has a run set each variable of each module, and another refuse it where it has a rule.
func TestEveryArgumentIsTested(t *testing.T) {
	t.Parallel()
	for _, name := range modules(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := runsOf(t, name)
			for variable, rules := range variablesOf(t, name) {
				if !slices.ContainsFunc(runs, func(r testRun) bool { return slices.Contains(r.sets, variable) }) {
					t.Errorf("no test of %s sets %s", name, variable)
				}
				refused := 0
				for _, r := range runs {
					if slices.Contains(r.refuses, "var."+variable) {
						refused++
					}
				}
				if refused < rules {
					t.Errorf("%d tests of %s have %s refused, and it has %d rules", refused, name, variable, rules)
				}
			}
		})
	}
}

// TestCommonFilesAreTheSame has what modules share written in one way: a file with two dots in its name is the same in
// each module that has it.
func TestCommonFilesAreTheSame(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(root, "modules", "*", "*.*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for _, path := range paths {
		name := filepath.Base(path)
		if first[name] == "" {
			first[name] = path
		}
		if read(t, path) != read(t, first[name]) {
			t.Errorf("%s differs from %s", path, first[name])
		}
	}
	for _, name := range []string{"variables.core.tf", "outputs.core.tf"} {
		if first[name] == "" {
			t.Errorf("no module has %s", name)
		}
	}
}

// testRun is a run of a module's tests.
type testRun struct {
	name    string
	sets    []string // variables, those of the file included
	refuses []string // what it expects to fail
}

// runsOf are the runs of all tests of a module.
func runsOf(t *testing.T, module string) []testRun {
	t.Helper()
	var runs []testRun
	for _, body := range parsed(t, filepath.Join(root, "modules", module, "tests", "*.tftest.hcl")) {
		var common []string
		for _, block := range body.Blocks {
			switch block.Type {
			case "variables":
				common = append(common, names(block.Body)...)
			case "run":
				runs = append(runs, runOf(t, block, common))
			}
		}
	}
	return runs
}

func runOf(t *testing.T, block *hclsyntax.Block, common []string) testRun {
	t.Helper()
	r := testRun{name: block.Labels[0], sets: slices.Clone(common)}
	for _, inner := range block.Body.Blocks {
		if inner.Type == "variables" {
			r.sets = append(r.sets, names(inner.Body)...)
		}
	}
	if expected, ok := block.Body.Attributes["expect_failures"]; ok {
		items, diags := hcl.ExprList(expected.Expr)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, item := range items {
			traversal, diags := hcl.AbsTraversalForExpr(item)
			if diags.HasErrors() || len(traversal) < 2 {
				t.Fatalf("%s: what is expected to fail cannot be read: %v", r.name, diags)
			}
			if attribute, ok := traversal[1].(hcl.TraverseAttr); ok {
				r.refuses = append(r.refuses, traversal.RootName()+"."+attribute.Name)
			}
		}
	}
	return r
}

func names(body *hclsyntax.Body) []string {
	var all []string
	for name := range body.Attributes {
		all = append(all, name)
	}
	return all
}

// variablesOf are the variables of a module, each with how many rules its tests must break. What is the same file in
// several modules is tested by the first of them, which all others call.
func variablesOf(t *testing.T, module string) map[string]int {
	t.Helper()
	all := map[string]int{}
	count(parsed(t, filepath.Join(root, "modules", module, "*.tf")), all)
	if core := filepath.Join(root, "modules", module, "variables.core.tf"); module != "switch" && exists(core) {
		shared := map[string]int{}
		count(parsed(t, core), shared)
		for name := range shared {
			all[name] = 0
		}
	}
	return all
}

func count(bodies []*hclsyntax.Body, rules map[string]int) {
	for _, body := range bodies {
		for _, block := range body.Blocks {
			if block.Type != "variable" {
				continue
			}
			rules[block.Labels[0]] = 0
			for _, inner := range block.Body.Blocks {
				if inner.Type == "validation" {
					rules[block.Labels[0]]++
				}
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// parsed are the bodies of the files that a pattern names.
func parsed(t *testing.T, pattern string) []*hclsyntax.Body {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: no files (%v)", pattern, err)
	}
	var bodies []*hclsyntax.Body
	for _, path := range paths {
		file, diags := hclparse.NewParser().ParseHCLFile(path)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok {
			t.Fatalf("%s is not written in HCL's own syntax", path)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
