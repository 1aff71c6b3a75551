#include "cli/log/figures/svg_plot.hpp"

#include <algorithm>

#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

constexpr int kPlotWidth = 900;
constexpr const char* kBarColour = "#326ce5";
constexpr const char* kPartColour = "#d9534f";

std::string svg_escaped(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::uint64_t largest_of(const std::vector<PlotBar>& bars) {
  std::uint64_t largest = 1;
  for (const PlotBar& bar : bars) largest = std::max(largest, bar.value);
  return largest;
}

std::uint64_t scaled(std::uint64_t value, std::uint64_t largest, std::uint64_t length) {
  return static_cast<std::uint64_t>(static_cast<double>(value) / static_cast<double>(largest) *
                                    static_cast<double>(length));
}

std::string rectangle(std::uint64_t x, std::uint64_t y, std::uint64_t width, std::uint64_t height,
                      const char* colour) {
  return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
         std::to_string(width) + "\" height=\"" + std::to_string(height) + "\" fill=\"" + colour +
         "\"/>\n";
}

std::string text_at(std::uint64_t x, std::uint64_t y, const std::string& text,
                    const char* anchor = "start") {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"" +
         anchor + "\">" + svg_escaped(text) + "</text>\n";
}

std::string document(std::uint64_t height, const std::string& title, const std::string& body) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(kPlotWidth) +
         "\" height=\"" + std::to_string(height) +
         "\" font-family=\"sans-serif\" font-size=\"12\">\n<title>" + svg_escaped(title) +
         "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
         text_at(10, 20, title) + body + "</svg>\n";
}

}  // namespace

std::string svg_rows(const std::string& title, const std::vector<PlotBar>& bars) {
  constexpr std::uint64_t kRow = 22;
  constexpr std::uint64_t kLeft = 320;
  const std::uint64_t largest = largest_of(bars);
  std::string body;
  std::uint64_t y = 34;
  for (const PlotBar& bar : bars) {
    constexpr std::size_t kLongestLabel = 48;
    const std::string label =
        bar.label.size() > kLongestLabel ? bar.label.substr(0, kLongestLabel) + "…" : bar.label;
    body += text_at(kLeft - 8, y + 13, label, "end");
    body += rectangle(kLeft, y, std::max<std::uint64_t>(scaled(bar.value, largest, 480), 1), 16,
                      kBarColour);
    if (bar.part > 0) {
      body += rectangle(kLeft, y + 12, std::max<std::uint64_t>(scaled(bar.part, largest, 480), 1),
                        4, kPartColour);
    }
    body += text_at(kLeft + scaled(bar.value, largest, 480) + 8, y + 13, std::to_string(bar.value));
    y += kRow;
  }
  return document(y + 12, title, body);
}

std::string svg_columns(const std::string& title, const std::vector<PlotBar>& bars) {
  constexpr std::uint64_t kHeight = 240;
  constexpr std::uint64_t kBottom = 40 + kHeight;
  constexpr std::uint64_t kWide = 840;
  const std::uint64_t largest = largest_of(bars);
  const std::uint64_t step =
      std::max<std::uint64_t>(kWide / std::max<std::size_t>(bars.size(), 1), 1);
  std::string body = text_at(10, 44, std::to_string(largest));
  std::uint64_t x = 50;
  for (const PlotBar& bar : bars) {
    const std::uint64_t tall = scaled(bar.value, largest, kHeight);
    const std::uint64_t part = scaled(bar.part, largest, kHeight);
    const std::uint64_t width = step > 2 ? step - 1 : step;
    if (bar.value > 0) {
      body += rectangle(x, kBottom - tall, width, std::max<std::uint64_t>(tall, 1), kBarColour);
    }
    if (bar.part > 0) {
      body += rectangle(x, kBottom - part, width, std::max<std::uint64_t>(part, 1), kPartColour);
    }
    x += step;
  }
  if (!bars.empty()) {
    body += text_at(50, kBottom + 18, bars.front().label);
    body += text_at(50 + step * bars.size(), kBottom + 18, bars.back().label, "end");
  }
  return document(kBottom + 32, title, body);
}

}  // namespace kaudit::cli
