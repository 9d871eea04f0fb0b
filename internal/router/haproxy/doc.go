// Package haproxy is the router for HAProxy, over its Runtime API (management
// manual, section 9.3: https://docs.haproxy.org/3.0/management.html#9.3).
//
// In map mode one entry of a map file names the backend that serves: all or
// nothing. In server-weight mode the servers of both colors stand in the same
// backends, and their weights divide the traffic. Each socket is one router;
// several are a fleet.
//
// HAProxy has no precondition on writes. What is compared before a write is
// read directly before it; a change by another tool in between is seen when
// the weights are read back, not prevented. Two of our own processes on one
// machine that write the same map file wait for each other.
//
// The package knows neither the cutover engine nor the other routers.
package haproxy
