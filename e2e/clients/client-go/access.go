package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

var secretsAttributes = &authorizationv1.ResourceAttributes{Namespace: ns, Verb: "list", Resource: "secrets"}

func newTyped(config *rest.Config) (*kubernetes.Clientset, error) {
	return kubernetes.NewForConfig(config)
}

type warningCounter struct{ count int }

func (w *warningCounter) HandleWarningHeader(int, string, string) { w.count++ }

func token(ctx context.Context, c *clients) (string, error) {
	answer, err := c.typed.CoreV1().ServiceAccounts(ns).CreateToken(ctx, "default", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	return answer.Status.Token, err
}

func signingRequest() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "jane"}}, key)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), err
}

var accessCalls = []call{
	{"self subject access review", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: secretsAttributes}}, metav1.CreateOptions{})
		return first(err, want("allowed", got.Status.Allowed, true))
	}},
	{"subject access review", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: "jane", ResourceAttributes: secretsAttributes}}, metav1.CreateOptions{})
		return first(err, want("allowed", got.Status.Allowed, false))
	}},
	{"local subject access review", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AuthorizationV1().LocalSubjectAccessReviews(ns).Create(ctx, &authorizationv1.LocalSubjectAccessReview{ObjectMeta: metav1.ObjectMeta{Namespace: ns}, Spec: authorizationv1.SubjectAccessReviewSpec{User: "jane", ResourceAttributes: secretsAttributes}}, metav1.CreateOptions{})
		return first(err, want("allowed", got.Status.Allowed, false))
	}},
	{"self subject rules review", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: ns}}, metav1.CreateOptions{})
		return first(err, want("has rules", len(got.Status.ResourceRules) > 0, true))
	}},
	{"self subject review", func(ctx context.Context, c *clients) error {
		got, err := c.typed.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		return first(err, want("in a group", len(got.Status.UserInfo.Groups) > 0, true))
	}},
	{"token of a service account", func(ctx context.Context, c *clients) error {
		text, err := token(ctx, c)
		if err != nil {
			return err
		}
		config := rest.AnonymousClientConfig(c.config)
		config.BearerToken = text
		other, err := newTyped(config)
		if err != nil {
			return err
		}
		got, err := other.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		_, refused := other.CoreV1().Secrets(ns).List(ctx, metav1.ListOptions{})
		return first(want("user", got.Status.UserInfo.Username, "system:serviceaccount:default:default"), isError(refused, apierrors.IsForbidden))
	}},
	{"token review", func(ctx context.Context, c *clients) error {
		text, err := token(ctx, c)
		if err != nil {
			return err
		}
		got, err := c.typed.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: text}}, metav1.CreateOptions{})
		return first(err, want("authenticated", got.Status.Authenticated, true))
	}},
	{"unauthorized", func(ctx context.Context, c *clients) error {
		config := rest.AnonymousClientConfig(c.config)
		config.BearerToken = "rubbish"
		other, err := newTyped(config)
		if err != nil {
			return err
		}
		_, err = other.CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})
		return isError(err, apierrors.IsUnauthorized)
	}},
	{"impersonation", func(ctx context.Context, c *clients) error {
		config := rest.CopyConfig(c.config)
		config.Impersonate = rest.ImpersonationConfig{UserName: "jane", UID: "u1", Groups: []string{"devs"}, Extra: map[string][]string{"scopes": {"a", "b"}}}
		other, err := newTyped(config)
		if err != nil {
			return err
		}
		got, err := other.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		return first(want("user", got.Status.UserInfo.Username, "jane"), want("uid", got.Status.UserInfo.UID, "u1"), want("scopes", len(got.Status.UserInfo.Extra["scopes"]), 2))
	}},
	{"roles take effect", func(ctx context.Context, c *clients) error {
		rules := []rbacv1.PolicyRule{{Verbs: []string{"list"}, APIGroups: []string{""}, Resources: []string{"secrets"}}}
		_, err := c.typed.RbacV1().Roles(ns).Create(ctx, &rbacv1.Role{ObjectMeta: named("lists"), Rules: rules}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		binding := &rbacv1.RoleBinding{ObjectMeta: named("lists"), RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "lists"}, Subjects: []rbacv1.Subject{{Kind: "User", APIGroup: rbacv1.GroupName, Name: "jane"}}}
		if _, err := c.typed.RbacV1().RoleBindings(ns).Create(ctx, binding, metav1.CreateOptions{}); err != nil {
			return err
		}
		config := rest.CopyConfig(c.config)
		config.Impersonate.UserName = "jane"
		other, err := newTyped(config)
		if err != nil {
			return err
		}
		_, err = other.CoreV1().Secrets(ns).List(ctx, metav1.ListOptions{})
		return err
	}},
	{"certificate approval", func(ctx context.Context, c *clients) error {
		text, err := signingRequest()
		if err != nil {
			return err
		}
		request := &certificatesv1.CertificateSigningRequest{ObjectMeta: named("jane"), Spec: certificatesv1.CertificateSigningRequestSpec{Request: text, SignerName: certificatesv1.KubeAPIServerClientSignerName, Usages: []certificatesv1.KeyUsage{certificatesv1.UsageClientAuth}}}
		made, err := c.typed.CertificatesV1().CertificateSigningRequests().Create(ctx, request, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Status.Conditions = append(made.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue, Reason: "Test"})
		approved, err := c.typed.CertificatesV1().CertificateSigningRequests().UpdateApproval(ctx, "jane", made, metav1.UpdateOptions{})
		return first(err, want("conditions", len(approved.Status.Conditions), 1))
	}},
}
