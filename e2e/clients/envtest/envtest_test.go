// What a project does that tests its controllers with envtest: start, users, objects, a webhook,
// stop. Nothing here knows of kaudit; KUBEBUILDER_ASSETS does.
package envtest_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func clientOf(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func started(t *testing.T, environment *envtest.Environment) *rest.Config {
	t.Helper()
	began := time.Now()
	config, err := environment.Start()
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Logf("Start took %v", time.Since(began))
	t.Cleanup(func() {
		began := time.Now()
		if err := environment.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
		t.Logf("Stop took %v", time.Since(began))
	})
	return config
}

func TestStartsAndLetsItsAdministratorIn(t *testing.T) {
	ctx := t.Context()
	client := clientOf(t, started(t, &envtest.Environment{}))
	version, err := client.Discovery().ServerVersion()
	if err != nil || version.Minor != "37" {
		t.Fatalf("version %v, %v", version, err)
	}
	made, err := client.CoreV1().ConfigMaps("default").Create(ctx,
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "c-"}}, metav1.CreateOptions{})
	if err != nil || !strings.HasPrefix(made.Name, "c-") {
		t.Fatalf("created %v, %v", made, err)
	}
	pod, err := client.CoreV1().Pods("default").Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "p"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// envtest switches the plugin off, and then nobody fills it in.
	if pod.Spec.ServiceAccountName != "" {
		t.Errorf("serviceAccountName %q", pod.Spec.ServiceAccountName)
	}
}

func TestUsersHaveTheRightsThatTheyAreGiven(t *testing.T) {
	ctx := context.Background()
	environment := &envtest.Environment{}
	admin := clientOf(t, started(t, environment))
	user, err := environment.AddUser(envtest.User{Name: "jane", Groups: []string{"readers"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jane := clientOf(t, user.Config())
	if _, err := jane.CoreV1().Secrets("default").List(ctx, metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Fatalf("without a role: %v", err)
	}
	_, err = admin.RbacV1().Roles("default").Create(ctx, &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Name: "reader"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"list"}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = admin.RbacV1().RoleBindings("default").Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "readers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: "reader"},
		Subjects:   []rbacv1.Subject{{Kind: "Group", APIGroup: "rbac.authorization.k8s.io", Name: "readers"}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jane.CoreV1().Secrets("default").List(ctx, metav1.ListOptions{}); err != nil {
		t.Fatalf("with a role: %v", err)
	}
	if _, err := os.Stat(filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), "kubectl")); err == nil {
		kubectl, err := user.Kubectl()
		if err != nil {
			t.Fatal(err)
		}
		out, errOut, err := kubectl.Run("get", "secrets", "-n", "default")
		if err != nil {
			t.Fatalf("kubectl: %v %v %v", out, errOut, err)
		}
	}
}

type labeller struct{}

func (labeller) Handle(_ context.Context, request admission.Request) admission.Response {
	if strings.Contains(request.Name, "bad") {
		return admission.Denied("no bad names")
	}
	return admission.Patched("labelled", jsonpatch.NewOperation("add", "/metadata/labels", map[string]string{"by": "webhook"}))
}

func TestWebhooksAreAsked(t *testing.T) {
	ctx := t.Context()
	fail, effects, path := admissionv1.Fail, admissionv1.SideEffectClassNone, "/label"
	environment := &envtest.Environment{WebhookInstallOptions: envtest.WebhookInstallOptions{
		MutatingWebhooks: []*admissionv1.MutatingWebhookConfiguration{{
			ObjectMeta: metav1.ObjectMeta{Name: "labeller"},
			Webhooks: []admissionv1.MutatingWebhook{{
				Name:                    "label.example.com",
				AdmissionReviewVersions: []string{"v1"},
				FailurePolicy:           &fail,
				SideEffects:             &effects,
				ClientConfig: admissionv1.WebhookClientConfig{
					Service: &admissionv1.ServiceReference{Name: "hook", Namespace: "default", Path: &path},
				},
				Rules: []admissionv1.RuleWithOperations{{
					Operations: []admissionv1.OperationType{admissionv1.Create},
					Rule: admissionv1.Rule{
						APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"},
					},
				}},
			}},
		}},
	}}
	client := clientOf(t, started(t, environment))
	options := environment.WebhookInstallOptions
	server := webhook.NewServer(webhook.Options{
		Host: options.LocalServingHost, Port: options.LocalServingPort, CertDir: options.LocalServingCertDir,
	})
	server.Register("/label", &webhook.Admission{Handler: labeller{}})
	go func() {
		if err := server.Start(ctx); err != nil && err != http.ErrServerClosed {
			t.Errorf("webhook server: %v", err)
		}
	}()
	for deadline := time.Now().Add(10 * time.Second); server.StartedChecker()(nil) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("the webhook server does not start")
		}
		time.Sleep(10 * time.Millisecond)
	}
	maps := client.CoreV1().ConfigMaps("default")
	made, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "good"}}, metav1.CreateOptions{})
	if err != nil || made.Labels["by"] != "webhook" {
		t.Fatalf("%v, %v", made, err)
	}
	_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "bad"}}, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) ||
		!strings.Contains(err.Error(), `admission webhook "label.example.com" denied the request: no bad names`) {
		t.Fatalf("%v", err)
	}
}
