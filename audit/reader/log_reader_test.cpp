#include "audit/reader/log_reader.hpp"

#include <fstream>
#include <string>
#include <vector>
#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "audit/reader/stream_reader.hpp"
#include "base/files/temporary_folder.hpp"

namespace kaudit::audit::reader {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::ordered_json;

std::string event(const std::string& id) {
  return R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":")" + id +
         R"(","stage":"ResponseComplete","requestURI":"/a\u0026b","verb":"get","user":{"username":"é"},)"
         R"("requestReceivedTimestamp":null,"stageTimestamp":null})";
}

struct Log {
  std::vector<std::string> ids;        ///< of events that could be decoded
  std::vector<std::string> texts;      ///< of all events
  std::vector<std::string> faults;     ///< `LINE: reason`
  std::vector<std::string> places;     ///< `LINE+OFFSET` of events
  std::vector<std::string> wrappings;  ///< of events
};

/// A source that gives so many bytes at a time.
class Drops final : public ByteSource {
 public:
  Drops(std::string_view text, std::size_t drop) : rest_(text), drop_(drop) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t taken = std::min({size, drop_, rest_.size()});
    rest_.copy(to, taken);
    rest_.remove_prefix(taken);
    return taken;
  }

 private:
  std::string_view rest_;
  std::size_t drop_;
};

template <typename Reader>
Log read_all(Reader& reader) {
  Log log;
  while (const LogEntry* const entry = reader.next()) {
    if (entry->kind != EntryKind::Event) {
      log.faults.push_back(std::to_string(entry->line) + ": " + std::string(entry->reason));
      continue;
    }
    log.texts.emplace_back(entry->event);
    log.places.push_back(std::to_string(entry->line) + "+" + std::to_string(entry->offset));
    log.wrappings.emplace_back(to_string(entry->wrapping));
    if (const auto decoded = decode_entry(*entry)) log.ids.push_back(decoded->audit_id);
  }
  return log;
}

/// What is read must not depend on how the bytes come.
Log read(const std::string& text) {
  LogReader whole(memory_source(text), "test");
  Log log = read_all(whole);
  for (const std::size_t drop : {7U, 1000U}) {
    LogReader dropping(std::make_unique<Drops>(text, drop), "test");
    const Log again = read_all(dropping);
    EXPECT_EQ(again.texts, log.texts) << drop;
    EXPECT_EQ(again.faults, log.faults) << drop;
    EXPECT_EQ(again.places, log.places) << drop;
  }
  return log;
}

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(LogReader, ReadsLines) {
  const std::string one = event("1");
  const Log log = read(one + "\n\n" + event("2") + "\r\n" + event("3"));
  EXPECT_THAT(log.texts, ElementsAre(one, event("2"), event("3")));
  EXPECT_THAT(log.ids, ElementsAre("1", "2", "3"));
  const std::string second = std::to_string(one.size() + 2);
  EXPECT_THAT(log.places,
              ElementsAre("1+0", "3+" + second, "4+" + std::to_string(2 * one.size() + 4)));
  EXPECT_THAT(log.faults, IsEmpty());
}

TEST(LogReader, SaysHowALineEnded) {
  const std::string text = event("1") + "\n" + event("2") + "\r\n" + event("3");
  LogReader reader(memory_source(text), "test");
  EXPECT_EQ(reader.next()->line_end, LineEnd::LineFeed);
  EXPECT_EQ(reader.next()->line_end, LineEnd::CarriageReturn);
  EXPECT_EQ(reader.next()->line_end, LineEnd::None);
}

TEST(LogReader, PassesOverAByteOrderMark) {
  EXPECT_THAT(read("\xef\xbb\xbf" + event("1") + "\n").ids, ElementsAre("1"));
}

TEST(LogReader, ReadsPrettyPrintedDocuments) {
  std::string text;
  for (const char* id : {"1", "2", "3"}) text += Json::parse(event(id)).dump(2) + "\n";
  const Log log = read(text);
  EXPECT_THAT(log.ids, ElementsAre("1", "2", "3"));
  EXPECT_EQ(log.places[1].substr(0, 3), "15+");
}

