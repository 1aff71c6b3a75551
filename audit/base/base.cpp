#include "audit/base/result.hpp"
