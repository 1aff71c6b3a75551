package kaudittest

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const configMaps = "/api/v1/namespaces/team/configmaps"

func seeded(t *testing.T, options ...Option) *Server {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "team.yaml")
	text := "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"
	if err := os.WriteFile(seed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Start(t, append(options, Seed(seed))...)
}

// ask is a request of the administrator's, without any Kubernetes client.
func ask(t *testing.T, s *Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	folder := filepath.Dir(s.CAFile)
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "admin.crt"), filepath.Join(folder, "admin.key"))
	if err != nil {
		t.Fatal(err)
	}
	config := s.client.Transport.(*http.Transport).TLSClientConfig.Clone()
	config.Certificates = []tls.Certificate{pair}
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(method, s.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content := map[string]any{}
	if err := json.NewDecoder(answer.Body).Decode(&content); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, content
}

func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestTwentyTestsWithAResetBetweenThem(t *testing.T) {
	server := seeded(t)
	var took time.Duration
	for number := 0; number < 20; number++ {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			began := time.Now()
			must[Restored](t)(server.Reset())
			took += time.Since(began)
			_, list := ask(t, server, "GET", configMaps, "")
			if items := list["items"].([]any); len(items) != 1 {
				t.Fatalf("there is more than the seed: %v", items)
			}
			name := fmt.Sprintf("of-%d", number)
			if code, _ := ask(t, server, "POST", configMaps, `{"metadata":{"name":"`+name+`"}}`); code != 201 {
				t.Fatal(code)
			}
			events := must[[]Event](t)(server.Events(Query{"verb": "create", "wait": "2s"}))
			if len(events) != 1 || events[0].ObjectRef.Name != name {
				t.Fatalf("%+v", events)
			}
		})
	}
	t.Logf("20 resets: %s", took)
}

func TestAFaultIsMetCountedAndNamedByItsEvent(t *testing.T) {
	server := seeded(t)
	fault := must[Fault](t)(server.AddFault(Fault{
		Match:  &FaultMatch{Verbs: []string{"create"}, Resources: []string{"configmaps"}},
		Times:  1,
		Action: FaultAction{Status: 429, RetryAfter: Int(1)},
	}))
	for _, expected := range []int{429, 201} {
		if code, _ := ask(t, server, "POST", configMaps, `{"metadata":{"name":"a"}}`); code != expected {
			t.Fatal(code)
		}
	}
	if faults := must[[]Fault](t)(server.Faults()); len(faults) != 1 || faults[0].Hits != 1 {
		t.Fatalf("%+v", faults)
	}
	events := must[[]Event](t)(server.Events(Query{"fault": fault.ID, "wait": "2s"}))
	if len(events) != 1 || events[0].ResponseStatus.Code != 429 {
		t.Fatalf("%+v", events)
	}
}

func TestSnapshotsAndTheClock(t *testing.T) {
	server := seeded(t)
	ask(t, server, "POST", configMaps, `{"metadata":{"name":"kept"}}`)
	must[Snapshot](t)(server.Snapshot("s"))
	must[Restored](t)(server.Reset())
	if code, _ := ask(t, server, "GET", configMaps+"/kept", ""); code != 404 {
		t.Fatal(code)
	}
	must[Restored](t)(server.Restore("s"))
	if code, _ := ask(t, server, "GET", configMaps+"/kept", ""); code != 200 {
		t.Fatal(code)
	}
	if clock := must[Clock](t)(server.Advance("48h")); clock.Advanced != "48h0m0s" {
		t.Fatalf("%+v", clock)
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	server := seeded(t)
	_, err := server.AddFault(Fault{Action: FaultAction{Status: 200}})
	var refusal *APIError
	if !errors.As(err, &refusal) || refusal.Code != 400 || !strings.Contains(refusal.Message, "action.status") {
		t.Fatal(err)
	}
	if _, err := Run(t.TempDir(), Seed("/does/not/exist")); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Fatal(err)
	}
}