TEST(LogReader, ReadsListsItemByItem) {
  Json item = Json::parse(event("1"));
  item.erase("kind");
  item.erase("apiVersion");
  const std::string list =
      R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[)" +
      item.dump() + "," + event("2") + "]}";
  for (const std::string& text : {list, list + "\n", Json::parse(list).dump(2),
                                  "{\"items\":[" + event("1") + "," + event("2") + "]}"}) {
    const Log log = read(text);
    EXPECT_THAT(log.ids, ElementsAre("1", "2")) << text;
    EXPECT_THAT(log.wrappings, ElementsAre("list", "list"));
    EXPECT_THAT(log.faults, IsEmpty());
  }
  const Log two = read(list + "\n" + list);
  EXPECT_THAT(two.ids, ElementsAre("1", "2", "1", "2"));
  EXPECT_THAT(read("[" + event("1") + ",\n" + event("2") + "]\n").ids, ElementsAre("1", "2"));
}

TEST(LogReader, DoesNotHoldAListInMemory) {
  // Larger together than an event may be.
  const std::string body(100'000, 'x');
  std::string text = R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[)";
  for (int i = 0; i < 30; ++i) {
    text += std::string(i > 0 ? "," : "") + R"({"auditID":"a","requestObject":")" + body + "\"}";
  }
  text += "]}";
  StreamReader reader(memory_source(text), "test", 1U << 20U);
  int items = 0;
  while (const LogEntry* const entry = reader.next()) {
    EXPECT_EQ(entry->kind, EntryKind::Event) << entry->reason;
    ++items;
  }
  EXPECT_EQ(items, 30);
}

TEST(LogReader, ReadsGzipAndSaysWhereACutFileEnds) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += event(std::to_string(i * 7919)) + "\n";
  EXPECT_EQ(read(packed(lines) + packed(event("x") + "\n")).ids.size(), 2001U);
  std::string cut = packed(lines);
  cut.resize(cut.size() * 2 / 3);
  const Log log = read(cut);
  EXPECT_GT(log.ids.size(), 500U);
  ASSERT_FALSE(log.faults.empty());
  EXPECT_THAT(log.faults.back(), HasSubstr("the gzip data ends too early"));
}

// --- wrappers

std::string as_string(const std::string& text) { return Json(text).dump(); }

TEST(LogReader, ReadsEachWrapper) {
  const std::string a = event("1");
  const std::string b = event("2");
  const std::string qa = as_string(a);
  const std::string qb = as_string(b);
  struct Case {
    const char* name;
    std::string text;
    std::string wrapping;
  };
  const std::vector<Case> cases{
      {"CRI",
       "2026-11-29T06:50:58.123456789Z stdout F " + a + "\n2026-11-29T06:50:58.2Z stdout F " + b +
           "\n",
       "cri"},
      {"CRI in parts",
       "2026-11-29T06:50:58.123456789Z stdout P " + a.substr(0, 20) +
           "\n2026-11-29T06:50:58.1Z stderr F \n" + "2026-11-29T06:50:58.123456789Z stdout P " +
           a.substr(20, 30) + "\n2026-11-29T06:50:58.123456789Z stdout F " + a.substr(50) +
           "\n2026-11-29T06:50:58.2Z stdout F " + b + "\n",
       "cri"},
      {"docker",
       R"({"log":)" + as_string(a + "\n") + R"(,"stream":"stdout","time":"2026-11-29T06:50:58Z"})" +
           "\n" + R"({"log":)" + as_string(b + "\n") +
           R"(,"stream":"stdout","time":"2026-11-29T06:50:58Z"})",
       "docker"},
      {"OpenShift", "master-0.example.com " + a + "\nmaster-0.example.com " + b + "\n", "prefix"},
      {"journalctl",
       "Nov 29 06:50:58 node-1 kube-apiserver[123]: " + a +
           "\nNov 29 06:50:58 node-1 kube-apiserver[123]: " + b,
       "prefix"},
      {"kubectl logs --prefix",
       "[pod/kube-apiserver-0/kube-apiserver] " + a + "\n[pod/x/y] " + b + "\n", "prefix"},
      {"journalctl -o json",
       R"({"__CURSOR":"s=1","MESSAGE":)" + qa + "}\n" + R"({"MESSAGE":)" +
           Json(std::vector<unsigned char>(b.begin(), b.end())).dump() + "}\n",
       "journal"},
      {"filter-log-events",
       R"({"events":[{"logStreamName":"kube-apiserver-audit-1","timestamp":1,"message":)" + qa +
           R"(,"eventId":"1"},{"message":)" + qb + R"(}],"searchedLogStreams":[]})",
       "cloudwatch"},
      {"subscriptions",
       R"({"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":)" + qa +
           "}]}" +
           R"({"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":)" + qb +
           "}]}",
       "cloudwatch"},
      {"Insights",
       R"({"results":[[{"field":"@timestamp","value":"x"},{"field":"@message","value":)" + qa +
           R"(}],[{"field":"@message","value":)" + qb + "}]]}",
       "cloudwatch"},
      {"@message", R"([{"@timestamp":"x","@message":)" + qa + R"(},{"@message":)" + qb + "}]",
       "cloudwatch"},
      {"aws logs tail",
       "2026-11-29T06:50:58.123000+00:00 kube-apiserver-audit-1 " + a +
           "\n2026-11-29T06:50:58.123Z x " + b,
       "prefix"},
      {"AKS, storage",
       R"({"time":"x","category":"kube-audit","properties":{"log":)" + as_string(a + "\n") +
           R"(,"stream":"stdout","pod":"p"}})" + "\n" + R"({"time":"x","properties":{"log":)" + b +
           "}}\n",
       "azure"},
      {"AKS, Event Hub",
       R"({"records":[{"category":"kube-audit","properties":{"log":)" + qa +
           R"(}},{"properties":{"log":)" + qb + "}}]}",
       "azure"},
      {"Loki",
       R"({"labels":{},"line":)" + qa + R"(,"timestamp":"x"})" + "\n" + R"({"line":)" + qb + "}",
       "shipper"},
      {"strings", qa + "\n" + qb + "\n", "shipper"},
  };
  for (const Case& wrapped : cases) {
    const Log log = read(wrapped.text);
    EXPECT_THAT(log.ids, ElementsAre("1", "2")) << wrapped.name;
    EXPECT_THAT(log.wrappings, ElementsAre(wrapped.wrapping, wrapped.wrapping)) << wrapped.name;
    EXPECT_THAT(log.faults, IsEmpty()) << wrapped.name;
    for (const std::string& text : log.texts) EXPECT_TRUE(text == a || text == b) << wrapped.name;
  }
}

