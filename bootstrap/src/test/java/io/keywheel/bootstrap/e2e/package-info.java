/// The whole gateway over real sockets: a client on one side, the simulated providers on the other.
@NullMarked
package io.keywheel.bootstrap.e2e;

import org.jspecify.annotations.NullMarked;
