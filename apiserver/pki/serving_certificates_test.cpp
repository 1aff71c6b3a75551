#include "apiserver/pki/serving_certificates.hpp"

#include <arpa/inet.h>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "apiserver/http/tls/peer_certificate.hpp"
#include "apiserver/pki/admin_kubeconfig.hpp"
#include "base/files/atomic_file.hpp"
#include "base/files/read_file.hpp"
#include "base/files/temporary_folder.hpp"

namespace kaudit::apiserver::pki {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::array<const char*, 6> kNames = {"ca.crt",        "ca.key",    "apiserver.crt",
                                               "apiserver.key", "admin.crt", "admin.key"};

class CertificatesTest : public ::testing::Test {
 protected:
  Result<Certificates> open(std::string_view bind_address = "127.0.0.1") {
    return load_or_make_certificates(folder_.path(), bind_address);
  }
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file_atomically(file(name), text, FileMode::Private));
  }
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename();
      if (name != ".lock") all[name] = *read_file(entry.path().string());  // the folder's own
    }
    return all;
  }
  mode_t mode(const std::string& name) const {
    struct stat status {};
    ::stat(file(name).c_str(), &status);
    return status.st_mode & 0777U;
  }

  TemporaryFolder folder_ = std::move(*TemporaryFolder::make());
};

tls::X509Ptr leaf(const tls::KeyPairPem& pair) {
  return std::move(tls::certificates_from_pem(pair.certificate)->front());
}

bool names_host(X509* certificate, const std::string& host) {
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

bool names_address(X509* certificate, const char* address) {
  return X509_check_ip_asc(certificate, address, 0) == 1;
}

TEST_F(CertificatesTest, MakesAllInAnEmptyFolder) {
  const auto certificates = open();
  ASSERT_TRUE(certificates);
  const auto files = contents();
  EXPECT_EQ(files.size(), kNames.size());
  for (const std::string name : kNames) {
    ASSERT_EQ(files.count(name), 1U) << name;
    EXPECT_EQ(mode(name), name.find(".key") != std::string::npos ? 0600U : 0644U) << name;
  }
  EXPECT_EQ(certificates->ca, files.at("ca.crt"));
  EXPECT_EQ(certificates->apiserver.key, files.at("apiserver.key"));
}

TEST_F(CertificatesTest, MakesTheFolderToo) {
  EXPECT_TRUE(load_or_make_certificates(file("a/b"), "127.0.0.1"));
  EXPECT_TRUE(std::filesystem::exists(file("a/b/ca.crt")));
}

TEST_F(CertificatesTest, UsesWhatIsThere) {
  ASSERT_TRUE(open());
  const auto before = contents();
  ASSERT_TRUE(open());
  EXPECT_EQ(contents(), before);
}

TEST_F(CertificatesTest, MakesOnlyWhatIsMissingAndSignsItWithTheCaThatIsThere) {
  const tls::KeyPair ca = tls::make_ca();
  put("ca.crt", tls::to_pem(ca).certificate);
  put("ca.key", tls::to_pem(ca).key);
  const tls::KeyPairPem admin =
      tls::to_pem(tls::make_client_certificate(ca, "admin", "system:masters"));
  put("admin.crt", admin.certificate);
  put("admin.key", admin.key);
  const auto certificates = open();
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_EQ(certificates->admin.certificate, admin.certificate);
  EXPECT_EQ(X509_verify(leaf(certificates->apiserver).get(), ca.key.get()), 1);
}

TEST_F(CertificatesTest, NeedsNoCaKeyWhenThereIsNothingToSign) {
  ASSERT_TRUE(open());
  std::filesystem::remove(file("ca.key"));
  EXPECT_TRUE(open());
  std::filesystem::remove(file("apiserver.crt"));
  std::filesystem::remove(file("apiserver.key"));
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, file("ca.key").string() +
                                         " is missing: it is needed to sign " +
                                         file("apiserver.crt").string());
}

TEST_F(CertificatesTest, ServesWithACaWhoseKeyIsElsewhereAndLetsItsAdministratorIn) {
  ASSERT_TRUE(open());
  for (const char* name : {"ca.key", "admin.crt", "admin.key"}) {
    std::filesystem::remove(file(name));
  }
  const auto before = contents();
  const auto certificates = open();
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_EQ(contents(), before) << "what nobody can trust later on is not written";
  EXPECT_EQ(certificates->ca, before.at("ca.crt"));
  const auto pool = http::CertificatePool::from_pem(certificates->client_ca);
  ASSERT_TRUE(pool);
  EXPECT_TRUE((*pool)->verify(http::PeerCertificate(leaf(certificates->admin).get(), nullptr)));
  EXPECT_THAT(certificates->warnings, ::testing::IsEmpty());
}

