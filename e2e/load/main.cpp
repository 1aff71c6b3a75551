// kaudit-load: requests over kept-alive TLS connections, a bounded number of them, as fast as
// answers come. One JSON line says how fast that was. A tool of e2e/bench and e2e/soak: one
// blocking thread a connection, so that what is measured is the server.
//
//   kaudit-load --port N --ca FILE --cert FILE --key FILE --path PATH [--method GET] [--type TYPE]
//   [--body FILE] [--expect 200] [--requests N] [--connections N] [--protocol http1|http2]
//   [--prefix load] [--rate N] [--watch PATH --watchers N] [--paths FILE]
//
// NAME in path and body becomes PREFIX-CONNECTION-NUMBER. --paths has paths to take in the place of
// --path, one a line: each request takes the next line (those of connection 1 begin where those of
// connection 0 end), and after the last one the first again. --rate says how many a second all
// connections together send at most. With --watch the watchers are there
// before the first request, and the end is when each has as many events as there were requests.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "e2e/load/watchers.hpp"
#include "e2e/load/work.hpp"

namespace kaudit::e2e::load {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string port;
  Identity identity;
  Work work;
  std::string body_file;
  std::string paths_file;
  std::vector<std::string> paths;  ///< none: that of `work`
  std::string protocol = "http1";
  std::string prefix = "load";
  std::string watch;
  long expected = 200;
  long requests = 10'000;
  long connections = 4;
  long watchers = 1;
  long rate = 0;  ///< requests a second; 0: as fast as answers come
};

struct Outcome {
  std::vector<std::chrono::nanoseconds> times;
  std::string error;
};

/// What one connection sends: `count` requests, the first of which is number `first` of all.
struct Share {
  long connection;
  long first;
  long count;
};

Share share_of(const Options& options, long connection) {
  const long each = options.requests / options.connections;
  const long rest = options.requests % options.connections;
  return {connection, connection * each + std::min(connection, rest),
          each + (connection < rest ? 1 : 0)};
}

void drive(const Options& options, SSL_CTX* context, const Share& share, Outcome& outcome) {
  try {
    Work work = options.work;
    const auto connection = options.protocol == "http2" ? connect_http2(context, options.port)
                                                        : connect_http1(context, options.port);
    outcome.times.reserve(static_cast<std::size_t>(share.count));
    const std::string prefix = options.prefix + "-" + std::to_string(share.connection) + "-";
    const double apart = options.rate == 0 ? 0
                                           : static_cast<double>(options.connections) /
                                                 static_cast<double>(options.rate);
    const Clock::time_point first = Clock::now();
    for (long i = 0; i < share.count; ++i) {
      std::this_thread::sleep_until(
          first + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(apart * static_cast<double>(i))));
      const std::string name = prefix + std::to_string(i);
      if (!options.paths.empty()) {
        work.path = options.paths[static_cast<std::size_t>(share.first + i) % options.paths.size()];
      }
      const Clock::time_point began = Clock::now();
      const int status = connection->exchange(work, name);
      outcome.times.push_back(Clock::now() - began);
      if (status != work.expected) {
        throw std::runtime_error(work.method + " " + name + ": status " + std::to_string(status));
      }
    }
  } catch (const std::exception& error) {
    outcome.error = error.what();
  }
}

Options parse(int argc, char** argv) {
  Options options;
  const std::map<std::string_view, std::string*> texts{{"--port", &options.port},
                                                       {"--ca", &options.identity.ca},
                                                       {"--cert", &options.identity.cert},
                                                       {"--key", &options.identity.key},
                                                       {"--method", &options.work.method},
                                                       {"--path", &options.work.path},
                                                       {"--type", &options.work.content_type},
                                                       {"--body", &options.body_file},
                                                       {"--paths", &options.paths_file},
                                                       {"--protocol", &options.protocol},
                                                       {"--prefix", &options.prefix},
                                                       {"--watch", &options.watch}};
  const std::map<std::string_view, long*> numbers{{"--expect", &options.expected},
                                                  {"--requests", &options.requests},
                                                  {"--connections", &options.connections},
                                                  {"--watchers", &options.watchers},
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
  if (argc % 2 == 0 || options.port.empty() || options.work.path.empty() || options.requests < 1 ||
      options.connections < 1 || options.watchers < 1 || options.rate < 0) {
    throw std::runtime_error("usage: see the first lines of e2e/load/main.cpp");
  }
  if (options.protocol != "http1" && options.protocol != "http2") {
    throw std::runtime_error("--protocol: http1 or http2");
  }
  options.work.expected = static_cast<int>(options.expected);
  if (!options.body_file.empty()) {
    std::ifstream file(options.body_file);
    options.work.body.assign(std::istreambuf_iterator<char>(file), {});
    if (options.work.body.empty()) throw std::runtime_error("nothing in " + options.body_file);
  }
  if (!options.paths_file.empty()) {
    std::ifstream file(options.paths_file);
    for (std::string line; std::getline(file, line);) options.paths.push_back(std::move(line));
    if (options.paths.empty()) throw std::runtime_error("nothing in " + options.paths_file);
  }
  return options;
}

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1000.0;
}

void print(std::vector<std::chrono::nanoseconds> times, double seconds) {
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t thousandths) {
    return microseconds(times[std::min(times.size() - 1, times.size() * thousandths / 1000)]);
  };
  std::printf(R"({"requests":%zu,"seconds":%.3f,"perSecond":%.0f,)"
              R"("p50us":%.1f,"p99us":%.1f,"p999us":%.1f})"
              "\n",
              times.size(), seconds, static_cast<double>(times.size()) / seconds, at(500), at(990),
              at(999));
}

int run(const Options& options) {
  const ContextPtr context = make_context(
      options.identity, options.protocol == "http2" ? Protocol::Http2 : Protocol::Http1);
  // Watches are held over HTTP/1.1: a connection each.
  const ContextPtr watching = make_context(options.identity, Protocol::Http1);
  std::optional<Watchers> watchers;
  if (!options.watch.empty()) {
    watchers.emplace(watching.get(), options.port, options.watch, options.watchers);
  }
  std::vector<Outcome> outcomes(static_cast<std::size_t>(options.connections));
  const Clock::time_point began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (long i = 0; i < options.connections; ++i) {
      threads.emplace_back([&, i] {
        drive(options, context.get(), share_of(options, i), outcomes[static_cast<std::size_t>(i)]);
      });
    }
    if (watchers) watchers->wait_for(options.requests);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::vector<std::chrono::nanoseconds> times;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.error.empty()) throw std::runtime_error(outcome.error);
    times.insert(times.end(), outcome.times.begin(), outcome.times.end());
  }
  print(std::move(times), seconds);
  return 0;
}

}  // namespace
}  // namespace kaudit::e2e::load

int main(int argc, char** argv) {
  try {
    return kaudit::e2e::load::run(kaudit::e2e::load::parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit-load: %s\n", error.what());
    return 1;
  }
}
