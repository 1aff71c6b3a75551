// A manager of controller-runtime with one controller, as operators have them: it watches ConfigMaps and the Secrets that it
// makes of them, with leader election. One line for each thing it does: `ok|FAIL NAME MESSAGE`, then the counts.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	ns        = "default"
	finalizer = "kaudit.io/mirror"
)

// mirror makes a Secret of each ConfigMap with the label, and takes it away with its finalizer.
type mirror struct{ client.Client }

func (m *mirror) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	source := &corev1.ConfigMap{}
	if err := m.Get(ctx, request.NamespacedName, source); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if source.Labels["mirror"] != "yes" {
		return ctrl.Result{}, nil
	}
	copied := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: source.Name, Namespace: source.Namespace}}
	if !source.DeletionTimestamp.IsZero() {
		if err := client.IgnoreNotFound(m.Delete(ctx, copied)); err != nil {
			return ctrl.Result{}, err
		}
		controllerutil.RemoveFinalizer(source, finalizer)
		return ctrl.Result{}, m.Update(ctx, source)
	}
	if controllerutil.AddFinalizer(source, finalizer) {
		if err := m.Update(ctx, source); err != nil {
			return ctrl.Result{}, err
		}
	}
	_, err := controllerutil.CreateOrUpdate(ctx, m.Client, copied, func() error {
		copied.StringData = map[string]string{"a": source.Data["a"]}
		return controllerutil.SetControllerReference(source, copied, m.Scheme())
	})
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) { // the cache is behind
		return ctrl.Result{RequeueAfter: 10 * time.Millisecond}, nil
	}
	return ctrl.Result{}, err
}

var passed, failed int

func check(name string, err error) {
	if err != nil {
		failed++
		fmt.Printf("FAIL %s %s\n", name, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	passed++
	fmt.Println("ok", name)
}

func becomes(ctx context.Context, name string, holds func() (bool, error)) {
	check(name, wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) { return holds() }))
}

// scenario is what a user does while the manager runs; `direct` does not read from its cache.
func scenario(ctx context.Context, manager ctrl.Manager, direct client.Client) {
	source := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "mirrored", Namespace: ns, Labels: map[string]string{"mirror": "yes"}}, Data: map[string]string{"a": "1"}}
	key, copied := client.ObjectKeyFromObject(source), &corev1.Secret{}
	copyHas := func(value string) func() (bool, error) {
		return func() (bool, error) {
			err := direct.Get(ctx, key, copied)
			return err == nil && string(copied.Data["a"]) == value, client.IgnoreNotFound(err)
		}
	}
	check("create", direct.Create(ctx, source))
	becomes(ctx, "the controller makes a copy", copyHas("1"))
	becomes(ctx, "with its owner", func() (bool, error) { return metav1.IsControlledBy(copied, source), nil })
	check("patch", direct.Patch(ctx, source, client.RawPatch("application/merge-patch+json", []byte(`{"data":{"a":"2"}}`))))
	becomes(ctx, "the copy follows", copyHas("2"))
	check("delete the copy", direct.Delete(ctx, copied))
	becomes(ctx, "it is made again", copyHas("2"))
	becomes(ctx, "the cache has the source", func() (bool, error) {
		cached := &corev1.ConfigMap{}
		err := manager.GetClient().Get(ctx, key, cached)
		return err == nil && controllerutil.ContainsFinalizer(cached, finalizer), client.IgnoreNotFound(err)
	})
	becomes(ctx, "the cache's index", func() (bool, error) {
		list := &corev1.ConfigMapList{}
		err := manager.GetClient().List(ctx, list, client.MatchingFields{"a": "2"})
		return len(list.Items) == 1, err
	})
	check("apply", direct.Apply(ctx, coreapply.ConfigMap("applied", ns).WithData(map[string]string{"x": "y"}), client.FieldOwner("test")))
	metadata := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}}
	check("metadata alone", direct.Get(ctx, key, metadata))
	status := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: ns}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	check("create a pod", direct.Create(ctx, status))
	before := status.DeepCopy()
	status.Status.Phase = corev1.PodRunning
	check("patch its status", direct.Status().Patch(ctx, status, client.MergeFrom(before)))
	eviction := direct.SubResource("eviction")
	check("evict it", eviction.Create(ctx, status, &policyv1.Eviction{}))
	check("delete the source", direct.Delete(ctx, source))
	gone := func(object client.Object) func() (bool, error) {
		return func() (bool, error) {
			err := direct.Get(ctx, key, object)
			return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
		}
	}
	becomes(ctx, "the finalizer lets it go", gone(&corev1.ConfigMap{}))
	becomes(ctx, "and takes the copy away", gone(&corev1.Secret{}))
	check("delete all", direct.DeleteAllOf(ctx, &corev1.ConfigMap{}, client.InNamespace(ns), client.MatchingLabels{"mirror": "yes"}))
}

func start(ctx context.Context) (ctrl.Manager, error) {
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		LeaderElection: true, LeaderElectionID: "mirror", LeaderElectionNamespace: ns, LeaderElectionReleaseOnCancel: true,
		Metrics: server.Options{BindAddress: "0"},
	})
	if err != nil {
		return nil, err
	}
	byValue := func(object client.Object) []string { return []string{object.(*corev1.ConfigMap).Data["a"]} }
	if err := manager.GetFieldIndexer().IndexField(ctx, &corev1.ConfigMap{}, "a", byValue); err != nil {
		return nil, err
	}
	return manager, ctrl.NewControllerManagedBy(manager).For(&corev1.ConfigMap{}).Owns(&corev1.Secret{}).Complete(&mirror{manager.GetClient()})
}

func main() {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr)))
	ctx, cancel := context.WithTimeout(ctrl.SetupSignalHandler(), 4*time.Minute)
	defer cancel()
	manager, err := start(ctx)
	check("set up", err)
	if err != nil {
		os.Exit(1)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(running) }()
	select {
	case <-manager.Elected():
		check("elected", nil)
	case err := <-ended:
		check("elected", fmt.Errorf("the manager ended: %v", err))
		os.Exit(1)
	}
	direct, err := client.New(manager.GetConfig(), client.Options{})
	check("a client of its own", err)
	if err == nil {
		scenario(ctx, manager, direct)
	}
	stop()
	check("stop", <-ended)
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
