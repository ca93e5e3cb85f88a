/// HTTP/2, as far as this side of it goes: each of its streams is a line of its own, on which Helidon speaks
/// HTTP/1.1. So whatever holds of a request over HTTP/1.1 holds of one over HTTP/2.
@NullMarked
package io.keywheel.adapters.http.http2;

import org.jspecify.annotations.NullMarked;
