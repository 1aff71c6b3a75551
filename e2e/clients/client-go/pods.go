package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	utilexec "k8s.io/client-go/util/exec"
)

func pod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": "pods"}}, Spec: podTemplate().Spec}
}

func execRequest(c *clients, options *corev1.PodExecOptions) *rest.Request {
	return c.typed.CoreV1().RESTClient().Post().Resource("pods").Namespace(ns).Name("runs").SubResource("exec").VersionedParams(options, scheme.ParameterCodec)
}

type executorKind func(*rest.Config, string, *rest.Request) (remotecommand.Executor, error)

func webSocket(config *rest.Config, _ string, r *rest.Request) (remotecommand.Executor, error) {
	return remotecommand.NewWebSocketExecutor(config, "GET", r.URL().String())
}

func spdyExecutor(config *rest.Config, method string, r *rest.Request) (remotecommand.Executor, error) {
	return remotecommand.NewSPDYExecutor(config, method, r.URL())
}

func fallback(config *rest.Config, method string, r *rest.Request) (remotecommand.Executor, error) {
	second, err := remotecommand.NewSPDYExecutor(config, method, r.URL())
	if err != nil {
		return nil, err
	}
	one, err := webSocket(config, method, r)
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(one, second, httpstream.IsUpgradeFailure)
}

// runs is a command in the pod, with its output and the exit code.
func runs(ctx context.Context, c *clients, kind executorKind, input string, command ...string) (string, int, error) {
	options := &corev1.PodExecOptions{Command: command, Stdout: true, Stderr: true, Stdin: input != ""}
	executor, err := kind(c.config, "POST", execRequest(c, options))
	if err != nil {
		return "", 0, err
	}
	var out, errOut bytes.Buffer
	streams := remotecommand.StreamOptions{Stdout: &out, Stderr: &errOut}
	if input != "" {
		streams.Stdin = strings.NewReader(input)
	}
	err = executor.StreamWithContext(ctx, streams)
	if exit, ok := err.(utilexec.ExitError); ok {
		return out.String() + errOut.String(), exit.ExitStatus(), nil
	}
	return out.String() + errOut.String(), 0, err
}

func execCalls(name string, kind executorKind) []call {
	return []call{
		{"exec " + name + " output", func(ctx context.Context, c *clients) error {
			out, code, err := runs(ctx, c, kind, "", "echo", "hello")
			return first(err, want("output", out, "hello\n"), want("exit code", code, 0))
		}},
		{"exec " + name + " input", func(ctx context.Context, c *clients) error {
			sent := strings.Repeat("0123456789abcde\n", 20_000)
			out, _, err := runs(ctx, c, kind, sent, "cat")
			return first(err, want("length", len(out), len(sent)))
		}},
		{"exec " + name + " exit code", func(ctx context.Context, c *clients) error {
			_, code, err := runs(ctx, c, kind, "", "sh", "-c", "exit 3")
			return first(err, want("exit code", code, 3))
		}},
	}
}