TEST_F(CertificatesTest, UsesAServingPairWhoseCaNobodyHasAsItIs) {
  const tls::KeyPairPem serving =
      tls::to_pem(tls::make_serving_certificate(tls::make_ca(), "127.0.0.1"));
  put("apiserver.crt", serving.certificate);
  put("apiserver.key", serving.key);
  const auto certificates = open();
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_EQ(certificates->apiserver.certificate, serving.certificate);
  EXPECT_EQ(certificates->ca, serving.certificate) << "all that there is to trust";
  EXPECT_EQ(certificates->client_ca, contents().at("ca.crt")) << "made for the administrator";
  EXPECT_THAT(certificates->warnings,
              ::testing::ElementsAre(HasSubstr("apiserver.crt is used as it is")));
}

TEST_F(CertificatesTest, MakesNoCaWhenThereIsNothingToSign) {
  ASSERT_TRUE(open());
  std::filesystem::remove(file("ca.crt"));
  std::filesystem::remove(file("ca.key"));
  const auto before = contents();
  const auto certificates = open();
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_EQ(contents(), before);
  EXPECT_EQ(certificates->client_ca, before.at("admin.crt"));
}

TEST_F(CertificatesTest, NamesTheFileThatIsWrong) {
  ASSERT_TRUE(open());
  const auto good = contents();
  const tls::KeyPairPem stranger =
      tls::to_pem(tls::make_client_certificate(tls::make_ca(), "x", "y"));
  const auto error_with = [&](const std::string& name, const std::string& text) {
    put(name, text);
    const auto refused = open();
    put(name, good.at(name));
    return refused ? "none" : refused.error().message;
  };
  for (const std::string name : kNames) {
    const std::string path = file(name).string();
    EXPECT_THAT(error_with(name, "garbage"), StartsWith(path + ": no ")) << name;
    EXPECT_THAT(error_with(name, ""), StartsWith(path + ": no ")) << name;
  }
  for (const std::string name : {"ca", "apiserver", "admin"}) {
    EXPECT_EQ(error_with(name + ".key", stranger.key),
              file(name + ".key").string() + " is not the key of " + file(name + ".crt").string());
  }
  const std::string cut = good.at("admin.crt").substr(0, 200) + "\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(error_with("admin.crt", cut),
              StartsWith(file("admin.crt").string() + ": malformed PEM"));
}

TEST_F(CertificatesTest, RefusesHalfAPair) {
  ASSERT_TRUE(open());
  for (const auto& [gone, stays] :
       {std::pair("apiserver.crt", "apiserver.key"), std::pair("admin.key", "admin.crt"),
        std::pair("ca.crt", "ca.key")}) {
    const std::string text = *read_file(file(gone).string());
    std::filesystem::remove(file(gone));
    const auto refused = open();
    ASSERT_FALSE(refused) << gone;
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(file(gone)), HasSubstr(file(stays))));
    put(gone, text);
  }
}

TEST_F(CertificatesTest, WarnsOfPairsOfAnotherCa) {
  ASSERT_TRUE(open());
  const tls::KeyPairPem ca = tls::to_pem(tls::make_ca());
  put("ca.crt", ca.certificate);
  put("ca.key", ca.key);
  const auto certificates = open();
  ASSERT_TRUE(certificates) << certificates.error().message;
  EXPECT_THAT(certificates->warnings,
              ::testing::ElementsAre(StartsWith(file("apiserver.crt").string()),
                                     StartsWith(file("admin.crt").string())));
}

TEST_F(CertificatesTest, SaysWhyAFileCannotBeRead) {
  ASSERT_TRUE(open());
  std::filesystem::remove(file("admin.crt"));
  std::filesystem::create_directory(file("admin.crt"));
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              StartsWith("read " + file("admin.crt").string() + ": is a directory"));
  const auto no_folder = load_or_make_certificates(file("ca.crt") / "below", "127.0.0.1");
  ASSERT_FALSE(no_folder);
  EXPECT_THAT(no_folder.error().message, StartsWith("cannot make the folder "));
}

TEST_F(CertificatesTest, AFolderThatItMakesIsItsOwnersWhateverTheUmask) {
  const std::filesystem::path folder = folder_.path() / "made" / "deep";
  const mode_t before = ::umask(0);
  const auto made = load_or_make_certificates(folder, "127.0.0.1");
  ::umask(before);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(mode("made"), 0700U);
  EXPECT_EQ(mode("made/deep"), 0700U);
  for (const std::string name : kNames) {
    EXPECT_EQ(mode("made/deep/" + name), name.ends_with(".key") ? 0600U : 0644U) << name;
  }
}

