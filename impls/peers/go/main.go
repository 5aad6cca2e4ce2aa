// SPDX-License-Identifier: GPL-3.0-or-later

// A goroutine for each task, and net/http: what a Go programmer would write.
// A channel of slots keeps at most `width` tasks in flight. It is never sent
// values by whoever started it (step recv). docs/peers.md has the protocol,
// told.go what it is told and answers. Its counterpart in C is coroutine.c.
package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// A client that keeps as many connections as tasks may be in flight, or none.
func openClient(j *job) *http.Client {
	transport := &http.Transport{
		MaxConnsPerHost:     j.Width,
		MaxIdleConnsPerHost: j.Width,
		DisableKeepAlives:   !j.Reuse,
		DisableCompression:  true, // the bytes as they are sent
		// HTTP/1.1, so that a request in flight is a connection.
		TLSNextProto: noOtherProtocol,
	}
	client := &http.Client{
		Transport: transport,
		Timeout:   time.Duration(j.TimeoutNs),
	}
	if j.Real {
		transport.Proxy = http.ProxyFromEnvironment
	} else {
		client.CheckRedirect = func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}
	}
	return client
}

// What a body passes through where no later step needs it.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (t *task) fetch(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if t.keepsBody {
		body, err := io.ReadAll(response.Body)
		t.receive(int64(response.StatusCode), body)
		return err
	}
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	t.value = int64(response.StatusCode)
	for {
		n, err := response.Body.Read(buffer[:])
		t.bytes += uint64(n)
		t.digest = crc32.Update(t.digest, crc32.IEEETable, buffer[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// The one batch, as its goroutines see it.
type batch struct {
	*job
	client *http.Client
	slots  chan struct{}  // one a task in flight
	alive  sync.WaitGroup // goroutines
}

func (b *batch) step(t *task, s *step) (err error) {
	switch s.kind {
	case "sleep_ns":
		time.Sleep(time.Duration(s.number))
	case "fetch":
		err = t.fetch(b.client, s.text)
	case "read":
		err = t.read(s.text)
	case "write":
		err = t.write(s.text)
	case "cpu_ns":
		burn(time.Duration(s.number))
	case "parse":
		t.value, err = member(t.body, s.text)
	case "add":
		t.value += s.number
	case "print": // nobody watches: written nowhere
		_, err = io.WriteString(io.Discard, t.fill(s.text))
	case "spawn":
		b.spawn(&b.tasks[s.number])
	case "join":
		err = t.join(&b.tasks[s.number])
	default:
		err = fmt.Errorf("no step %s here", s.kind)
	}
	return err
}

// Until it may start.
func (t *task) awaitDue() {
	for t.due > 0 {
		left := t.due - now()
		if left <= 0 {
			return
		}
		time.Sleep(time.Duration(left))
	}
}

// A task's steps, up to the first that fails.
func (b *batch) do(t *task) {
	defer b.alive.Done()
	if t.started == 0 {
		t.started = now()
	}
	for i := range t.steps {
		t.failure = b.step(t, &t.steps[i])
		if t.failure != nil {
			break
		}
	}
	t.finished = now()
	<-b.slots
	if t.done != nil {
		close(t.done)
	}
}

// Where a task starts another it does not wait until that has a slot.
func (b *batch) spawn(t *task) {
	t.done = make(chan struct{})
	b.alive.Add(1)
	go func() {
		b.slots <- struct{}{}
		b.do(t)
	}()
}

// All of a phase, then the next.
func (b *batch) run() {
	for p := range b.Phases {
		for _, t := range b.begin(p) {
			t.awaitDue()
			b.slots <- struct{}{}
			b.alive.Add(1)
			go b.do(t)
		}
		b.alive.Wait()
	}
}

func main() {
	j, err := readJob(os.Stdin)
	if err == nil {
		begun := beginFigures()
		j.start(begun.at)
		b := batch{job: j, client: openClient(j)}
		b.slots = make(chan struct{}, j.Width)
		b.run()
		err = j.answer(os.Stdout, begun)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
