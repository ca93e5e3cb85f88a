/// HTTP/1.1 over plain sockets, for answers that may violate the protocol; independent of providers.
@NullMarked
package io.keywheel.simulator.http;

import org.jspecify.annotations.NullMarked;