TEST_F(CertificatesTest, AFolderThatIsThereKeepsItsMode) {
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  ASSERT_TRUE(open());
  EXPECT_EQ(mode("."), 0755U);
}

TEST(ServingCertificate, HasTheNamesOfAnApiServer) {
  const Certificates certificates = make_certificates("192.0.2.7");
  const tls::X509Ptr serving = leaf(certificates.apiserver);
  for (const std::string host :
       {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}) {
    EXPECT_TRUE(names_host(serving.get(), host)) << host;
  }
  for (const char* address : {"127.0.0.1", "::1", "192.0.2.7"}) {
    EXPECT_TRUE(names_address(serving.get(), address)) << address;
  }
  EXPECT_FALSE(names_address(leaf(make_certificates("0.0.0.0").apiserver).get(), "0.0.0.0"));
  EXPECT_FALSE(names_host(serving.get(), "example.com"));
}

TEST(CertificatePool, TrustsClientCertificatesOfItsCa) {
  const tls::KeyPair ca = tls::make_ca();
  const auto pool = http::CertificatePool::from_pem(tls::to_pem(ca).certificate);
  ASSERT_TRUE(pool);
  const auto trusted = [&](const tls::KeyPair& pair) {
    return (*pool)->verify(http::PeerCertificate(pair.certificate.get(), nullptr));
  };
  EXPECT_TRUE(trusted(tls::make_client_certificate(ca, "ann", "ops")));
  EXPECT_FALSE(trusted(tls::make_client_certificate(tls::make_ca(), "ann", "ops")));
  EXPECT_FALSE(trusted(tls::make_serving_certificate(ca, "127.0.0.1"))) << "not for clients";
}

TEST(CertificatePool, RemembersWhatItFoundApartFromOtherPools) {
  const tls::KeyPair ca = tls::make_ca();
  const auto own = http::CertificatePool::from_pem(tls::to_pem(ca).certificate);
  const auto other = http::CertificatePool::from_pem(tls::to_pem(tls::make_ca()).certificate);
  ASSERT_TRUE(own && other);
  const http::PeerCertificate certificate(
      tls::make_client_certificate(ca, "ann", "ops").certificate.get(), nullptr);
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE((*other)->verify(certificate));
    EXPECT_TRUE((*own)->verify(certificate));
  }
}

TEST(CertificatePool, RefusesTextsWithoutCertificates) {
  EXPECT_FALSE(http::CertificatePool::from_pem(""));
  EXPECT_FALSE(http::CertificatePool::from_pem("garbage"));
  EXPECT_FALSE(http::CertificatePool::from_pem(tls::to_pem(tls::make_ca()).key));
}

TEST(PeerCertificate, TellsNamesAndDigest) {
  const tls::KeyPair pair =
      tls::make_client_certificate(tls::make_ca(), "J\xc3\xbcrgen", "system:masters");
  const http::PeerCertificate peer(pair.certificate.get(), nullptr);
  EXPECT_EQ(peer.common_name(), "J\xc3\xbcrgen");
  EXPECT_EQ(peer.organizations(), std::vector<std::string>{"system:masters"});
  EXPECT_THAT(peer.sha256_hex(), ::testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(peer.sha256_hex().size(), 64U);
}

TEST(AtomicFile, ReplacesWholeFilesAndLeavesNothingBehind) {
  const auto temporary = TemporaryFolder::make();
  const auto folder = temporary->path() / "folder";
  std::filesystem::create_directory(folder);
  const auto path = folder / "file";
  ASSERT_TRUE(write_file_atomically(path, "first", FileMode::Public));
  ASSERT_TRUE(write_file_atomically(path, "second", FileMode::Private));
  EXPECT_EQ(read_file(path), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  const auto failed = write_file_atomically(folder / "no" / "file", "x", FileMode::Public);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message,
            "cannot write " + (folder / "no" / "file").string() + ": No such file or directory");
}

TEST(Kubeconfig, EmbedsEverything) {
  EXPECT_EQ(admin_kubeconfig("https://127.0.0.1:6443", "ca!", {"certificate", "key"}),
            R"(apiVersion: v1
kind: Config
clusters:
- name: kaudit
  cluster:
    server: https://127.0.0.1:6443
    certificate-authority-data: Y2Eh
users:
- name: kaudit-admin
  user:
    client-certificate-data: Y2VydGlmaWNhdGU=
    client-key-data: a2V5
contexts:
- name: kaudit
  context:
    cluster: kaudit
    user: kaudit-admin
current-context: kaudit
)");
}

}  // namespace
}  // namespace kaudit::apiserver::pki
