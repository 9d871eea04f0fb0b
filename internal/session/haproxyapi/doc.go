// Package haproxyapi speaks HAProxy's Runtime API (management manual, section
// 9.3: https://docs.haproxy.org/3.0/management.html#9.3): its sockets, replies,
// tables and errors, for the router and the metric that use it.
//
// It knows neither of them.
package haproxyapi
