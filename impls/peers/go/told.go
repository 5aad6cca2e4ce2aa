// SPDX-License-Identifier: GPL-3.0-or-later

// What the peer in Go is told, a task's record, and the answer: JSON in, JSON
// out. How tasks are carried out is in main.go.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// One step of one task: its kind, and the number or text that comes with it.
type step struct {
	kind   string
	text   string
	number int64
}

// Kinds are many times the same few words: each is kept once.
var kinds = map[string]string{}

func (s *step) UnmarshalJSON(data []byte) error {
	told := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	if len(told) != 1 {
		return fmt.Errorf("a step has one field, not %d", len(told))
	}
	for kind, what := range told {
		if kinds[kind] == "" {
			kinds[kind] = kind
		}
		s.kind = kinds[kind]
		if what[0] == '"' {
			return json.Unmarshal(what, &s.text)
		}
		return json.Unmarshal(what, &s.number)
	}
	return nil
}

func (s *step) needsBody() bool {
	return s.kind == "write" || s.kind == "parse" ||
		strings.Contains(s.text, "{body}")
}

// A task and what came of it.
type task struct {
	number            int
	due               int64 // when it may start, on the monotonic clock
	steps             []step
	started, finished int64
	value             int64
	bytes             uint64
	digest            uint32
	failure           error
	body              []byte        // the last one, kept …
	keepsBody         bool          // … where a later step needs it
	done              chan struct{} // closed at its end, if it was spawned
}

func (t *task) receive(value int64, body []byte) {
	t.value = value
	t.bytes += uint64(len(body))
	t.digest = crc32.Update(t.digest, crc32.IEEETable, body)
	if t.keepsBody {
		t.body = body
	}
}

// Waits for a task that was spawned; its value is taken over, and its failure.
func (t *task) join(other *task) error {
	if other.done == nil {
		return fmt.Errorf("task %d was never spawned", other.number)
	}
	<-other.done
	t.value = other.value
	return other.failure
}

func (t *task) fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	start := []rune(string(t.body[:min(len(t.body), 400)]))
	return strings.NewReplacer("{value}", fmt.Sprint(t.value), "{body}",
		string(start[:min(len(start), 100)])).Replace(text)
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

// That number of a JSON object, its fraction cut off.
func member(body []byte, name string) (int64, error) {
	object := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return 0, err
	}
	number, ok := object[name].(json.Number)
	if !ok {
		return 0, fmt.Errorf("%s is no number", name)
	}
	whole, err := number.Int64()
	if err == nil {
		return whole, nil
	}
	real, err := number.Float64()
	return int64(real), err
}

type job struct {
	Width     int      `json:"width"`
	Tasks     int      `json:"tasks"`
	Reuse     bool     `json:"reuse"`
	Real      bool     `json:"real"` // real URLs: proxies apply
	TimeoutNs int64    `json:"timeout_ns"`
	Creator   *int     `json:"creator"`
	DueNs     []int64  `json:"due_ns"` // from the beginning; nil: at once
	Phases    [][]todo `json:"phases"`

	tasks []task
}

type todo []step

func readJob(from io.Reader) (*job, error) {
	j := &job{}
	if err := json.NewDecoder(from).Decode(j); err != nil {
		return nil, err
	}
	keepsBody := false
	for _, phase := range j.Phases {
		if len(phase) != j.Tasks {
			return nil, errors.New("a phase has steps for each task")
		}
		for _, steps := range phase {
			for i := range steps {
				keepsBody = keepsBody || steps[i].needsBody()
			}
		}
	}
	if j.DueNs != nil && len(j.DueNs) != j.Tasks {
		return nil, errors.New("due_ns has a time for each task")
	}
	j.tasks = make([]task, j.Tasks)
	for i := range j.tasks {
		j.tasks[i].number, j.tasks[i].keepsBody = i, keepsBody
	}
	return j, nil
}

// The clock runs from then on. Only the first phase has due times: when a later
// one begins they are long past.
func (j *job) start(began int64) {
	for i, due := range j.DueNs {
		j.tasks[i].due = began + due
	}
}

// The tasks to start in that phase, with its steps. Where one of them creates
// the others, it alone is to be started.
func (j *job) begin(phase int) []*task {
	start := make([]*task, 0, j.Tasks)
	for i := range j.tasks {
		t := &j.tasks[i]
		t.steps = j.Phases[phase][i]
		if t.failure == nil && (j.Creator == nil || *j.Creator == i) {
			start = append(start, t)
		}
	}
	return start
}

// The innermost error has the cause; those around it name the URL.
func reason(err error) string {
	for inner := errors.Unwrap(err); inner != nil; {
		err, inner = inner, errors.Unwrap(inner)
	}
	return err.Error()
}

func (j *job) answer(to io.Writer, begun figures) error {
	answer := begun.since()
	done, failures := 0, map[string]int{}
	var received uint64
	var digests, values []byte
	started := make([]int64, j.Tasks)
	finished := make([]int64, j.Tasks)
	for i := range j.tasks {
		t := &j.tasks[i]
		if t.failure != nil {
			failures[reason(t.failure)]++
		} else if t.finished > 0 {
			done++
		}
		received += t.bytes
		digests = binary.LittleEndian.AppendUint32(digests, t.digest)
		values = binary.LittleEndian.AppendUint64(values, uint64(t.value))
		started[i], finished[i] = t.started, t.finished
	}
	failed := 0
	for _, tasks := range failures {
		failed += tasks
	}
	answer["ok"], answer["failed"], answer["failures"] = done, failed, failures
	answer["bytes"] = received
	answer["digest"] = fmt.Sprintf("%08x", crc32.ChecksumIEEE(digests))
	answer["values"] = crc32.ChecksumIEEE(values)
	answer["started_ns"], answer["finished_ns"] = started, finished
	return json.NewEncoder(to).Encode(answer)
}
