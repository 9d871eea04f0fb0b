package awscloud

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	throttled = `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`
	failed    = `<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>Internal</Message></Error></ErrorResponse>`
	answered  = `<DescribeListenersResponse><DescribeListenersResult><Listeners/></DescribeListenersResult></DescribeListenersResponse>`
)

// bucket answers as AWS does, without a network: it holds size calls, and gets
// rate more a second.
type bucket struct {
	size, rate float64
	failures   int // tries that fail first, after those that are throttled

	mu      sync.Mutex
	left    float64
	filled  time.Time
	refused int
}

func (b *bucket) Do(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.filled.IsZero() {
		b.left, b.filled = b.size, now
	}
	b.left, b.filled = min(b.size, b.left+now.Sub(b.filled).Seconds()*b.rate), now
	status, body := http.StatusOK, answered
	switch {
	case b.left < 1:
		b.refused++
		status, body = http.StatusBadRequest, throttled
	case b.failures > 0:
		b.failures--
		status, body = http.StatusInternalServerError, failed
	default:
		b.left--
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func clientOf(b *bucket, retries int) *elbv2.Client {
	return elbv2.NewFromConfig(aws.Config{
		Region: "eu-west-1", HTTPClient: b, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", ""), Retryer: retryers(retries),
	}, func(o *elbv2.Options) { o.APIOptions = append(o.APIOptions, followCalls, explainErrors) })
}

func callWithin(ctx context.Context, client *elbv2.Client, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := client.DescribeListeners(ctx, &elbv2.DescribeListenersInput{ListenerArns: []string{"arn"}})
	return err
}

// TestNoneStarves has fifty callers share the rate that AWS publishes, each with
// the time that a look at a router has for a call. Calls that each waited at
// random lost some of them.
func TestNoneStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{size: 40, rate: 10}
		client := clientOf(b, defaultRetries)
		began := time.Now()
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() {
				for range 16 {
					if err := callWithin(t.Context(), client, 30*time.Second); err != nil {
						t.Error(err)
					}
				}
			})
		}
		callers.Wait()
		if b.refused == 0 {
			t.Error("nothing was throttled: the test proves nothing")
		}
		// 800 calls at the rate of AWS take 76 seconds.
		t.Logf("800 calls took %s, %d tries were refused", time.Since(began), b.refused)
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("800 calls took %s", took)
		}
	})
}

// TestThrottledIsSaid: a call whose time ends while AWS throttles was not
// unanswered.
func TestThrottledIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := callWithin(t.Context(), clientOf(&bucket{}, defaultRetries), 30*time.Second)
		if !errors.Is(err, traffic.ErrThrottled) || !errors.Is(err, ErrThrottled) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %v", err)
		}
	})
}

// TestStormIsBounded: a plan has no limit of its own. Once the storm is known,
// others do not wait for it again; and it passes.
func TestStormIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{size: 1}
		client := clientOf(b, defaultRetries)
		if err := callWithin(t.Context(), client, time.Hour); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour) // calm is no storm
		for _, atMost := range []time.Duration{stormLimit + 5*time.Second, 5 * time.Second} {
			began := time.Now()
			err := callWithin(t.Context(), client, time.Hour)
			if !errors.Is(err, traffic.ErrThrottled) || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "parallelism") {
				t.Errorf("error = %v", err)
			}
			if took := time.Since(began); took > atMost {
				t.Errorf("it took %s to say so", took)
			}
		}
		b.mu.Lock()
		b.size, b.rate = 40, 10
		b.mu.Unlock()
		<-time.After(time.Second)
		if err := callWithin(t.Context(), client, time.Minute); err != nil {
			t.Errorf("after the storm: %v", err)
		}
	})
}

// TestThrottledTriesDoNotCount: they are no failures, however many come before.
func TestThrottledTriesDoNotCount(t *testing.T) {
	for retries, ok := range map[int]bool{2: true, 1: false} {
		synctest.Test(t, func(t *testing.T) {
			b := &bucket{rate: 0.1, failures: 2}
			b.size = 1
			b.left, b.filled = 0, time.Now()
			if err := callWithin(t.Context(), clientOf(b, retries), time.Minute); (err == nil) != ok {
				t.Errorf("with %d retries: %v", retries, err)
			}
			if b.refused < 3 {
				t.Errorf("%d tries were throttled: the test proves nothing", b.refused)
			}
		})
	}
}

// TestPaceKeepsTheOrder, and lets go of who leaves the line.
func TestPaceKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.throttled()
		var mu sync.Mutex
		var went []int
		for i := range 20 {
			go func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%5 == 3 {
					time.AfterFunc(50*time.Millisecond, cancel)
				}
				if p.wait(ctx) != nil {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				went = append(went, i)
			}()
			synctest.Wait()
		}
		<-time.After(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if len(went) != 16 {
			t.Fatalf("%v went", went)
		}
		for i := 1; i < len(went); i++ {
			if went[i] < went[i-1] {
				t.Errorf("%v went, which is not the order in which they came", went)
			}
		}
	})
}
