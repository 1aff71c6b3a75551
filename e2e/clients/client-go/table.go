// Calls of client-go against a running server, one line each: `ok|FAIL NAME MESSAGE`, then the counts.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const ns = "default"

// clients is what every call works with.
type clients struct {
	config  *rest.Config
	typed   *kubernetes.Clientset
	dynamic dynamic.Interface
	meta    metadata.Interface
}

type call struct {
	name string
	run  func(ctx context.Context, c *clients) error
}

// want turns a comparison into an error that shows both sides.
func want[T comparable](what string, got, expected T) error {
	if got != expected {
		return fmt.Errorf("%s: got %v, want %v", what, got, expected)
	}
	return nil
}

// isError says that a call had to fail in a certain way.
func isError(err error, kind func(error) bool) error {
	if err == nil {
		return fmt.Errorf("it succeeded, but was to fail")
	}
	if !kind(err) {
		return fmt.Errorf("it failed in another way: %w", err)
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func attempt(c *clients, one call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return one.run(ctx, c)
}

func connect() (*clients, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, -1
	c := &clients{config: config}
	if c.typed, err = kubernetes.NewForConfig(config); err != nil {
		return nil, err
	}
	if c.dynamic, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	c.meta, err = metadata.NewForConfig(config)
	return c, err
}

func main() {
	c, err := connect()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	only := ""
	if len(os.Args) > 1 {
		only = os.Args[1]
	}
	passed, failed := 0, 0
	for _, table := range [][]call{discoveryCalls, typedCalls, podCalls, accessCalls, genericCalls, toolCalls, informerCalls} {
		for _, one := range table {
			if !strings.Contains(one.name, only) {
				continue
			}
			if err := attempt(c, one); err != nil {
				failed++
				fmt.Printf("FAIL %s %s\n", one.name, strings.ReplaceAll(err.Error(), "\n", " "))
				continue
			}
			passed++
			fmt.Printf("ok %s\n", one.name)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}
