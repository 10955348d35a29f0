package main

import (
	"fmt"
	"log"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// answers is what the server says, path by path, and how long it thinks.
type answers struct {
	mutex  sync.Mutex
	status map[string]int
	delay  time.Duration
}

func newAnswers() *answers {
	return &answers{status: map[string]int{"/": 200, "/healthz": 200, "/readyz": 200}}
}

// tell changes all that is named, or nothing when a word makes no sense.
func (a *answers) tell(words url.Values) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	status, delay := maps.Clone(a.status), a.delay
	for name, values := range words {
		var err error
		switch value := values[len(values)-1]; name {
		case "delay":
			delay, err = time.ParseDuration(value)
		case "root":
			status["/"], err = strconv.Atoi(value)
		default:
			status["/"+name], err = strconv.Atoi(value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for path, code := range status {
		if code < 200 || code > 599 {
			return fmt.Errorf("%s: %d is no final HTTP status", path, code)
		}
	}
	a.status, a.delay = status, delay
	return nil
}

// say is the status for a path, and the delay before it is sent.
func (a *answers) say(path string) (int, time.Duration) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if status, told := a.status[path]; told {
		return status, a.delay
	}
	return http.StatusNotFound, a.delay
}

func (a *answers) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.URL.Path == "/control" && request.Method == http.MethodPost {
		if err := a.tell(request.URL.Query()); err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		log.Printf("told %s", request.URL.RawQuery)
		response.WriteHeader(http.StatusNoContent)
		return
	}
	status, delay := a.say(request.URL.Path)
	time.Sleep(delay)
	response.WriteHeader(status)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		fmt.Fprintln(response, http.StatusText(status))
	}
}