TEST(LogReader, JoinsDockersPartsOfSixteenKibibytes) {
  const std::string long_id(40'000, 'i');
  const std::string text = event(long_id) + "\n";
  std::string log;
  for (std::size_t at = 0; at < text.size(); at += 16 * 1024) {
    log += R"({"log":)" + as_string(text.substr(at, 16 * 1024)) +
           R"(,"stream":"stdout","time":"x"})" + "\n";
  }
  EXPECT_THAT(read(log).ids, ElementsAre(long_id));
}

TEST(LogReader, ReadsAListInAWrapper) {
  const std::string list =
      R"({"kind":"EventList","items":[)" + event("1") + "," + event("2") + "]}";
  const Log log = read("x\n2026-11-29T06:50:58Z stdout F " + list + "\n");
  EXPECT_THAT(log.ids, ElementsAre("1", "2"));
  EXPECT_THAT(log.places, ElementsAre("2+2", "2+2"));
}

TEST(LogReader, NamesTheFormsItDoesNotRead) {
  EXPECT_THAT(read(R"({"insertId":"x","protoPayload":{"@type":"AuditLog"}})").faults,
              ElementsAre(HasSubstr("a LogEntry of GKE")));
  EXPECT_THAT(read("2026-11-29T06:50:58Z AUDIT: id=\"x\" stage=\"RequestReceived\"\n").faults,
              ElementsAre(HasSubstr("the legacy format")));
  EXPECT_THAT(read("\x28\xb5\x2f\xfd....").faults, ElementsAre(HasSubstr("zstdcat")));
  EXPECT_THAT(read(R"({"MESSAGE":null,"__CURSOR":"x"})").faults, ElementsAre(HasSubstr("--all")));
}

// --- what is broken

TEST(LogReader, GoesOnBehindATornLine) {
  const std::string whole = event("2");
  for (std::size_t cut = 1; cut < whole.size(); cut += 3) {
    const Log log = read(event("1") + "\n" + whole.substr(0, cut) + "\n" + event("3") + "\n");
    EXPECT_THAT(log.ids, ElementsAre("1", "3")) << cut;
    ASSERT_EQ(log.faults.size() + log.texts.size(), 3U) << cut;
    if (log.faults.empty()) continue;
    EXPECT_THAT(log.faults[0], HasSubstr("2: cut off after " + std::to_string(cut)));
  }
}

TEST(LogReader, SaysThatTheLastLineIsTorn) {
  const Log log = read(event("1") + "\n" + event("2").substr(0, 60));
  EXPECT_THAT(log.ids, ElementsAre("1"));
  EXPECT_THAT(log.faults,
              ElementsAre(HasSubstr("2: cut off after 60 bytes, at the end of the file")));
}

TEST(LogReader, SaysThatALineFeedIsMissing) {
  const std::string glued =
      event("1") + event("2") + "\n" + event("3").substr(0, 60) + event("4") + "\n";
  const Log log = read(glued + event("5") + "\n");
  EXPECT_THAT(log.ids, ElementsAre("5"));
  EXPECT_EQ(log.texts.size() + log.faults.size(), 3U);
}

TEST(LogReader, LeavesOutTheRestOfABrokenDocumentAndSaysSo) {
  std::string pretty = Json::parse(event("1")).dump(2);
  pretty.erase(pretty.find("\"auditID\""), 12);
  const Log log = read(pretty + "\n" + Json::parse(event("2")).dump(2) + "\n");
  EXPECT_THAT(log.ids, ElementsAre("2"));
  EXPECT_THAT(log.faults, ElementsAre(HasSubstr("lines left out")));
}

TEST(LogReader, SaysThatAListIsCutOffAndKeepsItsItems) {
  const std::string list =
      R"({"kind":"EventList","items":[)" + event("1") + "," + event("2").substr(0, 50);
  const Log log = read(list);
  EXPECT_THAT(log.ids, ElementsAre("1"));
  EXPECT_THAT(log.faults, ElementsAre(HasSubstr("a list is broken after 1 items")));
}

TEST(LogReader, PassesOverTheHoleThatTruncatingLeaves) {
  const Log log = read(event("1") + "\n" + std::string(5000, '\0') + event("2") + "\n");
  EXPECT_THAT(log.ids, ElementsAre("1", "2"));
  EXPECT_THAT(log.faults, ElementsAre(HasSubstr("2: 5000 bytes of NUL")));
}

TEST(LogReader, LeavesOutWhatIsTooLong) {
  const std::string body(3U << 20U, 'x');
  const std::string text = event("1") + "\n{\"kind\":\"Event\",\"auditID\":\"" + body + "\"}\n" +
                           body + "\n" + event("2") + "\n";
  StreamReader reader(memory_source(text), "test", 1U << 20U);
  const Log log = read_all(reader);
  EXPECT_THAT(log.ids, ElementsAre("1", "2"));
  EXPECT_THAT(log.faults, ElementsAre(HasSubstr("2: more than 1 MiB"),
                                      HasSubstr("3: a line of more than 1 MiB")));
}

TEST(LogReader, KeepsBytesThatAreNotUtf8) {
  const std::string odd =
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a)"
      "\xff"
      R"("})";
  const Log log = read(odd + "\n");
  EXPECT_THAT(log.texts, ElementsAre(odd));
  EXPECT_THAT(log.ids, ElementsAre("a\xef\xbf\xbd"));
}

