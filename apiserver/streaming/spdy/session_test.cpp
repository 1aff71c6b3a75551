#include "apiserver/streaming/spdy/session.hpp"

#include <string>
#include <zlib.h>

#include <gtest/gtest.h>

#include "apiserver/streaming/spdy/dictionary.hpp"
#include "apiserver/streaming/spdy/testing/spdy_client.hpp"

namespace kaudit::apiserver::streaming::spdy {
namespace {

using testing::Client;

TEST(SpdyHeaders, HaveTheDictionaryOfTheSpecification) {
  const std::string& dictionary = header_dictionary();
  EXPECT_EQ(dictionary.size(), 1423U);
  EXPECT_EQ(adler32(adler32(0, nullptr, 0), reinterpret_cast<const Bytef*>(dictionary.data()),
                    static_cast<uInt>(dictionary.size())),
            0xe3c6a7c2U);
}

TEST(SpdyHeaders, AreReadOneBlockAfterTheOther) {
  HeaderDeflater deflater;
  HeaderInflater inflater;
  for (int i = 0; i < 3; ++i) {
    const HeaderLines sent = {{"streamtype", "stdin"}, {"port", std::to_string(i)}};
    const auto read = inflater.read(deflater.write(sent));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, sent);
    EXPECT_EQ(value_of(*read, "port"), std::to_string(i));
  }
  EXPECT_EQ(value_of({}, "port"), "");
}

TEST(SpdyHeaders, AreBounded) {
  HeaderDeflater deflater;
  HeaderInflater inflater;
  // Seventy bytes that would become a megabyte.
  EXPECT_FALSE(inflater.read(deflater.write({{"a", std::string(1 << 20, 'x')}})));
  HeaderLines many(200, {"a", "b"});
  EXPECT_FALSE(HeaderInflater().read(HeaderDeflater().write(many)));
  EXPECT_FALSE(HeaderInflater().read("no zlib at all"));
}

struct Ends {
  Session server;
  Client client;

  std::vector<Event> send(std::string_view bytes) {
    pending += bytes;
    pending.erase(0, server.read(pending));
    client.receive(server.take_output());
    return server.take_events();
  }
  std::string pending;
};

TEST(SpdySession, OpensStreamsAndMovesDataBothWays) {
  Ends ends;
  auto events = ends.send(ends.client.open(1, {{"streamtype", "stdin"}}));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Event::Kind::Opened);
  EXPECT_EQ(value_of(events[0].headers, "streamtype"), "stdin");
  ends.server.accept(1);
  events = ends.send(Client::data(1, "hello"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].data, "hello");
  EXPECT_TRUE(ends.client.streams[1].replied);
  ends.server.taken(1, 5);
  ends.server.send(1, "back");
  ends.server.finish(1);
  events = ends.send(Client::data(1, "", 1));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Event::Kind::Finished);
  EXPECT_EQ(ends.client.streams[1].data, "back");
  EXPECT_TRUE(ends.client.streams[1].finished);
  EXPECT_EQ(ends.client.window_updates[1], 5U);
  EXPECT_FALSE(ends.server.over());
}

TEST(SpdySession, ReadsTheSameFromPiecesOfAnySize) {
  Client writer;
  const std::string sent = writer.open(1, {{"streamtype", "data"}, {"port", "80"}}) +
                           Client::data(1, std::string(1000, 'x')) + Client::numbers(6, {7}) +
                           Client::data(1, "end", 1);
  for (const std::size_t piece : {1U, 3U, 8U, 64U, 5000U}) {
    Ends ends;
    std::string data;
    int finished = 0;
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      for (const Event& event : ends.send(sent.substr(at, piece))) {
        data += event.data;
        if (event.kind == Event::Kind::Finished) ++finished;
      }
    }
    EXPECT_EQ(data, std::string(1000, 'x') + "end") << piece;
    EXPECT_EQ(finished, 1);
    EXPECT_EQ(ends.client.pings, std::vector<std::uint32_t>{7});
  }
}

