package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
	watchtools "k8s.io/client-go/tools/watch"

	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
)

// becomes polls until a condition holds.
func becomes(ctx context.Context, what string, holds func() (bool, error)) error {
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) { return holds() })
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func leads(ctx context.Context, c *clients) error {
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, ns, "leader", c.typed.CoreV1(), c.typed.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: "me"})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	led := false
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: lock, ReleaseOnCancel: true, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 50 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{OnStartedLeading: func(context.Context) { led = true; cancel() }, OnStoppedLeading: func() {}},
	})
	lease, err := c.typed.CoordinationV1().Leases(ns).Get(context.Background(), "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return first(want("led", led, true), want("released", *lease.Spec.HolderIdentity, ""))
}

var toolCalls = []call{
	{"leader election", leads},
	{"event recorder", func(ctx context.Context, c *clients) error {
		broadcaster := record.NewBroadcaster()
		defer broadcaster.Shutdown()
		broadcaster.StartRecordingToSink(&typedcore.EventSinkImpl{Interface: c.typed.CoreV1().Events("")})
		recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "test"})
		about, err := c.typed.CoreV1().Pods(ns).Get(ctx, "runs", metav1.GetOptions{})
		if err != nil {
			return err
		}
		for range 2 { // the second one is a patch of the count
			recorder.Event(about, corev1.EventTypeNormal, "Tested", "it was tested")
		}
		return becomes(ctx, "an event that counts two", func() (bool, error) {
			list, err := c.typed.CoreV1().Events(ns).List(ctx, metav1.ListOptions{FieldSelector: "reason=Tested,involvedObject.name=runs"})
			return err == nil && len(list.Items) == 1 && list.Items[0].Count == 2, err
		})
	}},
	{"events.k8s.io recorder", func(ctx context.Context, c *clients) error {
		broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: c.typed.EventsV1()})
		defer broadcaster.Shutdown()
		if err := broadcaster.StartRecordingToSinkWithContext(ctx); err != nil {
			return err
		}
		about, err := c.typed.CoreV1().Pods(ns).Get(ctx, "runs", metav1.GetOptions{})
		if err != nil {
			return err
		}
		broadcaster.NewRecorder(scheme.Scheme, "test").Eventf(about, nil, corev1.EventTypeNormal, "Newer", "Testing", "it was tested")
		return becomes(ctx, "the event in its older version", func() (bool, error) {
			list, err := c.typed.CoreV1().Events(ns).List(ctx, metav1.ListOptions{FieldSelector: "reason=Newer"})
			return err == nil && len(list.Items) == 1 && list.Items[0].Message == "it was tested", err
		})
	}},
	{"retry watcher", func(ctx context.Context, c *clients) error {
		list, err := c.typed.CoreV1().ConfigMaps(ns).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		source := &cache.ListWatch{WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			seconds := int64(1) // it ends early, and goes on where it was
			options.TimeoutSeconds = &seconds
			return c.typed.CoreV1().ConfigMaps(ns).Watch(ctx, options)
		}}
		watcher, err := watchtools.NewRetryWatcherWithContext(ctx, list.ResourceVersion, source)
		if err != nil {
			return err
		}
		defer watcher.Stop()
		for _, name := range []string{"retry-1", "retry-2"} {
			if _, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: named(name)}, metav1.CreateOptions{}); err != nil {
				return err
			}
			got, err := next(ctx, watcher, watch.Added)
			if err := first(err, want("name", got, name)); err != nil {
				return err
			}
			time.Sleep(1200 * time.Millisecond)
		}
		return nil
	}},
	{"until with sync", func(ctx context.Context, c *clients) error {
		source := cache.NewListWatchFromClient(c.typed.CoreV1().RESTClient(), "configmaps", ns, nothing)
		_, err := watchtools.UntilWithSync(ctx, source, &corev1.ConfigMap{}, nil, func(event watch.Event) (bool, error) {
			return event.Object.(*corev1.ConfigMap).Name == "retry-2", nil
		})
		return err
	}},
}
