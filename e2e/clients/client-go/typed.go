package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingapply "k8s.io/client-go/applyconfigurations/autoscaling/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
)

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{"of": "client-go"}}
}

func podTemplate() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "nginx"}}},
	}
}

func deployment(name string) *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{ObjectMeta: named(name), Spec: appsv1.DeploymentSpec{
		Replicas: &replicas,
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
		Template: podTemplate(),
	}}
}

func data(c *clients, ctx context.Context, name string) (map[string]string, error) {
	got, err := c.typed.CoreV1().ConfigMaps(ns).Get(ctx, name, metav1.GetOptions{})
	return got.Data, err
}

func patchOf(kind types.PatchType, body, key, value string) func(context.Context, *clients) error {
	return func(ctx context.Context, c *clients) error {
		got, err := c.typed.CoreV1().ConfigMaps(ns).Patch(ctx, "typed", kind, []byte(body), metav1.PatchOptions{})
		if err != nil {
			return err
		}
		return want(key, got.Data[key], value)
	}
}

var typedCalls = []call{
	{"typed create", func(ctx context.Context, c *clients) error {
		_, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: named("typed"), Data: map[string]string{"a": "1"}}, metav1.CreateOptions{})
		return err
	}},
	{"typed create again", func(ctx context.Context, c *clients) error {
		_, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: named("typed")}, metav1.CreateOptions{})
		return isError(err, apierrors.IsAlreadyExists)
	}},
	{"typed create dry run", func(ctx context.Context, c *clients) error {
		if _, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: named("dry")}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
			return err
		}
		_, err := data(c, ctx, "dry")
		return isError(err, apierrors.IsNotFound)
	}},
	{"typed create invalid", func(ctx context.Context, c *clients) error {
		_, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: named("Not_A_Name")}, metav1.CreateOptions{})
		return isError(err, apierrors.IsInvalid)
	}},
	{"typed generateName", func(ctx context.Context, c *clients) error {
		made, err := c.typed.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "gen-"}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		return want("length of the name", len(made.Name), len("gen-")+5)
	}},
	{"typed get", func(ctx context.Context, c *clients) error {
		got, err := data(c, ctx, "typed")
		if err != nil {
			return err
		}
		return want("a", got["a"], "1")
	}},
	{"typed get missing", func(ctx context.Context, c *clients) error {
		_, err := data(c, ctx, "missing")
		return isError(err, apierrors.IsNotFound)
	}},
	{"typed list by labels", func(ctx context.Context, c *clients) error {
		list, err := c.typed.CoreV1().ConfigMaps("").List(ctx, metav1.ListOptions{LabelSelector: "of=client-go"})
		if err != nil {
			return err
		}
		return want("items", len(list.Items), 1)
	}},
	{"typed list by fields", func(ctx context.Context, c *clients) error {
		list, err := c.typed.CoreV1().Namespaces().List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=kube-system"})
		if err != nil {
			return err
		}
		return want("items", len(list.Items), 1)
	}},
	{"typed list by pages", func(ctx context.Context, c *clients) error {
		pages := 0
		source := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			pages++
			return c.typed.RbacV1().ClusterRoles().List(ctx, options)
		})
		source.PageSize = 5
		items := 0
		err := source.EachListItem(ctx, metav1.ListOptions{}, func(runtime.Object) error { items++; return nil })
		if err == nil && (pages < 3 || items < 11) {
			err = fmt.Errorf("%d items in %d pages", items, pages)
		}
		return err
	}},
	{"typed update", func(ctx context.Context, c *clients) error {
		return retry.RetryOnConflict(retry.DefaultRetry, func() error {
			got, err := c.typed.CoreV1().ConfigMaps(ns).Get(ctx, "typed", metav1.GetOptions{})
			if err != nil {
				return err
			}
			got.Data["b"] = "2"
			_, err = c.typed.CoreV1().ConfigMaps(ns).Update(ctx, got, metav1.UpdateOptions{})
			return err
		})
	}},
	{"typed update conflict", func(ctx context.Context, c *clients) error {
		_, err := c.typed.CoreV1().ConfigMaps(ns).Update(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "typed", ResourceVersion: "1"}}, metav1.UpdateOptions{})
		return isError(err, apierrors.IsConflict)
	}},
	{"typed patch strategic", patchOf(types.StrategicMergePatchType, `{"data":{"s":"1"}}`, "s", "1")},
	{"typed patch merge", patchOf(types.MergePatchType, `{"data":{"m":"1"}}`, "m", "1")},
	{"typed patch json", patchOf(types.JSONPatchType, `[{"op":"add","path":"/data/j","value":"1"}]`, "j", "1")},
	{"typed apply", func(ctx context.Context, c *clients) error {
		wanted := coreapply.ConfigMap("applied", ns).WithData(map[string]string{"a": "1"})
		got, err := c.typed.CoreV1().ConfigMaps(ns).Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "one"})
		if err != nil {
			return err
		}
		return want("manager", got.ManagedFields[0].Manager, "one")
	}},
	{"typed apply conflict", func(ctx context.Context, c *clients) error {
		wanted := coreapply.ConfigMap("applied", ns).WithData(map[string]string{"a": "2"})
		_, err := c.typed.CoreV1().ConfigMaps(ns).Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "two"})
		if err := isError(err, apierrors.IsConflict); err != nil {
			return err
		}
		_, err = c.typed.CoreV1().ConfigMaps(ns).Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "two", Force: true})
		return err
	}},
	{"typed apply extracted", func(ctx context.Context, c *clients) error {
		got, err := c.typed.CoreV1().ConfigMaps(ns).Get(ctx, "applied", metav1.GetOptions{})
		if err != nil {
			return err
		}
		extracted, err := coreapply.ExtractConfigMap(got, "two")
		if err != nil {
			return err
		}
		return want("a", extracted.Data["a"], "2")
	}},
	{"typed deployment", func(ctx context.Context, c *clients) error {
		made, err := c.typed.AppsV1().Deployments(ns).Create(ctx, deployment("web"), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		return want("strategy by default", made.Spec.Strategy.Type, appsv1.RollingUpdateDeploymentStrategyType)
	}},
	{"typed apply deployment", func(ctx context.Context, c *clients) error {
		wanted := appsapply.Deployment("applied", ns).WithSpec(appsapply.DeploymentSpec().
			WithSelector(metaapply.LabelSelector().WithMatchLabels(map[string]string{"app": "x"})).
			WithTemplate(coreapply.PodTemplateSpec().WithLabels(map[string]string{"app": "x"}).
				WithSpec(coreapply.PodSpec().WithContainers(coreapply.Container().WithName("c").WithImage("i").
					WithPorts(coreapply.ContainerPort().WithContainerPort(80))))))
		_, err := c.typed.AppsV1().Deployments(ns).Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "one"})
		return err
	}},
	{"typed update status", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AppsV1().Deployments(ns).Get(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		got.Status.ObservedGeneration, got.Status.Replicas = got.Generation, 2
		updated, err := c.typed.AppsV1().Deployments(ns).UpdateStatus(ctx, got, metav1.UpdateOptions{})
		if err != nil {
			return err
		}
		return want("replicas", updated.Status.Replicas, 2)
	}},
	{"typed get and update scale", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AppsV1().Deployments(ns).GetScale(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		got.Spec.Replicas = 5
		_, err = c.typed.AppsV1().Deployments(ns).UpdateScale(ctx, "web", got, metav1.UpdateOptions{})
		return first(err, want("selector", got.Status.Selector, "app=web"))
	}},
	{"typed apply scale", func(ctx context.Context, c *clients) error {
		scale := autoscalingapply.Scale().WithSpec(autoscalingapply.ScaleSpec().WithReplicas(7))
		got, err := c.typed.AppsV1().Deployments(ns).ApplyScale(ctx, "web", scale, metav1.ApplyOptions{FieldManager: "scaler", Force: true})
		if err != nil {
			return err
		}
		return want("replicas", got.Spec.Replicas, 7)
	}},
	{"typed hpa in two versions", func(ctx context.Context, c *clients) error {
		percent := int32(70)
		made := &autoscalingv1.HorizontalPodAutoscaler{ObjectMeta: named("web"), Spec: autoscalingv1.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv1.CrossVersionObjectReference{Kind: "Deployment", Name: "web", APIVersion: "apps/v1"}, MaxReplicas: 3, TargetCPUUtilizationPercentage: &percent}}
		if _, err := c.typed.AutoscalingV1().HorizontalPodAutoscalers(ns).Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
		got, err := c.typed.AutoscalingV2().HorizontalPodAutoscalers(ns).Get(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return want("metrics", *got.Spec.Metrics[0].Resource.Target.AverageUtilization, percent)
	}},
	{"typed secret with stringData", func(ctx context.Context, c *clients) error {
		made, err := c.typed.CoreV1().Secrets(ns).Create(ctx, &corev1.Secret{ObjectMeta: named("s"), StringData: map[string]string{"p": "w"}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		return want("p", string(made.Data["p"]), "w")
	}},
	{"typed service", func(ctx context.Context, c *clients) error {
		service := &corev1.Service{ObjectMeta: named("web"), Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromString("http")}}}}
		made, err := c.typed.CoreV1().Services(ns).Create(ctx, service, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		return first(want("target port", made.Spec.Ports[0].TargetPort.StrVal, "http"), want("has an address", made.Spec.ClusterIP != "", true))
	}},
	{"typed kinds of many groups", func(ctx context.Context, c *clients) error {
		_, jobs := c.typed.BatchV1().Jobs(ns).Create(ctx, &batchv1.Job{ObjectMeta: named("j"), Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{RestartPolicy: "Never", Containers: podTemplate().Spec.Containers}}}}, metav1.CreateOptions{})
		minimum := intstr.FromInt32(1)
		_, budgets := c.typed.PolicyV1().PodDisruptionBudgets(ns).Create(ctx, &policyv1.PodDisruptionBudget{ObjectMeta: named("pdb"), Spec: policyv1.PodDisruptionBudgetSpec{MinAvailable: &minimum, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "none"}}}}, metav1.CreateOptions{})
		prefix := networkingv1.PathTypePrefix
		backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80}}}
		_, ingresses := c.typed.NetworkingV1().Ingresses(ns).Create(ctx, &networkingv1.Ingress{ObjectMeta: named("ing"), Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{Host: "a.example", IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix, Backend: backend}}}}}}}}, metav1.CreateOptions{})
		_, quotas := c.typed.CoreV1().ResourceQuotas(ns).Create(ctx, &corev1.ResourceQuota{ObjectMeta: named("q"), Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"pods": resource.MustParse("100")}}}, metav1.CreateOptions{})
		return first(jobs, budgets, ingresses, quotas)
	}},
	{"typed warning", func(ctx context.Context, c *clients) error {
		config := rest.CopyConfig(c.config)
		warnings := &warningCounter{}
		config.WarningHandler = warnings
		_, err := rest.HTTPClientFor(config)
		if err != nil {
			return err
		}
		other, err := newTyped(config)
		if err != nil {
			return err
		}
		_, err = other.CoreV1().ComponentStatuses().List(ctx, metav1.ListOptions{})
		return first(err, want("warnings", warnings.count, 1))
	}},
	{"typed delete with preconditions", func(ctx context.Context, c *clients) error {
		uid := types.UID("another")
		err := c.typed.CoreV1().ConfigMaps(ns).Delete(ctx, "typed", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
		if err := isError(err, apierrors.IsConflict); err != nil {
			return err
		}
		return c.typed.CoreV1().ConfigMaps(ns).Delete(ctx, "typed", metav1.DeleteOptions{})
	}},
	{"typed delete collection", func(ctx context.Context, c *clients) error {
		if err := c.typed.CoreV1().Secrets(ns).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "of=client-go"}); err != nil {
			return err
		}
		_, err := c.typed.CoreV1().Secrets(ns).Get(ctx, "s", metav1.GetOptions{})
		return isError(err, apierrors.IsNotFound)
	}},
	{"typed namespace, its finalizers", func(ctx context.Context, c *clients) error {
		made, err := c.typed.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: named("own")}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		if _, err := c.typed.CoreV1().Namespaces().Finalize(ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
		return c.typed.CoreV1().Namespaces().Delete(ctx, "own", metav1.DeleteOptions{})
	}},
}
