package haproxy

import "fmt"

// step is one command, and its server once HAProxy has obeyed it.
type step struct {
	command string
	after   server
}

// steps returns what is to be sent. Weights rise before weights fall, so that
// no backend is without weight at any time, even when the connection breaks in
// the middle. What is already as it should be is not sent.
func steps(changes []change) []step {
	var rise, fall []step
	for _, c := range changes {
		if c.state != stateDrain && c.weight > c.server.effective() {
			rise = append(rise, c.steps()...)
		} else {
			fall = append(fall, c.steps()...)
		}
	}
	return append(rise, fall...)
}

func commands(changes []change) []string {
	var list []string
	for _, s := range steps(changes) {
		list = append(list, s.command)
	}
	return list
}

func (c change) steps() []step {
	s, drained := c.server, c.server.admin&adminDrain != 0
	var list []step
	if c.state == stateDrain && !drained {
		s.admin |= adminDrain
		list = append(list, step{"set server " + s.id() + " state " + stateDrain, s})
	}
	if c.weight != s.weight {
		s.weight = c.weight
		list = append(list, step{fmt.Sprintf("set server %s weight %d", s.id(), c.weight), s})
	}
	if c.state == stateReady && drained {
		s.admin &^= adminDrain
		list = append(list, step{"set server " + s.id() + " state " + stateReady, s})
	}
	return list
}

// after is the server once HAProxy has obeyed the change.
func (c change) after() server {
	s := c.server
	s.weight = c.weight
	switch c.state {
	case stateReady:
		s.admin &^= adminDrain
	case stateDrain:
		s.admin |= adminDrain
	}
	return s
}

// undo returns the changes that put everything back as it was.
func undo(changes []change) []change {
	back := make([]change, 0, len(changes))
	for _, c := range changes {
		back = append(back, c.after().becomes(c.server))
	}
	return back
}

// becomes returns the change that gives a server the weight and the drain that
// it had. What an operator has in maintenance since stays there, and a weight
// from DNS is not ours.
func (s server) becomes(was server) change {
	c := change{server: s, weight: was.weight, state: stateReady}
	if was.admin&adminDrain != 0 {
		c.state = stateDrain
	}
	if s.admin&adminForced != 0 {
		c.state = ""
	}
	if s.fromDNS {
		c.weight = s.weight
	}
	return c
}
