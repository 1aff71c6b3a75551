package main

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
)

var (
	configMaps  = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
)

func unstructuredMap(name, value string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name, "labels": map[string]any{"of": "dynamic"}},
		"data":     map[string]any{"a": value},
	}}
}

func scales(c *clients) (scale.ScalesGetter, error) {
	cached := memory.NewMemCacheClient(c.typed.Discovery())
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
	return scale.NewForConfig(c.config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(c.typed.Discovery()))
}

// next waits for an event of a kind and returns the name of its object.
func next(ctx context.Context, watcher watch.Interface, kind watch.EventType) (string, error) {
	for {
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("no %s: %w", kind, ctx.Err())
		case event, open := <-watcher.ResultChan():
			if !open {
				return "", fmt.Errorf("the watch ended before a %s", kind)
			}
			if event.Type == watch.Error {
				return "", apierrors.FromObject(event.Object)
			}
			if event.Type == kind {
				return event.Object.(metav1.Object).GetName(), nil
			}
		}
	}
}

var genericCalls = []call{
	{"dynamic create, get, list", func(ctx context.Context, c *clients) error {
		maps := c.dynamic.Resource(configMaps).Namespace(ns)
		if _, err := maps.Create(ctx, unstructuredMap("dyn", "1"), metav1.CreateOptions{}); err != nil {
			return err
		}
		got, err := maps.Get(ctx, "dyn", metav1.GetOptions{})
		if err != nil {
			return err
		}
		list, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "of=dynamic"})
		return first(err, want("kind", got.GetKind(), "ConfigMap"), want("items", len(list.Items), 1), want("kind of items", list.Items[0].GetKind(), "ConfigMap"))
	}},
	{"dynamic update", func(ctx context.Context, c *clients) error {
		maps := c.dynamic.Resource(configMaps).Namespace(ns)
		got, err := maps.Get(ctx, "dyn", metav1.GetOptions{})
		if err != nil {
			return err
		}
		got.SetAnnotations(map[string]string{"note": "x"})
		_, err = maps.Update(ctx, got, metav1.UpdateOptions{})
		return err
	}},
	{"dynamic patch", func(ctx context.Context, c *clients) error {
		_, err := c.dynamic.Resource(configMaps).Namespace(ns).Patch(ctx, "dyn", types.MergePatchType, []byte(`{"data":{"b":"2"}}`), metav1.PatchOptions{})
		return err
	}},
	{"dynamic apply", func(ctx context.Context, c *clients) error {
		got, err := c.dynamic.Resource(configMaps).Namespace(ns).Apply(ctx, "dyn-applied", unstructuredMap("dyn-applied", "1"), metav1.ApplyOptions{FieldManager: "dyn"})
		if err != nil {
			return err
		}
		return want("operation", got.GetManagedFields()[0].Operation, metav1.ManagedFieldsOperationApply)
	}},
	{"dynamic apply status", func(ctx context.Context, c *clients) error {
		status := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "web"}, "status": map[string]any{"replicas": int64(3)}}}
		got, err := c.dynamic.Resource(deployments).Namespace(ns).ApplyStatus(ctx, "web", status, metav1.ApplyOptions{FieldManager: "dyn", Force: true})
		if err != nil {
			return err
		}
		replicas, _, err := unstructured.NestedInt64(got.Object, "status", "replicas")
		return first(err, want("replicas", replicas, 3))
	}},
	{"dynamic subresource", func(ctx context.Context, c *clients) error {
		got, err := c.dynamic.Resource(deployments).Namespace(ns).Get(ctx, "web", metav1.GetOptions{}, "scale")
		if err != nil {
			return err
		}
		return want("kind", got.GetKind(), "Scale")
	}},
	{"dynamic watch", func(ctx context.Context, c *clients) error {
		maps := c.dynamic.Resource(configMaps).Namespace(ns)
		watcher, err := maps.Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=dyn"})
		if err != nil {
			return err
		}
		defer watcher.Stop()
		for _, step := range []struct {
			kind watch.EventType
			do   func() error
		}{
			{watch.Added, func() error { return nil }},
			{watch.Modified, func() error {
				_, err := maps.Patch(ctx, "dyn", types.MergePatchType, []byte(`{"data":{"c":"3"}}`), metav1.PatchOptions{})
				return err
			}},
			{watch.Deleted, func() error { return maps.Delete(ctx, "dyn", metav1.DeleteOptions{}) }},
		} {
			if err := step.do(); err != nil {
				return err
			}
			if _, err := next(ctx, watcher, step.kind); err != nil {
				return err
			}
		}
		return nil
	}},
	{"dynamic unknown resource", func(ctx context.Context, c *clients) error {
		_, err := c.dynamic.Resource(schema.GroupVersionResource{Group: "no.such", Version: "v1", Resource: "things"}).List(ctx, metav1.ListOptions{})
		return isError(err, apierrors.IsNotFound)
	}},
	{"typed watch", func(ctx context.Context, c *clients) error {
		list, err := c.typed.CoreV1().ConfigMaps(ns).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		watcher, err := c.typed.CoreV1().ConfigMaps(ns).Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion, AllowWatchBookmarks: true})
		if err != nil {
			return err
		}
		defer watcher.Stop()
		if _, err := c.dynamic.Resource(configMaps).Namespace(ns).Create(ctx, unstructuredMap("seen", "1"), metav1.CreateOptions{}); err != nil {
			return err
		}
		name, err := next(ctx, watcher, watch.Added)
		return first(err, want("name", name, "seen"))
	}},
	{"typed watch with initial events", func(ctx context.Context, c *clients) error {
		send := true
		watcher, err := c.typed.CoreV1().ConfigMaps(ns).Watch(ctx, metav1.ListOptions{SendInitialEvents: &send, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan, AllowWatchBookmarks: true})
		if err != nil {
			return err
		}
		defer watcher.Stop()
		_, err = next(ctx, watcher, watch.Bookmark)
		return err
	}},
	{"metadata get and list", func(ctx context.Context, c *clients) error {
		got, err := c.meta.Resource(configMaps).Namespace(ns).Get(ctx, "seen", metav1.GetOptions{})
		if err != nil {
			return err
		}
		list, err := c.meta.Resource(configMaps).List(ctx, metav1.ListOptions{LabelSelector: "of=dynamic"})
		return first(err, want("label", got.Labels["of"], "dynamic"), want("items", len(list.Items), 2))
	}},
	{"metadata patch", func(ctx context.Context, c *clients) error {
		patch, _ := json.Marshal(map[string]any{"metadata": map[string]any{"labels": map[string]any{"more": "yes"}}})
		got, err := c.meta.Resource(configMaps).Namespace(ns).Patch(ctx, "seen", types.MergePatchType, patch, metav1.PatchOptions{})
		if err != nil {
			return err
		}
		return want("label", got.Labels["more"], "yes")
	}},
	{"metadata watch", func(ctx context.Context, c *clients) error {
		watcher, err := c.meta.Resource(configMaps).Namespace(ns).Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=seen"})
		if err != nil {
			return err
		}
		defer watcher.Stop()
		if _, err := next(ctx, watcher, watch.Added); err != nil {
			return err
		}
		if err := c.meta.Resource(configMaps).Namespace(ns).Delete(ctx, "seen", metav1.DeleteOptions{}); err != nil {
			return err
		}
		_, err = next(ctx, watcher, watch.Deleted)
		return err
	}},
	{"metadata delete collection", func(ctx context.Context, c *clients) error {
		return c.meta.Resource(configMaps).Namespace(ns).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "of=dynamic"})
	}},
	{"scale client", func(ctx context.Context, c *clients) error {
		getter, err := scales(c)
		if err != nil {
			return err
		}
		got, err := getter.Scales(ns).Get(ctx, deployments.GroupResource(), "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		got.Spec.Replicas = 4
		updated, err := getter.Scales(ns).Update(ctx, deployments.GroupResource(), got, metav1.UpdateOptions{})
		if err != nil {
			return err
		}
		_, err = getter.Scales(ns).Patch(ctx, deployments, "web", types.MergePatchType, []byte(`{"spec":{"replicas":6}}`), metav1.PatchOptions{})
		return first(err, want("replicas", updated.Spec.Replicas, 4))
	}},
}
