// Package kaudittest starts a kaudit-apiserver for tests, seeds it, puts it back, lets it fail, and asks what it recorded.
//
//	server := kaudittest.Start(t, kaudittest.Seed("manifests/"))
//	config, err := clientcmd.BuildConfigFromFlags("", server.Kubeconfig)
//	server.AddFault(kaudittest.Fault{Match: &kaudittest.FaultMatch{Verbs: []string{"update"}},
//		Times: 1, Action: kaudittest.FaultAction{Status: 409}})
package kaudittest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const readyWithin = 30 * time.Second

// Server is a running kaudit-apiserver.
type Server struct {
	URL        string // https://127.0.0.1:PORT
	Kubeconfig string // path of the administrator's
	CAFile     string // path

	token   string
	client  *http.Client
	process *exec.Cmd
	stdin   io.Closer
}

type settings struct {
	program string
	flags   []string
}

// Option is one of Seed, Flags, Program.
type Option func(*settings)

// Seed makes the objects of these files and folders before the server is ready.
func Seed(paths ...string) Option {
	return func(s *settings) {
		for _, path := range paths {
			s.flags = append(s.flags, "--seed", path)
		}
	}
}

// Flags are given to the server as they are.
func Flags(flags ...string) Option {
	return func(s *settings) { s.flags = append(s.flags, flags...) }
}

// Program is another binary than $KAUDIT_APISERVER, or kaudit-apiserver on PATH.
func Program(path string) Option {
	return func(s *settings) { s.program = path }
}

// Start starts a server that ends with the test.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	server, err := Run(t.TempDir(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Run starts a server without a test, for TestMain; folder is for its own files. Stop it in the end.
func Run(folder string, options ...Option) (*Server, error) {
	s := settings{program: os.Getenv("KAUDIT_APISERVER")}
	if s.program == "" {
		s.program = "kaudit-apiserver"
	}
	for _, option := range options {
		option(&s)
	}
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	server := &Server{token: hex.EncodeToString(random)}
	tokenFile := filepath.Join(folder, "token")
	if err := os.WriteFile(tokenFile, []byte(server.token), 0o600); err != nil {
		return nil, err
	}
	flags := []string{"--secure-port", "0", "--print-ready", "--exit-on-stdin-eof", "--enable-test-api", "--test-api-token-file", tokenFile}
	server.process = exec.Command(s.program, append(flags, s.flags...)...)
	var stderr bytes.Buffer
	server.process.Stderr = &stderr
	// It ends with this pipe, however this process ends.
	stdin, err := server.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	server.stdin = stdin
	stdout, err := server.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.process.Start(); err != nil {
		return nil, err
	}
	var ready struct{ URL, Kubeconfig, CAFile string }
	if err := readReady(stdout, &ready); err != nil {
		_ = server.process.Process.Kill()
		_ = server.process.Wait()
		return nil, fmt.Errorf("%s did not become ready: %w; it said:\n%s", s.program, err, stderr.String())
	}
	server.URL, server.Kubeconfig, server.CAFile = ready.URL, ready.Kubeconfig, ready.CAFile
	ca, err := os.ReadFile(ready.CAFile)
	if err != nil {
		server.Stop()
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	server.client = &http.Client{
		Timeout:   90 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
	}
	return server, nil
}

func readReady(stdout io.Reader, ready any) error {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		lines <- line
	}()
	select {
	case line := <-lines:
		return json.Unmarshal([]byte(line), ready)
	case <-time.After(readyWithin):
		return fmt.Errorf("waited %s", readyWithin)
	}
}

// Stop ends the server. (Start does it by itself.)
func (s *Server) Stop() {
	_ = s.process.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() {
		_ = s.process.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		_ = s.process.Process.Kill()
		<-done
	}
	_ = s.stdin.Close()
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
}

// APIError is a refusal of the test API.
type APIError struct{ Status }

func (e *APIError) Error() string { return fmt.Sprintf("%d %s: %s", e.Code, e.Reason, e.Message) }

// Call sends one request to /kaudit/v1/PATH; result may be nil.
func (s *Server) Call(method, path string, body, result any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, s.URL+"/kaudit/v1/"+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 400 {
		refusal := &APIError{}
		if err := json.Unmarshal(text, &refusal.Status); err != nil {
			return fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(text)))
		}
		return refusal
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(text, result)
}

// Reset puts objects, faults, events and clock back to after the seed, but for what is kept ("events", "faults", "clock").
func (s *Server) Reset(keep ...string) (Restored, error) {
	var restored Restored
	var body any
	if len(keep) > 0 {
		body = map[string][]string{"keep": keep}
	}
	return restored, s.Call("POST", "reset", body, &restored)
}

// Snapshot remembers all objects under that name.
func (s *Server) Snapshot(name string) (Snapshot, error) {
	var taken Snapshot
	return taken, s.Call("PUT", "snapshots/"+url.PathEscape(name), nil, &taken)
}

// Restore puts them back.
func (s *Server) Restore(name string) (Restored, error) {
	var restored Restored
	return restored, s.Call("POST", "snapshots/"+url.PathEscape(name)+"/restore", nil, &restored)
}

// AddFault sets a fault, and gives it with its ID.
func (s *Server) AddFault(fault Fault) (Fault, error) {
	var set Fault
	return set, s.Call("POST", "faults", fault, &set)
}

// Faults are those that are set, with their hits.
func (s *Server) Faults() ([]Fault, error) {
	var list struct{ Items []Fault }
	err := s.Call("GET", "faults", nil, &list)
	return list.Items, err
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() error { return s.Call("DELETE", "faults", nil, nil) }

// Query says which events, by the parameters of docs/testing.md: Query{"user": "alice", "wait": "2s", "count": "3"}.
type Query map[string]string

// Events are those that fit, at stage ResponseComplete unless the query says another one ("" is all).
func (s *Server) Events(query Query) ([]Event, error) {
	values := url.Values{"stage": {"ResponseComplete"}}
	for name, value := range query {
		values.Set(name, value)
	}
	if values.Get("stage") == "" {
		values.Del("stage")
	}
	var list struct{ Items []Event }
	err := s.Call("GET", "audit/events?"+values.Encode(), nil, &list)
	return list.Items, err
}

// ClearEvents forgets all events.
func (s *Server) ClearEvents() error { return s.Call("DELETE", "audit/events", nil, nil) }

// Advance moves the clock ("1h30m").
func (s *Server) Advance(duration string) (Clock, error) {
	var clock Clock
	return clock, s.Call("POST", "clock", map[string]string{"advance": duration}, &clock)
}

// Int is a pointer to n, for the fields where 0 means something.
func Int(n int64) *int64 { return &n }
