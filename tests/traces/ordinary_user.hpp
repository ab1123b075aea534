// The rights of an ordinary user, also where tests run as root, who may read and write everything.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

namespace millrace::test {

/// While it lives.
class OrdinaryUser {
 public:
  OrdinaryUser() {
    constexpr uid_t nobody = 65534;
    if (before_ == 0) {
      EXPECT_EQ(::seteuid(nobody), 0);
    }
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  ~OrdinaryUser() { EXPECT_EQ(::seteuid(before_), 0); }

 private:
  uid_t before_ = ::geteuid();
};

}  // namespace millrace::test
