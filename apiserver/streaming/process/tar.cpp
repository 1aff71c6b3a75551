#include "apiserver/streaming/process/tar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kaudit::apiserver::streaming::process {
namespace {

using Entry = FileTree::Entry;

constexpr std::size_t kBlockSize = 512;
constexpr std::size_t kMaxExtension = std::size_t{64} * 1024;

struct Field {
  std::size_t offset, size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12},
    kTime{136, 12}, kSum{148, 8}, kLink{157, 100}, kMagic{257, 8}, kPrefix{345, 155};
constexpr std::size_t kKindAt = 156;

std::size_t padded(std::size_t size) { return (size + kBlockSize - 1) / kBlockSize * kBlockSize; }

std::string_view raw(std::string_view block, Field field) {
  return block.substr(field.offset, field.size);
}

std::string_view text(std::string_view block, Field field) {
  const std::string_view value = raw(block, field);
  return value.substr(0, value.find('\0'));
}

/// Octal, or GNU's base 256 for what does not fit. Nothing: it is neither, or negative.
std::optional<std::uint64_t> number(std::string_view block, Field field) {
  std::string_view value = raw(block, field);
  std::uint64_t result = 0;
  if ((static_cast<unsigned char>(value[0]) & 0x80U) != 0) {
    if ((static_cast<unsigned char>(value[0]) & 0x7fU) != 0) return std::nullopt;
    for (const char c : value.substr(1)) {
      if (result >> 55U != 0) return std::nullopt;
      result = (result << 8U) | static_cast<unsigned char>(c);
    }
    return result;
  }
  value = value.substr(0, value.find('\0'));
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, result, 8);
  if (value.empty()) return 0;
  if (error != std::errc() || stop != end) return std::nullopt;
  return result;
}

std::uint64_t sum_of(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool in_sum = i >= kSum.offset && i < kSum.offset + kSum.size;
    sum += in_sum ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

void put(std::string& block, Field field, std::string_view value) {
  block.replace(field.offset, std::min(field.size, value.size()), value.substr(0, field.size));
}

/// With the zero that ends it.
void put_octal(std::string& block, Field field, std::uint64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 8).ptr;
  const std::string_view shown(digits.data(), static_cast<std::size_t>(end - digits.data()));
  const std::size_t width = field.size - 1;
  if (shown.size() > width) return;
  put(block, field, std::string(width - shown.size(), '0').append(shown));
}

std::string header_block(std::string_view prefix, std::string_view name, const Entry& entry,
                         char kind, std::size_t size) {
  std::string block(kBlockSize, '\0');
  put(block, kName, name);
  put_octal(block, kMode, entry.mode & 07777U);
  put_octal(block, kUid, 0);
  put_octal(block, kGid, 0);
  put_octal(block, kSize, size);
  put_octal(block, kTime, static_cast<std::uint64_t>(std::max<std::int64_t>(entry.modified, 0)));
  block[kKindAt] = kind;
  if (entry.type == Entry::Type::Link && entry.content) put(block, kLink, *entry.content);
  put(block, kMagic, std::string_view("ustar\00000", 8));
  put(block, kPrefix, prefix);
  put_octal(block, {kSum.offset, 7}, sum_of(block));
  block[kSum.offset + 7] = ' ';
  return block;
}

char kind_of(Entry::Type type) {
  switch (type) {
    case Entry::Type::Folder:
      return '5';
    case Entry::Type::Link:
      return '2';
    case Entry::Type::File:
      break;
  }
  return '0';
}

/// `LENGTH KEY=VALUE\n`, where the length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  if (std::to_string(length).size() > std::to_string(rest).size()) ++length;
  return std::to_string(length).append(" ").append(key).append("=").append(value).append("\n");
}

}  // namespace

void TarReader::read(std::string_view bytes) {
  while (!bytes.empty() && !ended_ && error_.empty()) {
    const std::size_t wanted = body_size_ == 0 ? kBlock : padded(body_size_);
    const std::size_t size = std::min(bytes.size(), wanted - buffer_.size());
    buffer_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (buffer_.size() < wanted) return;
    if (body_size_ == 0) {
      const std::string block = std::exchange(buffer_, {});
      read_header(block);
    } else {
      read_body();
    }
  }
}

