#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/store/store.hpp"

namespace kaudit::apiserver::store::testing {

/// Runs a coroutine to its end on an io_context and gives what it returned.
template <typename T>
T run(asio::io_context& io, asio::awaitable<T> task) {
  std::optional<T> result;
  const auto keep = [&result](const std::exception_ptr& error, T value) {
    if (error) std::rethrow_exception(error);
    result.emplace(std::move(value));
  };
  asio::co_spawn(io, std::move(task), keep);
  io.restart();
  while (!result && io.run_one() != 0) {
  }
  return *std::move(result);
}

template <typename T>
T run(asio::awaitable<T> task) {
  asio::io_context io;
  return run(io, std::move(task));
}

inline Draft config_map(std::string_view name, std::string_view value) {
  using objects::Json;
  Json metadata{Json::Object()};
  metadata.set("name", Json(name));
  Json data{Json::Object()};
  data.set("value", Json(value));
  Json tree{Json::Object()};
  tree.set("kind", Json("ConfigMap"));
  tree.set("apiVersion", Json("v1"));
  tree.set("metadata", std::move(metadata));
  tree.set("data", std::move(data));
  return Draft(tree);
}

}  // namespace kaudit::apiserver::store::testing
