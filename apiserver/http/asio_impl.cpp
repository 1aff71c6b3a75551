// Compiles what Asio and its SSL part would else compile into every translation unit that includes
// them. (Of Beast only a buffer is used, which is all in its header.)
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
