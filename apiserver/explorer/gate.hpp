#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/http/message.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::explorer {

/// Who may see the explorer. Whatever web pages the same browser shows, and whatever names they
/// give to 127.0.0.1, they are kept out: by the Host header (against rebound names), by Origin and
/// Sec-Fetch-Site (against requests of other pages), and by a secret.
///
/// The secret is a token in the URL that is printed. The first page that is opened with it gets a
/// cookie, and a fresh token takes its place. Programs send an unused one as a bearer token, which
/// leaves it good. Any thread.
class Gate {
 public:
  /// `hosts` are names beside the listener's own: with a port they hold for that one, without for
  /// all.
  explicit Gate(std::vector<std::string> hosts);

  /// Once the listener is bound: `authority` is its `ADDR:PORT`, the cookie has its port in its
  /// name because browsers do not tell ports apart.
  void listens_on(const std::string& authority, std::uint16_t port);

  /// Why a request is turned away, whatever it asks for: 403 or 421, and a sentence. None: its Host
  /// and origin are fine.
  struct Refusal {
    int status;
    std::string reason;
  };
  std::optional<Refusal> judge_origin(const http::Request& request) const;
  /// Whether it has the cookie or, as a program, a token.
  bool knows(const http::Request& request) const;

  /// Takes the token of a URL: the cookie's header, when it is the one that is good now.
  std::optional<std::string> redeem(std::string_view token);
  /// The one that is good now.
  std::string token() const;

 private:
  bool is_own_host(std::string_view host) const;

  std::vector<std::string> hosts_;  ///< constant once listens_on() was called
  std::string cookie_name_;         ///< likewise
  const std::string session_;
  mutable Mutex mutex_;
  std::string token_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::explorer
