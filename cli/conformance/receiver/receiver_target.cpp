#include "cli/conformance/receiver/receiver_target.hpp"

#include <array>
#include <utility>

#include <openssl/ssl.h>

#include "backends/webhook/response_verdict.hpp"
#include "base/client/server_url.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/http1/transfer_coding.hpp"
#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostAnswerHead = 65536;
constexpr std::uint64_t kMostAnswerBody = std::uint64_t{16} << 20U;

/// The status, framing and persistence that the head of an answer announces.
struct AnswerHead {
  RawAnswer answer;
  http1::BodyFraming framing;
  bool until_close = false;
};

Result<AnswerHead> read_answer_head(std::string_view text) {
  AnswerHead head;
  std::string_view line = take_until(text, '\n');
  const auto code = line.size() >= 12 ? parse_int64(line.substr(9, 3)) : parse_int64("");
  if (!line.starts_with("HTTP/1.") || !code) return fail("the answer is not HTTP/1");
  head.answer.status = static_cast<int>(*code);
  head.answer.keeps_alive = line[7] != '0';
  head.until_close = *code != 204 && *code != 304;
  while (!text.empty()) {
    line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    const http1::HeaderLine header = http1::split_header_line(line);
    if (!header.ok) continue;
    if (equals_ignoring_case(header.name, "Content-Length")) {
      const auto size = parse_int64(header.value);
      if (!size || *size < 0) return fail("the answer's Content-Length is not a number");
      head.until_close = false;
      if (*size > 0) {
        head.framing = {http1::BodyFraming::Kind::Length, static_cast<std::uint64_t>(*size)};
      }
    } else if (equals_ignoring_case(header.name, "Transfer-Encoding")) {
      head.until_close = false;
      head.framing = {http1::BodyFraming::Kind::Chunked, 0};
    } else if (equals_ignoring_case(header.name, "Connection")) {
      if (http1::has_token({header.value}, "close")) head.answer.keeps_alive = false;
    }
  }
  if (head.until_close) head.answer.keeps_alive = false;
  return head;
}

}  // namespace

ReceiverTarget::ReceiverTarget(client::ClientConfig config)
    : config_(std::move(config)), headers_(config_), context_(nullptr, &SSL_CTX_free) {}

ReceiverTarget::~ReceiverTarget() = default;

Result<std::unique_ptr<ReceiverTarget>> ReceiverTarget::make(client::ClientConfig config) {
  std::unique_ptr<ReceiverTarget> target(new ReceiverTarget(std::move(config)));
  auto client = client::HttpClient::make(target->config_);
  if (!client) return tl::unexpected(client.error());
  target->client_ = std::move(*client);
  if (auto token = target->headers_.read_token_file(); !token) {
    return tl::unexpected(token.error());
  }
  if (!target->is_tls()) return target;
  auto files = client::TlsFiles::make(target->config_.tls);
  if (!files) return tl::unexpected(files.error());
  target->tls_ = (*files)->current();
  target->context_.reset(SSL_CTX_new(TLS_client_method()));
  if (auto applied = target->tls_->apply(target->context_.get()); !applied) {
    return tl::unexpected(applied.error());
  }
  SSL_CTX_set_verify(target->context_.get(),
                     target->tls_->trusted ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return target;
}

client::Patience ReceiverTarget::within(milliseconds time) const {
  return {client::SteadyTime::clock::now() + time, give_up_};
}

ReceiverTarget::Delivery ReceiverTarget::post(std::string_view body, seconds patience) {
  const auto begun = client::SteadyTime::clock::now();
  const auto answer = client_->post(body, within(patience));
  Delivery delivery;
  delivery.took =
      std::chrono::duration_cast<milliseconds>(client::SteadyTime::clock::now() - begun);
  if (!answer) {
    delivery.failure = answer.error().text;
    return delivery;
  }
  delivery.status = answer->status;
  if (auto refusal = backends::webhook::refusal(*answer)) {
    delivery.failure = "answered " + std::to_string(answer->status) + ": " + *refusal;
  }
  return delivery;
}

Result<WireStream> ReceiverTarget::connect(seconds patience) {
  if (config_.proxy) return fail("the kubeconfig has a proxy-url: not done through a proxy");
  const auto end = within(patience);
  auto stream = WireStream::connect(config_.server.host, config_.server.port_or_default(), end);
  if (!stream || !is_tls()) return stream;
  const std::string& name =
      config_.tls.server_name.empty() ? config_.server.host : config_.tls.server_name;
  if (stream->connect_tls(context_.get(), name, end) != Wire::Done) {
    return fail("TLS: " + stream->tls_error());
  }
  return stream;
}

Result<std::string> ReceiverTarget::head(std::size_t body_size) {
  const auto lines = headers_.lines(body_size);
  if (!lines) return tl::unexpected(lines.error());
  std::string out = "POST " + client::request_path(config_.server) + "?timeout=30s HTTP/1.1\r\n";
  for (const std::string& line : *lines) out += line + "\r\n";
  return out + "\r\n";
}

Result<RawAnswer> ReceiverTarget::read_answer(WireStream& stream, seconds patience) {
  const auto end = within(patience);
  std::string input;
  std::array<char, 16384> block;
  std::optional<AnswerHead> head;
  std::optional<http1::BodyDecoder> body;
  for (std::uint64_t total = 0; total < kMostAnswerBody;) {
    if (!head) {
      const std::size_t ends = input.find("\r\n\r\n");
      if (ends != std::string::npos) {
        auto read = read_answer_head(std::string_view(input).substr(0, ends + 2));
        if (!read) return tl::unexpected(read.error());
        input.erase(0, ends + 4);
        if (read->answer.status < 200) continue;  // an interim answer
        head = *read;
        if (!head->until_close) body.emplace(head->framing);
      } else if (input.size() > kMostAnswerHead) {
        return fail("the head of the answer is longer than 64 KiB");
      }
    }
    if (body) {
      if (head->framing.kind == http1::BodyFraming::Kind::None) return head->answer;
      input.erase(0, body->decode(input, nullptr));
      if (body->state() == http1::BodyDecoder::State::Done) return head->answer;
      if (body->state() == http1::BodyDecoder::State::Malformed) {
        return fail("the answer's body is malformed: " + std::string(body->fault()));
      }
    }
    const auto got = stream.read(block.data(), block.size(), end);
    if (got.wire == Wire::Closed && head && head->until_close) return head->answer;
    if (got.wire != Wire::Done) return fail(std::string(text(got.wire)));
    total += got.size;
    if (!head || body) input.append(block.data(), got.size);
  }
  return fail("the answer does not end");
}

}  // namespace kaudit::cli
