/// HTTP/1.1 over plain sockets, for answers that may break its rules. It knows no provider.
@NullMarked
package io.keywheel.simulator.http;

import org.jspecify.annotations.NullMarked;
