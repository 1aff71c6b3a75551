package main

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
)

var nothing = fields.Everything()

const (
	workers         = 8
	writesPerWorker = 1250
	written         = "informed"
)

// churn creates, updates and deletes: 10,000 writes in all.
func churn(ctx context.Context, c *clients, worker int) error {
	maps := c.typed.CoreV1().ConfigMaps(written)
	for i := range writesPerWorker / 5 {
		name := fmt.Sprintf("w%d-%d", worker, i)
		made, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named(name), Data: map[string]string{"i": "0"}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		for j := range 3 {
			made.Data["i"] = fmt.Sprint(j + 1)
			if made, err = maps.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
				return err
			}
		}
		if i%2 == 0 {
			err = maps.Delete(ctx, name, metav1.DeleteOptions{})
		} else {
			made.Data["i"] = "last"
			_, err = maps.Update(ctx, made, metav1.UpdateOptions{})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func churnAll(ctx context.Context, c *clients) error {
	var group sync.WaitGroup
	errs := make([]error, workers)
	for worker := range workers {
		group.Go(func() { errs[worker] = churn(ctx, c, worker) })
	}
	group.Wait()
	return first(errs...)
}

// versions is what a list of objects says: name to resourceVersion.
func versions(objects []any) map[string]string {
	all := map[string]string{}
	for _, object := range objects {
		one := object.(metav1.Object)
		all[one.GetName()] = one.GetResourceVersion()
	}
	return all
}

func same(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, version := range a {
		if b[name] != version {
			return false
		}
	}
	return true
}

func inSync(ctx context.Context, c *clients, what string, informer cache.SharedIndexInformer) error {
	list, err := c.typed.CoreV1().ConfigMaps(written).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	real := map[string]string{}
	for i := range list.Items {
		real[list.Items[i].Name] = list.Items[i].ResourceVersion
	}
	return becomes(ctx, what+" has what the server has", func() (bool, error) { return same(real, versions(informer.GetStore().List())), nil })
}

var informerCalls = []call{
	{"informers in sync through 10000 writes", func(ctx context.Context, c *clients) error {
		if _, err := c.typed.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: named(written)}, metav1.CreateOptions{}); err != nil {
			return err
		}
		typed := informers.NewSharedInformerFactoryWithOptions(c.typed, 0, informers.WithNamespace(written))
		dynamic := dynamicinformer.NewFilteredDynamicSharedInformerFactory(c.dynamic, 0, written, nil)
		meta := metadatainformer.NewFilteredSharedInformerFactory(c.meta, 0, written, nil)
		all := map[string]cache.SharedIndexInformer{
			"the typed informer":    typed.Core().V1().ConfigMaps().Informer(),
			"the dynamic informer":  dynamic.ForResource(configMaps).Informer(),
			"the metadata informer": meta.ForResource(configMaps).Informer(),
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		typed.Start(ctx.Done())
		dynamic.Start(ctx.Done())
		meta.Start(ctx.Done())
		for what, informer := range all {
			if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
				return fmt.Errorf("%s does not sync", what)
			}
		}
		if err := churnAll(ctx, c); err != nil {
			return err
		}
		for what, informer := range all {
			if err := inSync(ctx, c, what, informer); err != nil {
				return err
			}
		}
		return nil
	}},
	{"informers that come later", func(ctx context.Context, c *clients) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		informer := informers.NewSharedInformerFactoryWithOptions(c.typed, 0, informers.WithNamespace(written)).Core().V1().ConfigMaps().Informer()
		go informer.Run(ctx.Done())
		return inSync(ctx, c, "a late informer", informer)
	}},
	{"informers of every resource", func(ctx context.Context, c *clients) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		factory := informers.NewSharedInformerFactory(c.typed, 0)
		factory.Core().V1().Pods().Informer()
		factory.Core().V1().Nodes().Informer()
		factory.Core().V1().Services().Informer()
		factory.Core().V1().Secrets().Informer()
		factory.Core().V1().Namespaces().Informer()
		factory.Apps().V1().Deployments().Informer()
		factory.Apps().V1().StatefulSets().Informer()
		factory.Batch().V1().Jobs().Informer()
		factory.Rbac().V1().ClusterRoles().Informer()
		factory.Discovery().V1().EndpointSlices().Informer()
		factory.Storage().V1().CSINodes().Informer()
		factory.Coordination().V1().Leases().Informer()
		factory.Networking().V1().Ingresses().Informer()
		factory.Policy().V1().PodDisruptionBudgets().Informer()
		factory.Start(ctx.Done())
		for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
			if !synced {
				return fmt.Errorf("%v does not sync", kind)
			}
		}
		return nil
	}},
}
