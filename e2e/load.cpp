// kaudit-load: requests over kept-alive TLS connections, a bounded number of them, as fast as
// answers come. One JSON line says how fast that was. A tool of e2e/bench: one blocking thread a
// connection, so that what is measured is the server.
//
//   kaudit-load --port N --ca FILE --cert FILE --key FILE --get PATH | --create PATH [--body FILE]
//   [--requests N] [--connections N] [--rate N]
//
// --rate says how many a second all connections together send at most.
// --get asks for the same object again and again; --create posts ConfigMaps of about 1 KB, or what
// FILE has, with names of their own in the place of NAME.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPayloadBytes = 860;  // with names and metadata the object has about 1 KB

struct Options {
  std::string port;
  std::string ca, cert, key;
  std::string get, create, body_file;
  std::string body;  // with NAME where each request has a name of its own
  long requests = 10'000;
  long connections = 4;
  long rate = 0;  // requests a second; 0: as fast as answers come
};

[[noreturn]] void fail(const std::string& what) {
  const unsigned long code = ERR_get_error();
  throw std::runtime_error(code == 0 ? what : what + ": " + ERR_error_string(code, nullptr));
}

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

ContextPtr make_context(const Options& options) {
  ContextPtr context{SSL_CTX_new(TLS_client_method())};
  if (!context || SSL_CTX_load_verify_locations(context.get(), options.ca.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_file(context.get(), options.cert.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("certificates");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

/// One connection; exchange() sends a request and reads the whole answer. Throws when anything is
/// not as expected.
class Connection {
 public:
  Connection(SSL_CTX* context, const std::string& port) : bio_(BIO_new_ssl_connect(context)) {
    if (!bio_) fail("connection");
    BIO_set_conn_hostname(bio_.get(), ("127.0.0.1:" + port).c_str());
    if (BIO_do_connect(bio_.get()) != 1) fail("connect");
  }

  /// The status code of the answer.
  int exchange(std::string_view request) {
    if (BIO_write(bio_.get(), request.data(), static_cast<int>(request.size())) !=
        static_cast<int>(request.size())) {
      fail("write");
    }
    buffer_.clear();
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) read_more();
    const std::string_view head{buffer_.data(), end};
    const int status = std::atoi(buffer_.c_str() + std::string_view("HTTP/1.1 ").size());
    const std::size_t body = end + 4;
    if (const std::size_t at = head.find("Content-Length: "); at != std::string_view::npos) {
      const auto length = std::strtoul(
          buffer_.c_str() + at + std::string_view("Content-Length: ").size(), nullptr, 10);
      while (buffer_.size() < body + length) read_more();
    } else {
      while (!buffer_.ends_with("0\r\n\r\n")) read_more();
    }
    return status;
  }

 private:
  void read_more() {
    char piece[16 * 1024];
    const int count = BIO_read(bio_.get(), piece, sizeof piece);
    if (count <= 0) fail("the connection ended within an answer");
    buffer_.append(piece, static_cast<std::size_t>(count));
  }

  std::unique_ptr<BIO, FreeBio> bio_;
  std::string buffer_;
};

std::string create_request(const Options& options, long connection, long number) {
  const std::string name = "load-" + std::to_string(connection) + "-" + std::to_string(number);
  std::string body = options.body;
  if (const std::size_t at = body.find("NAME"); at != std::string::npos) body.replace(at, 4, name);
  return "POST " + options.create +
         " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kaudit-load\r\nAccept: application/json\r\n" +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

struct Outcome {
  std::vector<std::chrono::nanoseconds> times;
  std::string error;
};

void drive(const Options& options, SSL_CTX* context, long number, long count, Outcome& outcome) {
  try {
    Connection connection(context, options.port);
    const std::string get = "GET " + options.get +
                            " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kaudit-load\r\n" +
                            "Accept: application/json\r\n\r\n";
    const int wanted = options.create.empty() ? 200 : 201;
    outcome.times.reserve(static_cast<std::size_t>(count));
    const auto apart =
        std::chrono::duration<double>(options.rate == 0 ? 0
                                                        : static_cast<double>(options.connections) /
                                                              static_cast<double>(options.rate));
    const Clock::time_point first = Clock::now();
    for (long i = 0; i < count; ++i) {
      std::this_thread::sleep_until(first + std::chrono::duration_cast<Clock::duration>(apart * i));
      const std::string request = options.create.empty() ? get : create_request(options, number, i);
      const Clock::time_point began = Clock::now();
      const int status = connection.exchange(request);
      outcome.times.push_back(Clock::now() - began);
      if (status != wanted) throw std::runtime_error("status " + std::to_string(status));
    }
  } catch (const std::exception& error) {
    outcome.error = error.what();
  }
}

Options parse(int argc, char** argv) {
  Options options;
  const std::map<std::string_view, std::string*> texts{
      {"--port", &options.port},     {"--ca", &options.ca},   {"--cert", &options.cert},
      {"--key", &options.key},       {"--get", &options.get}, {"--create", &options.create},
      {"--body", &options.body_file}};
  const std::map<std::string_view, long*> numbers{{"--requests", &options.requests},
                                                  {"--connections", &options.connections},
                                                  {"--rate", &options.rate}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (const auto text = texts.find(argv[i]); text != texts.end()) {
      *text->second = argv[i + 1];
    } else if (const auto number = numbers.find(argv[i]); number != numbers.end()) {
      *number->second = std::atol(argv[i + 1]);
    } else {
      throw std::runtime_error(std::string("unknown option ") + argv[i]);
    }
  }
  if (argc % 2 == 0 || options.port.empty() || options.get.empty() == options.create.empty() ||
      options.requests < 1 || options.connections < 1 || options.rate < 0) {
    throw std::runtime_error(
        "usage: kaudit-load --port N --ca FILE --cert FILE --key FILE (--get PATH | --create PATH)"
        " [--body FILE] [--requests N] [--connections N] [--rate N]");
  }
  if (options.body_file.empty()) {
    options.body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"NAME"},)"
                   R"("data":{"payload":")" +
                   std::string(kPayloadBytes, 'x') + R"("}})";
  } else {
    std::ifstream file(options.body_file);
    options.body.assign(std::istreambuf_iterator<char>(file), {});
    if (options.body.empty()) throw std::runtime_error("nothing in " + options.body_file);
  }
  return options;
}

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1000.0;
}

int run(const Options& options) {
  const ContextPtr context = make_context(options);
  std::vector<Outcome> outcomes(static_cast<std::size_t>(options.connections));
  const Clock::time_point began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (long i = 0; i < options.connections; ++i) {
      const long count = options.requests / options.connections +
                         (i < options.requests % options.connections ? 1 : 0);
      threads.emplace_back([&, i, count] {
        drive(options, context.get(), i, count, outcomes[static_cast<std::size_t>(i)]);
      });
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::vector<std::chrono::nanoseconds> times;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.error.empty()) throw std::runtime_error(outcome.error);
    times.insert(times.end(), outcome.times.begin(), outcome.times.end());
  }
  std::sort(times.begin(), times.end());
  std::printf(R"({"requests":%zu,"seconds":%.3f,"perSecond":%.0f,"p50us":%.1f,"p99us":%.1f})"
              "\n",
              times.size(), seconds, static_cast<double>(times.size()) / seconds,
              microseconds(times[times.size() / 2]), microseconds(times[times.size() * 99 / 100]));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit-load: %s\n", error.what());
    return 1;
  }
}
