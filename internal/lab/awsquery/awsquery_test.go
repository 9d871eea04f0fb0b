package awsquery_test

import (
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awsquery"
)

type inner struct {
	Name   string
	Weight *int32
}

type input struct {
	Name    string
	Count   int64
	Enabled *bool
	Items   []inner
	Words   []string
	Params  map[string]string
	One     *inner
	When    time.Time
}

func ptr[T any](v T) *T { return &v }

func TestDecode(t *testing.T) {
	t.Parallel()
	form, err := url.ParseQuery("Action=Do&Name=shop&Count=7&Enabled=false&Items.member.1.Name=a&Items.member.2.Name=b" +
		"&Items.member.2.Weight=0&Words=&Params.entry.1.key=k&Params.entry.1.value=v&One.Name=x&Unknown=y")
	if err != nil {
		t.Fatal(err)
	}
	var got input
	if err := awsquery.Decode(form, &got); err != nil {
		t.Fatal(err)
	}
	want := input{
		Name: "shop", Count: 7, Enabled: ptr(false),
		Items: []inner{{Name: "a"}, {Name: "b", Weight: ptr(int32(0))}},
		Words: []string{}, Params: map[string]string{"k": "v"}, One: &inner{Name: "x"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDecodeRefusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"Count=x", "Enabled=perhaps", "Items.member.1.Weight=99999999999", "One.Weight=1.5"} {
		form, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if err := awsquery.Decode(form, &input{}); err == nil || !strings.Contains(err.Error(), "awsquery: ") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	result := &input{
		Name: "a<b", Enabled: ptr(true), Items: []inner{{Name: "x", Weight: ptr(int32(0))}}, Words: []string{},
		Params: map[string]string{"k2": "v2", "k1": "v1"}, When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	err := awsquery.Reply{Action: "Do", Namespace: "urn:x", RequestID: "id", Result: result}.Write(w)
	if err != nil {
		t.Fatal(err)
	}
	want := `<DoResponse xmlns="urn:x"><DoResult><Name>a&lt;b</Name><Count>0</Count><Enabled>true</Enabled>` +
		`<Items><member><Name>x</Name><Weight>0</Weight></member></Items><Words></Words>` +
		`<Params><entry><key>k1</key><value>v1</value></entry><entry><key>k2</key><value>v2</value></entry></Params>` +
		`<When>2026-01-02T03:04:05Z</When></DoResult>` +
		`<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>`
	if got := w.Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]string{400: "Sender", 500: "Receiver"} {
		w := httptest.NewRecorder()
		err := awsquery.Failure{Status: status, Code: "Bad", Message: "x & y", Namespace: "urn:x", RequestID: "id"}.Write(w)
		want := `<ErrorResponse xmlns="urn:x"><Error><Type>` + kind + `</Type><Code>Bad</Code><Message>x &amp; y</Message></Error>` +
			`<RequestId>id</RequestId></ErrorResponse>`
		if err != nil || w.Code != status || w.Body.String() != want {
			t.Errorf("%d %s (%v)", w.Code, w.Body, err)
		}
	}
}
