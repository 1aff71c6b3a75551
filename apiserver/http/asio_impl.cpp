// Compiles what Asio and its SSL part would else compile into every translation unit that includes
// them.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
