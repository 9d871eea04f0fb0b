package serve_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/serve"
)

// thing is a provider of one resource, which keeps the context that it is read
// with, as the framework does.
type thing struct {
	read  func(context.Context)
	apply func(context.Context)
}

func (*thing) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}

func (*thing) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (*thing) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (*thing) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p *thing) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &thingResource{p} }}
}

type thingResource struct{ of *thing }

func (*thingResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_thing"
}

func (*thingResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Required: true}}}
}

func (r *thingResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.of.apply(ctx)
	resp.State.Raw = req.Plan.Raw
}

func (*thingResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (*thingResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (r *thingResource) Read(ctx context.Context, _ resource.ReadRequest, _ *resource.ReadResponse) {
	r.of.read(ctx)
}

var thingType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}

func value(t *testing.T, of any) *tfprotov6.DynamicValue {
	t.Helper()
	v, err := tfprotov6.NewDynamicValue(thingType, tftypes.NewValue(thingType, of))
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

func aThing(t *testing.T) *tfprotov6.DynamicValue {
	t.Helper()
	return value(t, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")})
}

func read(ctx context.Context, t *testing.T, s tfprotov6.ProviderServer) *tfprotov6.ReadResourceResponse {
	t.Helper()
	got, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "test_thing", CurrentState: aThing(t), Private: []byte(`{"a":"e30="}`)})
	if err != nil || len(got.Diagnostics) > 0 {
		t.Fatal(err, got)
	}
	return got
}

type key struct{}

// TestAnsweredCallIsLetGo, although the framework keeps its context.
func TestAnsweredCallIsLetGo(t *testing.T) {
	t.Parallel()
	var kept context.Context
	s := serve.New(&thing{read: func(ctx context.Context) {
		if _, ok := ctx.Value(key{}).(*[1 << 20]byte); !ok || ctx.Err() != nil {
			t.Error("while it is answered, the call has not the context that it came with")
		}
		kept = ctx
	}})
	gone := make(chan struct{})
	func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		large := new([1 << 20]byte)
		runtime.AddCleanup(large, func(struct{}) { close(gone) }, struct{}{})
		read(context.WithValue(ctx, key{}, large), t, s)
	}()
	for open := true; open; { // until the test's own limit
		runtime.GC()
		select {
		case <-gone:
			open = false
		default:
			runtime.Gosched()
		}
	}
	if kept.Value(key{}) != nil || !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("it is %v", kept.Err())
	}
	if _, err := s.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Error(err)
	}
}

// TestStopReachesCalls that are being answered.
func TestStopReachesCalls(t *testing.T) {
	t.Parallel()
	var s tfprotov6.ProviderServer
	s = serve.New(&thing{read: func(ctx context.Context) {
		if _, err := s.StopProvider(context.WithoutCancel(ctx), &tfprotov6.StopProviderRequest{}); err != nil {
			t.Error(err)
		}
		<-ctx.Done()
	}})
	read(t.Context(), t, s)
}

// TestEndOfAnApply: who waits for one, and asks to stop, is not gone.
func TestEndOfAnApply(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		end       func(s tfprotov6.ProviderServer, lose context.CancelFunc)
		abandoned bool
	}{
		"the connection is lost": {func(_ tfprotov6.ProviderServer, lose context.CancelFunc) { lose() }, true},
		"Terraform was interrupted": {func(s tfprotov6.ProviderServer, _ context.CancelFunc) {
			if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Error(err)
			}
		}, false},
		"and then killed": {func(s tfprotov6.ProviderServer, lose context.CancelFunc) {
			_, _ = s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
			lose()
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, lose := context.WithCancel(t.Context())
			defer lose()
			var s tfprotov6.ProviderServer
			s = serve.New(&thing{apply: func(ctx context.Context) {
				tt.end(s, lose)
				<-ctx.Done()
				if why := context.Cause(ctx); errors.Is(why, cutover.ErrAbandoned) != tt.abandoned || !errors.Is(why, context.Canceled) {
					t.Errorf("it ended with %v", why)
				}
			}})
			got, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName: "test_thing", Config: aThing(t), PlannedState: aThing(t), PriorState: value(t, nil),
			})
			if err != nil || len(got.Diagnostics) > 0 {
				t.Error(err, got)
			}
		})
	}
}

// TestStatementReadsAsItIs: the resource is not asked.
func TestStatementReadsAsItIs(t *testing.T) {
	t.Parallel()
	reads := 0
	p := &thing{read: func(context.Context) { reads++ }}
	asked, statement := read(t.Context(), t, serve.New(p)), read(t.Context(), t, serve.New(p, "test_thing"))
	if reads != 1 {
		t.Errorf("%d were asked, want the one that is no statement", reads)
	}
	if !bytes.Equal(asked.NewState.MsgPack, statement.NewState.MsgPack) || !bytes.Equal(asked.Private, statement.Private) {
		t.Errorf("it reads as %v, private %s", statement.NewState, statement.Private)
	}
}

// TestSpareCollector leaves it to the user, who may say otherwise.
func TestSpareCollector(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	for name, want := range map[string]bool{"GOGC": false, "GOMEMLIMIT": false, "GOOTHER": true} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOGC", "")
			t.Setenv("GOMEMLIMIT", "")
			t.Setenv(name, "50")
			debug.SetMemoryLimit(math.MaxInt64)
			debug.SetGCPercent(100)
			serve.SpareCollector()
			percent := debug.SetGCPercent(100)
			if got := percent > 100 && debug.SetMemoryLimit(-1) < math.MaxInt64; got != want {
				t.Errorf("at %d percent, and at most %d bytes", percent, debug.SetMemoryLimit(-1))
			}
		})
	}
}