void TarReader::read_header(std::string_view block) {
  if (block.find_first_not_of('\0') == std::string_view::npos) {
    ended_ = ++zero_blocks_ == 2;
    return;
  }
  zero_blocks_ = 0;
  const auto sum = number(block, kSum);
  const auto size = number(block, kSize);
  if (!sum || *sum != sum_of(block) || !size) {
    error_ = "This does not look like a tar archive";
    return;
  }
  kind_ = block[kKindAt];
  entry_ = TarEntry();
  entry_.name = text(block, kName);
  if (raw(block, kMagic).starts_with("ustar\0") && !text(block, kPrefix).empty()) {
    entry_.name = std::string(text(block, kPrefix)) + "/" + entry_.name;
  }
  entry_.entry.mode = static_cast<std::uint32_t>(number(block, kMode).value_or(0644) & 07777U);
  entry_.entry.modified = static_cast<std::int64_t>(number(block, kTime).value_or(0));
  if (kind_ == '2') {
    entry_.entry.content = std::make_shared<const std::string>(text(block, kLink));
  }
  const bool extension = kind_ == 'x' || kind_ == 'g' || kind_ == 'L' || kind_ == 'K';
  if (*size > (extension ? kMaxExtension : FileTree::kMaxBytes)) {
    error_ = entry_.name + ": Cannot write: No space left on device";
    return;
  }
  body_size_ = static_cast<std::size_t>(*size);
  if (body_size_ == 0) end_entry({});
}

void TarReader::read_body() {
  std::string body = std::exchange(buffer_, {});
  body.resize(std::exchange(body_size_, 0));
  end_entry(std::move(body));
}

void TarReader::end_entry(std::string body) {
  switch (kind_) {
    case 'x':
      read_pax(body);
      return;
    case 'g':
      return;
    case 'L':
      long_name_ = body.substr(0, body.find('\0'));
      return;
    case 'K':
      long_link_ = body.substr(0, body.find('\0'));
      return;
    case '0':
    case '\0':
    case '7':
      entry_.entry.type = Entry::Type::File;
      entry_.entry.content = std::make_shared<const std::string>(std::move(body));
      break;
    case '2':
      entry_.entry.type = Entry::Type::Link;
      break;
    case '5':
      entry_.entry.type = Entry::Type::Folder;
      break;
    default:
      error_ = entry_.name + ": Cannot mknod: Operation not permitted";
      return;
  }
  if (!long_name_.empty()) entry_.name = std::exchange(long_name_, {});
  if (!long_link_.empty()) {
    std::string link = std::exchange(long_link_, {});
    if (kind_ == '2') entry_.entry.content = std::make_shared<const std::string>(std::move(link));
  }
  // What old archives mark by a slash only.
  if (entry_.entry.type == Entry::Type::File && entry_.name.ends_with('/')) {
    entry_.entry = {Entry::Type::Folder, entry_.entry.mode, entry_.entry.modified, nullptr};
  }
  entries_.push_back(std::move(entry_));
}

void TarReader::read_pax(std::string_view records) {
  while (!records.empty()) {
    const std::size_t space = records.find(' ');
    std::size_t length = 0;
    const auto [stop, failed] =
        std::from_chars(records.data(), records.data() + std::min(space, records.size()), length);
    if (space == std::string_view::npos || failed != std::errc() ||
        stop != records.data() + space || length <= space + 1 || length > records.size()) {
      error_ = "Malformed extended header";
      return;
    }
    std::string_view record = records.substr(space + 1, length - space - 1);
    records.remove_prefix(length);
    if (record.ends_with('\n')) record.remove_suffix(1);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = record.substr(0, equals);
    if (key == "path") long_name_ = record.substr(equals + 1);
    if (key == "linkpath") long_link_ = record.substr(equals + 1);
  }
}

void append_tar_header(std::string& out, const TarEntry& entry) {
  std::string_view name = entry.name;
  std::string_view prefix;
  std::string records;
  if (name.size() > kName.size) {
    // Cut at a slash if both halves fit then.
    const std::size_t slash = name.find('/', name.size() - kName.size - 1);
    if (slash > 0 && slash <= kPrefix.size) {
      prefix = name.substr(0, slash);
      name.remove_prefix(slash + 1);
    } else {
      records += pax_record("path", name);
    }
  }
  const bool link = entry.entry.type == Entry::Type::Link && entry.entry.content;
  if (link && entry.entry.content->size() > kLink.size) {
    records += pax_record("linkpath", *entry.entry.content);
  }
  if (!records.empty()) {
    const Entry extension{Entry::Type::File, 0644, entry.entry.modified, nullptr};
    out += header_block("", "././@PaxHeader", extension, 'x', records.size());
    out += records + tar_padding(records.size());
  }
  const std::size_t size = entry.entry.type == Entry::Type::File ? entry.entry.size() : 0;
  out += header_block(prefix, name, entry.entry, kind_of(entry.entry.type), size);
}

std::string tar_padding(std::size_t content_size) {
  std::string zeros(padded(content_size) - content_size, '\0');
  return zeros;
}

void append_tar_end(std::string& out) { out.append(2 * kBlockSize, '\0'); }

}  // namespace kaudit::apiserver::streaming::process
