// Compiles what Asio, its SSL part and Beast would else compile into every translation unit that
// includes them.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
