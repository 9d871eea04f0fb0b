// Package moduletest tests the modules in modules/: their own tests with the real CLIs, whether those set and refuse
// all that there is, and whole applies with traffic on them.
package moduletest
