// Package calls is what all clouds in small do with the calls to their API
// beside answering them: remember them, tell hooks of them, let faults befall
// them, and throttle them. It knows no cloud.
package calls
