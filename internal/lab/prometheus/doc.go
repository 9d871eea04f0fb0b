// Package prometheus starts a real Prometheus on loopback, from the
// distribution's package, for tests and for the demo: it scrapes the lab's
// applications, on a port that the system gives and in a folder of its own.
//
// It works outside of tests too. It knows nothing of the metric that asks
// Prometheus, and it is never linked into the provider.
package prometheus
