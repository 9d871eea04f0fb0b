// Package gcplb is the router of Google Cloud load balancers: URL maps whose
// default route, path matcher or rule divides traffic between the backend
// services of two environments.
//
// A URL map is written whole, and other things than our weights are in it. It
// is therefore kept as the JSON that Google sent: our place in it is changed,
// all else goes back as it came, fields that nobody here knows included. Every
// write carries the fingerprint of what was read, so that Google refuses it
// when somebody else was faster; then it is read and compared anew.
//
// Many switches may divide one URL map. What they ask for at about the same
// time, or while a call is under way, is read and written together.
//
// It must not know the engine, other routers, or where credentials come from.
package gcplb
