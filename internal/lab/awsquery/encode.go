package awsquery

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"reflect"
	"sort"
	"strconv"
	"time"
)

// Reply is the successful answer to one action.
type Reply struct {
	Action    string // name of the action, from which the XML element names are made
	Namespace string // XML namespace of the service's API version
	RequestID string
	Result    any // struct, or pointer to one, with the wire's field names; nil for an empty result
}

// Write sends the reply with HTTP status 200.
func (r Reply) Write(w http.ResponseWriter) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%sResponse xmlns=%q><%sResult>", r.Action, r.Namespace, r.Action)
	if r.Result != nil {
		encodeStruct(&b, reflect.Indirect(reflect.ValueOf(r.Result)))
	}
	fmt.Fprintf(&b, "</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>",
		r.Action, r.RequestID, r.Action)
	return send(w, http.StatusOK, r.RequestID, b.Bytes())
}

// Failure is the answer to an action that did not succeed.
type Failure struct {
	Status    int    // HTTP status
	Code      string // the service's error code
	Message   string
	Namespace string
	RequestID string
}

// Write sends the failure as the ErrorResponse that the SDKs parse.
func (f Failure) Write(w http.ResponseWriter) error {
	var b bytes.Buffer
	fault := "Sender"
	if f.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	fmt.Fprintf(&b, "<ErrorResponse xmlns=%q><Error><Type>%s</Type>", f.Namespace, fault)
	element(&b, "Code", f.Code)
	element(&b, "Message", f.Message)
	fmt.Fprintf(&b, "</Error><RequestId>%s</RequestId></ErrorResponse>", f.RequestID)
	return send(w, f.Status, f.RequestID, b.Bytes())
}

func send(w http.ResponseWriter, status int, requestID string, body []byte) error {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	// Writing to a bytes.Buffer cannot fail.
	_ = xml.EscapeText(b, []byte(text))
	b.WriteString("</" + name + ">")
}

func encodeStruct(b *bytes.Buffer, v reflect.Value) {
	for i := range v.NumField() {
		encode(b, v.Type().Field(i).Name, v.Field(i))
	}
}

// encode writes one field. Nil pointers, nil lists and empty strings are left out, as AWS does.
func encode(b *bytes.Buffer, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			encodeValue(b, name, v.Elem())
		}
	case reflect.Slice, reflect.Map:
		if !v.IsNil() {
			encodeValue(b, name, v)
		}
	case reflect.String:
		if v.String() != "" {
			encodeValue(b, name, v)
		}
	default:
		encodeValue(b, name, v)
	}
}

func encodeValue(b *bytes.Buffer, name string, v reflect.Value) {
	if text, ok := scalar(v); ok {
		element(b, name, text)
		return
	}
	b.WriteString("<" + name + ">")
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			encodeValue(b, "member", reflect.Indirect(v.Index(i)))
		}
	case reflect.Map:
		encodeMap(b, v)
	default:
		encodeStruct(b, v)
	}
	b.WriteString("</" + name + ">")
}

func encodeMap(b *bytes.Buffer, v reflect.Value) {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	for _, key := range keys {
		b.WriteString("<entry>")
		element(b, "key", key.String())
		element(b, "value", v.MapIndex(key).String())
		b.WriteString("</entry>")
	}
}

func scalar(v reflect.Value) (string, bool) {
	if at, ok := v.Interface().(time.Time); ok {
		return at.UTC().Format(time.RFC3339), true
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), true
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true
	default:
		return "", false
	}
}