func portForward(c *clients, overWebSocket bool) error {
	url := c.typed.CoreV1().RESTClient().Post().Resource("pods").Namespace(ns).Name("runs").SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(c.config)
	if err != nil {
		return err
	}
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, "POST", url)
	if overWebSocket {
		if dialer, err = portforward.NewSPDYOverWebsocketDialer(url, c.config); err != nil {
			return err
		}
	}
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.New(dialer, []string{"0:7"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		return fmt.Errorf("it ended: %v", err)
	}
	defer func() { close(stop); <-ended }()
	ports, err := forwarder.GetPorts()
	if err != nil {
		return err
	}
	connection, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", ports[0].Local), 10*time.Second)
	if err != nil {
		return err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := connection.Write([]byte("ping")); err != nil {
		return err
	}
	got := make([]byte, 4)
	_, err = io.ReadFull(connection, got)
	return first(err, want("echo", string(got), "ping"))
}

var podCalls = append(append(append([]call{
	{"pod create, run", func(ctx context.Context, c *clients) error {
		made, err := c.typed.CoreV1().Pods(ns).Create(ctx, pod("runs"), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Status.Phase = corev1.PodRunning
		_, err = c.typed.CoreV1().Pods(ns).UpdateStatus(ctx, made, metav1.UpdateOptions{})
		return first(err, want("QoS", made.Status.QOSClass, corev1.PodQOSBestEffort))
	}},
	{"pod ephemeral containers", func(ctx context.Context, c *clients) error {
		got, err := c.typed.CoreV1().Pods(ns).Get(ctx, "runs", metav1.GetOptions{})
		if err != nil {
			return err
		}
		got.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "dbg", Image: "busybox"}}}
		updated, err := c.typed.CoreV1().Pods(ns).UpdateEphemeralContainers(ctx, "runs", got, metav1.UpdateOptions{})
		return first(err, want("containers", len(updated.Spec.EphemeralContainers), 1))
	}},
	{"pod resize", func(ctx context.Context, c *clients) error {
		sized := pod("sized")
		limits := corev1.ResourceList{"cpu": resource.MustParse("1")}
		sized.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: limits, Limits: limits}
		made, err := c.typed.CoreV1().Pods(ns).Create(ctx, sized, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		limits = corev1.ResourceList{"cpu": resource.MustParse("2")}
		made.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: limits, Limits: limits}
		updated, err := c.typed.CoreV1().Pods(ns).UpdateResize(ctx, "sized", made, metav1.UpdateOptions{})
		return first(err, want("cpu", updated.Spec.Containers[0].Resources.Limits.Cpu().String(), "2"))
	}},
	{"pod binding", func(ctx context.Context, c *clients) error {
		if _, err := c.typed.CoreV1().Pods(ns).Create(ctx, pod("bound"), metav1.CreateOptions{}); err != nil {
			return err
		}
		target := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: "bound"}, Target: corev1.ObjectReference{Kind: "Node", Name: "n1"}}
		if err := c.typed.CoreV1().Pods(ns).Bind(ctx, target, metav1.CreateOptions{}); err != nil {
			return err
		}
		list, err := c.typed.CoreV1().Pods(ns).List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=n1"})
		return first(err, want("pods on the node", len(list.Items), 1))
	}},
	{"pod eviction", func(ctx context.Context, c *clients) error {
		return c.typed.PolicyV1().Evictions(ns).Evict(ctx, &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "sized", Namespace: ns}})
	}},
	{"pod logs", func(ctx context.Context, c *clients) error {
		lines := int64(1)
		body, err := c.typed.CoreV1().Pods(ns).GetLogs("runs", &corev1.PodLogOptions{Container: "c", TailLines: &lines, Timestamps: true}).DoRaw(ctx)
		return first(err, want("ends with a line", strings.HasSuffix(string(body), "\n"), true))
	}},
	{"pod logs stream", func(ctx context.Context, c *clients) error {
		stream, err := c.typed.CoreV1().Pods(ns).GetLogs("runs", &corev1.PodLogOptions{Container: "c"}).Stream(ctx)
		if err != nil {
			return err
		}
		defer stream.Close()
		_, err = io.Copy(io.Discard, stream)
		return err
	}},
	{"pod attach", func(ctx context.Context, c *clients) error {
		request := c.typed.CoreV1().RESTClient().Post().Resource("pods").Namespace(ns).Name("runs").SubResource("attach").
			VersionedParams(&corev1.PodAttachOptions{Container: "c", Stdin: true, Stdout: true}, scheme.ParameterCodec)
		executor, err := webSocket(c.config, "", request)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: strings.NewReader("typed\n"), Stdout: &out})
		return first(err, want("copied", strings.HasSuffix(out.String(), "typed\n"), true))
	}},
	{"port-forward spdy", func(_ context.Context, c *clients) error { return portForward(c, false) }},
	{"port-forward websocket", func(_ context.Context, c *clients) error { return portForward(c, true) }},
}, execCalls("websocket", webSocket)...), execCalls("spdy", spdyExecutor)...), execCalls("fallback", fallback)...)
