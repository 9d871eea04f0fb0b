package main

import (
	"context"
	"os"
	"time"
)

// binary is what the provider's binary costs before it does anything.
type binary struct {
	size   int64 // in bytes
	schema sample
}

const schemaRounds = 5

// measureBinary measures the binary's size and how long Terraform takes to ask
// it for its schemas.
func measureBinary(ctx context.Context, s settings) (b binary, err error) {
	info, err := os.Stat(s.provider)
	if err != nil {
		return binary{}, err
	}
	u, err := newcomer(s, "schema")
	if err != nil {
		return binary{}, err
	}
	var samples []sample
	for range schemaRounds {
		start := time.Now()
		seen, err := u.run(ctx, "providers", "schema", "-json")
		if err != nil {
			return binary{}, err
		}
		samples = append(samples, sample{took: time.Since(start), errors: seen})
	}
	return binary{size: info.Size(), schema: typical(samples)}, nil
}
