// Package faults shows what client-go does about each fault: its retries, its errors, and informers that recover.
package faults

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"

	"kaudit.io/kaudittest"
)

const patience = 60 * time.Second

var ctx = context.Background()

type world struct {
	*testing.T
	server *kaudittest.Server
	client *kubernetes.Clientset
	maps   typed.ConfigMapInterface
}

func start(t *testing.T) world {
	server := kaudittest.Start(t)
	config, err := clientcmd.BuildConfigFromFlags("", server.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	client := kubernetes.NewForConfigOrDie(config)
	return world{t, server, client, client.CoreV1().ConfigMaps("default")}
}

func (w world) fault(action kaudittest.FaultAction, times int64, verbs ...string) string {
	w.Helper()
	fault, err := w.server.AddFault(kaudittest.Fault{
		Match: &kaudittest.FaultMatch{Verbs: verbs, Resources: []string{"configmaps"}}, Times: times, Action: action})
	if err != nil {
		w.Fatal(err)
	}
	return fault.ID
}

func (w world) create(name string) {
	w.Helper()
	object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := w.maps.Create(ctx, object, metav1.CreateOptions{}); err != nil {
		w.Fatal(err)
	}
}

// codes are those of the events that fit.
func (w world) codes(query kaudittest.Query) string {
	w.Helper()
	events, err := w.server.Events(query)
	if err != nil {
		w.Fatal(err)
	}
	text := ""
	for _, event := range events {
		text += fmt.Sprintf("%d ", event.ResponseStatus.Code)
	}
	return text
}

func TestRetryAfterIsObeyed(t *testing.T) {
	w := start(t)
	w.create("a")
	w.fault(kaudittest.FaultAction{Status: 429, RetryAfter: kaudittest.Int(1)}, 2, "get")
	if _, err := w.maps.Get(ctx, "a", metav1.GetOptions{}); err != nil {
		t.Fatal(err)
	}
	if codes := w.codes(kaudittest.Query{"verb": "get", "name": "a", "wait": "5s", "count": "3"}); codes != "429 429 200 " {
		t.Fatal(codes)
	}
}

func TestConflictsAreTriedAgain(t *testing.T) {
	w := start(t)
	w.create("a")
	w.fault(kaudittest.FaultAction{Status: 409}, 2, "update")
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		object, err := w.maps.Get(ctx, "a", metav1.GetOptions{})
		if err != nil {
			return err
		}
		object.Data = map[string]string{"k": "v"}
		_, err = w.maps.Update(ctx, object, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if codes := w.codes(kaudittest.Query{"verb": "update", "wait": "5s", "count": "3"}); codes != "409 409 200 " {
		t.Fatal(codes)
	}
}

func TestErrorsAreKnownByTheirReason(t *testing.T) {
	w := start(t)
	for code, is := range map[int64]func(error) bool{
		409: apierrors.IsConflict, 410: apierrors.IsResourceExpired, 429: apierrors.IsTooManyRequests,
		500: apierrors.IsInternalError, 503: apierrors.IsServiceUnavailable, 504: apierrors.IsTimeout} {
		id := w.fault(kaudittest.FaultAction{Status: code}, 1, "create")
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("a%d", code)}}
		if _, err := w.maps.Create(ctx, object, metav1.CreateOptions{}); !is(err) {
			t.Errorf("%d: %v", code, err)
		}
		if codes := w.codes(kaudittest.Query{"fault": id, "wait": "5s"}); codes != fmt.Sprintf("%d ", code) {
			t.Errorf("%d: %s", code, codes)
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	w := start(t)
	for how, there := range map[string]bool{"before": false, "after": true, "mid-body": true} {
		w.fault(kaudittest.FaultAction{Reset: how}, 1, "create")
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: how}}
		if _, err := w.maps.Create(ctx, object, metav1.CreateOptions{}); err == nil {
			t.Errorf("%s: no error", how)
		}
		if _, err := w.maps.Get(ctx, how, metav1.GetOptions{}); (err == nil) != there {
			t.Errorf("%s: %v", how, err)
		}
	}
}

// An informer must end with what a list says, whatever happens to its watch.
func TestInformersRecover(t *testing.T) {
	w := start(t)
	factory := informers.NewSharedInformerFactoryWithOptions(w.client, 0, informers.WithNamespace("default"))
	informer := factory.Core().V1().ConfigMaps().Informer()
	stop := make(chan struct{})
	defer close(stop)
	factory.Start(stop)
	if !cache.WaitForCacheSync(stop, informer.HasSynced) {
		t.Fatal("no first list")
	}
	agrees := func(what string) {
		t.Helper()
		deadline := time.Now().Add(patience)
		for {
			list, err := w.maps.List(ctx, metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			same := len(list.Items) == len(informer.GetStore().List())
			for _, item := range list.Items {
				object, found, _ := informer.GetStore().GetByKey("default/" + item.Name)
				same = same && found && object.(*corev1.ConfigMap).ResourceVersion == item.ResourceVersion
			}
			if same {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: the informer has %d objects, the list %d", what, len(informer.GetStore().List()), len(list.Items))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	watch := func(of kaudittest.WatchFault) kaudittest.FaultAction { return kaudittest.FaultAction{Watch: &of} }
	for name, action := range map[string]kaudittest.FaultAction{
		"cut":       watch(kaudittest.WatchFault{CutAfter: kaudittest.Int(1)}),
		"gone":      watch(kaudittest.WatchFault{Gone: true, CutAfter: kaudittest.Int(1)}),
		"bookmarks": watch(kaudittest.WatchFault{Bookmarks: "repeat"}),
		"refused":   {Status: 503},
	} {
		w.fault(action, 3, "watch")
		// A fault meets watches that begin: the one that is there ends with a reset.
		if _, err := w.server.Reset("faults", "events"); err != nil {
			t.Fatal(err)
		}
		for number := 0; number < 4; number++ {
			w.create(fmt.Sprintf("%s-%d", name, number))
		}
		agrees(name)
		if err := w.server.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.server.Reset(); err != nil {
		t.Fatal(err)
	}
	agrees("reset")
}
