package main

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/openapi3"
	"k8s.io/client-go/restmapper"
)

var discoveryCalls = []call{
	{"discovery version", func(_ context.Context, c *clients) error {
		version, err := c.typed.Discovery().ServerVersion()
		if err != nil {
			return err
		}
		return want("major", version.Major, "1")
	}},
	{"discovery groups and resources", func(_ context.Context, c *clients) error {
		groups, lists, err := c.typed.Discovery().ServerGroupsAndResources()
		if err != nil {
			return err
		}
		if len(groups) < 15 || len(lists) < len(groups) {
			return fmt.Errorf("%d groups, %d lists", len(groups), len(lists))
		}
		return nil
	}},
	{"discovery preferred resources", func(_ context.Context, c *clients) error {
		_, err := discovery.ServerPreferredResources(c.typed.Discovery())
		return err
	}},
	{"discovery preferred namespaced resources", func(_ context.Context, c *clients) error {
		_, err := c.typed.Discovery().ServerPreferredNamespacedResources()
		return err
	}},
	{"discovery legacy", func(_ context.Context, c *clients) error {
		legacy := c.typed.Discovery().WithLegacy()
		list, err := legacy.ServerResourcesForGroupVersion("apps/v1")
		if err != nil {
			return err
		}
		return want("group version", list.GroupVersion, "apps/v1")
	}},
	{"discovery unknown group", func(_ context.Context, c *clients) error {
		_, err := c.typed.Discovery().ServerResourcesForGroupVersion("no.such/v1")
		return isError(err, func(error) bool { return true })
	}},
	{"discovery openapi v2", func(_ context.Context, c *clients) error {
		document, err := c.typed.Discovery().OpenAPISchema()
		if err != nil {
			return err
		}
		return want("swagger", document.Swagger, "2.0")
	}},
	{"discovery openapi v3", func(_ context.Context, c *clients) error {
		root := openapi3.NewRoot(c.typed.Discovery().OpenAPIV3())
		versions, err := root.GroupVersions()
		if err != nil {
			return err
		}
		for _, version := range versions {
			spec, err := root.GVSpec(version)
			if err != nil {
				return fmt.Errorf("%s: %w", version, err)
			}
			if spec.Components == nil || len(spec.Components.Schemas) == 0 {
				return fmt.Errorf("%s has no schemas", version)
			}
		}
		return nil
	}},
	{"restmapper by group resources", func(_ context.Context, c *clients) error {
		resources, err := restmapper.GetAPIGroupResources(c.typed.Discovery())
		if err != nil {
			return err
		}
		mapping, err := restmapper.NewDiscoveryRESTMapper(resources).RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})
		if err != nil {
			return err
		}
		return first(want("resource", mapping.Resource.Resource, "deployments"), want("scope", mapping.Scope.Name(), meta.RESTScopeNameNamespace))
	}},
	{"restmapper deferred, with short names", func(_ context.Context, c *clients) error {
		cached := memory.NewMemCacheClient(c.typed.Discovery())
		mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
		kind, err := mapper.KindFor(schema.GroupVersionResource{Resource: "deploy"})
		if err != nil {
			return err
		}
		if _, err := mapper.RESTMapping(schema.GroupKind{Group: "no.such", Kind: "Thing"}); !meta.IsNoMatchError(err) {
			return fmt.Errorf("an unknown kind gives %v", err)
		}
		return want("kind", kind.Kind, "Deployment")
	}},
	{"rest healthz", func(ctx context.Context, c *clients) error {
		body, err := c.typed.RESTClient().Get().AbsPath("/healthz").DoRaw(ctx)
		if err != nil {
			return err
		}
		return want("body", string(body), "ok")
	}},
}