TEST(LogReader, GivesTheLineOfAFault) {
  const std::string text = "x y\n" + event("1").substr(0, 30) + "\n{\"a\":1} z\n";
  LogReader reader(memory_source(text), "test");
  std::vector<std::string> lines;
  while (const LogEntry* const entry = reader.next()) lines.emplace_back(entry->event);
  EXPECT_THAT(lines, ElementsAre("x y", event("1").substr(0, 30), "{\"a\":1} z"));
}

// --- files

TEST(LogReader, ReadsARotatedSetInOrderAndNamesItsFiles) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder);
  const auto write = [&](const char* name, const std::string& text) {
    const std::string path = (folder->path() / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  };
  const std::string now = write("audit.log", event("3") + "\n");
  const std::string older = write("audit-2026-11-24T00-00-00.000.log", event("2") + "\n");
  const std::string oldest =
      write("audit-2026-11-23T10-11-12.345.log.gz", packed(event("1") + "\n"));
  LogReader all({folder->path().string()});
  EXPECT_THAT(read_all(all).ids, ElementsAre("1", "2", "3"));
  LogReader named({now, older, "/nowhere", oldest});
  std::vector<std::string> files;
  while (const LogEntry* const entry = named.next()) {
    files.emplace_back(entry->file);
    EXPECT_EQ(entry->kind == EntryKind::Unreadable, entry->file == "/nowhere");
  }
  EXPECT_THAT(files, ElementsAre(oldest, older, "/nowhere", now));
}

}  // namespace
}  // namespace kaudit::audit::reader
