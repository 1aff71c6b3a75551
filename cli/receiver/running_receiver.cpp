#include "cli/receiver/running_receiver.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files/atomic_file.hpp"
#include "base/files/read_file.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "cli/receiver/receiver_presets.hpp"
#include "cli/receiver/sender_kubeconfig.hpp"

namespace kaudit::cli {
namespace {

/// The path that the kubeconfig names; any other is taken as well, but where a preset wants one.
constexpr std::string_view kAuditPath = "/audit";

std::string path_for(const std::vector<std::string>& presets) {
  for (const std::string& name : presets) {
    const ReceiverPreset* const preset = find_preset(name);
    if (preset == nullptr) continue;
    for (const std::string_view spec : preset->faults) {
      if (spec.starts_with("path=")) return std::string(spec.substr(5));
    }
  }
  return std::string(kAuditPath);
}

tl::unexpected<Error> unknown_preset(const std::string& name) {
  std::vector<std::string_view> names;
  for (const ReceiverPreset& preset : receiver_presets()) names.push_back(preset.name);
  const std::string_view near = nearest(name, names);
  return fail(
      "--preset " + name + ": there is none of that name, " +
      (near.empty() ? "but " + joined(names, ", ") : "did you mean " + std::string(near) + "?"));
}

}  // namespace

Receiver::Receiver(ReceiverOptions options)
    : options_(std::move(options)), printer_(options_.output) {}

Receiver::~Receiver() = default;

Result<void> Receiver::add_faults() {
  std::vector<std::string> specs;
  for (const std::string& name : options_.presets) {
    const ReceiverPreset* const preset = find_preset(name);
    if (preset == nullptr) return unknown_preset(name);
    specs.insert(specs.end(), preset->faults.begin(), preset->faults.end());
  }
  specs.insert(specs.end(), options_.faults.begin(), options_.faults.end());
  for (const std::string& spec : specs) {
    auto fault = parse_fault(spec);
    if (!fault) return fail("--" + fault.error().message);
    if (fault->effect.certificate != ShownCertificate::Good && !options_.tls) {
      return fail("--fault " + spec + " needs --tls");
    }
    if (auto added = faults_.add(std::move(*fault)); !added) return fail(added.error().message);
  }
  return {};
}

Result<void> Receiver::make_tls() {
  if (!options_.tls) {
    if (!options_.client_ca.empty()) {
      return fail("--client-ca needs --tls: certificates are shown in the TLS handshake");
    }
    if (!options_.token.empty()) {
      warnings_.emplace_back(
          "kube-apiserver sends no token over http: without --tls each of its batches is refused");
    }
    return {};
  }
  std::string client_ca;
  if (!options_.client_ca.empty()) {
    auto pem = read_file(options_.client_ca);
    if (!pem) return fail("--client-ca: " + pem.error().message);
    client_ca = std::move(*pem);
    if (options_.client_certificate.empty() && !options_.write_kubeconfig.empty()) {
      warnings_.emplace_back(
          "the kubeconfig has no client certificate: --client-certificate and --client-key put "
          "one in");
    }
  }
  const std::size_t colon = options_.listen.rfind(':');
  auto made = ReceiverTls::make(options_.listen.substr(0, colon), client_ca);
  if (!made) return fail("--client-ca " + options_.client_ca + ": " + made.error().message);
  tls_ = std::move(*made);
  return {};
}

Result<void> Receiver::start() {
  if (auto added = add_faults(); !added) return added;
  if (auto made = make_tls(); !made) return made;
  auto store = EventStore::open({options_.store, options_.remember});
  if (!store) return fail("--store: " + store.error().message);
  store_ = std::move(*store);
  if (store_->found().cut_bytes > 0) {
    warnings_.push_back(options_.store +
                        " ended in half a line: " + std::to_string(store_->found().cut_bytes) +
                        " bytes that were never acknowledged are cut off");
  }
  desk_ = std::make_unique<ReceiverDesk>(*store_, faults_, printer_, options_.token,
                                         tls_ ? &*tls_ : nullptr);
  control_ = std::make_unique<ControlApi>(*desk_);
  WireServer::Limits limits;
  limits.body_bytes = options_.max_body;
  limits.held_bytes = std::max<std::uint64_t>(limits.held_bytes, 2 * options_.max_body);
  server_ = std::make_unique<WireServer>(limits);
  auto address = server_->listen(options_.listen, *desk_);
  if (!address) return fail("--listen: " + address.error().message);
  address_ = *address;
  if (!options_.control.empty()) {
    auto control = server_->listen(options_.control, *control_);
    if (!control) return fail("--control: " + control.error().message);
    control_address_ = *control;
  }
  server_->run();
  return options_.write_kubeconfig.empty() ? Result<void>() : write_kubeconfig();
}

void Receiver::stop(std::chrono::milliseconds grace) {
  if (server_) server_->stop(grace);
}

std::string Receiver::url() const {
  std::string host = address_;
  // Every address is no address to connect to.
  for (const std::string_view any : {"0.0.0.0:", "[::]:"}) {
    if (host.starts_with(any)) host = "127.0.0.1:" + host.substr(any.size());
  }
  return (tls_ ? "https://" : "http://") + host + path_for(options_.presets);
}

Result<void> Receiver::write_kubeconfig() const {
  SenderKubeconfig config;
  config.server = url();
  if (tls_) config.ca_pem = tls_->ca_pem();
  config.token = options_.token;
  if (!options_.client_certificate.empty()) {
    auto certificate = read_file(options_.client_certificate);
    if (!certificate) return fail("--client-certificate: " + certificate.error().message);
    auto key = read_file(options_.client_key);
    if (!key) return fail("--client-key: " + key.error().message);
    config.certificate = std::move(*certificate);
    config.key = std::move(*key);
  }
  // A token or a key may be in it.
  return write_file_atomically(options_.write_kubeconfig, config.text(), FileMode::Private);
}

std::string Receiver::ready_line() const {
  nlohmann::ordered_json ready{{"url", url()}, {"address", address_}};
  if (!control_address_.empty()) {
    ready["control"] = "http://" + control_address_;
    ready["controlAddress"] = control_address_;
  }
  if (!options_.write_kubeconfig.empty()) ready["kubeconfig"] = options_.write_kubeconfig;
  if (!options_.store.empty()) ready["store"] = options_.store;
  ready["pid"] = ::getpid();
  return ready.dump();
}

}  // namespace kaudit::cli
