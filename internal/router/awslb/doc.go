// Package awslb is the router of kind aws_lb: listeners of Application and
// Network Load Balancers, and rules of Application Load Balancers' listeners,
// which divide traffic between target groups by weight.
//
// A listener or a rule holds a list of actions that is always written whole.
// Of it, only the two weights in the forward action are ours (split.go, actions.go);
// all else is sent back as it was read. The API has no precondition, so that
// weights are read directly before each write, and read again after it.
//
// The package knows neither the engine nor where credentials come from.
package awslb
