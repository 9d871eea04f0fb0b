// Package haproxy starts a real HAProxy on loopback, from the distribution's
// package, for tests and for the demo: master and worker as production runs
// them, reloads without a lost connection, and sockets of every level.
//
// It works outside of tests too. It knows nothing of package traffic or of the
// router for HAProxy, so that tests see the other side with other eyes, and it
// is never linked into the provider.
package haproxy