TEST(SpdySession, HeedsAWindowOnceTheClientShowsThatItCounts) {
  Ends ends;
  ends.send(ends.client.open(1, {}));
  ends.server.accept(1);
  // As client-go's library, which never enlarges one.
  ends.server.send(1, std::string(200'000, 'x'));
  ends.send("");
  EXPECT_EQ(ends.client.streams[1].data.size(), 200'000U);

  ends.send(Client::control(4, 0, std::string("\0\0\0\1\0\0\0\7\0\0\0\x64", 12)));  // 100 bytes
  ends.send(ends.client.open(3, {}));
  ends.server.accept(3);
  ends.server.send(3, std::string(250, 'y'));
  ends.server.finish(3);
  ends.send("");
  EXPECT_EQ(ends.client.streams[3].data.size(), 100U);
  EXPECT_EQ(ends.server.held_back(), 150U);
  ends.send(Client::numbers(9, {3, 120}));
  ends.send("");
  EXPECT_EQ(ends.client.streams[3].data.size(), 220U);
  EXPECT_FALSE(ends.client.streams[3].finished);
  ends.send(Client::numbers(9, {3, 120}));
  ends.send("");
  EXPECT_EQ(ends.client.streams[3].data.size(), 250U);
  EXPECT_TRUE(ends.client.streams[3].finished);
  EXPECT_EQ(ends.server.held_back(), 0U);
}

TEST(SpdySession, RefusesWhatIsTooMuchOrOutOfOrder) {
  Ends ends;
  ends.send(ends.client.open(5, {}));
  ends.send(ends.client.open(3, {}));  // goes back
  ends.send(ends.client.open(6, {}));  // a server's number
  ends.send("");
  EXPECT_FALSE(ends.client.streams[5].reset);
  EXPECT_TRUE(ends.client.streams[3].reset);
  EXPECT_TRUE(ends.client.streams[6].reset);
  for (std::uint32_t stream = 7; stream < 7 + 2 * Session::kMaxStreams; stream += 2) {
    ends.send(ends.client.open(stream, {}));
  }
  ends.send("");
  EXPECT_TRUE(ends.client.streams[7 + 2 * (Session::kMaxStreams - 1)].reset);
  EXPECT_FALSE(ends.client.streams[7].reset);
}

TEST(SpdySession, EndsWhenTheClientLeavesOrSpeaksSomethingElse) {
  Ends leaving;
  leaving.send(Client::numbers(7, {0, 0}));
  EXPECT_TRUE(leaving.server.over());
  for (const std::string& bytes :
       {std::string("hello, how are you?"), Client::control(1, 0, "short"),
        Client::control(8, 0, "no zlib"), Client::control(4, 0, std::string("\0\0\0\x09", 4)),
        std::string("\x80\x03\x00\x01\x00\xff\xff\xff", 8)}) {
    Ends ends;
    ends.send(bytes);
    // What looks like a data frame of a stream that is not there is merely dropped.
    EXPECT_EQ(ends.server.over(), static_cast<unsigned char>(bytes[0]) >= 0x80) << bytes;
  }
}

TEST(SpdySession, TakesNoMoreWhileEventsLieUnread) {
  Session server;
  Client client;
  std::string sent = client.open(1, {});
  for (int i = 0; i < 10; ++i) sent += Client::data(1, std::string(30'000, 'x'));
  const std::size_t first = server.read(sent);
  EXPECT_LT(first, 100'000U);
  EXPECT_EQ(server.read(std::string_view(sent).substr(first)), 0U);
  std::size_t at = first;
  std::size_t data = 0;
  while (at < sent.size()) {
    for (const Event& event : server.take_events()) data += event.data.size();
    at += server.read(std::string_view(sent).substr(at));
  }
  for (const Event& event : server.take_events()) data += event.data.size();
  EXPECT_EQ(data, 300'000U);
}

TEST(SpdySession, ForgetsAStreamThatIsReset) {
  Ends ends;
  ends.send(ends.client.open(1, {}));
  ends.server.accept(1);
  const auto events = ends.send(Client::numbers(3, {1, 5}));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Event::Kind::Reset);
  ends.server.send(1, "nobody is there");
  ends.server.finish(1);
  ends.send("");
  EXPECT_EQ(ends.client.streams[1].data, "");
}

}  // namespace
}  // namespace kaudit::apiserver::streaming::spdy
