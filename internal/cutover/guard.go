package cutover

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// PanicError is a panic of a router, a gate, a monitor or whoever is told of
// events, and of the engine's own: a bug, which is the call's error and no more.
// A cutover that it stops is rolled back like any other.
type PanicError struct {
	// Call is what panicked, in words that begin a sentence.
	Call string
	// Value is what it panicked with, as text without control characters, of 300
	// characters at most.
	Value string
	// Stack is where, for a log.
	Stack string
}

// Error implements error.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%s failed by a bug in the provider (panic: %s); please report it", e.Call, e.Value)
}

// panicText is the most characters of a panic's value that are kept.
const panicText = 300

// bugOr is what a call returned, unless it panicked with a value.
func bugOr(err error, call string, value any) error {
	if value == nil {
		return err
	}
	text := []rune(strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, fmt.Sprint(value)))
	return &PanicError{Call: call, Value: string(text[:min(len(text), panicText)]), Stack: string(debug.Stack())}
}

// Guarded calls f, whose panics are errors: a *PanicError that names the call. It
// is for those who run beside a cutover in a goroutine of their own, where a
// panic would end the process with traffic divided.
func Guarded(call string, f func() error) error { return guarded(call, f) }

// guarded is f, whose panics are errors.
func guarded(call string, f func() error) (err error) {
	defer func() { err = bugOr(err, call, recover()) }()
	return f()
}

// look asks for an answer, for callLimit at most.
func look[T any](ctx context.Context, call string, ask func(context.Context) (T, error)) (answer T, err error) {
	err = act(ctx, call, callLimit, func(ctx context.Context) (err error) {
		answer, err = ask(ctx)
		return err
	})
	return answer, err
}

// throttledLimit is how long an API may throttle before it counts as one that does
// not answer.
const throttledLimit = 5 * time.Minute

// act asks for something to be done, for limit at most. To wait for an API that
// throttles does not count: limit is there for what does not answer.
func act(ctx context.Context, call string, limit time.Duration, do func(context.Context) error) error {
	for began := time.Now(); ; {
		inTime, cancel := context.WithTimeout(ctx, limit)
		err := guarded(call, func() error { return do(inTime) })
		cancel()
		if ctx.Err() != nil || time.Since(began) >= throttledLimit || !errors.Is(err, traffic.ErrThrottled) || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
}
