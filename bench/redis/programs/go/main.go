// The callers in Go: a goroutine each, over a pool of ten connections of redigo. It takes the options of client.ts,
// sends what bench/redis/programs/callers.ts sends, and reports in the same lines of JSON. Of eight callers one is
// timed, as there.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gomodule/redigo/redis"
)

const (
	keyCount        = 1000
	filler          = "abcdefghijklmnopqrstuvwxyz"
	callersPerTimed = 8
	stride          = 31
	poolSize        = 10
	precisionBits   = 7
	bucketCount     = (41 - precisionBits + 1) << precisionBits
)

type workload struct{ setEvery, valueBytes int }

var workloads = map[string]workload{
	"get":    {0, 16},
	"set":    {1, 16},
	"mixed":  {5, 16},
	"get-1k": {0, 1024},
}

// histogram counts in the buckets of bench/latency-histogram.ts.
type histogram [bucketCount]int64

func (h *histogram) record(duration time.Duration) {
	shift := bits.Len64(uint64(duration)) - 1 - precisionBits
	if shift < 0 {
		shift = 0
	}
	h[shift<<precisionBits+int(uint64(duration)>>shift)]++
}

type caller struct {
	operations atomic.Int64
	latencies  histogram
}

var (
	isMeasuring atomic.Bool
	isOver      atomic.Bool
)

func main() {
	port := flag.Int("port", 0, "")
	name := flag.String("workload", "", "")
	count := flag.Int("callers", 0, "")
	warmupMs := flag.Int("warmup-ms", 0, "")
	measureMs := flag.Int("measure-ms", 0, "")
	flag.Parse()
	chosen := workloads[*name]
	keys, values := dataset(chosen.valueBytes)
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	pool := &redis.Pool{
		MaxIdle:   poolSize,
		MaxActive: poolSize,
		Wait:      true,
		Dial:      func() (redis.Conn, error) { return redis.Dial("tcp", address) },
	}
	callers := make([]caller, *count)
	var running sync.WaitGroup
	for index := range callers {
		running.Add(1)
		go func(index int) {
			defer running.Done()
			callers[index].run(pool, chosen, keys, values, index)
		}(index)
	}

	time.Sleep(time.Duration(*warmupMs) * time.Millisecond)
	report(map[string]any{"event": "measuring"})
	operations, cpu, start := total(callers), cpuTime(), time.Now()
	isMeasuring.Store(true)
	time.Sleep(time.Duration(*measureMs) * time.Millisecond)
	measured := time.Since(start)
	operations, cpu = total(callers)-operations, cpuTime()-cpu
	isOver.Store(true)
	report(map[string]any{"event": "measured"})
	running.Wait()
	report(map[string]any{
		"event": "result", "measuredNs": measured.Nanoseconds(), "operations": operations,
		"cpuNs": cpu.Nanoseconds(), "latencyCounts": counts(callers),
	})
}

func (c *caller) run(pool *redis.Pool, chosen workload, keys, values []string, index int) {
	isTimed := index%callersPerTimed == 0
	turn, place := index, index*7919%keyCount
	started := time.Now()
	for !isOver.Load() {
		turn++
		place = (place + stride) % keyCount
		if chosen.setEvery > 0 && turn%chosen.setEvery == 0 {
			check(keys[place], "OK", pool, "SET", keys[place], values[place])
		} else {
			check(keys[place], values[place], pool, "GET", keys[place])
		}
		c.operations.Add(1)
		if isTimed {
			now := time.Now()
			if isMeasuring.Load() {
				c.latencies.record(now.Sub(started))
			}
			started = now
		}
	}
}

// check carries out one command on a connection of the pool and ends the process if the reply is wrong.
func check(key, expected string, pool *redis.Pool, command string, arguments ...any) {
	connection := pool.Get()
	reply, err := redis.String(connection.Do(command, arguments...))
	if err != nil {
		log.Fatalf("%s %s: %v", command, key, err)
	}
	if reply != expected {
		log.Fatalf("%s %s was answered with %s", command, key, reply)
	}
	connection.Close()
}

func dataset(valueBytes int) (keys, values []string) {
	padding := strings.Repeat(filler, valueBytes/len(filler)+1)
	for index := 0; index < keyCount; index++ {
		number := strconv.Itoa(index)
		keys = append(keys, fmt.Sprintf("key:%012d", index))
		values = append(values, padding[:valueBytes-len(number)]+number)
	}
	return keys, values
}

func total(callers []caller) (operations int64) {
	for index := range callers {
		operations += callers[index].operations.Load()
	}
	return operations
}

func counts(callers []caller) [][2]int64 {
	sums := [bucketCount]int64{}
	for index := range callers {
		for bucket, count := range callers[index].latencies {
			sums[bucket] += count
		}
	}
	found := [][2]int64{}
	for bucket, count := range sums {
		if count > 0 {
			found = append(found, [2]int64{int64(bucket), count})
		}
	}
	return found
}

func cpuTime() time.Duration {
	usage := syscall.Rusage{}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func report(line any) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		log.Fatal(err)
	}
}
