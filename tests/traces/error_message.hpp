// The message of the error that a call must throw.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace millrace::test {

/// The message of the `Error` that `call` throws; a failed test and "" if it throws none. Others pass through.
template <class Error, class Call>
std::string error_message(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

}  // namespace millrace::test
